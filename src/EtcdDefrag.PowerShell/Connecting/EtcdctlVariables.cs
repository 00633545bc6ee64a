using EtcdDefrag.Connection;
using EtcdDefrag.Connection.Discovery;
using EtcdDefrag.Connection.Settings;

namespace EtcdDefrag.PowerShell.Connecting;

/// <summary>
/// etcdctl's environment variables (etcdctl's README, "Environment variables"): what was not given otherwise is taken from them.
/// </summary>
/// <param name="read">Gives a variable's value, or null.</param>
internal sealed class EtcdctlVariables(Func<string, string?> read)
{
    private readonly List<string> _taken = [];

    /// <summary>What was taken from which variable, one sentence each; no secret is in them.</summary>
    public IReadOnlyList<string> Taken => _taken;

    /// <summary>A warning for each variable of etcdctl's version 2 that is ignored.</summary>
    public IReadOnlyList<string> FindIgnored() => OldVariables.FindWarnings(read);

    public IReadOnlyList<string>? ReadEndpoints() =>
        Take("ETCDCTL_ENDPOINTS", "Endpoints", EtcdEndpoint.Redact) is { } text
            ? [.. EtcdEndpoint.Split(text).Select(t => t.Trim())]
            : null;

    /// <summary>Where to look endpoints up in DNS, by what was given and the variables; null where neither names a domain.</summary>
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
    /// <exception cref="EtcdSettingException">A variable's value cannot be used.</exception>
    public EtcdConnectionSettings Complete(EtcdConnectionSettings given)
    {
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
        if (read("ETCDCTL_USER") is not { Length: > 0 } user)
        {
            return null;
        }

        var credential = EtcdCredential.TryParse(user, Take("ETCDCTL_PASSWORD", "Password", _ => null))
            ?? throw new EtcdSettingException(
                $"user '{user}' of ETCDCTL_USER", "its password is not known", "Set ETCDCTL_PASSWORD, or give a credential.");
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
    /// <param name="show">What of its value may be shown, null for nothing; without it all of it.</param>
    private string? Take(string variable, string what, Func<string, string?>? show = null)
    {
        if (read(variable) is not { Length: > 0 } value)
        {
            return null;
        }

        var shown = show is null ? value : show(value);
        _taken.Add(shown is null ? $"{what} from {variable}." : $"{what} '{shown}' from {variable}.");
        return value;
    }
}
