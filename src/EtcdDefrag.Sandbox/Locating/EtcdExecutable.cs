using System.ComponentModel;
using System.Diagnostics;
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

    /// <summary>Judges the executable in a folder against a request.</summary>
    public static async Task<EtcdSearchAttempt> JudgeAsync(
        string folder, string source, EtcdVersionRequest request, CancellationToken cancellationToken)
    {
        var path = Path.GetFullPath(Path.Combine(folder, FileName));
        if (!File.Exists(path))
        {
            return new EtcdSearchAttempt(source, $"{folder} holds no {FileName}");
        }

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Timeout);
        try
        {
            var result = await RunWhenWrittenAsync(path, timeout.Token);
            var match = VersionLine().Match(result.Output);
            if (result.ExitCode != 0 || !match.Success)
            {
                var words = $"exit code {result.ExitCode}: {result.LastWords}";
                return new EtcdSearchAttempt(source, $"{path} does not tell its version ({words})");
            }

            var version = Version.Parse(match.Groups["version"].Value);
            return request.Accepts(version)
                ? new EtcdSearchAttempt(new EtcdBinary(path, version, source))
                : new EtcdSearchAttempt(source, $"{path} is version {version}");
        }
        catch (Win32Exception exception)
        {
            return new EtcdSearchAttempt(source, $"{path} cannot be run ({exception.Message})");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new EtcdSearchAttempt(source, $"{path} did not tell its version within {Timeout.TotalSeconds} s");
        }
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
                return await ExternalCommand.RunAsync(new ProcessStartInfo(path, ["--version"]), cancellationToken);
            }
            catch (Win32Exception exception) when (exception.NativeErrorCode == TextFileBusy && !OperatingSystem.IsWindows())
            {
                await Task.Delay(BusyPause, TimeProvider.System, cancellationToken);
            }
        }
    }

    [GeneratedRegex(@"^etcd Version:\s*(?<version>\d+\.\d+\.\d+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex VersionLine();
}
