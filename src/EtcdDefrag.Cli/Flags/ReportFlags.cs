using EtcdDefrag.Reporting;

namespace EtcdDefrag.Cli.Flags;

/// <summary>What <c>etcd-defrag report</c> has of its own.</summary>
internal static class ReportFlags
{
    public static readonly Flag<string> Title = new("title", text => text, DefragReportPage.DefaultTitle)
    {
        Description = "The page's title.",
        ValueName = "text",
        Default = DefragReportPage.DefaultTitle,
    };

    public static IReadOnlyList<Flag> All { get; } = [Title];
}
