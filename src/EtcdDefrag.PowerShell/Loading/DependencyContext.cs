using System.Reflection;
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

    private readonly string _folder;

    private DependencyContext()
        : base("EtcdDefrag.Dependencies") =>
        _folder = Path.Combine(Path.GetDirectoryName(typeof(DependencyContext).Assembly.Location)!, "dependencies");

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

        // What lies in the folder was restored as one: a package in it may name an older version of another than the one that was chosen.
        var path = Path.Combine(_folder, assemblyName.Name + ".dll");
        return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
    }

    private static bool IsSame(AssemblyName wanted, AssemblyName held) =>
        string.Equals(wanted.Name, held.Name, StringComparison.OrdinalIgnoreCase) && (wanted.Version is null || wanted.Version == held.Version);
}
