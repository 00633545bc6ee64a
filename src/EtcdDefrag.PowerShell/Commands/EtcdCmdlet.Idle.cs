namespace EtcdDefrag.PowerShell.Commands;

/// <content>
/// Warnings of what was given and does not count. It may be a default of the session's, so it is no error; but nobody must believe that it
/// counts.
/// </content>
public abstract partial class EtcdCmdlet
{
    private void WarnAboutIgnoredParameters()
    {
        if (_named.Count == 0)
        {
            return;
        }

        if (Connection is not null && _named.Any(n => n.Options is { } own && own != Connection.GetOptions()))
        {
            WriteWarning("-Connection does not count for what brings its own connection down the pipeline.");
        }

        WarnOfIdleDiscovery();
        if (CertificatePassword is not null && (Certificate is not null || CertificateThumbprint is not null))
        {
            WarnOfIdle([nameof(CertificatePassword)], $"beside -{(Certificate is not null ? nameof(Certificate) : nameof(CertificateThumbprint))}: it opens a file");
        }
    }

    private void WarnOfIdleDiscovery()
    {
        string[] belonging = [.. new[] { nameof(DiscoverySrvName), nameof(DnsServer), nameof(InsecureDiscovery) }.Where(MyInvocation.BoundParameters.ContainsKey)];
        var isLookedUp = _named.Any(n => n.Endpoints.Count == 0);
        if (DiscoverySrv is not null && !isLookedUp)
        {
            WarnOfIdle([nameof(DiscoverySrv), .. belonging], "beside members from the pipeline");
        }
        else if (DiscoverySrv is not null && _endpoint is not null)
        {
            WarnOfIdle([nameof(Endpoint)], $"beside -{nameof(DiscoverySrv)}");
        }
        else if (DiscoverySrv is null && !_isDiscovered)
        {
            WarnOfIdle(belonging, $"without -{nameof(DiscoverySrv)}");
        }
    }

    private void WarnOfIdle(string[] parameters, string why)
    {
        if (parameters.Length > 0)
        {
            WriteWarning($"{string.Join(", ", parameters.Select(p => $"-{p}"))} {(parameters.Length == 1 ? "does" : "do")} not count {why}.");
        }
    }
}
