using System.Globalization;
using System.Runtime.InteropServices;
using EtcdDefrag.Text;
using Microsoft.Win32.SafeHandles;

namespace EtcdDefrag.Files;

/// <summary>
/// Reads a whole file within limits: a regular file, of at most so many bytes, within <see cref="Timeout"/>. A pipe or a terminal is
/// refused without waiting for its other end; reading a device without end stops at the limit.
/// </summary>
internal static class RegularFile
{
    /// <summary>How long reading may take; a network file system may never answer.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private const int NoSuchFile = 2;
    private const int NoPermission = 13;
    private const int NotAFolder = 20;

    /// <exception cref="IOException">It cannot be read, is not a regular file, is too large, or was not read in time.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    public static byte[] Read(string path, int maxBytes)
    {
        byte[]? bytes = null;
        Exception? failure = null;
        var reading = new Thread(() =>
        {
            try
            {
                bytes = ReadNow(path, maxBytes);
            }
            catch (Exception unreadable)
            {
                failure = unreadable;
            }
        })
        { IsBackground = true, Name = "Reads a file" };
        reading.Start();
        if (!reading.Join(Timeout))
        {
            throw new IOException($"it could not be read within {Units.Seconds(Timeout)}");
        }

        if (failure is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }

        return bytes!;
    }

    public static Task<byte[]> ReadAsync(string path, int maxBytes, CancellationToken cancellationToken) =>
        Task.Run(() => Read(path, maxBytes), cancellationToken).WaitAsync(cancellationToken);

    /// <summary>Opens a file without waiting for anybody, if it is a regular one.</summary>
    /// <exception cref="IOException">It cannot be read or is not a regular file.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    public static FileStream Open(string path)
    {
        var file = OperatingSystem.IsWindows()
            ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0)
            : OpenWithoutWaiting(path);
        try
        {
            return !file.CanSeek ? throw new IOException("it is not a regular file")
                // The runtime's own message.
                : Directory.Exists(path) ? throw new UnauthorizedAccessException($"Access to the path '{path}' is denied.")
                : file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static byte[] ReadNow(string path, int maxBytes)
    {
        using var file = Open(path);

        // The length of a device, or of a file in /proc, means nothing: what counts is what can be read.
        var content = new MemoryStream();
        var part = new byte[16 * 1024];
        for (var read = file.Read(part); read > 0; read = file.Read(part))
        {
            if (content.Length + read > maxBytes)
            {
                throw new IOException(string.Create(CultureInfo.InvariantCulture, $"it has more than {maxBytes} bytes, which is too much"));
            }

            content.Write(part, 0, read);
        }

        return content.ToArray();
    }

    /// <summary>The runtime's own way waits for whoever writes to a pipe.</summary>
    private static FileStream OpenWithoutWaiting(string path)
    {
        if (path.Contains('\0'))
        {
            throw new ArgumentException("A path holds no zero byte.", nameof(path));
        }

        var flags = OperatingSystem.IsLinux() ? 0x800 | 0x80000 : 0x4 | 0x1000000; // O_NONBLOCK | O_CLOEXEC
        var handle = new SafeFileHandle(Open(path, flags), ownsHandle: true);
        var error = Marshal.GetLastPInvokeError();
        if (handle.IsInvalid)
        {
            handle.Dispose();
            throw error switch
            {
                NoSuchFile => new FileNotFoundException($"Could not find file '{path}'.", path),
                NotAFolder => new DirectoryNotFoundException($"Could not find a part of the path '{path}'."),
                NoPermission => new UnauthorizedAccessException($"Access to the path '{path}' is denied."),
                _ => new IOException(Marshal.GetPInvokeErrorMessage(error)),
            };
        }

        return new FileStream(handle, FileAccess.Read, bufferSize: 0);
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);
}
