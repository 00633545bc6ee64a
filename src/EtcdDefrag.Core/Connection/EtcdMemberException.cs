using EtcdDefrag.Model;

namespace EtcdDefrag.Connection;

/// <summary>A member of the member list could not be spoken to, or not as that member.</summary>
public sealed class EtcdMemberException : Exception
{
    /// <summary>Says which member and why.</summary>
    /// <param name="member">The entry of the member list.</param>
    /// <param name="problem">What is wrong, as the end of a sentence.</param>
    public EtcdMemberException(EtcdMember member, string problem)
        : base($"Member {member.MemberId}{(member.Name.Length > 0 ? $" ({member.Name})" : "")} cannot be asked: {problem}.")
    {
        Member = member;
    }

    /// <summary>The member.</summary>
    public EtcdMember Member { get; }
}
