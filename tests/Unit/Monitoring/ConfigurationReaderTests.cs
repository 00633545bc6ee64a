using System.Text;
using EtcdDefrag.Connection;
using EtcdDefrag.Monitoring;
using EtcdDefrag.Monitoring.Configuration;
using EtcdDefrag.Text;

namespace EtcdDefrag.Unit.Monitoring;

/// <summary>What a configuration may say, and what is said of one that cannot be used.</summary>
public sealed class ConfigurationReaderTests
{
    [Fact]
    public void Endpoints_are_enough_and_the_rest_is_OpenShifts()
    {
        var read = Read("""{ "endpoints": ["10.0.0.1:2379", "http://10.0.0.2:2379"] }""");

        var cluster = Assert.Single(read.Clusters);
        Assert.Equal(("etcd", "http://10.0.0.1:2379"), (cluster.Name, cluster.Endpoints[0].ToString()));
        Assert.Equal((true, 11, 36, 3, false, false), (read.Enabled, (int)read.CheckInterval.TotalMinutes, (int)read.PauseBetweenMembers.TotalSeconds, read.FailureBudget, read.DefragOnStartup, read.DryRun));
        Assert.Equal((45, 100L << 20), (read.Policy.MaxFragmentedPercentage, read.Policy.MinDbSize));
        Assert.Empty(read.Windows);
    }

    [Fact]
    public void Every_key_is_read_with_comments_and_trailing_commas_and_a_byte_order_mark()
    {
        var read = Read("\uFEFF" + """
            {
              "$schema": "monitor.schema.json",
              // both kinds of comment
              "clusters": [ { "name": "a", "endpoints": ["10.0.0.1"], },
                            { "name": "b", "endpoints": ["10.0.0.2"], "connection": { "operationTimeout": "5s" } } ],
              "connection": { "caCertificatePath": "ca.crt", "certificatePath": "c.crt", "keyPath": "c.key", "serverName": "etcd", "metricsEndpoints": ["{host}:2381"],
                              "skipCertificateCheck": true, "userName": "root", "passwordFile": "p", "connectionTimeout": "500ms" },
              "enabled": false, "maxClustersAtOnce": 2, "checkInterval": "1h30m", "jitterPercentage": 0, "defragOnStartup": true,
              "policy": { "preset": "balanced", "maxFragmentedPercentage": null, "minReclaimable": 1048576, "minInterval": "24h", "dbQuota": "8GiB" },
              "windows": [ { "days": ["Sat", "sunday"], "from": "22:00", "to": "04:00", "timeZone": "Europe/Berlin" } ], /* and this */
              "pauseBetweenMembers": "0s", "moveLeader": true, "allowSmallCluster": true, "failureBudget": 5, "dryRun": true,
            }
            """);

        Assert.Equal((false, 2, 90, 0, true, 0, true, true, 5, true), (
            read.Enabled, read.MaxClustersAtOnce, (int)read.CheckInterval.TotalMinutes, read.JitterPercentage, read.DefragOnStartup,
            (int)read.PauseBetweenMembers.TotalSeconds, read.MoveLeader, read.AllowSmallCluster, read.FailureBudget, read.DryRun));
        Assert.Equal((null, 80d, 1048576L, TimeSpan.FromDays(1), 8L << 30), (
            read.Policy.MaxFragmentedPercentage, read.Policy.MaxQuotaUsagePercentage, read.Policy.MinReclaimable, read.Policy.MinInterval, read.DbQuota));
        var window = Assert.Single(read.Windows);
        Assert.Equal([DayOfWeek.Saturday, DayOfWeek.Sunday], window.Days);
        Assert.Equal((new TimeOnly(22, 0), new TimeOnly(4, 0), "Europe/Berlin"), (window.From, window.To, window.TimeZone.Id));
        Assert.Equal(["https://10.0.0.1:2379", "http://10.0.0.2:2379"], read.Clusters.Select(c => c.Endpoints[0].ToString()));
        Assert.Equal(
            new MonitorConnection
            {
                CACertificatePath = "ca.crt",
                CertificatePath = "c.crt",
                KeyPath = "c.key",
                ServerName = "etcd",
                SkipCertificateCheck = true,
                Metrics = new EtcdMetricsEndpoints(["{host}:2381"], "https"),
                UserName = "root",
                PasswordFile = "p",
                ConnectionTimeout = TimeSpan.FromMilliseconds(500),
            },
            read.Clusters[0].Connection);
        Assert.Equal(new MonitorConnection { OperationTimeout = TimeSpan.FromSeconds(5) }, read.Clusters[1].Connection);
    }

    [Theory]
    [InlineData("{}", "OpenShift")]
    [InlineData("{ \"maxFragmentedPercentage\": 45, \"minInterval\": \"1h\" }", "OpenShift")]
    [InlineData("{ \"preset\": \"balanced\" }", "Balanced")]
    [InlineData("{ \"maxFragmentedPercentage\": 46 }", "Custom")]
    [InlineData("{ \"preset\": \"Balanced\", \"minDbSize\": 5 }", "Custom")]
    [InlineData("{ \"rule\": \"true\" }", "Custom")]
    public void A_preset_with_other_thresholds_is_that_preset_no_more(string policy, string name) =>
        Assert.Equal(name, Read($"{{ \"endpoints\": [\"a\"], \"policy\": {policy} }}").Policy.Name);

    [Theory]
    [InlineData("\"maxFragmentedPercentage\": null, \"maxQuotaUsagePercentage\": 80")]
    [InlineData("\"maxFragmentedPercentage\": null, \"minReclaimable\": \"500MiB\"")]
    [InlineData("\"rule\": \"true\", \"minInterval\": \"24h\"")]
    public void A_policy_may_do_without_any_one_of_its_conditions(string policy) =>
        Assert.True(MonitorConfiguration.CanBeSatisfied(Read($"{{ \"endpoints\": [\"a\"], \"policy\": {{ {policy} }} }}").Policy));

    [Theory]
    [InlineData("\"checkIntervall\": \"5m\"", "checkIntervall", "did you mean checkInterval?")]
    [InlineData("\"colour\": 1", "colour", "no such key; the keys are enabled,")]
    [InlineData("\"dryRun\": \"yes\"", "dryRun", "a string is not true or false")]
    [InlineData("\"dryRun\": true, \"dryRun\": false", "dryRun", "given twice")]
    [InlineData("\"checkInterval\": 5", "checkInterval", "5 is not a time such as")]
    [InlineData("\"checkInterval\": \"5 minutes\"", "checkInterval", "is not a time such as")]
    [InlineData("\"checkInterval\": \"500ms\"", "checkInterval", "is not 1s or more, or 0s")]
    [InlineData("\"checkInterval\": \"9000000h\"", "checkInterval", "of at most one year")]
    [InlineData("\"checkInterval\": \"0s\"", "checkInterval", "there would never be a check")]
    [InlineData("\"pauseBetweenMembers\": \"-1s\"", "pauseBetweenMembers", "is not a time such as")]
    [InlineData("\"jitterPercentage\": 101", "jitterPercentage", "101 is not a whole number from 0 to 100")]
    [InlineData("\"failureBudget\": 0", "failureBudget", "0 is not a whole number from 1 to")]
    [InlineData("\"failureBudget\": 2.5", "failureBudget", "2.5 is not a whole number")]
    [InlineData("\"maxClustersAtOnce\": 0", "maxClustersAtOnce", "0 is not a whole number from 1")]
    [InlineData("\"policy\": []", "policy", "a list is not an object with preset,")]
    [InlineData("\"policy\": { \"maxFragmentedPercentage\": 145 }", "policy.maxFragmentedPercentage", "145 is not a number from 0 to 100")]
    [InlineData("\"policy\": { \"minDbSize\": \"100 MB\" }", "policy.minDbSize", "is not a size such as")]
    [InlineData("\"policy\": { \"minDbSize\": \"100MX\" }", "policy.minDbSize", "no such unit; known are K, M, G and T")]
    [InlineData("\"policy\": { \"minDbSize\": \"45%\" }", "policy.minDbSize", "is not a size such as")]
    [InlineData("\"checkInterval\": \"11m\\n\"", "checkInterval", "is not a time such as")]
    [InlineData("\"policy\": { \"minDbSize\": 1.5 }", "policy.minDbSize", "1.5 is not a size such as")]
    [InlineData("\"policy\": { \"dbQuota\": \"1.5\" }", "policy.dbQuota", "is not a size such as")]
    [InlineData("\"policy\": { \"minDbSize\": -5 }", "policy.minDbSize", "-5 is not a size such as")]
    [InlineData("\"policy\": { \"rule\": \"dbSize >> \" }", "policy.rule", "at character")]
    [InlineData("\"policy\": { \"rule\": \"dbSizeFre > 5\" }", "policy.rule", "at character 1: dbSizeFre: no such name; did you mean dbSizeFree?")]
    [InlineData("\"policy\": { \"rule\": \"true\", \"preset\": \"Balanced\" }", "policy.rule", "exclude each other")]
    [InlineData("\"policy\": { \"rule\": \"true\", \"minDbSize\": 5 }", "policy.minDbSize", "would have no effect beside the rule; write it into a rule")]
    [InlineData("\"policy\": { \"preset\": \"UpstreamAlert\", \"minDbSize\": 5 }", "policy.minDbSize", "the preset UpstreamAlert, which is a rule;")]
    [InlineData("\"policy\": { \"maxFragmentedPercentage\": null }", "policy", "every member would be defragmented at every check: set maxFragmentedPercentage")]
    [InlineData("\"policy\": { \"maxFragmentedPercentage\": null, \"minReclaimable\": 0, \"minInterval\": \"1h\" }", "policy", "every member would be defragmented at every check")]
    [InlineData("\"policy\": { \"preset\": \"Bold\" }", "policy.preset", "is not one of Balanced, OpenShift")]
    [InlineData("\"windows\": {}", "windows", "an object is not a list of windows")]
    [InlineData("\"windows\": [{ \"from\": \"22:00\" }]", "windows[0]", "it needs \"to\"")]
    [InlineData("\"windows\": [{ \"from\": \"24:00\", \"to\": \"01:00\" }]", "windows[0].from", "is not a time of day")]
    [InlineData("\"windows\": [{ \"from\": \"22:00\", \"to\": \"01:00\", \"days\": [\"Funday\"] }]", "windows[0].days[0]", "\"Funday\" is not one of Mon,")]
    [InlineData("\"windows\": [{ \"from\": \"22:00\", \"to\": \"01:00\", \"days\": [\"Mondayish\"] }]", "windows[0].days[0]", "is not one of Mon,")]
    [InlineData("\"windows\": [{ \"from\": \"22:00\", \"to\": \"01:00\", \"days\": [] }]", "windows[0].days", "the list is empty")]
    [InlineData("\"windows\": [{ \"from\": \"22:00\", \"to\": \"01:00\", \"timeZone\": \"Europe/Berlln\" }]", "windows[0].timeZone", "is not a time zone that this system knows, such as \"")]
    [InlineData("\"connection\": { \"password\": \"secret\" }", "connection.password", "no such key; the keys are caCertificatePath,")]
    [InlineData("\"connection\": { \"userName\": \"root\" }", "connection.userName", "it needs passwordFile or passwordVariable")]
    [InlineData("\"connection\": { \"passwordFile\": \"p\" }", "connection.passwordFile", "it needs userName")]
    [InlineData("\"connection\": { \"userName\": \"r\", \"passwordFile\": \"p\", \"passwordVariable\": \"P\" }", "connection.passwordVariable", "exclude each other")]
    [InlineData("\"connection\": { \"certificatePath\": \"c.crt\" }", "connection.certificatePath", "it needs keyPath")]
    [InlineData("\"connection\": { \"keyPath\": \"c.key\" }", "connection.keyPath", "it needs certificatePath")]
    [InlineData("\"connection\": { \"certificatePath\": \"c.PFX\", \"keyPath\": \"c.key\" }", "connection.keyPath", "holds its key already")]
    [InlineData("\"connection\": { \"caCertificatePath\": \"C:\\tls\\rsa.crt\" }", "connection.caCertificatePath", "holds control characters, which no path has; a backslash begins an escape in JSON: write two (\"C:\\\\tls\\\\ca.crt\"), or slashes")]
    [InlineData("\"connection\": { \"userName\": \"r\", \"passwordFile\": \"C:\\new\" }", "connection.passwordFile", "or slashes (\"C:/tls/ca.crt\")")]
    [InlineData("\"clusters\": []", "clusters", "endpoints and clusters exclude each other")]
    public void What_cannot_be_used_is_told_with_line_key_and_reason(string text, string key, string reason)
    {
        var problem = Assert.Single(Refuse($"{{ \"endpoints\": [\"10.0.0.1\"],\n\n  {text} }}"));

        Assert.Equal((3, key), (problem.Line, problem.Key));
        Assert.Contains(reason, problem.Reason, StringComparison.Ordinal);
        Assert.StartsWith($"test.json:3: {key}: ", $"{problem}", StringComparison.Ordinal);
        Assert.DoesNotContain("secret", $"{problem}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "This is not JSON", 1)]
    [InlineData("{\n  \"endpoints\": [\"a\"]\n  \"dryRun\": true }", "This is not JSON", 3)]
    [InlineData("{ \"endpoints\": [\"a\"] } {", "This is not JSON", 1)]
    [InlineData("{ \"endpoints\": [\"a\"],\n \"\\udc00\": 1 }", "This is not JSON: a string is not valid UTF-8, or holds half", 2)]
    [InlineData("{ \"endpoints\": [\"a\"],\n \"connection\": { \"keyPath\": \"C:\\Users\\k\" } }", "In a path, a backslash begins an escape in JSON: write two (", 2)]
    [InlineData("{ \"endpoints\": [\"a\"],\n \"connection\": { \"keyPath\": \"C:\\users\\k\" } }", "In a path, a backslash begins an escape in JSON: write two (", 2)]
    [InlineData("[]", "a list is not an object with", 1)]
    [InlineData("{}", "it needs \"endpoints\"", 1)]
    [InlineData("{ \"endpoints\": [] }", "the list is empty", 1)]
    [InlineData("{ \"endpoints\": \"10.0.0.1\" }", "is not a list of endpoints", 1)]
    [InlineData("{ \"endpoints\": [\n\"10.0.0.1\", \"ftp://x\"] }", "'ftp://x' is not a valid etcd endpoint", 2)]
    [InlineData("{ \"endpoints\": [5] }", "5 is not an endpoint", 1)]
    [InlineData("{ \"endpoints\": [\"a:1\",\n \"http://a:1\"] }", "http://a:1 is named twice", 2)]
    [InlineData("{ \"clusters\": [ { \"endpoints\": [\"a\"] } ] }", "it needs \"name\"", 1)]
    [InlineData("{ \"clusters\": [ { \"name\": \"x\" } ] }", "it needs \"endpoints\"", 1)]
    [InlineData("{ \"clusters\": [ { \"name\": \"x\", \"endpoints\": [\"a\"] },\n { \"name\": \"x\", \"endpoints\": [\"b\"] } ] }", "the name \"x\" is another cluster's already", 2)]
    [InlineData("{ \"clusters\": [ { \"name\": \"x\", \"endpoints\": [\"a\"] },\n { \"name\": \"y\", \"endpoints\": [\"a:2379\"] } ] }", "http://a:2379 is named twice", 2)]
    public void What_is_no_configuration_at_all_is_told_too(string text, string reason, int line)
    {
        var problem = Assert.Single(Refuse(text));

        Assert.Contains(reason, problem.Reason, StringComparison.Ordinal);
        Assert.Equal(line, problem.Line);
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    public void A_byte_order_mark_says_how_the_text_is_encoded(string name)
    {
        var encoding = Encoding.GetEncoding(name);
        byte[] text = [.. encoding.GetPreamble(), .. encoding.GetBytes("""{ "endpoints": ["a"], "connection": { "caCertificatePath": "节.crt" } }""")];

        Assert.Empty(ConfigurationReader.Read(text, "test.json", out var configuration));
        Assert.Equal("节.crt", configuration!.Clusters[0].Connection.CACertificatePath);
    }

    [Fact]
    public void Utf16_without_a_byte_order_mark_is_refused_in_words()
    {
        var problem = Assert.Single(ConfigurationReader.Read(Encoding.Unicode.GetBytes("{ }"), "test.json", out _));

        Assert.Equal("This is not JSON: it holds zero bytes, as UTF-16 does. Save the file as UTF-8.", problem.Reason);
    }

    [Fact]
    public void A_path_with_doubled_backslashes_is_taken_and_hints_are_for_escapes_alone()
    {
        var read = Read("""{ "endpoints": ["a"], "connection": { "caCertificatePath": "C:\\tls\\rsa.crt" } }""");

        Assert.Equal(@"C:\tls\rsa.crt", read.Clusters[0].Connection.CACertificatePath);
        Assert.DoesNotContain("backslash", Assert.Single(Refuse("""{ "endpoints": "C:\\" "a" }""")).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ \"endpoints\": \"https://root:hunter2@h:2379\" }")]
    [InlineData("{ \"endpoints\": [\"https://root:hunter2@h:2379\"] }")]
    [InlineData("{ \"endpoints\": [\"h\"], \"connection\": \"root:hunter2\" }")]
    [InlineData("{ \"endpoints\": [\"h\"], \"connection\": { \"password\": \"hunter2\" } }")]
    [InlineData("{ \"endpoints\": [\"h\"], \"connection\": { \"skipCertificateCheck\": \"hunter2\" } }")]
    [InlineData("{ \"endpoints\": [\"h\"], \"dryRun\": \"hunter2\", \"failureBudget\": \"hunter2\", \"windows\": \"hunter2\", \"policy\": \"hunter2\" }")]
    [InlineData("{ \"clusters\": \"root:hunter2\" }")]
    [InlineData("{ \"clusters\": [\"root:hunter2\"] }")]
    [InlineData("\"root:hunter2\"")]
    public void A_password_in_the_wrong_place_is_in_no_problem(string text) =>
        Assert.All(Refuse(text), p => Assert.DoesNotContain("hunter2", $"{p}", StringComparison.Ordinal));

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once_in_the_order_of_the_text()
    {
        var problems = Refuse("""
            {
              "dryRun": 1,
              "endpoints": ["a b"],
              "policy": { "minDbSize": "x" },
              "windows": [ { "from": 5 } ]
            }
            """);

        Assert.Equal([(2, "dryRun"), (3, "endpoints[0]"), (4, "policy.minDbSize"), (5, "windows[0].from"), (5, "windows[0]")], problems.Select(p => (p.Line, p.Key)));
    }

    [Theory]
    [InlineData("36s", 36)]
    [InlineData("11m", 660)]
    [InlineData("1m30s", 90)]
    [InlineData("1.5h", 5400)]
    [InlineData("0s", 0)]
    [InlineData("1h1m1s", 3661)]
    public void Times_are_read_as_Go_reads_them(string text, int seconds)
    {
        Assert.True(GoDuration.TryParse(text, out var time));
        Assert.Equal(TimeSpan.FromSeconds(seconds), time);
    }

    private static MonitorConfiguration Read(string text)
    {
        var problems = ConfigurationReader.Read(Encoding.UTF8.GetBytes(text), "test.json", out var configuration);
        Assert.Empty(problems);
        return configuration!;
    }

    private static IReadOnlyList<ConfigurationProblem> Refuse(string text)
    {
        var problems = ConfigurationReader.Read(Encoding.UTF8.GetBytes(text), "test.json", out var configuration);
        Assert.Null(configuration);
        return problems;
    }
}
