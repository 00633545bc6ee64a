using System.Reflection;
using System.Runtime.InteropServices;
using EtcdDefrag.Cli.Output;

namespace EtcdDefrag.Cli.Commands;

/// <summary>What --version prints, in the original's lines.</summary>
internal static class VersionText
{
    public static async Task WriteAsync(LineOutput output)
    {
        var assembly = typeof(VersionText).Assembly;
        var full = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
        var (version, commit) = full.Split('+', 2) is [var number, var hash] ? (number, hash) : (full, "unknown");
        await output.WriteLineAsync($"etcd-defrag Version: {version}").ConfigureAwait(false);
        await output.WriteLineAsync($"Git SHA: {commit}").ConfigureAwait(false);
        await output.WriteLineAsync($".NET Version: {Environment.Version}").ConfigureAwait(false);
        await output.WriteLineAsync($".NET OS/Arch: {RuntimeInformation.RuntimeIdentifier}").ConfigureAwait(false);
    }
}
