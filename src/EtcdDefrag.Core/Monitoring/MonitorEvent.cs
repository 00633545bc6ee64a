using EtcdDefrag.Execution;
using EtcdDefrag.Monitoring.Configuration;

namespace EtcdDefrag.Monitoring;

/// <summary>Something that happened while clusters were watched. Events of one cluster come in the order in which things happened.</summary>
/// <param name="At">When.</param>
public abstract record MonitorEvent(DateTimeOffset At);

/// <summary>A configuration is in force from now on: the first, or one that has taken the place of another.</summary>
/// <param name="At">When.</param>
/// <param name="File">The file; empty where it came from none.</param>
/// <param name="IsReload">Whether it has taken the place of another.</param>
/// <param name="Clusters">The names of the clusters in it.</param>
internal sealed record ConfigurationInForce(DateTimeOffset At, string File, bool IsReload, IReadOnlyList<string> Clusters) : MonitorEvent(At);

/// <summary>The file has changed to something that cannot be used; the previous configuration stays in force. Told again when it is asked for.</summary>
/// <param name="At">When.</param>
/// <param name="File">The file.</param>
/// <param name="Problems">What is wrong, each with line and key.</param>
internal sealed record ConfigurationRefused(DateTimeOffset At, string File, IReadOnlyList<ConfigurationProblem> Problems) : MonitorEvent(At);

/// <summary>The file is gone; the previous configuration stays in force. Told once until it is back, and again when it is asked for.</summary>
/// <param name="At">When.</param>
/// <param name="File">The file.</param>
internal sealed record ConfigurationMissing(DateTimeOffset At, string File) : MonitorEvent(At);

/// <summary>The file was read because somebody asked for it or because its text has changed, and says what is in force already.</summary>
/// <param name="At">When.</param>
/// <param name="File">The file.</param>
internal sealed record ConfigurationUnchanged(DateTimeOffset At, string File) : MonitorEvent(At);

/// <summary>The configuration turns the monitor off: nothing is checked until it says otherwise.</summary>
/// <param name="At">When.</param>
internal sealed record MonitorDisabled(DateTimeOffset At) : MonitorEvent(At);

/// <summary>The configuration turns the monitor on again.</summary>
/// <param name="At">When.</param>
internal sealed record MonitorEnabled(DateTimeOffset At) : MonitorEvent(At);

/// <summary>The monitor was told to stop: no further member is begun; one that is under way is waited for, for a bounded time.</summary>
/// <param name="At">When.</param>
internal sealed record MonitorStopping(DateTimeOffset At) : MonitorEvent(At);

/// <summary>The monitor has ended. Nothing comes after it.</summary>
/// <param name="At">When.</param>
internal sealed record MonitorStopped(DateTimeOffset At) : MonitorEvent(At);

/// <summary>Something that happened to one cluster.</summary>
/// <param name="At">When.</param>
/// <param name="Cluster">The cluster's name in the configuration.</param>
internal abstract record ClusterEvent(DateTimeOffset At, string Cluster) : MonitorEvent(At);

/// <summary>The configuration in force leaves the certificates of a cluster's members unverified.</summary>
/// <param name="At">When it came in force.</param>
/// <param name="Cluster">The cluster.</param>
internal sealed record CertificateCheckSkipped(DateTimeOffset At, string Cluster) : ClusterEvent(At, Cluster);

/// <summary>When the next check comes.</summary>
/// <param name="At">When this was decided.</param>
/// <param name="Cluster">The cluster.</param>
/// <param name="DueAt">When the check comes; null for none: no interval is set.</param>
internal sealed record CheckScheduled(DateTimeOffset At, string Cluster, DateTimeOffset? DueAt) : ClusterEvent(At, Cluster);

/// <summary>The check is due and no maintenance window is open: nothing is asked of the cluster until one is.</summary>
/// <param name="At">When.</param>
/// <param name="Cluster">The cluster.</param>
/// <param name="OpensAt">When one opens; null where none does within two weeks.</param>
internal sealed record OutsideWindow(DateTimeOffset At, string Cluster, DateTimeOffset? OpensAt) : ClusterEvent(At, Cluster);

/// <summary>The check on startup waits for the cluster to be well. Told when the reason becomes another one.</summary>
/// <param name="At">When.</param>
/// <param name="Cluster">The cluster.</param>
/// <param name="Rule">The guard that does not hold.</param>
/// <param name="Reason">What it saw.</param>
internal sealed record WaitingForCluster(DateTimeOffset At, string Cluster, string Rule, string Reason) : ClusterEvent(At, Cluster);

/// <summary>A round has begun: the cluster is looked at, judged and, where that is worth it and safe, defragmented.</summary>
/// <param name="At">When.</param>
/// <param name="Cluster">The cluster.</param>
/// <param name="IsStartup">Whether it is the one on startup.</param>
/// <param name="IsDryRun">Whether nothing is to be defragmented.</param>
internal sealed record RoundStarted(DateTimeOffset At, string Cluster, bool IsStartup, bool IsDryRun) : ClusterEvent(At, Cluster);

/// <summary>The members that answered were judged by the policy.</summary>
/// <param name="At">When.</param>
/// <param name="Cluster">The cluster.</param>
/// <param name="Members">The verdicts.</param>
internal sealed record ClusterJudged(DateTimeOffset At, string Cluster, IReadOnlyList<MemberJudgement> Members) : ClusterEvent(At, Cluster);

/// <summary>What the guarded run says of itself.</summary>
/// <param name="At">When.</param>
/// <param name="Cluster">The cluster.</param>
/// <param name="Event">Its event.</param>
internal sealed record RunHappened(DateTimeOffset At, string Cluster, DefragEvent Event) : ClusterEvent(At, Cluster);

/// <summary>A member is due and is left alone, since the maintenance window has closed meanwhile.</summary>
/// <param name="At">When.</param>
/// <param name="Cluster">The cluster.</param>
/// <param name="MemberId">The member.</param>
internal sealed record WindowClosed(DateTimeOffset At, string Cluster, string MemberId) : ClusterEvent(At, Cluster);

/// <summary>A round's end.</summary>
/// <param name="At">When.</param>
/// <param name="Cluster">The cluster.</param>
/// <param name="Took">How long the round took.</param>
internal abstract record RoundCompleted(DateTimeOffset At, string Cluster, TimeSpan Took) : ClusterEvent(At, Cluster);

/// <summary>The round was a good one, and something was due.</summary>
/// <param name="At">When.</param>
/// <param name="Cluster">The cluster.</param>
/// <param name="Took">How long the round took.</param>
/// <param name="Defragmented">How many members were defragmented.</param>
/// <param name="Due">How many were due: more than <paramref name="Defragmented"/> in a dry run, or where the window closed.</param>
/// <param name="BytesReclaimed">What was reclaimed over all members.</param>
internal sealed record RoundSucceeded(DateTimeOffset At, string Cluster, TimeSpan Took, int Defragmented, int Due, long BytesReclaimed) : RoundCompleted(At, Cluster, Took);

/// <summary>The round was a good one, and no member was due.</summary>
/// <param name="At">When.</param>
/// <param name="Cluster">The cluster.</param>
/// <param name="Took">How long the round took.</param>
internal sealed record NothingToDo(DateTimeOffset At, string Cluster, TimeSpan Took) : RoundCompleted(At, Cluster, Took);

/// <summary>The round failed.</summary>
/// <param name="At">When.</param>
/// <param name="Cluster">The cluster.</param>
/// <param name="Took">How long the round took.</param>
/// <param name="Reason">Why, and the way out where there is one.</param>
/// <param name="Failures">Failed rounds since the last good one, this one included.</param>
/// <param name="Budget">How many are borne.</param>
internal sealed record RoundFailed(DateTimeOffset At, string Cluster, TimeSpan Took, string Reason, int Failures, int Budget) : RoundCompleted(At, Cluster, Took);

/// <summary>Another run is under way on the cluster; the next round tries again. Counts neither as good nor as failed.</summary>
/// <param name="At">When.</param>
/// <param name="Cluster">The cluster.</param>
/// <param name="Took">How long the round took.</param>
/// <param name="Reason">Whose run it is.</param>
/// <param name="Postponements">Rounds postponed in a row, this one included.</param>
/// <param name="Budget">From how many on somebody should hear of it.</param>
internal sealed record RoundPostponed(DateTimeOffset At, string Cluster, TimeSpan Took, string Reason, int Postponements, int Budget) : RoundCompleted(At, Cluster, Took);

/// <summary>The round was ended by a stop or a new configuration. Counts neither as good nor as failed.</summary>
/// <param name="At">When.</param>
/// <param name="Cluster">The cluster.</param>
/// <param name="Took">How long the round took.</param>
internal sealed record RoundInterrupted(DateTimeOffset At, string Cluster, TimeSpan Took) : RoundCompleted(At, Cluster, Took);

/// <summary>So many rounds in a row have failed that somebody should look; checks are further apart until one is good.</summary>
/// <param name="At">When.</param>
/// <param name="Cluster">The cluster.</param>
/// <param name="Failures">How many.</param>
/// <param name="Reason">Why the last one did.</param>
internal sealed record ClusterDegraded(DateTimeOffset At, string Cluster, int Failures, string Reason) : ClusterEvent(At, Cluster);

/// <summary>A degraded cluster has had a good round again.</summary>
/// <param name="At">When.</param>
/// <param name="Cluster">The cluster.</param>
/// <param name="Failures">How many rounds had failed before it.</param>
internal sealed record ClusterRecovered(DateTimeOffset At, string Cluster, int Failures) : ClusterEvent(At, Cluster);
