using System.Management.Automation;
using EtcdDefrag.Text;

namespace EtcdDefrag.PowerShell.Async;

/// <summary>The one bridge from a cmdlet's pipeline to asynchronous work. Ctrl+C cancels the work and leaves no error behind.</summary>
public abstract class AsyncCmdlet : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _stop = new();

    /// <inheritdoc/>
    protected sealed override void StopProcessing() => Cancel();

    /// <summary>Releases what the cmdlet holds. PowerShell calls it when the pipeline has ended.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases what the cmdlet holds.</summary>
    /// <param name="disposing">Whether <see cref="Dispose()"/> was called.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _stop.Dispose();
        }
    }

    /// <summary>Warns, with the text escaped and bounded.</summary>
    /// <param name="text">The text.</param>
    private protected new void WriteWarning(string text) => base.WriteWarning(DisplayText.Of(text));

    /// <summary>Writes to the verbose stream, with the text escaped and bounded.</summary>
    /// <param name="text">The text.</param>
    private protected new void WriteVerbose(string text) => VerboseStream.Write(this, text);

    /// <summary>Does work off the pipeline thread, and returns when it has ended.</summary>
    private protected void Await(Func<CmdletStreams, CancellationToken, Task> work)
    {
        using var pipeline = new PipelineThread();
        var streams = new CmdletStreams(this, pipeline);
        var token = _stop.Token;
        try
        {
            pipeline.Run(() => work(streams, token), Cancel);
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            // The user's own wish is no error; this exception is how PowerShell is told so.
            throw new PipelineStoppedException();
        }
    }

    private void Cancel()
    {
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // Ctrl+C came just after the end.
        }
    }
}
