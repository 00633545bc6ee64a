using System.Management.Automation;
using System.Runtime.Loader;

namespace EtcdDefrag.PowerShell.Loading;

/// <summary>
/// Says where the module's own dependencies lie while it is imported, and closes its connections when it is removed. Does nothing else at
/// import.
/// </summary>
public sealed class ModuleLifetime : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    /// <inheritdoc/>
    public void OnImport() => AssemblyLoadContext.Default.Resolving += DependencyContext.Resolve;

    /// <inheritdoc/>
    public void OnRemove(PSModuleInfo psModuleInfo)
    {
        ModuleSession.Current.Close();
        AssemblyLoadContext.Default.Resolving -= DependencyContext.Resolve;
    }
}
