namespace EtcdDefrag.Integration.PowerShell;

/// <summary>Where the sources lie, seen from the built tests.</summary>
internal static class RepositoryFolder
{
    /// <summary>The configuration that the tests were built in: the last but one folder of their place, bin/Release/net8.0.</summary>
    public static string Configuration => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    /// <summary>The nearest folder upwards that holds the module's manifest.</summary>
    public static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "EtcdDefrag.psd1")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException($"No EtcdDefrag.psd1 above {AppContext.BaseDirectory}.");
    }
}
