using System.Globalization;
using System.Runtime.CompilerServices;

namespace EtcdDefrag.Unit.Support;

/// <summary>
/// Runs every test of this assembly in the culture that ETCD_DEFRAG_TEST_CULTURE names; CI does so for cultures that write numbers,
/// letters and years otherwise.
/// </summary>
internal static class TestCulture
{
    public const string Variable = "ETCD_DEFRAG_TEST_CULTURE";

    [ModuleInitializer]
    internal static void Set()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } name)
        {
            var culture = CultureInfo.GetCultureInfo(name, predefinedOnly: true);
            CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = culture;
        }
    }
}
