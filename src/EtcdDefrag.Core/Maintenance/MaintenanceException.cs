using EtcdDefrag.Inspection;

namespace EtcdDefrag.Maintenance;

/// <summary>An operation beside the defragmentation is refused, or has failed.</summary>
public sealed class MaintenanceException : Exception
{
    /// <summary>Says why.</summary>
    /// <param name="message">The reason, as a sentence.</param>
    /// <param name="remedy">What can be done, as a sentence.</param>
    /// <param name="innerException">The original failure, where there was one.</param>
    public MaintenanceException(string message, string remedy, Exception? innerException = null)
        : base(message, innerException) => Remedy = remedy;

    /// <summary>What can be done.</summary>
    public string Remedy { get; }

    /// <summary>Whether the change may have been made, or may still be.</summary>
    internal bool OutcomeIsOpen { get; init; }

    /// <summary>The members whose missing answers are the reason; empty where the reason is another one.</summary>
    internal IReadOnlyList<MemberObservation> Unanswered { get; private init; } = [];

    /// <summary>No member gave the answer that the operation needs.</summary>
    internal static MaintenanceException NoAnswer(ClusterSnapshot snapshot) => new(
        string.Join(' ', snapshot.Members.Select(m => FindFailure(m)?.Message ?? $"{m.DisplayName} gave no member list.")),
        snapshot.FindRemedy() ?? "Bring a voting member back first, or name one that can be reached from here.")
    {
        Unanswered = [.. snapshot.Members.Where(m => FindFailure(m) is not null)],
    };

    /// <summary>Why a member's answer is missing.</summary>
    internal static Exception? FindFailure(MemberObservation member) => member.Failure ?? member.MemberListFailure;
}
