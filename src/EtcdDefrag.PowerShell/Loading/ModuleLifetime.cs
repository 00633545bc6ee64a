using System.Management.Automation;
using System.Runtime.Loader;

namespace EtcdDefrag.PowerShell.Loading;

/// <summary>Says where the module's own dependencies lie while it is imported. Does nothing else at import.</summary>
public sealed class ModuleLifetime : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    /// <inheritdoc/>
    public void OnImport() => AssemblyLoadContext.Default.Resolving += DependencyContext.Resolve;

    /// <inheritdoc/>
    public void OnRemove(PSModuleInfo psModuleInfo) => AssemblyLoadContext.Default.Resolving -= DependencyContext.Resolve;
}
