using EtcdDefrag.Model;
using EtcdDefrag.Text;

namespace EtcdDefrag.Connection;

/// <summary>A member of the member list could not be spoken to, or not as that member.</summary>
public sealed class EtcdMemberException : Exception
{
    /// <summary>Says which member and why.</summary>
    /// <param name="member">The entry of the member list.</param>
    /// <param name="problem">What is wrong, as the end of a sentence.</param>
    /// <param name="answeredAs">The id of the other member that answered at its address, where one did.</param>
    public EtcdMemberException(EtcdMember member, string problem, string? answeredAs = null)
        : base($"Member {member.MemberId}{(member.Name.Length > 0 ? $" ({DisplayText.Value(member.Name)})" : "")} cannot be asked: {DisplayText.Value(problem)}.")
    {
        Member = member;
        AnsweredAs = answeredAs;
    }

    /// <summary>The member.</summary>
    public EtcdMember Member { get; }

    /// <summary>The id of the other member that answered at its address; null where none did.</summary>
    public string? AnsweredAs { get; }

    /// <summary>Whether it was added to the cluster and never started: it has given neither a name nor an address yet.</summary>
    public bool IsNeverStarted => Member is { Name.Length: 0, ClientUrls.Count: 0 };
}
