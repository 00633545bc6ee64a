using System.CommandLine;
using EtcdDefrag.Cli.Flags;
using EtcdDefrag.Cli.Monitoring;

namespace EtcdDefrag.Cli.Commands;

/// <summary>The command line as a whole.</summary>
internal static class CommandTree
{
    /// <summary>Every flag.</summary>
    public static IReadOnlyList<Flag> Flags { get; } = [.. ConnectionFlags.All, .. RunFlags.All, .. OutputFlags.All, .. MonitorFlags.All];

    public static RootCommand Create(CommandHost host)
    {
        var root = new RootCommand("Defragments etcd members one at a time, the leader last, and only while the whole cluster is healthy.");
        root.Options.Remove(root.Options.First(o => o is VersionOption));
        new DefragCommand(host).AddTo(root);
        root.Subcommands.Add(StatusCommand.Create(host));
        root.Subcommands.Add(HealthCommand.Create(host));
        root.Subcommands.Add(PlanCommand.Create(host));
        root.Subcommands.Add(AlarmCommand.Create(host));
        root.Subcommands.Add(CompactCommand.Create(host));
        root.Subcommands.Add(MonitorCommand.Create(host));
        root.Subcommands.Add(CompletionCommand.Create());
        return root;
    }

    /// <summary>Adds flags to a command.</summary>
    public static void AddFlags(this Command command, params IEnumerable<Flag>[] groups)
    {
        foreach (var flag in groups.SelectMany(flags => flags))
        {
            command.Options.Add(flag.Option);
        }
    }
}
