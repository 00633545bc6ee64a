namespace EtcdDefrag.PowerShell.Policies;

/// <summary>What a policy says to a member's numbers. Sizes are bytes.</summary>
public sealed record EtcdPolicyResult
{
    /// <summary>Whether a defragmentation is worth its pause.</summary>
    public required bool IsMatch { get; init; }

    /// <summary>The numbers that decided.</summary>
    public required string Reason { get; init; }

    /// <summary>What a defragmentation cannot help against; null where there is nothing of the kind.</summary>
    public string? Warning { get; init; }

    /// <summary>The size of the database file.</summary>
    public required long DbSize { get; init; }

    /// <summary>The live bytes in it.</summary>
    public required long DbSizeInUse { get; init; }

    /// <summary>The quota that <see cref="DbSize"/> is held against; null where it is not known.</summary>
    public long? DbQuota { get; init; }
}
