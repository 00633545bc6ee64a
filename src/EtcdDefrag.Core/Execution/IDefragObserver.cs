using EtcdDefrag.Planning;

namespace EtcdDefrag.Execution;

/// <summary>Whoever follows a run: a cmdlet, a command, a loop. The run waits for it, so that order and pace are the observer's.</summary>
internal interface IDefragObserver
{
    /// <summary>Takes notice of an event before the run goes on.</summary>
    /// <param name="runEvent">The event.</param>
    Task OnEventAsync(DefragEvent runEvent);

    /// <summary>
    /// Says why a member must not be defragmented now. The run skips the member then, with that reason in its result.
    /// </summary>
    /// <param name="nextStep">The step.</param>
    /// <param name="wasApproved">
    /// Whether the step was approved before. It is asked again where time has passed since then, for instance while leadership moved;
    /// nobody is prompted a second time.
    /// </param>
    /// <param name="cancellationToken">Gives the question up.</param>
    /// <returns>The objection, as a sentence; null to go on.</returns>
    Task<string?> FindObjectionAsync(EtcdDefragStep nextStep, bool wasApproved, CancellationToken cancellationToken);
}
