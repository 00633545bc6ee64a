using System.Runtime.InteropServices;

namespace EtcdDefrag.Cli.Output;

/// <summary>
/// Standard output or standard error, written without the runtime's own stream, which takes it for a success when the reader of a pipe
/// has gone. On Windows the runtime's stream is used.
/// </summary>
internal sealed class StandardStream : Stream
{
    private const int Interrupted = 4;
    private static readonly int TryAgain = OperatingSystem.IsLinux() ? 11 : 35;

    private readonly int _descriptor;
    private readonly Stream _console;

    private StandardStream(int descriptor, Stream console)
    {
        _descriptor = descriptor;
        _console = console;
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public static TextWriter OpenOutput() => Open(1, Console.OpenStandardOutput());

    public static TextWriter OpenError() => Open(2, Console.OpenStandardError());

    public override void Write(byte[] buffer, int offset, int count)
    {
        for (var left = buffer.AsSpan(offset, count).ToArray(); left.Length > 0;)
        {
            var written = (int)Write(_descriptor, left, left.Length);
            if (written >= 0)
            {
                left = left[written..];
                continue;
            }

            var error = Marshal.GetLastPInvokeError();
            if (error == TryAgain)
            {
                // Somebody who shares the pipe made it non-blocking; the runtime's stream knows how to wait for room.
                _console.Write(left, 0, left.Length);
                return;
            }

            if (error != Interrupted)
            {
                throw new IOException(Marshal.GetPInvokeErrorMessage(error));
            }
        }
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _console.Dispose();
        }

        base.Dispose(disposing);
    }

    private static StreamWriter Open(int descriptor, Stream console) =>
        new(OperatingSystem.IsWindows() ? console : new StandardStream(descriptor, console), Console.OutputEncoding) { AutoFlush = true };

    [DllImport("libc", EntryPoint = "write", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Write(int descriptor, byte[] bytes, nint count);
}
