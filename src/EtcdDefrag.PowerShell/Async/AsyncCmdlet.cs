using System.Collections.Concurrent;
using System.Management.Automation;
using System.Runtime.ExceptionServices;
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
        _stop.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Warns, with the text escaped and bounded.</summary>
    internal new void WriteWarning(string text) => base.WriteWarning(DisplayText.Of(text));

    internal void WriteWarnings(IEnumerable<string> texts)
    {
        foreach (var text in texts)
        {
            WriteWarning(text);
        }
    }

    /// <summary>
    /// Writes to the verbose stream, with the text escaped and bounded. Where -Debug is given without -Verbose, PowerShell asks at every
    /// verbose line of a compiled cmdlet, which a script cannot answer: the line then goes to the debug stream instead.
    /// </summary>
    internal new void WriteVerbose(string text)
    {
        if (GetPreference("Debug") is SwitchParameter { IsPresent: true } && !MyInvocation.BoundParameters.ContainsKey("Verbose"))
        {
            WriteDebug(DisplayText.Of(text));
        }
        else
        {
            base.WriteVerbose(DisplayText.Of(text));
        }
    }

    /// <summary>What a common parameter was given, else the preference variable of its name.</summary>
    internal object? GetPreference(string name) => MyInvocation.BoundParameters.TryGetValue(name, out var given)
        ? given
        : SessionState.PSVariable.GetValue($"{name}Preference");

    /// <summary>Does work off the pipeline thread, and returns when it has ended.</summary>
    private protected void Await(Func<CmdletStreams, CancellationToken, Task> work)
    {
        using var pipeline = new PipelineThread();
        using var progress = new CmdletProgress(this, pipeline, TimeProvider.System);
        var streams = new CmdletStreams(this, pipeline, progress);
        var token = _stop.Token;
        try
        {
            pipeline.Run(() => work(streams, token), Cancel);
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            // Ctrl+C is not an error; this exception is how PowerShell is told so.
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

/// <summary>
/// Lets work run elsewhere while the pipeline thread serves its requests, one after the other in the order in which they are made, until
/// the work has ended.
/// </summary>
internal sealed class PipelineThread : IDisposable
{
    private readonly BlockingCollection<Action> _requests = [];
    private ExceptionDispatchInfo? _requestFailure;
    private ExceptionDispatchInfo? _workFailure;

    /// <summary>Has the pipeline thread do something, and waits for it. What it throws there is thrown here.</summary>
    public Task<T> InvokeAsync<T>(Func<T> request)
    {
        // Without this flag the rest of the worker would run on the pipeline thread, and wait for itself at its next request.
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _requests.Add(() =>
        {
            try
            {
                _requestFailure?.Throw();
                answer.SetResult(request());
            }
            catch (Exception failure)
            {
                _requestFailure ??= ExceptionDispatchInfo.Capture(failure);
                answer.SetException(failure);
            }
        });
        return answer.Task;
    }

    /// <inheritdoc cref="InvokeAsync{T}"/>
    public Task InvokeAsync(Action request) => InvokeAsync(() =>
    {
        request();
        return true;
    });

    /// <summary>Has the pipeline thread do something without waiting for it. Once the work has ended, nothing is done any more.</summary>
    public void Post(Action request)
    {
        try
        {
            _ = InvokeAsync(request);
        }
        catch (InvalidOperationException)
        {
            // Completed or disposed: a cancelled call may outlive the work.
        }
    }

    /// <summary>
    /// Starts the work and serves it to its end; called on the pipeline thread. Throws what a request threw, else what the work
    /// threw. Never returns while the work still runs.
    /// </summary>
    public void Run(Func<Task> work, Action cancelWork)
    {
        _ = Task.Run(() => WorkAsync(work));
        foreach (var request in _requests.GetConsumingEnumerable())
        {
            request();
            if (_requestFailure is not null)
            {
                // The pipeline is ending (-ErrorAction Stop, Select-Object -First, Ctrl+C).
                cancelWork();
            }
        }

        (_requestFailure ?? _workFailure)?.Throw();
    }

    /// <inheritdoc/>
    public void Dispose() => _requests.Dispose();

    private async Task WorkAsync(Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            _workFailure = ExceptionDispatchInfo.Capture(failure);
        }
        finally
        {
            _requests.CompleteAdding();
        }
    }
}
