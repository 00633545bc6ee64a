using System.Diagnostics.CodeAnalysis;

namespace EtcdDefrag.Sandbox.Locating;

/// <summary>
/// The versions of etcd fetched earlier, one folder each: <c>etcd/3.5.16/etcd</c>. A version folder appears there whole, by being
/// moved, and is never changed; only one process at a time fetches.
/// </summary>
internal sealed class EtcdCache(EtcdEnvironment environment)
{
    private static readonly TimeSpan LockPoll = TimeSpan.FromMilliseconds(200);

    /// <summary>The cache's own folder.</summary>
    public string Folder => environment.ResolveCacheFolder();

    private string VersionsFolder => Path.Combine(Folder, "etcd");

    private string WorkFolder => Path.Combine(Folder, "work");

    /// <summary>The newest cached etcd that fits and still runs.</summary>
    public async Task<EtcdBinary?> FindAsync(EtcdVersionRequest request, CancellationToken cancellationToken)
    {
        foreach (var folder in VersionFolders(request))
        {
            var answer = await EtcdExecutable.JudgeAsync(folder, "the cache", request, cancellationToken).ConfigureAwait(false);
            if (answer.Binary is not null)
            {
                return answer.Binary;
            }
        }

        return null;
    }

    /// <summary>Waits until this process alone may fetch. Disposing what is returned lets the next one in, as does dying.</summary>
    public async Task<IDisposable> LockAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Folder);
        while (true)
        {
            if (TryLock(out var held))
            {
                DeleteLeftovers();
                return held;
            }

            await Task.Delay(LockPoll, environment.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A new, empty folder on the cache's own disk. Call it while holding the lock, and delete it.</summary>
    public string CreateWorkFolder() => Directory.CreateDirectory(Path.Combine(WorkFolder, Path.GetRandomFileName())).FullName;

    /// <summary>A folder that keeps something between fetches. Call it while holding the lock.</summary>
    public string CreateStateFolder(string name) => Directory.CreateDirectory(Path.Combine(Folder, name)).FullName;

    /// <summary>Checks a fetched executable and moves it to its place. Call it while holding the lock.</summary>
    /// <param name="unpackedFolder">A work folder that holds the executable; it is moved.</param>
    /// <param name="source">Where it came from, in words.</param>
    /// <param name="request">Which etcd is wanted.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    public async Task<EtcdSearchAnswer> AdoptAsync(
        string unpackedFolder, string source, EtcdVersionRequest request, CancellationToken cancellationToken)
    {
        var path = Path.Combine(unpackedFolder, EtcdExecutable.FileName);
        MakeExecutable(path);
        var answer = await EtcdExecutable.JudgeAsync(unpackedFolder, source, request, cancellationToken).ConfigureAwait(false);
        if (answer.Binary is not { } binary)
        {
            return answer;
        }

        var target = Path.Combine(VersionsFolder, binary.Version.ToString());
        Directory.CreateDirectory(VersionsFolder);
        if (Directory.Exists(target))
        {
            // Only one that no longer runs can stand in the way: a good one would have been found before fetching.
            Directory.Delete(target, recursive: true);
        }

        Directory.Move(unpackedFolder, target);
        return EtcdSearchAnswer.Found(binary with { Path = Path.Combine(target, EtcdExecutable.FileName) });
    }

    private IEnumerable<string> VersionFolders(EtcdVersionRequest request)
    {
        if (!Directory.Exists(VersionsFolder))
        {
            return [];
        }

        return Directory.EnumerateDirectories(VersionsFolder)
            .Select(folder => (Folder: folder, Version: Version.TryParse(Path.GetFileName(folder), out var version) ? version : null))
            .Where(entry => entry.Version is not null && request.Accepts(entry.Version))
            .OrderByDescending(entry => entry.Version)
            .Select(entry => entry.Folder);
    }

    private bool TryLock([NotNullWhen(true)] out IDisposable? held)
    {
        try
        {
            held = new FileStream(Path.Combine(Folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return true;
        }
        catch (IOException exception) when (IsHeldByAnother(exception))
        {
            held = null;
            return false;
        }
    }

    private static bool IsHeldByAnother(IOException exception)
    {
        // ERROR_SHARING_VIOLATION, EWOULDBLOCK of macOS, EWOULDBLOCK of Linux. A full or broken disk must not look like a lock.
        var code = OperatingSystem.IsWindows() ? unchecked((int)0x80070020) : OperatingSystem.IsMacOS() ? 35 : 11;
        return exception.HResult == code;
    }

    private void DeleteLeftovers()
    {
        // Whoever made these died before it was done: the lock is ours, so nobody works in them.
        if (Directory.Exists(WorkFolder))
        {
            Directory.Delete(WorkFolder, recursive: true);
        }
    }

    private static void MakeExecutable(string path)
    {
        if (!OperatingSystem.IsWindows() && File.Exists(path))
        {
            File.SetUnixFileMode(
                path,
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead
                | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        }
    }
}
