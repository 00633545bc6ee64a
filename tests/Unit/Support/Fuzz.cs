using System.Globalization;
using FsCheck;

namespace EtcdDefrag.Unit.Support;

/// <summary>How many cases a property is tried with: a fixed number, or as many as ETCD_DEFRAG_FUZZ_RUNS says.</summary>
internal static class Fuzz
{
    public const string Variable = "ETCD_DEFRAG_FUZZ_RUNS";
    private const int Usual = 2000;

    public static Config Config { get; } = Config.QuickThrowOnFailure.WithMaxTest(
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : Usual);
}
