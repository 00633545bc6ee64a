using System.Runtime.InteropServices;
using System.Security.Cryptography;
using EtcdDefrag.Connection;

namespace EtcdDefrag.Maintenance;

/// <summary>
/// The file that a snapshot is written to. It has another name until it is whole, so that no part of one is ever taken for a backup.
/// </summary>
internal sealed class SnapshotFile : IAsyncDisposable
{
    /// <summary>A database consists of pages whose size is a multiple of this; the rest at the end is the hash (etcd's own rule).</summary>
    private const int PageBytes = 512;

    private readonly string _path;
    private readonly string _partPath;
    private readonly FileStream _file;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>The last bytes that came, which may be the hash.</summary>
    private readonly List<byte> _tail = [];
    private bool _isKept;

    public SnapshotFile(string path)
    {
        _path = path;

        // A random name, and never an existing file, whose content and permissions belong to another user.
        _partPath = $"{path}.{Path.GetRandomFileName()}.part";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        _file = new FileStream(_partPath, options);
    }

    public long Length => _file.Length;

    public async Task AppendAsync(EtcdSnapshotPart part, CancellationToken cancellationToken)
    {
        await _file.WriteAsync(part.Data, cancellationToken).ConfigureAwait(false);
        _tail.AddRange(part.Data.Span);
        var surplus = _tail.Count - SHA256.HashSizeInBytes;
        if (surplus > 0)
        {
            _hash.AppendData(CollectionsMarshal.AsSpan(_tail)[..surplus]);
            _tail.RemoveRange(0, surplus);
        }
    }

    /// <summary>The SHA-256 of the database where it equals what the member sent; null where the file is not what was sent.</summary>
    public string? Verify()
    {
        var hash = _hash.GetHashAndReset();
        return Length % PageBytes == SHA256.HashSizeInBytes && hash.AsSpan().SequenceEqual(CollectionsMarshal.AsSpan(_tail))
            ? Convert.ToHexString(hash).ToLowerInvariant()
            : null;
    }

    /// <summary>Gives the file its name, once it is on the disk.</summary>
    public async Task KeepAsync(bool overwrite)
    {
        _file.Flush(flushToDisk: true);
        await _file.DisposeAsync().ConfigureAwait(false);
        try
        {
            File.Move(_partPath, _path, overwrite);
        }
        catch (IOException taken) when (!overwrite && File.Exists(_path))
        {
            throw new MaintenanceException(
                $"A file '{_path}' was made meanwhile, and is left as it is.", SnapshotRequest.NameAnother, taken);
        }

        _isKept = true;
    }

    public async ValueTask DisposeAsync()
    {
        _hash.Dispose();
        await _file.DisposeAsync().ConfigureAwait(false);
        if (!_isKept)
        {
            File.Delete(_partPath);
        }
    }
}
