using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.Loader;
using EtcdDefrag.Wine;

/// <summary>
/// Runs the tests of a test program in the program itself, before its own entry point: a test host for Windows comes in no package. The
/// runtime calls this where DOTNET_STARTUP_HOOKS names this assembly.
/// </summary>
[SuppressMessage("Design", "MA0047:Declare types in namespaces", Justification = "The runtime looks for it in none.")]
internal static class StartupHook
{
    /// <summary>ETCD_DEFRAG_TESTS names the assembly, ETCD_DEFRAG_TEST_CLASS the class whose tests are run.</summary>
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable("ETCD_DEFRAG_TESTS") is not { } path)
        {
            return;
        }

        // Programs that the tests start are not test programs.
        Environment.SetEnvironmentVariable("ETCD_DEFRAG_TESTS", null);
        Environment.SetEnvironmentVariable("DOTNET_STARTUP_HOOKS", null);
        var tests = AssemblyLoadContext.Default.LoadFromAssemblyPath(path);
        Environment.Exit(Run(tests, Environment.GetEnvironmentVariable("ETCD_DEFRAG_TEST_CLASS") ?? ""));
    }

    // A method of its own: xunit's assemblies are found only when the runtime is ready.
    private static int Run(Assembly tests, string className) => TestRun.Run(tests, className);
}
