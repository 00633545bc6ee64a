using EtcdDefrag.Cli.Flags;
using EtcdDefrag.Cli.Output;
using EtcdDefrag.Policy;
using EtcdDefrag.Text;

namespace EtcdDefrag.Cli.Commands;

/// <summary>Reads a rule, and shows where it is wrong.</summary>
internal static class RuleReader
{
    public static async Task<DefragRule> ReadAsync(string text, RunLog log)
    {
        try
        {
            return DefragRule.Parse(text);
        }
        catch (RuleException invalid)
        {
            await log.WriteAsync("invalid").ConfigureAwait(false);
            await log.ComplainAsync(invalid.Message.Split('\n')).ConfigureAwait(false);
            throw new UsageException($"invalid rule \"{DisplayText.Value(invalid.Rule)}\", see above.", invalid);
        }
    }
}
