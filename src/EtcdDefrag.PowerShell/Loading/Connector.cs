using System.Runtime.CompilerServices;
using EtcdDefrag.Connection;
using EtcdDefrag.Client;

namespace EtcdDefrag.PowerShell.Loading;

/// <summary>
/// The only place that names a type of EtcdDefrag.Client. Compiled when it is first called and never inlined, so that the assembly
/// is looked for only after <see cref="ModuleLifetime"/> has said where it lies.
/// </summary>
internal static class Connector
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static IEtcdConnector Create() => new EtcdConnector();
}
