using EtcdDefrag.Connection;
using EtcdDefrag.Connection.Settings;

namespace EtcdDefrag.Monitoring.Configuration;

/// <summary>Reads how members are spoken to, and what of it does not go together.</summary>
internal static class ConnectionReader
{
    public static MonitorConnection Read(LocatedJson value, Problems problems)
    {
        var connection = Sections.Connection.Read(value, new MonitorConnection(), problems);
        if (value.Find("passwordFile") is not null && value.Find("passwordVariable") is { } variable)
        {
            problems.Add(variable, "passwordFile and passwordVariable exclude each other; give one of them");
        }

        var password = value.Find("passwordFile") ?? value.Find("passwordVariable");
        if (value.Find("userName") is { } user && password is null)
        {
            problems.Add(user, "it needs passwordFile or passwordVariable, which say where the password is");
        }
        else if (value.Find("userName") is null && password is not null)
        {
            problems.Add(password, "it needs userName, whose password it is");
        }

        CheckKey(value, connection, problems);
        return value.Find("metricsEndpoints") is { } places
            ? connection with { MetricsEndpoints = ReadMetricsEndpoints(places, connection.DefaultScheme, problems) }
            : connection;
    }

    /// <summary>Read when the rest is: what an endpoint without a scheme means depends on it.</summary>
    private static EtcdMetricsEndpoints? ReadMetricsEndpoints(LocatedJson value, string defaultScheme, Problems problems)
    {
        try
        {
            var texts = Values.List(value, problems, "metrics endpoints").Select(i => Values.Text(i, problems)).OfType<string>();
            return new EtcdMetricsEndpoints(texts, defaultScheme);
        }
        catch (EtcdSettingException unusable)
        {
            problems.Add(value, $"{unusable.Message} {unusable.Remedy}");
        }
        catch (EtcdEndpointException unusable)
        {
            problems.Add(value, unusable.Message);
        }

        return null;
    }

    private static void CheckKey(LocatedJson value, MonitorConnection connection, Problems problems)
    {
        var isPfx = connection.CertificatePath is { } path && EtcdConnectionSettings.IsPkcs12(path);
        if (value.Find("certificatePath") is { } certificate && value.Find("keyPath") is null && !isPfx && connection.CertificatePath is not null)
        {
            problems.Add(certificate, "it needs keyPath, the certificate's key; only a file that ends in .pfx or .p12 holds both");
        }

        if (value.Find("keyPath") is { } key && (isPfx || value.Find("certificatePath") is null))
        {
            problems.Add(key, isPfx ? "a .pfx or .p12 file holds its key already; leave keyPath out" : "it needs certificatePath, whose key it is");
        }
    }
}
