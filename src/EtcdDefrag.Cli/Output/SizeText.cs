using System.Globalization;

namespace EtcdDefrag.Cli.Output;

/// <summary>Sizes and parts for people.</summary>
internal static class SizeText
{
    public static string Of(long? bytes) => bytes is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known / 1048576.0:0.0} MiB") : "";

    public static string Percent(double? part) => part is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known * 100:0} %") : "";

    /// <summary>A bar for a part of a whole.</summary>
    public static string Bar(double part, int width = 10)
    {
        var full = (int)Math.Round(Math.Clamp(part, 0, 1) * width);
        return new string('█', full) + new string('░', width - full);
    }
}
