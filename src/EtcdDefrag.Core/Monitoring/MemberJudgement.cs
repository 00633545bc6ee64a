using EtcdDefrag.Planning;

namespace EtcdDefrag.Monitoring;

/// <summary>What a policy says of a member at one moment. Sizes are bytes.</summary>
internal sealed record MemberJudgement
{
    /// <summary>The address it was asked at.</summary>
    public required string Endpoint { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its id in hexadecimal digits.</summary>
    public required string MemberId { get; init; }

    /// <summary>Whether it leads.</summary>
    public required bool IsLeader { get; init; }

    /// <summary>The size of its file.</summary>
    public required long DbSize { get; init; }

    /// <summary>The live bytes in it.</summary>
    public required long DbSizeInUse { get; init; }

    /// <summary>Whether it is to be defragmented.</summary>
    public required bool IsDue { get; init; }

    /// <summary>The numbers that decided.</summary>
    public required string Reason { get; init; }

    internal static MemberJudgement Of(EtcdDefragStep step) => new()
    {
        Endpoint = step.Endpoint,
        Name = step.Name,
        MemberId = step.MemberId,
        IsLeader = step.IsLeader,
        DbSize = step.DbSize,
        DbSizeInUse = step.DbSizeInUse,
        IsDue = step.Action == EtcdDefragAction.Defragment,
        Reason = step.Reason,
    };
}
