using System.CommandLine;
using EtcdDefrag.Cli.Monitoring;

namespace EtcdDefrag.Cli.Commands;

/// <summary>The command line as a whole.</summary>
internal static class CommandTree
{
    public static RootCommand Create()
    {
        var root = new RootCommand("Defragments etcd members one at a time, the leader last, and only while the whole cluster is well.");
        DefragCommand.AddTo(root);
        root.Subcommands.Add(MonitorCommand.Create());
        root.Subcommands.Add(TryCommand.Create());
        root.Subcommands.Add(SandboxCommand.Create());
        return root;
    }
}
