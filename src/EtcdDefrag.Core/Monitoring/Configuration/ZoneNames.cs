using EtcdDefrag.Text;

namespace EtcdDefrag.Monitoring.Configuration;

/// <summary>
/// Names of time zones: IANA's (<c>Europe/Berlin</c>) and Windows' (<c>W. Europe Standard Time</c>). The runtime takes either on every
/// system with ICU; a Windows without ICU knows its own names only.
/// </summary>
internal static class ZoneNames
{
    private const string Always = "UTC";
    private const int MaxNames = 3;

    /// <summary>Names of this system's zones for who gave one that it does not know: those that were probably meant first.</summary>
    /// <param name="given">What was given.</param>
    /// <param name="known">The zones of the system.</param>
    /// <param name="local">The zone of the system's clock.</param>
    public static string Suggest(string given, IReadOnlyCollection<TimeZoneInfo> known, TimeZoneInfo local)
    {
        // Windows' zones list their cities: (UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna.
        var city = given[(given.LastIndexOf('/') + 1)..].Replace('_', ' ');
        var ofCity = known.Where(z => city.Length > 2 && z.DisplayName.Contains(city, StringComparison.OrdinalIgnoreCase)).Select(z => z.Id);
        var near = NearName.Find(given, [.. known.Select(z => z.Id)]);
        var others = known.Where(z => z.Id == local.Id).Select(z => z.Id).Append(Always);
        string[] names = [.. ofCity.Prepend(near).OfType<string>().Take(MaxNames - 1).Concat(others).Distinct().Take(MaxNames)];
        return string.Join(" or ", names.Select(n => $"\"{n}\""));
    }
}
