namespace EtcdDefrag.Maintenance;

/// <summary>Where a snapshot will be kept. What prevents that is found before a member sends its database.</summary>
internal static class SnapshotTarget
{
    private const string NameAnother = "Name another file.";

    /// <summary>The path that the file will have.</summary>
    /// <exception cref="MaintenanceException">No file can have it, or the one that is there may not or cannot be replaced.</exception>
    public static string Find(string path, bool overwrite, bool isWindows)
    {
        var real = isWindows ? FindWindowsPath(path) : path;
        if (Directory.Exists(real))
        {
            throw new MaintenanceException($"'{real}' is a folder.", "Name a file in it.");
        }

        if (!File.Exists(real))
        {
            return real;
        }

        if (!overwrite)
        {
            throw new MaintenanceException($"There is a file '{real}' already.", SnapshotRequest.NameAnother);
        }

        if (isWindows)
        {
            CheckReplaceable(real);
        }

        return real;
    }

    /// <summary>The name that Windows will use: it drops points and spaces at the end.</summary>
    private static string FindWindowsPath(string path)
    {
        var real = path.TrimEnd('.', ' ');
        var name = real[(real.LastIndexOfAny(['\\', '/']) + 1)..];
        if (name.Contains(':'))
        {
            throw new MaintenanceException(
                $"'{path}' names a stream within a file, which a copy would lose: on Windows a file's name has no ':'.", NameAnother);
        }

        return !IsDevice(name.Split('.')[0].TrimEnd()) ? real : throw new MaintenanceException(
            $"'{path}' names a device: on Windows no file can be called that, whatever follows a point.", NameAnother);
    }

    private static bool IsDevice(string name) =>
        name.ToUpperInvariant() is "CON" or "PRN" or "AUX" or "NUL"
            or ['C', 'O', 'M', >= '1' and <= '9'] or ['L', 'P', 'T', >= '1' and <= '9'];

    /// <summary>Elsewhere a file that is read-only or in use can be replaced: only its folder counts.</summary>
    private static void CheckReplaceable(string path)
    {
        if (File.GetAttributes(path).HasFlag(FileAttributes.ReadOnly))
        {
            throw new MaintenanceException($"'{path}' is read-only.", $"{NameAnother[..^1]}, or clear it: Set-ItemProperty IsReadOnly $false.");
        }

        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new MaintenanceException(
                $"'{path}' cannot be replaced: {failure.Message.TrimEnd('.')}.", "Close what has it open, or name another file.", failure);
        }
    }
}
