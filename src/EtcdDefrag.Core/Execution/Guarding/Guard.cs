namespace EtcdDefrag.Execution.Guarding;

/// <summary>A condition that must not hold when a member is defragmented.</summary>
/// <param name="Name">Its name, which is also the error id.</param>
/// <param name="Check">Says what is wrong; null where nothing is.</param>
/// <param name="Remedy">What can be done when it refuses.</param>
internal sealed record Guard(string Name, Func<GuardContext, string?> Check, string Remedy)
{
    /// <summary>A remedy for the cause at hand; null where <see cref="Remedy"/> is the one.</summary>
    public Func<GuardContext, string?> FindCauseRemedy { get; init; } = _ => null;

    /// <summary>Whether -Force (<c>--force</c>) overrides it.</summary>
    public bool CanBeForced { get; init; }

    /// <summary>Whether the condition may pass by itself, so that the run waits for that between two steps.</summary>
    public bool MayPass { get; init; }

    public GuardRefusal Refuse(string reason, string? remedy = null) => new GuardRefusal(Name, reason, remedy ?? Remedy)
    {
        CanBeForced = CanBeForced,
        MayPass = MayPass,
    };
}

/// <summary>A reason not to touch any member now.</summary>
/// <param name="Rule">The guard's name, which is also the error id.</param>
/// <param name="Reason">What was seen.</param>
/// <param name="Remedy">What can be done about it.</param>
internal sealed record GuardRefusal(string Rule, string Reason, string Remedy)
{
    /// <inheritdoc cref="Guard.CanBeForced"/>
    public bool CanBeForced { get; init; }

    /// <inheritdoc cref="Guard.MayPass"/>
    public bool MayPass { get; init; }
}

/// <summary>What the guards say to a cluster.</summary>
/// <param name="Refusal">The first refusal; null where every guard holds, or is overridden.</param>
/// <param name="Forced">A warning for each guard that was overridden.</param>
internal sealed record GuardVerdict(GuardRefusal? Refusal, IReadOnlyList<RunWarning> Forced)
{
    /// <summary>What they saw.</summary>
    public required GuardContext Context { get; init; }
}

/// <summary>A risk that does not stop a run.</summary>
/// <param name="Rule">What kind of risk.</param>
/// <param name="Text">What was seen.</param>
internal sealed record RunWarning(string Rule, string Text)
{
    /// <summary>The member that it is about; empty where it is about the cluster.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>What it is about, where its text has figures that change from one inspection to the next; else empty.</summary>
    public string Topic { get; init; } = "";

    /// <summary>Whether another warning says the same, with whatever figures.</summary>
    public bool IsSameAs(RunWarning other) =>
        (Rule, Endpoint, Topic) == (other.Rule, other.Endpoint, other.Topic) && (Topic.Length > 0 || Text == other.Text);
}
