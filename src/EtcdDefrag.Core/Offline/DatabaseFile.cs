using System.Security.Cryptography;
using EtcdDefrag.Files;
using Microsoft.Win32.SafeHandles;

namespace EtcdDefrag.Offline;

/// <summary>
/// The bytes of a database file, read where they are needed: neither the file's size nor a length that is written in it decides how much
/// memory is used.
/// </summary>
internal sealed class DatabaseFile : IDisposable
{
    /// <summary>A database consists of pages whose size is a multiple of this; 32 bytes more are a snapshot's hash.</summary>
    private const int SectorBytes = 512;
    private const int WindowBytes = 4096;
    private const int ChunkBytes = 64 * 1024;

    private readonly SafeFileHandle _handle;
    private readonly byte[] _window = new byte[WindowBytes];
    private readonly byte[] _chunk = new byte[ChunkBytes];
    private long _windowStart = -1;
    private int _windowLength;

    private DatabaseFile(SafeFileHandle handle)
    {
        _handle = handle;
        FileLength = RandomAccess.GetLength(handle);
        HasHash = FileLength % SectorBytes == SHA256.HashSizeInBytes;
        Length = HasHash ? FileLength - SHA256.HashSizeInBytes : FileLength;
    }

    /// <summary>The size of the file.</summary>
    public long FileLength { get; }

    /// <summary>The size of the database, without the hash that a snapshot has at its end.</summary>
    public long Length { get; }

    public bool HasHash { get; }

    /// <summary>Whether the file ends within a sector, so that some of it is missing.</summary>
    public bool EndsWithinSector => Length % SectorBytes != 0;

    /// <summary>Opens a file that nobody is changing: the file of a running etcd is locked.</summary>
    /// <exception cref="IOException">It cannot be opened, is not a regular file, or another process has it locked.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    public static DatabaseFile Open(string path)
    {
        // Without waiting for the other end of a pipe; then with the lock, which the runtime takes only on its own way of opening.
        using (RegularFile.Open(path))
        {
            return new DatabaseFile(File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read));
        }
    }

    /// <summary>Reads exactly so many bytes.</summary>
    /// <exception cref="DamagedDatabaseException">The file ends before.</exception>
    public void Read(long offset, Span<byte> bytes)
    {
        Check(offset, bytes.Length);
        while (bytes.Length > 0)
        {
            var within = offset - _windowStart;
            if (_windowStart < 0 || within < 0 || within >= _windowLength)
            {
                _windowStart = offset / WindowBytes * WindowBytes;
                _windowLength = ReadFully(_windowStart, _window.AsSpan(0, (int)Math.Min(WindowBytes, Length - _windowStart)));
                within = offset - _windowStart;
            }

            var part = _window.AsSpan((int)within, (int)Math.Min(bytes.Length, _windowLength - within));
            part.CopyTo(bytes);
            bytes = bytes[part.Length..];
            offset += part.Length;
        }
    }

    /// <summary>Hands a range of any length over in parts.</summary>
    /// <exception cref="DamagedDatabaseException">The file ends before.</exception>
    public void Read(long offset, long count, ReadOnlySpanAction<byte> take)
    {
        Check(offset, count);
        while (count > 0)
        {
            var part = _chunk.AsSpan(0, (int)Math.Min(count, ChunkBytes));
            if (part.Length <= WindowBytes)
            {
                Read(offset, part);
            }
            else
            {
                ReadFully(offset, part);
            }

            take(part);
            offset += part.Length;
            count -= part.Length;
        }
    }

    /// <summary>The SHA-256 of the database, and whether it is the one at the end of the file; null where there is none.</summary>
    public (string Sha256, bool? IsVerified) ComputeHash(CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Read(0, Length, part =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            hash.AppendData(part);
        });
        var computed = hash.GetHashAndReset();
        bool? isVerified = null;
        if (HasHash)
        {
            var written = new byte[SHA256.HashSizeInBytes];
            ReadFully(Length, written);
            isVerified = computed.AsSpan().SequenceEqual(written);
        }

        return (Convert.ToHexString(computed).ToLowerInvariant(), isVerified);
    }

    public void Dispose() => _handle.Dispose();

    private void Check(long offset, long count)
    {
        if (offset < 0 || count < 0 || offset > Length || count > Length - offset)
        {
            throw new DamagedDatabaseException($"it ends at byte {Length}, before something that it holds by its own account");
        }
    }

    private int ReadFully(long offset, Span<byte> bytes)
    {
        for (var done = 0; done < bytes.Length;)
        {
            var read = RandomAccess.Read(_handle, bytes[done..], offset + done);
            done += read > 0 ? read : throw new IOException("the file became shorter while it was read");
        }

        return bytes.Length;
    }
}

/// <summary>Takes a part of a file.</summary>
internal delegate void ReadOnlySpanAction<T>(ReadOnlySpan<T> part);

/// <summary>The content of a file is not what bbolt or etcd writes. The message is the end of a sentence.</summary>
internal sealed class DamagedDatabaseException(FormattableString problem)
    : Exception(problem.ToString(System.Globalization.CultureInfo.InvariantCulture));
