namespace EtcdDefrag.Execution.Guarding;

/// <summary>A condition that must not hold when a member is defragmented. Its name is the error id, its check says what is wrong.</summary>
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

/// <summary>A reason not to touch any member now: the guard's name, what it saw, and what can be done.</summary>
internal sealed record GuardRefusal(string Rule, string Reason, string Remedy)
{
    public bool CanBeForced { get; init; }

    public bool MayPass { get; init; }
}

/// <summary>What the guards say: the first refusal, if any, and a warning for each guard that was overridden.</summary>
internal sealed record GuardVerdict(GuardRefusal? Refusal, IReadOnlyList<RunWarning> Forced)
{
    public required GuardContext Context { get; init; }
}

/// <summary>A risk that does not stop a run.</summary>
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
