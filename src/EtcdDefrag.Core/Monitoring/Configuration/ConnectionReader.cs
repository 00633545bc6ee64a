using EtcdDefrag.Connection.Settings;

namespace EtcdDefrag.Monitoring.Configuration;

/// <summary>Reads how to connect to members, and refuses settings that exclude or need each other.</summary>
internal static class ConnectionReader
{
    public static MonitorConnection Read(LocatedJson value, Problems problems)
    {
        var connection = Sections.Connection.Read(value, new MonitorConnection(), problems);
        CheckPassword(value, problems);
        CheckKey(value, connection.CertificatePath, problems);
        return connection;
    }

    private static void CheckPassword(LocatedJson value, Problems problems)
    {
        switch (value.Find("userName"), value.Find("passwordFile"), value.Find("passwordVariable"))
        {
            case (_, not null, { } variable):
                problems.Add(variable, "passwordFile and passwordVariable exclude each other; give one of them");
                break;
            case ({ } user, null, null):
                problems.Add(user, "it needs passwordFile or passwordVariable, which say where the password is");
                break;
            case (null, var file, var variable) when (file ?? variable) is { } password:
                problems.Add(password, "it needs userName, whose password it is");
                break;
        }
    }

    private static void CheckKey(LocatedJson value, string? certificatePath, Problems problems)
    {
        var isPfx = certificatePath is not null && EtcdConnectionSettings.IsPkcs12(certificatePath);
        switch (value.Find("certificatePath"), value.Find("keyPath"))
        {
            case ({ } certificate, null) when certificatePath is not null && !isPfx:
                problems.Add(certificate, "it needs keyPath, the certificate's key; only a file that ends in .pfx or .p12 holds both");
                break;
            case (_, { } key) when isPfx:
                problems.Add(key, "a .pfx or .p12 file holds its key already; leave keyPath out");
                break;
            case (null, { } key):
                problems.Add(key, "it needs certificatePath, whose key it is");
                break;
        }
    }
}
