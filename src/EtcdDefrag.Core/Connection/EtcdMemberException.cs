using EtcdDefrag.Model;
using EtcdDefrag.Text;

namespace EtcdDefrag.Connection;

/// <summary>A member of the member list cannot be reached, or another member answers in its place.</summary>
public sealed class EtcdMemberException : Exception
{
    internal EtcdMemberException(EtcdMember member, string problem, string? answeredAs = null)
        : base($"{Show(member)} cannot be asked: {DisplayText.Value(problem)}.")
    {
        Member = member;
        AnsweredAs = answeredAs;
    }

    /// <summary>The member.</summary>
    public EtcdMember Member { get; }

    /// <summary>The id of the other member that answered at its address; null where none did.</summary>
    public string? AnsweredAs { get; }

    /// <summary>Whether it was added to the cluster and has never been started: it has no name and no address yet.</summary>
    internal bool IsNeverStarted => Member is { Name.Length: 0, ClientUrls.Count: 0 };

    private static string Show(EtcdMember member) =>
        $"Member {member.MemberId}{(member.Name.Length > 0 ? $" ({DisplayText.Value(member.Name)})" : "")}";
}
