using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using EtcdDefrag.Connection;

namespace EtcdDefrag.PowerShell.Loading;

/// <summary>
/// Holds EtcdDefrag.Client and what it depends on apart from the rest of the process, where PowerShell or another module may have
/// loaded another Google.Protobuf or gRPC. The types of EtcdDefrag.Core are everybody's: they come from where the cmdlets have them.
/// </summary>
internal sealed class DependencyContext : AssemblyLoadContext
{
    // Assemblies belong to the process: however many runspaces import the module, there is one copy of them.
    private static readonly DependencyContext Shared = new();
    private static readonly AssemblyName Adapter = new("EtcdDefrag.Client") { Version = typeof(DependencyContext).Assembly.GetName().Version };

    private readonly string[] _folders;

    private DependencyContext()
        : base("EtcdDefrag.Dependencies")
    {
        var folder = Path.Combine(Path.GetDirectoryName(typeof(DependencyContext).Assembly.Location)!, "dependencies");

        // Assemblies with machine code for .NET 10 load on their own platform only. Another version of .NET there takes them as plain ones.
        _folders = [Path.Combine(folder, RuntimeInformation.RuntimeIdentifier), folder];
    }

    /// <summary>Answers the default context when it looks for our own EtcdDefrag.Client, and for nothing else.</summary>
    public static Assembly? Resolve(AssemblyLoadContext context, AssemblyName wanted) =>
        IsSame(wanted, Adapter) ? Shared.LoadFromAssemblyName(wanted) : null;

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        var core = typeof(IEtcdConnector).Assembly;
        if (IsSame(assemblyName, core.GetName()))
        {
            return core;
        }

        // What lies in a folder was restored as one: a package in it may name an older version of another than the one that was chosen.
        var path = _folders.Select(folder => Path.Combine(folder, assemblyName.Name + ".dll")).FirstOrDefault(File.Exists);
        return path is null ? null : LoadFromAssemblyPath(path);
    }

    private static bool IsSame(AssemblyName wanted, AssemblyName held) =>
        string.Equals(wanted.Name, held.Name, StringComparison.OrdinalIgnoreCase) && (wanted.Version is null || wanted.Version == held.Version);
}
