namespace EtcdDefrag.Execution.Guarding;

/// <summary>A condition that must not hold when a member is defragmented.</summary>
/// <param name="Name">Its name, which is also the error id.</param>
/// <param name="Check">Says what is wrong, or null.</param>
/// <param name="Remedy">What can be done when it refuses.</param>
internal sealed record Guard(string Name, Func<GuardContext, string?> Check, string Remedy)
{
    /// <summary>What can be done about the cause that it sees; null where <see cref="Remedy"/> says it.</summary>
    public Func<GuardContext, string?> FindCauseRemedy { get; init; } = _ => null;

    /// <summary>Whether -Force (<c>--force</c>) passes it.</summary>
    public bool CanBeForced { get; init; }

    /// <summary>Whether what it sees may pass by itself, so that it is waited for between two steps.</summary>
    public bool MayPass { get; init; }
}

/// <summary>A reason not to touch any member now.</summary>
/// <param name="Rule">The rule's name, which is also the error id.</param>
/// <param name="Reason">What was seen.</param>
/// <param name="Remedy">What can be done about it.</param>
internal sealed record GuardRefusal(string Rule, string Reason, string Remedy)
{
    /// <summary>Whether -Force (<c>--force</c>) passes it.</summary>
    public bool CanBeForced { get; init; }

    /// <summary>Whether what was seen may pass by itself.</summary>
    public bool MayPass { get; init; }
}

/// <summary>A risk that does not stop a run.</summary>
/// <param name="Rule">The rule's name.</param>
/// <param name="Text">What was seen.</param>
internal sealed record RunWarning(string Rule, string Text)
{
    /// <summary>The member that it is about; empty where it is about the cluster.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>What it is about, where its text holds figures that change from look to look; empty where the text itself says it.</summary>
    public string Topic { get; init; } = "";

    /// <summary>Whether another warning says the same, with whatever figures.</summary>
    /// <param name="other">The other one.</param>
    public bool IsSameAs(RunWarning other) =>
        (Rule, Endpoint, Topic) == (other.Rule, other.Endpoint, other.Topic) && (Topic.Length > 0 || Text == other.Text);
}
