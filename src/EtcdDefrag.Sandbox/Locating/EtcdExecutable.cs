using System.ComponentModel;
using System.Text.RegularExpressions;

namespace EtcdDefrag.Sandbox.Locating;

/// <summary>Judges a file that should be etcd by running it: only that shows that it works on this machine, and its version.</summary>
internal static partial class EtcdExecutable
{
    // ETXTBSY, on Linux and on macOS.
    private const int TextFileBusy = 26;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan BusyPause = TimeSpan.FromMilliseconds(20);

    /// <summary>The file's name on this operating system.</summary>
    public static string FileName { get; } = OperatingSystem.IsWindows() ? "etcd.exe" : "etcd";

    /// <summary>Runs <c>etcd --version</c>.</summary>
    /// <returns>The version, or null and the reason why the file is of no use.</returns>
    public static async Task<(Version? Version, string Reason)> AskVersionAsync(string path, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Timeout);
        try
        {
            var result = await RunWhenWrittenAsync(path, timeout.Token).ConfigureAwait(false);
            var match = VersionLine().Match(result.Output);
            return match.Success && result.ExitCode == 0
                ? (Version.Parse(match.Groups["version"].Value), string.Empty)
                : (null, $"{path} does not tell its version (exit code {result.ExitCode}: {result.LastWords})");
        }
        catch (Win32Exception exception)
        {
            return (null, $"{path} cannot be run ({exception.Message})");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, $"{path} did not tell its version within {Timeout.TotalSeconds} s");
        }
    }

    /// <summary>Judges the executable in a folder against a request.</summary>
    public static async Task<EtcdSearchAnswer> JudgeAsync(
        string folder, string source, EtcdVersionRequest request, CancellationToken cancellationToken)
    {
        var path = Path.GetFullPath(Path.Combine(folder, FileName));
        if (!File.Exists(path))
        {
            return EtcdSearchAnswer.NotHere(source, $"{folder} holds no {FileName}");
        }

        var (version, reason) = await AskVersionAsync(path, cancellationToken).ConfigureAwait(false);
        if (version is null)
        {
            return EtcdSearchAnswer.NotHere(source, reason);
        }

        return request.Accepts(version)
            ? EtcdSearchAnswer.Found(new EtcdBinary(path, version, source))
            : EtcdSearchAnswer.NotHere(source, $"{path} is version {version}");
    }

    /// <summary>
    /// Runs it as soon as nobody has it open for writing. A process that is started while this one unpacks an etcd has the file open
    /// until it becomes another program. Nobody opens it again afterwards, so that an etcd that ran once can always be run.
    /// </summary>
    private static async Task<ExternalCommandResult> RunWhenWrittenAsync(string path, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await ExternalCommand.RunAsync(path, ["--version"], cancellationToken).ConfigureAwait(false);
            }
            catch (Win32Exception exception) when (exception.NativeErrorCode == TextFileBusy && !OperatingSystem.IsWindows())
            {
                await Task.Delay(BusyPause, TimeProvider.System, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    [GeneratedRegex(@"^etcd Version:\s*(?<version>\d+\.\d+\.\d+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex VersionLine();
}
