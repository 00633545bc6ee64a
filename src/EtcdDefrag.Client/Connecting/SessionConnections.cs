using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EtcdDefrag.Connection;

namespace EtcdDefrag.Client.Connecting;

/// <summary>
/// Keeps the connections that one piece of work of a session has made, for the next one: it then needs no new handshakes. One piece of
/// work has a connection for itself. The next one gets it only with the very same settings, certificates and user, and only within the
/// lifetime, which bounds how long a change that no setting shows goes unnoticed: of a DNS record, of a server's certificate.
/// </summary>
internal sealed class SessionConnections(TimeProvider time) : IDisposable
{
    /// <summary>How long after it was made a connection may be used by another piece of work.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, OpenConnection> _idle = new(StringComparer.Ordinal);
    private bool _isDisposed;

    /// <summary>Gives an idle connection, else a new one. Nothing is sent.</summary>
    public OpenConnection Take(EtcdEndpoint endpoint, EtcdConnectionOptions options, EnvironmentProxy? proxy)
    {
        var key = Describe(endpoint, options, proxy);
        lock (_idle)
        {
            if (_idle.Remove(key, out var idle) && idle.IsUsable(time))
            {
                idle.StayOpen();
                return idle;
            }

            idle?.Dispose();
        }

        return new OpenConnection(endpoint, options, proxy) { Key = key, MadeAt = time.GetTimestamp() };
    }

    /// <summary>Takes a connection back, and closes it where it is in doubt, too old, or one too many.</summary>
    /// <param name="connection">The connection, which nobody uses any more.</param>
    /// <param name="isSound">Whether every call over it was answered.</param>
    public void Return(OpenConnection connection, bool isSound)
    {
        lock (_idle)
        {
            var isKept = isSound && !_isDisposed && connection.IsUsable(time) && _idle.TryAdd(connection.Key, connection);
            if (isKept)
            {
                connection.CloseAfter(Lifetime - time.GetElapsedTime(connection.MadeAt), () => Drop(connection), time);
            }
            else
            {
                connection.Dispose();
            }
        }
    }

    /// <summary>Closes those that are idle; those in use are closed when they come back.</summary>
    public void Dispose()
    {
        lock (_idle)
        {
            _isDisposed = true;
            foreach (var connection in _idle.Values)
            {
                connection.Dispose();
            }

            _idle.Clear();
        }
    }

    private void Drop(OpenConnection connection)
    {
        lock (_idle)
        {
            // The timer may be late, and the connection taken by somebody.
            if (_idle.GetValueOrDefault(connection.Key) == connection)
            {
                _idle.Remove(connection.Key);
                connection.Dispose();
            }
        }
    }

    /// <summary>
    /// Everything that a connection depends on, by content: a certificate's file may have changed on the disk. As a hash, because secrets
    /// are in it.
    /// </summary>
    private static string Describe(EtcdEndpoint endpoint, EtcdConnectionOptions options, EnvironmentProxy? proxy)
    {
        using var content = new MemoryStream();
        using var writer = new BinaryWriter(content, Encoding.UTF8);
        writer.Write(endpoint.ToString());
        writer.Write(options.ConnectionTimeout.Ticks);
        writer.Write(options.KeepAliveInterval.Ticks);
        writer.Write(options.KeepAliveTimeout.Ticks);
        writer.Write(options.ServerName ?? "");
        writer.Write(options.SkipCertificateCheck);
        writer.Write(proxy is null ? "" : Environment.GetEnvironmentVariable(proxy.Variable) ?? "");
        writer.Write(options.Credential?.UserName ?? "");
        writer.Write(options.Credential?.RevealPassword() ?? "");
        writer.Write(options.CertificateAuthorities?.Source ?? "");
        Write(writer, options.CertificateAuthorities?.GetCertificates());
        Write(writer, options.ClientCertificate is { } own ? [own.GetCertificate(), .. own.GetIntermediates()] : null);
        return Convert.ToHexString(SHA256.HashData(content.ToArray()));
    }

    private static void Write(BinaryWriter writer, X509Certificate2Collection? certificates)
    {
        writer.Write(certificates?.Count ?? -1);
        foreach (var certificate in certificates ?? [])
        {
            writer.Write(certificate.RawDataMemory.Length);
            writer.Write(certificate.RawDataMemory.Span);
        }
    }
}
