using EtcdDefrag.Integration.Support;

namespace EtcdDefrag.Integration.PowerShell;

/// <summary>Every way in that the cmdlets have, to a cluster that lets nobody in without a certificate and a user.</summary>
public sealed class SecureConnectionTests(SecureCluster cluster) : IClassFixture<SecureCluster>
{
    private const string Password = "ConvertTo-SecureString '" + SecureCluster.RootPassword + "' -AsPlainText -Force";
    private const string PfxPassword = "(ConvertTo-SecureString '" + SecureCluster.PfxPassword + "' -AsPlainText -Force)";
    private const string Root = "$root = [pscredential]::new('root', (" + Password + ")); ";
    private const string Endpoints = "$env:T_ENDPOINTS.Split(',')";
    private const string Pem = "-CACertificatePath ca.crt -CertificatePath client.crt -KeyPath client.key";

    [SkippableTheory]
    [InlineData("PEM", Pem)]
    [InlineData("PFX", "-CACertificatePath ca.crt -CertificatePath client.pfx -CertificatePassword " + PfxPassword)]
    [InlineData("loaded", "-CACertificatePath ca.crt -Certificate ([Security.Cryptography.X509Certificates.X509Certificate2]::new(\"$PWD/client.pfx\", '" + SecureCluster.PfxPassword + "'))")]
    [InlineData("user", Pem + " -Credential $root")]
    [InlineData("one text", Pem + " -Endpoint $env:T_ENDPOINTS")]
    [InlineData("name", Pem + " -ServerName example.test")]
    public async Task Every_parameter_leads_in(string way, string parameters)
    {
        var endpoint = way == "one text" ? "" : $"-Endpoint ({Endpoints})";
        var lines = await cluster.RunAsync(
            $"{Root} Get-EtcdMemberStatus {endpoint} {parameters} | ForEach-Object {{ \"$($_.Name) $($_.ServerCertificateExpires.Year) $($_.ClientCertificateExpires.Year)\" }}");

        var year = TimeProvider.System.GetUtcNow().AddDays(365).Year;
        Assert.Equal(new[] { "m1", "m2", "m3" }.Select(m => $"{m} {year} {year}"), lines);
    }

    [SkippableFact]
    public async Task A_certificate_in_the_users_store_leads_in_by_its_thumbprint()
    {
        var lines = await cluster.RunAsync(
            $$"""
            $certificate = [Security.Cryptography.X509Certificates.X509Certificate2]::new("$PWD/client.pfx", '{{SecureCluster.PfxPassword}}', 'PersistKeySet')
            $store = [Security.Cryptography.X509Certificates.X509Store]::new('My', 'CurrentUser')
            $store.Open('ReadWrite')
            $store.Add($certificate)
            try {
                (Get-EtcdMemberStatus $env:T_ENDPOINTS -CACertificatePath ca.crt -CertificateThumbprint $certificate.Thumbprint).Name
            }
            finally {
                $store.Remove($certificate)
            }
            try { Get-EtcdMemberStatus $env:T_ENDPOINTS -CertificateThumbprint $certificate.Thumbprint } catch { $_.FullyQualifiedErrorId; "$_" }
            """);

        Assert.Equal(["m1", "m2", "m3", "InvalidConnectionSetting,EtcdDefrag.PowerShell.Commands.GetEtcdMemberStatusCommand"], lines[..4]);
        Assert.Contains("neither the user's nor the machine's personal store holds it", lines[4], StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_connection_is_said_once_and_carried_through_the_pipeline()
    {
        var lines = await cluster.RunAsync(
            $$"""
            {{Root}}
            $connection = New-EtcdConnection ({{Endpoints}}) {{Pem}} -Credential $root
            $connection | Get-EtcdMemberStatus | Get-EtcdMemberStatus | ForEach-Object Name
            Get-EtcdMemberStatus -Connection $connection | Test-EtcdClusterHealth -Quiet
            Test-EtcdClusterHealth -Connection $connection -Quiet
            Get-EtcdMemberStatus -Connection $connection | Invoke-EtcdDefrag | ForEach-Object { "$($_.Outcome)" }
            Get-EtcdDefragPlan -Connection $connection | Invoke-EtcdDefrag | ForEach-Object { "$($_.Outcome)" }
            """);

        Assert.Equal(["m1", "m2", "m3", "True", "True", .. Enumerable.Repeat("Defragmented", 6)], lines.Where(l => !l.StartsWith("WARNING", StringComparison.Ordinal)));
        Assert.Equal(6, ServerLog.Defragmentations(cluster.Sandbox).Count);
    }

    [SkippableFact]
    public async Task What_nobody_says_comes_from_the_environment_and_verbose_says_from_where()
    {
        var lines = await cluster.RunAsync(
            $"{Root} (Get-EtcdMemberStatus -Verbose 4>&1) | ForEach-Object {{ \"$($_.Name ?? $_)\" }}; (Get-EtcdMemberStatus -CertificatePath client.pfx -CertificatePassword {PfxPassword} -Verbose 4>&1 | Select-Object -First 3) -like '*client.crt*'",
            ("ETCDCTL_ENDPOINTS", string.Join(',', cluster.Sandbox.Endpoints)),
            ("ETCDCTL_CACERT", Full("ca.crt")),
            ("ETCDCTL_CERT", Full("client.crt")),
            ("ETCDCTL_KEY", Full("client.key")),
            ("ETCDCTL_USER", "root"),
            ("ETCDCTL_PASSWORD", SecureCluster.RootPassword));

        Assert.Equal(
            [
                $"CA certificate '{Full("ca.crt")}' from ETCDCTL_CACERT.",
                "Password from ETCDCTL_PASSWORD.",
                "User 'root' from ETCDCTL_USER.",
                $"Client certificate '{Full("client.crt")}' from ETCDCTL_CERT.",
                $"Key '{Full("client.key")}' from ETCDCTL_KEY.",
                $"Endpoints '{string.Join(',', cluster.Sandbox.Endpoints)}' from ETCDCTL_ENDPOINTS.",
                $"Asking {string.Join(", ", cluster.Sandbox.Endpoints)}.",
                "m1", "m2", "m3",
            ],
            lines);
    }

    [SkippableFact]
    public async Task The_members_are_found_by_their_domain()
    {
        var lines = await cluster.RunAsync(
            $"Get-EtcdMemberStatus -DiscoverySrv example.test -DnsServer $env:T_DNS {Pem} -Verbose 4>&1 | ForEach-Object {{ \"$($_.Name ?? $_)\" }}; "
            + $"((Get-EtcdMemberStatus -DiscoverySrv example.test -DnsServer $env:T_DNS {Pem})[0].Connection | Get-EtcdMemberStatus -DiscoverySrv example.test -DnsServer $env:T_DNS).Count; "
            + $"(Get-EtcdMemberStatus 127.0.0.1:1 -DiscoverySrv example.test -DnsServer $env:T_DNS {Pem} 3>&1).Where({{ !$_.Name }}).Message; "
            + $"try {{ Get-EtcdMemberStatus -DiscoverySrv nowhere.test -DnsServer $env:T_DNS {Pem} }} catch {{ $_.FullyQualifiedErrorId }}");

        Assert.Equal($"Endpoints {string.Join(", ", cluster.Sandbox.Endpoints)} from the SRV records of 'example.test'.", lines[0]);
        Assert.Equal(["m1", "m2", "m3", "3", "-Endpoint is ignored with -DiscoverySrv.", "DiscoveryFailed,EtcdDefrag.PowerShell.Commands.GetEtcdMemberStatusCommand"], lines[2..]);
    }

    [SkippableFact]
    public async Task The_domain_may_come_from_the_environment()
    {
        var lines = await cluster.RunAsync(
            $"Get-EtcdMemberStatus -DnsServer $env:T_DNS {Pem} -Verbose 4>&1 | ForEach-Object {{ \"$($_.Name ?? $_)\" }}; "
            + $"(Get-EtcdMemberStatus $env:T_ENDPOINTS.Split(',')[0] {Pem}).Name",
            ("ETCDCTL_DISCOVERY_SRV", "example.test"),
            ("ETCDCTL_ENDPOINTS", "127.0.0.1:1"));

        Assert.Contains("DiscoverySrv 'example.test' from ETCDCTL_DISCOVERY_SRV.", lines);
        Assert.Equal(["m1", "m2", "m3", "m1"], lines[^4..]);
    }

    [SkippableFact]
    public async Task Certificates_that_are_not_verified_are_warned_of_once_a_call()
    {
        var lines = await cluster.RunAsync(
            $"(Get-EtcdMemberStatus ({Endpoints}) -SkipCertificateCheck -CertificatePath client.crt -KeyPath client.key 3>&1) | ForEach-Object {{ \"$($_.Name ?? $_)\" }}");

        Assert.Equal(4, lines.Length);
        Assert.StartsWith("The members' certificates are not verified", lines[0], StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("Get-EtcdMemberStatus")]
    [InlineData("Test-EtcdClusterHealth")]
    [InlineData("Invoke-EtcdDefrag -WhatIf")]
    public async Task An_entry_of_the_map_that_stands_for_no_member_is_warned_of_once(string cmdlet)
    {
        var lines = await cluster.RunAsync($"{Root} {cmdlet} $env:T_ENDPOINTS {Pem} -Credential $root -EndpointMap @{{ nobody = '127.0.0.1:1' }} 3>&1 | Where-Object {{ $_ -is [Management.Automation.WarningRecord] }} | ForEach-Object {{ \"$_\" }}");

        Assert.Single(lines, l => l.Contains("The endpoint map's 'nobody' is not the name, id or address of a member; the members are m1, m2, m3.", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task A_look_up_that_fails_is_warned_of()
    {
        var lines = await cluster.RunAsync($"(New-EtcdConnection -DiscoverySrv half.test -DnsServer $env:T_DNS {Pem} 3>&1) | ForEach-Object {{ \"$($_.Message ?? $_.Endpoint)\" }}");

        Assert.Equal(2, lines.Length);
        Assert.Contains("_etcd-client._tcp.half.test", lines[0], StringComparison.Ordinal);
        Assert.Contains("SERVFAIL", lines[0], StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_session_keeps_its_connections_until_a_file_says_something_else()
    {
        var lines = await cluster.RunAsync(
            $$"""
            $own = @{ Endpoint = {{Endpoints}}; CACertificatePath = 'ca.crt'; CertificatePath = 'own.crt'; KeyPath = 'own.key' }
            function Get-Port {
                $ports = $own.Endpoint.ForEach({ ([uri] $_).Port })
                @([Net.NetworkInformation.IPGlobalProperties]::GetIPGlobalProperties().GetActiveTcpConnections().Where({
                    $_.State -eq 'Established' -and $_.RemoteEndPoint.Port -in $ports -and $_.LocalEndPoint.Port -notin $ports }).ForEach({ $_.LocalEndPoint.Port }))
            }
            Copy-Item client.crt own.crt
            Copy-Item client.key own.key
            (Get-EtcdMemberStatus @own).Name
            $first = Get-Port
            (Get-EtcdMemberStatus @own | Get-EtcdMemberStatus).Name
            "new: $(@(Get-Port).Where({ $_ -notin $first }).Count)"
            $key = [Security.Cryptography.ECDsa]::Create()
            $request = [Security.Cryptography.X509Certificates.CertificateRequest]::new('CN=operator', $key, 'SHA256')
            $request.CreateSelfSigned([DateTimeOffset]::UtcNow.AddDays(-1), [DateTimeOffset]::UtcNow.AddDays(9)).ExportCertificatePem() | Set-Content own.crt
            $key.ExportPkcs8PrivateKeyPem() | Set-Content own.key
            try { Get-EtcdMemberStatus @own } catch { $_.FullyQualifiedErrorId }
            Copy-Item client.crt own.crt
            Copy-Item client.key own.key
            (Get-EtcdMemberStatus @own).Name
            """);

        string[] names = ["m1", "m2", "m3"];
        Assert.Equal([.. names, .. names, "new: 0", "EtcdTlsFailed,EtcdDefrag.PowerShell.Commands.GetEtcdMemberStatusCommand", .. names], lines);
    }

    [SkippableFact]
    public async Task Who_may_not_is_told_the_user_the_right_and_the_member()
    {
        var lines = await cluster.RunAsync(
            $$"""
            $reader = [pscredential]::new('reader', (ConvertTo-SecureString '{{SecureCluster.ReaderPassword}}' -AsPlainText -Force))
            try { Invoke-EtcdDefrag $env:T_ENDPOINTS {{Pem}} -Credential $reader -ErrorAction Stop -WarningAction Ignore } catch { $_.FullyQualifiedErrorId; "$($_.CategoryInfo.Category)"; "$_" }
            """);

        Assert.Equal(["NotPermitted,EtcdDefrag.PowerShell.Commands.InvokeEtcdDefragCommand", "PermissionDenied"], lines[..2]);
        Assert.All(cluster.Sandbox.Endpoints, e => Assert.Contains($"User 'reader' does not have the root role at {e}", lines[2], StringComparison.Ordinal));
    }

    private string Full(string name) => Path.Combine(cluster.Folder, name);
}
