using EtcdDefrag.Connection;
using EtcdDefrag.Connection.Discovery;
using EtcdDefrag.Connection.Settings;

namespace EtcdDefrag.PowerShell.Connecting;

/// <summary>
/// The environment variables by which etcdctl is told how to reach a cluster (etcdctl's README, "Environment variables"): what was
/// not said otherwise is taken from them. A given setting always wins.
/// </summary>
internal sealed class EtcdctlVariables
{
    private readonly Func<string, string?> _read;
    private readonly List<string> _taken = [];

    /// <summary>Prepares reading.</summary>
    /// <param name="read">Gives a variable's value, or null.</param>
    public EtcdctlVariables(Func<string, string?> read) => _read = read;

    /// <summary>What was taken from which variable, one sentence each; no secret is in them.</summary>
    public IReadOnlyList<string> Taken => _taken;

    /// <summary>A warning for each variable that looks like etcdctl's and counts for nothing.</summary>
    public IReadOnlyList<string> FindIgnored() => OldVariables.FindWarnings(_read);

    /// <summary>The endpoints of <c>ETCDCTL_ENDPOINTS</c>; null where it is not set.</summary>
    public IReadOnlyList<string>? ReadEndpoints() => Take("ETCDCTL_ENDPOINTS", "Endpoints", EtcdEndpoint.Redact) is { } text ? [.. EtcdEndpoint.Split(text).Select(t => t.Trim())] : null;

    /// <summary>Where to look the endpoints up in DNS; null where neither a parameter nor <c>ETCDCTL_DISCOVERY_SRV</c> says so.</summary>
    /// <param name="domain">The domain that was given, or null.</param>
    /// <param name="serviceName">The cluster's name in it that was given, or null.</param>
    /// <param name="acceptInsecure">Whether endpoints without TLS are accepted; null where that was not given, which means no.</param>
    /// <exception cref="EtcdSettingException">A variable's value cannot be used.</exception>
    public DiscoveryRequest? ReadDiscovery(string? domain, string? serviceName, bool? acceptInsecure) =>
        (domain ?? Take("ETCDCTL_DISCOVERY_SRV", "DiscoverySrv")) is { } found
            ? new DiscoveryRequest(found)
            {
                ServiceName = serviceName ?? Take("ETCDCTL_DISCOVERY_SRV_NAME", "DiscoverySrvName"),
                AcceptInsecure = acceptInsecure ?? TakeSwitch("ETCDCTL_INSECURE_DISCOVERY", "InsecureDiscovery") ?? false,
            }
            : null;

    /// <summary>Completes settings. A certificate and its key belong together, and so do a user and the password.</summary>
    /// <param name="given">What was given.</param>
    /// <exception cref="EtcdSettingException">A variable's value cannot be used.</exception>
    public EtcdConnectionSettings Complete(EtcdConnectionSettings given)
    {
        ArgumentNullException.ThrowIfNull(given);
        var settings = given with
        {
            CACertificatePath = given.CACertificatePath ?? Take("ETCDCTL_CACERT", "CA certificate"),
            SkipCertificateCheck = given.SkipCertificateCheck ?? TakeSwitch("ETCDCTL_INSECURE_SKIP_TLS_VERIFY", "SkipCertificateCheck"),
            Credential = given.Credential ?? TakeCredential(),
        };
        return settings.NamesCertificate ? settings : settings with
        {
            CertificatePath = Take("ETCDCTL_CERT", "Client certificate"),
            KeyPath = Take("ETCDCTL_KEY", "Key"),
        };
    }

    private EtcdCredential? TakeCredential()
    {
        if (_read("ETCDCTL_USER") is not { Length: > 0 } user)
        {
            return null;
        }

        var password = Take("ETCDCTL_PASSWORD", "Password", _ => null);
        var credential = EtcdCredential.TryParse(user, password)
            ?? throw new EtcdSettingException($"user '{user}' of ETCDCTL_USER", "its password is not known", "Set ETCDCTL_PASSWORD, or give a credential.");
        _taken.Add($"User '{credential.UserName}' from ETCDCTL_USER.");
        return credential;
    }

    private bool? TakeSwitch(string variable, string what) => Take(variable, what) switch
    {
        null => null,
        var text when bool.TryParse(text, out var value) => value,
        "1" => true,
        "0" => false,
        var text => throw new EtcdSettingException($"value '{text}' of {variable}", "it is neither true nor false", "Set true or false."),
    };

    /// <param name="variable">The variable.</param>
    /// <param name="what">What its value stands for.</param>
    /// <param name="show">What of its value may be said, null for nothing; without it all of it.</param>
    private string? Take(string variable, string what, Func<string, string?>? show = null)
    {
        if (_read(variable) is not { Length: > 0 } value)
        {
            return null;
        }

        var shown = show is null ? value : show(value);
        _taken.Add(shown is null ? $"{what} from {variable}." : $"{what} '{shown}' from {variable}.");
        return value;
    }
}
