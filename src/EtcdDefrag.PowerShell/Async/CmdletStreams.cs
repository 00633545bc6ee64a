using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using EtcdDefrag.Events;
using EtcdDefrag.PowerShell.Loading;
using EtcdDefrag.Text;

namespace EtcdDefrag.PowerShell.Async;

/// <summary>
/// A cmdlet's streams and questions, for work that is not on the pipeline thread. Every call ends when the pipeline has taken what was
/// written, so that order and pace are the pipeline's. Texts are escaped and bounded here; those of error records where they are made.
/// </summary>
internal sealed class CmdletStreams(AsyncCmdlet cmdlet, PipelineThread pipeline, CmdletProgress progress)
{
    private const int WaitId = 2378;

    /// <summary>Whether a person can be looking on: PowerShell was not started with -NonInteractive, and not as a service.</summary>
    public static bool IsInteractive { get; } = Environment.UserInteractive
        && !Environment.GetCommandLineArgs().Any(a => a.TrimStart('-', '/').StartsWith("noni", StringComparison.OrdinalIgnoreCase));

    /// <summary>The session that the cmdlet runs in. Only the pipeline thread can tell which that is.</summary>
    public ModuleSession Session { get; } = ModuleSession.Current;

    /// <summary>Whether the debug stream is shown (-Debug, or $DebugPreference). Read on the pipeline thread.</summary>
    public bool WantsDebug { get; } = cmdlet.GetPreference("Debug") switch
    {
        SwitchParameter given => given,
        var value => LanguagePrimitives.TryConvertTo<ActionPreference>(value, CultureInfo.InvariantCulture, out var preference)
            && preference is not (ActionPreference.SilentlyContinue or ActionPreference.Ignore),
    };

    public Task WriteObjectAsync(object value) => pipeline.InvokeAsync(() => cmdlet.WriteObject(value));

    public Task WriteErrorAsync(ErrorRecord error) => pipeline.InvokeAsync(() => cmdlet.WriteError(error));

    public Task WriteVerboseAsync(string text) => pipeline.InvokeAsync(() => cmdlet.WriteVerbose(text));

    /// <summary>Writes to the debug stream, from any thread, without waiting for it.</summary>
    public void PostDebug(string text) => pipeline.Post(() => cmdlet.WriteDebug(DisplayText.Of(text)));

    public Task WriteWarningAsync(string text) => pipeline.InvokeAsync(() => cmdlet.WriteWarning(text));

    public Task WriteWarningsAsync(IEnumerable<string> texts) => pipeline.InvokeAsync(() => cmdlet.WriteWarnings(texts));

    /// <summary>Shows progress bars at once, and from now on as time goes by.</summary>
    /// <param name="render">Gives the bars when the time since this call is so much.</param>
    public Task ShowProgressAsync(Func<TimeSpan, IReadOnlyList<ProgressRecord>> render)
    {
        progress.Show(render);
        return pipeline.InvokeAsync(() => progress.Write(render(TimeSpan.Zero)));
    }

    /// <summary>Shows progress bars as time goes by, if the work takes a second.</summary>
    /// <param name="render">Gives the bars when the time since this call is so much.</param>
    public void ShowSlowProgress(Func<TimeSpan, IReadOnlyList<ProgressRecord>> render) => progress.Show(render);

    /// <summary>Shows what is waited for, if that takes a second.</summary>
    public void ShowWait(string waitsFor)
    {
        var activity = cmdlet.MyInvocation.MyCommand.Name;
        progress.Show(elapsed => [new ProgressRecord(WaitId, activity, $"{waitsFor}, for {elapsed.TotalSeconds:0} s") { PercentComplete = -1 }]);
    }

    /// <summary>Writes an event as it describes itself, each entry to the stream of its level.</summary>
    public async Task WriteEventAsync(DescribedEvent described)
    {
        foreach (var entry in described.Describe())
        {
            await (entry.Level switch
            {
                EtcdMonitorLevel.Debug => WriteVerboseAsync(entry.Message),
                EtcdMonitorLevel.Information => WriteInformationAsync(entry.Message),
                _ => WriteWarningAsync(entry.Message),
            }).ConfigureAwait(false);
        }
    }

    public Task WriteInformationAsync(string text) =>
        pipeline.InvokeAsync(() => cmdlet.WriteInformation(DisplayText.Of(text), ["EtcdDefrag"]));

    public Task<bool> ShouldProcessAsync(string target, string action) =>
        pipeline.InvokeAsync(() => cmdlet.ShouldProcess(DisplayText.Of(target), DisplayText.Of(action)));

    /// <summary>Whether questions are only shown and answered with no (-WhatIf, or $WhatIfPreference).</summary>
    public Task<bool> IsWhatIfAsync() => pipeline.InvokeAsync(() => LanguagePrimitives.IsTrue(cmdlet.GetPreference("WhatIf")));

    /// <summary>
    /// Warns on the host itself. Only for what must be said while the pipeline is being stopped, when its streams take nothing.
    /// </summary>
    public Task WriteHostWarningAsync(string text) => pipeline.InvokeAsync(() =>
    {
        try
        {
            cmdlet.Host?.UI?.WriteWarningLine(DisplayText.Of(text));
        }
        catch (Exception cannotShow) when (cannotShow is HostException or NotImplementedException)
        {
            // A host that shows nothing must not turn the user's Ctrl+C into an error.
        }
    });
}
