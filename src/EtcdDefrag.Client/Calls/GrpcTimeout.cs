using System.Globalization;

namespace EtcdDefrag.Client.Calls;

/// <summary>The <c>grpc-timeout</c> header, by which the server learns how long the caller will wait.</summary>
internal static class GrpcTimeout
{
    private const long MaxDigits = 99_999_999;

    /// <summary>Writes a time as at most eight digits and a unit, rounded up so that the server never gives up first.</summary>
    public static string Write(TimeSpan timeout)
    {
        var milliseconds = (long)Math.Ceiling(Math.Max(1, timeout.TotalMilliseconds));
        return milliseconds <= MaxDigits
            ? string.Create(CultureInfo.InvariantCulture, $"{milliseconds}m")
            : string.Create(CultureInfo.InvariantCulture, $"{Math.Min(MaxDigits, (milliseconds + 999) / 1000)}S");
    }
}
