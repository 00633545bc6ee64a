using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using EtcdDefrag.Client;
using EtcdDefrag.Client.Connecting;
using EtcdDefrag.Client.ServiceLookup;
using EtcdDefrag.Connection;
using EtcdDefrag.Connection.Discovery;
using EtcdDefrag.PowerShell.Async;

namespace EtcdDefrag.PowerShell.Loading;

/// <summary>
/// The only place that names a type of EtcdDefrag.Client. Each method is compiled when it is first called and never inlined, so that
/// the assembly is looked for only after <see cref="ModuleLifetime"/> has said where it lies.
/// </summary>
internal static class Connector
{
    /// <summary>
    /// Connects to members, over connections that the session's last cmdlet left open where there are any, and writes each call that has
    /// ended to the debug stream where that is wanted.
    /// </summary>
    /// <param name="streams">The cmdlet's streams.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static IEtcdConnector Create(CmdletStreams streams)
    {
        var open = streams.Session.GetConnections(() => new SessionConnections(TimeProvider.System));
        return new EtcdConnector(TimeProvider.System, streams.WantsDebug ? call => streams.PostDebug(Describe(call)) : null, open);
    }

    /// <summary>Looks up SRV records.</summary>
    /// <param name="dnsServer">The resolver to ask; null for this machine's own.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static IServiceLookup CreateServiceLookup(IPEndPoint? dnsServer) =>
        dnsServer is null ? new DnsServiceLookup(TimeProvider.System) : new DnsServiceLookup(TimeProvider.System, [dnsServer]);

    private static string Describe(EtcdCall call)
    {
        var status = call.Failure switch
        {
            null => nameof(EtcdStatusCode.Ok),
            EtcdException failure => $"{failure.Failure}, {failure.Code}",
            OperationCanceledException => nameof(EtcdStatusCode.Cancelled),
            var other => other.GetType().Name,
        };
        return string.Create(CultureInfo.InvariantCulture, $"{call.Endpoint} {call.Method}: {call.Took.TotalMilliseconds:0.0} ms, {status}");
    }
}
