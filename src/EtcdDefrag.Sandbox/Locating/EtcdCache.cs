namespace EtcdDefrag.Sandbox.Locating;

/// <summary>
/// The versions of etcd fetched earlier, one folder each: <c>etcd/3.5.16/etcd</c>. A version folder appears there whole, by being
/// moved, and is never changed; only one process at a time fetches.
/// </summary>
internal sealed class EtcdCache(EtcdEnvironment environment)
{
    private const string Name = "the cache";

    private static readonly TimeSpan LockPoll = TimeSpan.FromMilliseconds(200);

    // ERROR_SHARING_VIOLATION, EWOULDBLOCK of macOS, EWOULDBLOCK of Linux. A full or broken disk must not look like a lock.
    private static readonly int HeldByAnother =
        OperatingSystem.IsWindows() ? unchecked((int)0x80070020) : OperatingSystem.IsMacOS() ? 35 : 11;

    private string Folder => environment.ResolveCacheFolder();

    private string VersionsFolder => Path.Combine(Folder, "etcd");

    private string WorkFolder => Path.Combine(Folder, "work");

    /// <summary>Finds the newest cached etcd that fits and still runs.</summary>
    public async Task<EtcdSearchAttempt> FindAsync(EtcdVersionRequest request, CancellationToken cancellationToken)
    {
        var folders = Directory.Exists(VersionsFolder) ? Directory.GetDirectories(VersionsFolder) : [];
        foreach (var folder in folders.Where(folder => request.Accepts(VersionOf(folder))).OrderByDescending(VersionOf))
        {
            var attempt = await EtcdExecutable.JudgeAsync(folder, Name, request, cancellationToken);
            if (attempt.Binary is not null)
            {
                return attempt;
            }
        }

        return new EtcdSearchAttempt(Name, $"nothing that fits in {Folder}");
    }

    /// <summary>Fetches an etcd into the cache while no other process does, unless one has just fetched the very same.</summary>
    /// <param name="source">Where it comes from, in words.</param>
    /// <param name="request">Which etcd is wanted.</param>
    /// <param name="unpack">Fetches it into a work folder and returns the folder therein that holds the executable.</param>
    /// <param name="cancellationToken">Cancels the wait for the other process.</param>
    public async Task<EtcdSearchAttempt> FetchAsync(
        string source, EtcdVersionRequest request, Func<string, Task<string>> unpack, CancellationToken cancellationToken)
    {
        using var held = await LockAsync(cancellationToken);
        var cached = await FindAsync(request, cancellationToken);
        if (cached.Binary is not null)
        {
            return cached;
        }

        DeleteWork();
        try
        {
            Directory.CreateDirectory(WorkFolder);
            var unpacked = await unpack(WorkFolder);
            var attempt = await EtcdExecutable.JudgeAsync(unpacked, source, request, cancellationToken);
            return attempt.Binary is { } binary ? new EtcdSearchAttempt(Keep(binary)) : attempt;
        }
        finally
        {
            DeleteWork();
        }
    }

    private EtcdBinary Keep(EtcdBinary fetched)
    {
        var target = Path.Combine(VersionsFolder, fetched.Version.ToString());
        Directory.CreateDirectory(VersionsFolder);
        if (Directory.Exists(target))
        {
            // Only one that no longer runs can stand in the way: a good one would have been found before fetching.
            Directory.Delete(target, recursive: true);
        }

        Directory.Move(Path.GetDirectoryName(fetched.Path)!, target);
        return fetched with { Path = Path.Combine(target, EtcdExecutable.FileName) };
    }

    private static Version VersionOf(string folder) =>
        Version.TryParse(Path.GetFileName(folder), out var version) ? version : new Version(0, 0);

    /// <summary>Waits until this process alone may fetch. Disposing what is returned lets the next one in, as does dying.</summary>
    private async Task<IDisposable> LockAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Folder);
        while (true)
        {
            try
            {
                return new FileStream(Path.Combine(Folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException exception) when (exception.HResult == HeldByAnother)
            {
                await Task.Delay(LockPoll, TimeProvider.System, cancellationToken);
            }
        }
    }

    // What is there before a fetch was left by a process that died in one.
    private void DeleteWork()
    {
        if (Directory.Exists(WorkFolder))
        {
            Directory.Delete(WorkFolder, recursive: true);
        }
    }
}
