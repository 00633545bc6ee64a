using EtcdDefrag.Cli.Flags;
using EtcdDefrag.Cli.Output;
using EtcdDefrag.Connection;
using EtcdDefrag.Connection.Discovery;
using EtcdDefrag.Connection.Settings;
using EtcdDefrag.Text;

namespace EtcdDefrag.Cli.Connecting;

/// <summary>Finds out from the flags how a cluster is reached: reads files, asks for the password, looks up SRV records.</summary>
internal sealed class TargetReader(FlagValues values, CommandHost host, RunLog log)
{
    // Go's gRPC does the same: etcd's server ends connections that ping more often than every 5 s.
    private static readonly TimeSpan MinKeepAlive = TimeSpan.FromSeconds(10);

    private bool IsInsecure => values.Get(ConnectionFlags.InsecureTransport);

    /// <summary>Reads the target.</summary>
    /// <exception cref="UsageException">A value is not valid, by itself or beside another.</exception>
    /// <exception cref="EtcdDiscoveryException">The SRV records gave no endpoint.</exception>
    public async Task<EtcdConnection> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            var options = ReadOptions(ReadSettings());
            return values.Get(ConnectionFlags.DiscoverySrv) is { } domain
                ? await DiscoverAsync(domain, options, cancellationToken).ConfigureAwait(false)
                : new EtcdConnection(ReadEndpoints(IsInsecure ? options.DefaultScheme : "https"), options);
        }
        catch (EtcdSettingException unusable)
        {
            throw new UsageException($"{unusable.Message} {unusable.Remedy}", unusable);
        }
        catch (EtcdEndpointException unusable)
        {
            throw new UsageException(unusable.Message, unusable);
        }
        catch (EtcdDiscoveryException unusable) when (unusable.Failure == EtcdDiscoveryFailure.InvalidName)
        {
            throw new UsageException($"{unusable.Message} {unusable.Remedy}", unusable);
        }
    }

    // An empty entry is refused, not passed over: it is most often a variable that was never set.
    private EtcdEndpoint[] ReadEndpoints(string scheme) =>
        [.. values.Get(ConnectionFlags.Endpoints).Select(text => EtcdEndpoint.Parse(text, scheme))];

    private async Task<EtcdConnection> DiscoverAsync(string domain, EtcdConnectionOptions options, CancellationToken cancellationToken)
    {
        var request = new DiscoveryRequest(domain)
        {
            ServiceName = values.Get(ConnectionFlags.DiscoverySrvName),
            AcceptInsecure = values.Get(ConnectionFlags.InsecureDiscovery),
        };
        var found = await new EndpointDiscovery(host.ServiceLookup).FindAsync(request, cancellationToken).ConfigureAwait(false);
        log.Write($"Endpoints by the SRV records of '{domain}': {string.Join(", ", found.Endpoints)}");
        log.Warn([.. found.FindWarnings().Select(w => $"Warning (Discovery): {w}")]);
        return new EtcdConnection(found.Endpoints, options with { ServerName = options.ServerName ?? found.ServerName });
    }

    /// <summary>Reads the files, and asks for the password if one of them needs it.</summary>
    private EtcdConnectionOptions ReadOptions(EtcdConnectionSettings settings)
    {
        try
        {
            return settings.ToOptions(new EtcdConnectionOptions());
        }
        catch (EtcdSettingException locked) when (locked.WantsPassword)
        {
            if (host.AskSecret($"Password for {settings.KeyPath ?? settings.CertificatePath}: ") is not { } typed)
            {
                throw;
            }

            return (settings with { CertificatePassword = typed }).ToOptions(new EtcdConnectionOptions());
        }
    }

    private EtcdConnectionSettings ReadSettings()
    {
        var map = values.Get(ConnectionFlags.EndpointMap);
        var keepAlive = values.Get(ConnectionFlags.KeepAliveTime);
        var metrics = values.Get(ConnectionFlags.MetricsEndpoints);
        return new EtcdConnectionSettings
        {
            ConnectionTimeout = values.Get(ConnectionFlags.DialTimeout),
            OperationTimeout = values.Get(ConnectionFlags.CommandTimeout),
            KeepAliveInterval = keepAlive < MinKeepAlive ? MinKeepAlive : keepAlive,
            KeepAliveTimeout = values.Get(ConnectionFlags.KeepAliveTimeout),
            CACertificatePath = values.Get(ConnectionFlags.CaCert),
            CertificatePath = values.Get(ConnectionFlags.Cert),
            KeyPath = values.Get(ConnectionFlags.Key),
            CertificatePassword = values.Get(ConnectionFlags.CertPassword),
            ServerName = values.Get(ConnectionFlags.TlsServerName),
            SkipCertificateCheck = values.Get(ConnectionFlags.InsecureSkipTlsVerify),
            ExcludeLocalhost = values.Get(ConnectionFlags.ExcludeLocalhost),
            EndpointMap = map.Count == 0 ? null : [.. map.Select(ReadPlace)],
            MetricsEndpoints = metrics.Count == 0 ? null : [.. metrics.Select(m => string.Join('=', m.Split('=', 2).Select(Complete)))],
            Credential = ReadCredential(),
        };
    }

    private KeyValuePair<string, string> ReadPlace(string text)
    {
        if (text.Split('=', 2) is [var member, var address])
        {
            return new(member, Complete(address));
        }

        throw new UsageException(
            $"--{ConnectionFlags.EndpointMap.Name} '{ShownWord.Of(text)}' says no place; "
            + "write etcd-1=https://127.0.0.1:12379.");
    }

    private string Complete(string address) =>
        IsInsecure || address.Contains("://", StringComparison.Ordinal) ? address : $"https://{address}";

    private EtcdCredential? ReadCredential()
    {
        var password = values.Get(ConnectionFlags.Password);
        return (values.Get(ConnectionFlags.User), password) switch
        {
            ({ } user, _) => EtcdCredential.TryParse(user, password) ?? AskFor(user),
            (null, null) => null,
            _ => throw new UsageException(
                $"{values.Find(ConnectionFlags.Password)!.Source} belongs to a user; give --user as well."),
        };
    }

    private EtcdCredential AskFor(string user) => host.AskSecret($"Password for {user}: ") is { } typed
        ? new EtcdCredential(user, typed)
        : throw new UsageException(
            $"The password of user '{DisplayText.Value(user)}' is not known, and there is no terminal to ask at. "
            + "Set ETCD_DEFRAG_PASSWORD, or give --password or --user name:password.");
}
