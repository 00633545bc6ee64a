using EtcdDefrag.Planning;

namespace EtcdDefrag.Execution;

/// <summary>Follows a run: a cmdlet, a command, a loop. The run waits for it.</summary>
internal interface IDefragObserver
{
    /// <summary>Takes notice of an event before the run goes on.</summary>
    Task OnEventAsync(DefragEvent runEvent);

    /// <summary>
    /// Says why a member must not be defragmented now, as a sentence; null to go on. The run then skips the member, with that reason in
    /// its result.
    /// </summary>
    /// <param name="nextStep">The step.</param>
    /// <param name="wasApproved">
    /// Whether the step was approved before. The question is asked again where time has passed since then, for instance while leadership
    /// moved; users are not prompted a second time.
    /// </param>
    /// <param name="cancellationToken">Gives the question up.</param>
    Task<string?> FindObjectionAsync(EtcdDefragStep nextStep, bool wasApproved, CancellationToken cancellationToken);
}
