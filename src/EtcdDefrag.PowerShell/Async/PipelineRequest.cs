using System.Runtime.ExceptionServices;

namespace EtcdDefrag.PowerShell.Async;

/// <summary>Something that only the pipeline thread may do, asked for by somebody who waits elsewhere.</summary>
internal abstract class PipelineRequest
{
    /// <summary>Does it, on the pipeline thread. What was thrown goes to whoever waits, and is returned as well.</summary>
    public abstract ExceptionDispatchInfo? Serve();

    /// <summary>Tells whoever waits that it will never be done.</summary>
    /// <param name="reason">Why.</param>
    public abstract void Abandon(Exception reason);
}

/// <summary>A request with an answer.</summary>
internal sealed class PipelineRequest<T>(Func<T> action) : PipelineRequest
{
    // Without this flag the rest of the worker would run on the pipeline thread, and wait for itself at its next request.
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Answer => _answer.Task;

    public override ExceptionDispatchInfo? Serve()
    {
        try
        {
            _answer.SetResult(action());
            return null;
        }
        catch (Exception thrown)
        {
            _answer.SetException(thrown);
            return ExceptionDispatchInfo.Capture(thrown);
        }
    }

    public override void Abandon(Exception reason) => _answer.TrySetException(reason);
}
