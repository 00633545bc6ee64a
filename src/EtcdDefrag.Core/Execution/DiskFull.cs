using System.Globalization;
using System.Text.RegularExpressions;
using EtcdDefrag.Connection;
using EtcdDefrag.Execution.Guarding;
using EtcdDefrag.Inspection;
using EtcdDefrag.Planning;

namespace EtcdDefrag.Execution;

/// <summary>
/// A member whose disk has no room for the copy that a defragmentation writes. etcd answers with an error and keeps the unfinished copy
/// until its next start: another try would fill the disk of the next member, or fail again. What happened is noted in etcd, since a run
/// keeps no state of its own.
/// </summary>
internal sealed partial class DiskFull(MemberConnections connections)
{
    /// <summary>The name of the guard.</summary>
    public const string Rule = "DiskFull";

    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(30);

    /// <summary>Whether a member's refusal says that its disk is full. NOSPACE, which is about the quota, is another matter.</summary>
    public static bool IsReported(Exception? failure) => failure is EtcdException { Failure: EtcdFailure.Refused } refused
        && refused.Detail.Contains("no space left on device", StringComparison.OrdinalIgnoreCase);

    /// <summary>What etcd's own message does not say.</summary>
    public static string Explain(EtcdException failure)
    {
        var file = LeftOver().Match(failure.Detail) is { Success: true } found ? found.Value : "db.tmp.*";
        return $"{failure.Message} The disk of this member is full: its unfinished copy ({file}) stays beside the database until "
            + "the member is restarted. Make room first: with a full disk every write may end the process.";
    }

    /// <summary>
    /// The members whose disk was full, and of which nothing shows that there is room now: no restart, and no need that is much smaller.
    /// A few bytes less do not count, since the unfinished copy itself has taken what room there was.
    /// </summary>
    public async Task<IReadOnlyList<string>> FindProblemsAsync(GuardContext context, CancellationToken cancellationToken)
    {
        var problems = await Task.WhenAll(context.Pending.Where(m => m is { Status: not null, Address: not null })
            .Select(m => FindProblemAsync(m, cancellationToken))).ConfigureAwait(false);
        return [.. problems.OfType<string>()];
    }

    /// <summary>Notes it for the next run.</summary>
    /// <returns>A warning where it could not be noted.</returns>
    public async Task<RunWarning?> NoteAsync(
        EtcdDefragStep step, MemberObservation seen, bool mayWrite, CancellationToken cancellationToken)
    {
        if (!mayWrite)
        {
            return WarnNotNoted(step, "keys are not to be written");
        }

        try
        {
            var member = connections.Get(seen.Address!);
            var lease = await member.GrantLeaseAsync(KeptFor, cancellationToken).ConfigureAwait(false);
            var needed = step.DiskBytesNeeded.ToString(CultureInfo.InvariantCulture);
            await member.CreateKeyAsync(KeyOf(seen), needed, lease, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (EtcdException failure)
        {
            return WarnNotNoted(step, failure.Detail);
        }
    }

    private static RunWarning WarnNotNoted(EtcdDefragStep step, string reason) => new(
        Rule, $"{step.Endpoint} has a full disk, and the next run will not know that: it could not be noted in etcd ({reason}).")
    {
        Endpoint = step.Endpoint,
    };

    private async Task<string?> FindProblemAsync(MemberObservation member, CancellationToken cancellationToken)
    {
        try
        {
            var noted = await connections.Get(member.Address!).ReadAsync(KeyOf(member), cancellationToken).ConfigureAwait(false);
            var need = DefragCost.EstimateDiskBytes(member.Status!.DbSizeInUse);
            return long.TryParse(noted, NumberStyles.None, CultureInfo.InvariantCulture, out var tried) && need > tried / 2
                ? $"The disk of {member.DisplayName} was full in an earlier run, which needed {tried} bytes; {need} are needed now, "
                    + "and the member was not restarted since."
                : null;
        }
        catch (EtcdException)
        {
            // A user who may not read this key could not write it either; a member that does not answer is for other guards.
            return null;
        }
    }

    /// <summary>Names the process: a restart removes what the failed defragmentation left, and with it what was known.</summary>
    private static string KeyOf(MemberObservation member) => string.Create(
        CultureInfo.InvariantCulture,
        $"etcd-defrag/disk-full/{member.MemberId}/{member.Metrics?.ProcessStartedAt?.ToUnixTimeSeconds() ?? 0}");

    [GeneratedRegex(@"[^\s""']*db\.tmp\.[0-9]+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LeftOver();
}
