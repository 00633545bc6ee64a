using EtcdDefrag.Cli.Completion;
using EtcdDefrag.Cli.Flags;
using EtcdDefrag.Cli.Monitoring;

namespace EtcdDefrag.Cli.Commands;

/// <summary>Every command with its flags and what it does.</summary>
internal static class CommandTree
{
    private static readonly FlagGroup Connection = new("Connection flags", ConnectionFlags.All);
    private static readonly FlagGroup Output = new("Output flags", OutputFlags.All);

    /// <summary>Every flag.</summary>
    public static IReadOnlyList<Flag> Flags { get; } =
    [
        .. ConnectionFlags.All, .. RunFlags.All, RunFlags.Snapshot, .. MaintenanceFlags.All, .. OutputFlags.All, .. MonitorFlags.All,
        .. ReportFlags.All, .. UsageFlags.All,
    ];

    public static CommandDefinition Root { get; } =
        new("etcd-defrag", "Defragments etcd members one at a time, the leader last, and only while the whole cluster is healthy.")
        {
            RunAsync = OnCluster(DefragCommand.RunAsync),
            Groups = [Own(RunFlags.All), Output, Connection],
            Commands =
            [
                new("status", "Shows each member's sizes, quota and place in the cluster.")
                {
                    RunAsync = OnCluster(StatusCommand.RunAsync),
                    Groups = [Own([RunFlags.Cluster]), Output, Connection],
                },
                new("health", "Judges the health of the whole cluster, whichever members are named and with or without --cluster; exit "
                    + "code 1 where it is not healthy.")
                {
                    RunAsync = OnCluster(HealthCommand.RunAsync),
                    Groups = [Own([RunFlags.Cluster]), Output, Connection],
                },
                new("plan", "Shows which members a run with the same flags would defragment, in which order and why; exit code 2 where "
                    + "a guard would refuse.")
                {
                    RunAsync = OnCluster(PlanCommand.RunAsync),
                    Groups = [Own([.. RunFlags.All.Where(f => f != RunFlags.Version)]), Output, Connection],
                },
                new("alarm", "Shows the cluster's alarms, or clears NOSPACE of named members.")
                {
                    Commands =
                    [
                        new("list", "Shows every alarm that is armed.")
                        {
                            RunAsync = OnCluster(AlarmCommand.ListAsync),
                            Groups = [Output, Connection],
                        },
                        new("disarm", "Clears the NOSPACE alarm of the named members, if every member's database file is below "
                            + "--disalarm-threshold.")
                        {
                            RunAsync = OnCluster(AlarmCommand.DisarmAsync),
                            Operand = new("member", "The members whose NOSPACE alarm to clear, by id or name.", 1, int.MaxValue),
                            Groups =
                            [
                                Own([RunFlags.QuotaBytes, RunFlags.DisalarmThreshold, RunFlags.Force, RunFlags.DryRun]), Output, Connection,
                            ],
                        },
                    ],
                },
                new("compact", "Compacts the history of the whole cluster, and waits until every member has removed it from its database.")
                {
                    RunAsync = OnCluster(CompactCommand.RunAsync),
                    Operand = new("revision", "The revision to compact up to; by default the newest minus --compaction-retain.", 0, 1),
                    Groups = [Own([RunFlags.CompactionRetain, RunFlags.DryRun]), Output, Connection],
                },
                new("move-leader", "Has the leader hand leadership over, whichever member is named by --endpoints, and waits until the "
                    + "members agree.")
                {
                    RunAsync = OnCluster(MoveLeaderCommand.RunAsync),
                    Operand = new(
                        "member",
                        "The member that is to lead, by id, name or address; by default the voter that is furthest ahead.",
                        0,
                        1),
                    Groups = [Own([RunFlags.DryRun]), Output, Connection],
                },
                new("snapshot", "Saves a member's database as a backup, and judges backups.")
                {
                    Commands =
                    [
                        new("save", "Writes the database of one of the named members to a file, and verifies it: a follower that is up "
                            + "to date rather than the leader.")
                        {
                            RunAsync = OnCluster(SnapshotCommand.SaveAsync),
                            Operand = new("file", "The file to write. It has this name only when it is whole.", 1, 1) { FileEndings = [] },
                            Groups = [Own([MaintenanceFlags.Overwrite, RunFlags.DryRun]), Output, Connection],
                        },
                        new("status", "Judges snapshots, or copies of a member's database file, without a server: hash, revision, keys, "
                            + "sizes, and whether they are whole; exit code 1 where one is damaged.")
                        {
                            RunAsync = OnCluster(SnapshotStatusCommand.RunAsync),
                            Operand = new("file", "The files.", 1, int.MaxValue) { FileEndings = [] },
                            Groups = [Output],
                        },
                    ],
                },
                new("recover", "Brings a cluster back from NOSPACE: compacts, defragments every member, clears the alarm where every file is "
                    + "below --disalarm-threshold, and proves that writes are taken; exit code 1 where the data itself is too large.")
                {
                    RunAsync = OnCluster(RecoverCommand.RunAsync),
                    Groups = [Own(RecoverCommand.Flags), Output, Connection],
                },
                new("usage", "Shows what takes the room: keys, bytes and versions by prefix, read slowly from a follower.")
                {
                    RunAsync = OnCluster(UsageCommand.RunAsync),
                    Groups = [Own(UsageFlags.All), Output, Connection],
                },
                new("monitor", "Watches clusters and defragments their members when the policy says so, until SIGTERM or Ctrl+C.")
                {
                    RunAsync = MonitorCommand.RunAsync,
                    Groups = [Own([.. MonitorFlags.All, RunFlags.DryRun])],
                },
                new("report", "Turns the JSON lines of runs (-w json) and monitors (--output json) into one HTML page on standard output.")
                {
                    RunAsync = ReportCommand.RunAsync,
                    Operand = new("file", "The files with the lines, for example run.jsonl.", 1, int.MaxValue) { FileEndings = [] },
                    Groups = [Own(ReportFlags.All)],
                },
                new("completion", "Prints a script that completes commands, flags, values and files in bash, zsh, fish or PowerShell.")
                {
                    Commands = [.. ShellCompletion.Shells.Select(shell => new CommandDefinition(shell, $"For {shell}.")
                    {
                        RunAsync = (host, _, cancellationToken) => ShellCompletion.PrintScriptAsync(shell, host, cancellationToken),
                    })],
                },
                new("help", "Shows the help of a command.")
                {
                    RunAsync = HelpText.ShowAsync,
                    Operand = new("command", "The command, for example alarm list.", 0, int.MaxValue) { NamesCommand = true },
                },
            ],
        };

    private static FlagGroup Own(IReadOnlyList<Flag> flags) => new("Flags", flags);

    private static CommandAction OnCluster(Func<ClusterSession, CancellationToken, Task<int>> action) =>
        new ClusterAction(action).RunAsync;
}
