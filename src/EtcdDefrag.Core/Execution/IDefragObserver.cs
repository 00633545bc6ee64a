using EtcdDefrag.Planning;

namespace EtcdDefrag.Execution;

/// <summary>Whoever follows a run: a cmdlet, a command, a loop. The run waits for it, so that order and pace are the observer's.</summary>
public interface IDefragObserver
{
    /// <summary>Takes notice of an event before the run goes on.</summary>
    /// <param name="happened">What happened.</param>
    Task OnEventAsync(DefragEvent happened);

    /// <summary>Says whether a member may be defragmented now. This is the last question before the call.</summary>
    /// <param name="nextStep">The step.</param>
    /// <param name="cancellationToken">Gives the question up.</param>
    Task<bool> ApproveAsync(EtcdDefragStep nextStep, CancellationToken cancellationToken);
}
