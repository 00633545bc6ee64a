using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using EtcdDefrag.Text;

namespace EtcdDefrag.PowerShell.Async;

/// <summary>
/// A cmdlet's streams and questions, for work that is not on the pipeline thread. Every call ends when the pipeline has taken
/// what was written, so that order and pace are the pipeline's. Texts are escaped and bounded here; those of error records, where they
/// are made.
/// </summary>
internal sealed class CmdletStreams(PSCmdlet cmdlet, PipelineThread pipeline)
{
    /// <summary>Whether anything is made of the debug stream (-Debug, or $DebugPreference): made on the pipeline thread, so it can be asked here.</summary>
    public bool WantsDebug { get; } = cmdlet.MyInvocation.BoundParameters.TryGetValue("Debug", out var given)
        ? LanguagePrimitives.IsTrue(given)
        : LanguagePrimitives.TryConvertTo<ActionPreference>(cmdlet.SessionState.PSVariable.GetValue("DebugPreference"), CultureInfo.InvariantCulture, out var preference)
            && preference is not (ActionPreference.SilentlyContinue or ActionPreference.Ignore);

    public Task WriteObjectAsync(object value) => DoAsync(() => cmdlet.WriteObject(value));

    public Task WriteErrorAsync(ErrorRecord error) => DoAsync(() => cmdlet.WriteError(error));

    public Task WriteVerboseAsync(string text) => DoAsync(() => VerboseStream.Write(cmdlet, text));

    /// <summary>Writes to the debug stream, from any thread, without waiting for it.</summary>
    public void PostDebug(string text) => pipeline.Post(() => cmdlet.WriteDebug(DisplayText.Of(text)));

    public Task WriteWarningAsync(string text) => DoAsync(() => cmdlet.WriteWarning(DisplayText.Of(text)));

    /// <summary>Shows progress to whoever looks on; a host that nobody looks at would only keep it as noise.</summary>
    public Task WriteProgressAsync(ProgressRecord record) => HostWatch.IsInteractive ? DoAsync(() => cmdlet.WriteProgress(record)) : Task.CompletedTask;

    public Task WriteInformationAsync(string text) => DoAsync(() => cmdlet.WriteInformation(DisplayText.Of(text), ["EtcdDefrag"]));

    public Task<bool> ShouldProcessAsync(string target, string action) =>
        pipeline.InvokeAsync(() => cmdlet.ShouldProcess(DisplayText.Of(target), DisplayText.Of(action)));

    /// <summary>Whether questions are only shown and answered with no (-WhatIf, or $WhatIfPreference).</summary>
    public Task<bool> IsWhatIfAsync() => pipeline.InvokeAsync(() =>
        LanguagePrimitives.IsTrue(cmdlet.MyInvocation.BoundParameters.TryGetValue("WhatIf", out var given)
            ? given
            : cmdlet.SessionState.PSVariable.GetValue("WhatIfPreference")));

    /// <summary>
    /// Warns on the host itself. Only for what must be said while the pipeline is being stopped, when its streams take nothing.
    /// </summary>
    public Task WriteHostWarningAsync(string text) => DoAsync(() =>
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

    private Task<bool> DoAsync(Action action) => pipeline.InvokeAsync(() =>
    {
        action();
        return true;
    });
}
