namespace EtcdDefrag.Cli.Output;

/// <summary>Sizes and parts for people.</summary>
internal static class SizeText
{
    /// <summary>A bar for a part of a whole.</summary>
    public static string Bar(double part, int width = 10)
    {
        var full = (int)Math.Round(Math.Clamp(part, 0, 1) * width);
        return new string('█', full) + new string('░', width - full);
    }
}
