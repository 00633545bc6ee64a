namespace EtcdDefrag.Unit.Support;

/// <summary>Where the sources lie, seen from the built tests.</summary>
internal static class Repository
{
    /// <summary>A path in the nearest folder upwards that holds the module's manifest.</summary>
    public static string PathOf(params string[] names)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "EtcdDefrag.psd1")))
        {
            folder = folder.Parent;
        }

        return Path.Combine([folder?.FullName ?? throw new InvalidOperationException($"No EtcdDefrag.psd1 above {AppContext.BaseDirectory}."), .. names]);
    }
}
