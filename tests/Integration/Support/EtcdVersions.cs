using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using EtcdDefrag.Sandbox.Locating;

namespace EtcdDefrag.Integration.Support;

/// <summary>
/// The etcds the tests run on, each looked for once. On Debian and Ubuntu on x64 both 3.4 and 3.5 can always be had, so that a
/// missing one fails the test; elsewhere it skips it. 3.6 and 3.7 take part where ETCD_BIN_3_6 and ETCD_BIN_3_7 name them.
/// </summary>
internal static class EtcdVersions
{
    private static readonly ConcurrentDictionary<string, Task<EtcdBinary>> Located = new(StringComparer.Ordinal);

    /// <summary>The minor versions to test on.</summary>
    public static IReadOnlyList<string> All { get; } = ["3.4", "3.5", .. new[] { "3.6", "3.7" }.Where(IsNamed)];

    /// <summary>The same as a theory's data.</summary>
    public static TheoryData<string> Minors { get; } = new(All);

    /// <summary>Whether this machine is one where 3.4 and 3.5 can always be had.</summary>
    public static bool CanAlwaysBeHad => IsDebianFamily && RuntimeInformation.OSArchitecture == Architecture.X64;

    /// <summary>Whether this machine runs Debian, Ubuntu, or something built on one of them.</summary>
    public static bool IsDebianFamily =>
        File.Exists("/etc/os-release") && File.ReadAllLines("/etc/os-release").Any(line =>
            (line.StartsWith("ID=", StringComparison.Ordinal) || line.StartsWith("ID_LIKE=", StringComparison.Ordinal))
            && (line.Contains("debian", StringComparison.Ordinal) || line.Contains("ubuntu", StringComparison.Ordinal)));

    /// <summary>An etcd of a minor version. The test must be a SkippableFact or a SkippableTheory.</summary>
    /// <param name="minor">Such as 3.5.</param>
    public static async Task<EtcdBinary> FindAsync(string minor)
    {
        try
        {
            return await Located.GetOrAdd(minor, LocateAsync);
        }
        catch (EtcdNotFoundException exception) when (!CanAlwaysBeHad)
        {
            throw new SkipException(exception.Message, exception);
        }
    }

    private static bool IsNamed(string minor) =>
        !string.IsNullOrEmpty(Environment.GetEnvironmentVariable($"ETCD_BIN_{minor.Replace('.', '_')}"));

    private static Task<EtcdBinary> LocateAsync(string minor) => new EtcdLocator().FindAsync(EtcdVersionRequest.ForMinor(minor));
}
