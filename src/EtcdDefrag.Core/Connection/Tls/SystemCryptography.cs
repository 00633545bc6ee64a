using System.Globalization;

namespace EtcdDefrag.Connection.Tls;

/// <summary>Tells what the system's cryptography refused from what the runtime found wrong in a file.</summary>
internal static class SystemCryptography
{
    // The codes of the runtime's own exceptions; CNG and CryptoAPI have others.
    private const int RuntimesFacility = 0x13;

    /// <summary>What the system said, with its code; null where the runtime refused by itself.</summary>
    public static string? FindReason(Exception failure)
    {
        for (var e = failure; e is not null; e = e.InnerException)
        {
            var facility = (e.HResult >> 16) & 0x7FF;
            if (e.HResult < 0 && facility != RuntimesFacility && e is not ArgumentException)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{e.Message.TrimEnd('.')} (0x{e.HResult:X8})");
            }
        }

        return null;
    }
}
