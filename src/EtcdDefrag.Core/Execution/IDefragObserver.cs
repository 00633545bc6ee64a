using EtcdDefrag.Planning;

namespace EtcdDefrag.Execution;

/// <summary>Whoever follows a run: a cmdlet, a command, a loop. The run waits for it, so that order and pace are the observer's.</summary>
public interface IDefragObserver
{
    /// <summary>Takes notice of an event before the run goes on.</summary>
    /// <param name="happened">What happened.</param>
    Task OnEventAsync(DefragEvent happened);

    /// <summary>Says whether a member may be defragmented. It is asked once for each member, at its turn.</summary>
    /// <param name="nextStep">The step.</param>
    /// <param name="cancellationToken">Gives the question up.</param>
    Task<bool> ApproveAsync(EtcdDefragStep nextStep, CancellationToken cancellationToken);

    /// <summary>
    /// Says whether what was approved still holds: the last question before the call where time has passed since the approval, as
    /// it does while leadership moves. Nobody is to be prompted again. By default it holds.
    /// </summary>
    /// <param name="nextStep">The step.</param>
    /// <param name="cancellationToken">Gives the question up.</param>
    Task<bool> IsStillApprovedAsync(EtcdDefragStep nextStep, CancellationToken cancellationToken) => Task.FromResult(true);
}
