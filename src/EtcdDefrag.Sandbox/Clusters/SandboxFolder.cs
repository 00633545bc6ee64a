using EtcdDefrag.Sandbox.Processes;

namespace EtcdDefrag.Sandbox.Clusters;

/// <summary>The temporary folder of one sandbox, watched so that it goes away with its owner.</summary>
internal sealed class SandboxFolder : IAsyncDisposable
{
    /// <summary>The folder for the members' process ids.</summary>
    public const string NotesName = "pids";

    private readonly Watchdog? _watchdog;

    private SandboxFolder(string path, Watchdog? watchdog)
    {
        Path = path;
        _watchdog = watchdog;
    }

    /// <summary>Its full path.</summary>
    public string Path { get; }

    /// <summary>Makes the folder, for this user alone, and sets the watchdog on it.</summary>
    public static async Task<SandboxFolder> CreateAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("etcd-defrag-sandbox-");
        try
        {
            folder.CreateSubdirectory(NotesName);
            return new SandboxFolder(
                folder.FullName, await Watchdog.StartAsync(folder.FullName, time, cancellationToken).ConfigureAwait(false));
        }
        catch
        {
            Directory.Delete(folder.FullName, recursive: true);
            throw;
        }
    }

    /// <summary>Deletes the folder. The members must have ended.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (Directory.Exists(Path))
            {
                Directory.Delete(Path, recursive: true);
            }
        }
        finally
        {
            if (_watchdog is not null)
            {
                await _watchdog.DisposeAsync().ConfigureAwait(false);
            }
        }
    }
}
