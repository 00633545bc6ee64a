using System.Globalization;

namespace EtcdDefrag.Cli.Output;

/// <summary>Writes a time as Go's programs do (<c>1.902417ms</c>, <c>2m3.5s</c>), since that is what etcd's operators read.</summary>
internal static class GoDuration
{
    public static string Write(TimeSpan time) => time switch
    {
        { Ticks: 0 } => "0s",
        { Ticks: < 0 } => $"-{Write(time.Negate())}",
        { TotalMicroseconds: < 1 } => $"{time.TotalNanoseconds}ns",
        { TotalMilliseconds: < 1 } => $"{Number((decimal)time.Ticks / TimeSpan.TicksPerMicrosecond)}µs",
        { TotalSeconds: < 1 } => $"{Number((decimal)time.Ticks / TimeSpan.TicksPerMillisecond)}ms",
        _ => WriteLong(time),
    };

    private static string WriteLong(TimeSpan time)
    {
        var hours = time.Ticks / TimeSpan.TicksPerHour;
        var seconds = Number((decimal)(time.Ticks % TimeSpan.TicksPerMinute) / TimeSpan.TicksPerSecond);
        return (hours, time.Minutes) switch
        {
            (0, 0) => $"{seconds}s",
            (0, var minutes) => $"{minutes}m{seconds}s",
            var (h, minutes) => $"{h}h{minutes}m{seconds}s",
        };
    }

    private static string Number(decimal value) => value.ToString("0.#######", CultureInfo.InvariantCulture);
}
