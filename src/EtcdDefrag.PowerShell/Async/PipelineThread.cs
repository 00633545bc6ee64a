using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace EtcdDefrag.PowerShell.Async;

/// <summary>
/// Lets work run elsewhere while the pipeline thread does for it what only the pipeline thread may do: the requests are served
/// one after the other, in the order in which they are made, until the work has ended.
/// </summary>
internal sealed class PipelineThread : IDisposable
{
    private readonly BlockingCollection<PipelineRequest> _requests = [];
    private ExceptionDispatchInfo? _workFailure;

    /// <summary>Has the pipeline thread do something, and waits for it. What it throws there is thrown here.</summary>
    /// <param name="action">What to do.</param>
    public Task<T> InvokeAsync<T>(Func<T> action)
    {
        var request = new PipelineRequest<T>(action);
        _requests.Add(request);
        return request.Answer;
    }

    /// <summary>Has the pipeline thread do something for which nobody waits. Where the work has ended, nothing is done any more.</summary>
    /// <param name="action">What to do.</param>
    public void Post(Action action)
    {
        try
        {
            _requests.Add(new PipelineRequest<bool>(() =>
            {
                action();
                return true;
            }));
        }
        catch (InvalidOperationException)
        {
            // Closed, or disposed of: the call that is told of here outlived the work, as a cancelled one may.
        }
    }

    /// <summary>
    /// Starts the work and serves it to its end; called on the pipeline thread. Throws what a request threw, else what the work
    /// threw. Never returns while the work still runs.
    /// </summary>
    /// <param name="work">The work.</param>
    /// <param name="cancelWork">Asks the work to end, once the pipeline wants nothing more from it.</param>
    public void Run(Func<Task> work, Action cancelWork)
    {
        _ = Task.Run(() => WorkAsync(work));
        var broken = ServeAll(cancelWork);
        broken?.Throw();
        _workFailure?.Throw();
    }

    /// <inheritdoc/>
    public void Dispose() => _requests.Dispose();

    private ExceptionDispatchInfo? ServeAll(Action cancelWork)
    {
        ExceptionDispatchInfo? broken = null;
        foreach (var request in _requests.GetConsumingEnumerable())
        {
            if (broken is not null)
            {
                request.Abandon(broken.SourceException);
            }
            else if ((broken = request.Serve()) is not null)
            {
                // The pipeline is ending (-ErrorAction Stop, Select-Object -First, Ctrl+C): nothing more is wanted.
                cancelWork();
            }
        }

        return broken;
    }

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
