using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace EtcdDefrag.Cli.Output;

/// <summary>
/// Writes to standard output or standard error without the runtime's own stream, which reports success when the reader of a pipe has
/// gone. On Windows the runtime's stream is used.
/// </summary>
internal sealed class StandardWriter : TextWriter
{
    private const int Interrupted = 4;
    private static readonly int TryAgain = OperatingSystem.IsLinux() ? 11 : 35;

    // Never closed: until the process ends, nothing else may get their descriptors.
    private static readonly List<SafeFileHandle> Reserved = [];

    private readonly int _descriptor;
    private readonly Stream _console;

    private StandardWriter(int descriptor, Stream console, bool isRedirected)
    {
        _descriptor = descriptor;
        _console = console;
        Encoding = ChooseEncoding(isRedirected, Console.OutputEncoding);
    }

    public override Encoding Encoding { get; }

    /// <summary>
    /// Takes the descriptors of standard streams that are closed. The system gives the lowest free one to whatever is opened next, and
    /// messages would be written into a connection or a certificate. What is taken here can be read and not written.
    /// </summary>
    public static void ReserveClosed()
    {
        var next = OperatingSystem.IsWindows() ? null : File.OpenHandle("/dev/null", share: FileShare.ReadWrite);
        while (next?.DangerousGetHandle() <= 2)
        {
            Reserved.Add(next);
            next = File.OpenHandle("/dev/null", share: FileShare.ReadWrite);
        }

        next?.Dispose();
    }

    public static StandardWriter OpenOutput() => new(1, Console.OpenStandardOutput(), Console.IsOutputRedirected);

    public static StandardWriter OpenError() => new(2, Console.OpenStandardError(), Console.IsErrorRedirected);

    /// <summary>
    /// UTF-8 for files and pipes on every system: JSON is UTF-8, and a console's code page has no signs for most of the world's names. A
    /// console gets what it can show.
    /// </summary>
    internal static Encoding ChooseEncoding(bool isRedirected, Encoding console) =>
        isRedirected ? new UTF8Encoding(encoderShouldEmitUTF8Identifier: false) : console;

    public override void Write(char value) => Write(value.ToString());

    public override void Write(string? value)
    {
        var bytes = Encoding.GetBytes(value ?? "");
        var written = OperatingSystem.IsWindows() ? 0 : WriteDirectly(bytes);
        _console.Write(bytes, written, bytes.Length - written);
    }

    protected override void Dispose(bool disposing)
    {
        _console.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>
    /// Writes everything and says how many bytes that are. If the pipe is full and non-blocking, the rest is left to the runtime's
    /// stream, which waits.
    /// </summary>
    private int WriteDirectly(byte[] bytes)
    {
        var done = 0;
        while (done < bytes.Length)
        {
            var written = (int)Write(_descriptor, bytes[done..], bytes.Length - done);
            var error = written < 0 ? Marshal.GetLastPInvokeError() : 0;
            if (error == TryAgain)
            {
                break;
            }

            if (error is not (0 or Interrupted))
            {
                throw new IOException(Marshal.GetPInvokeErrorMessage(error));
            }

            done += Math.Max(0, written);
        }

        return done;
    }

    [DllImport("libc", EntryPoint = "write", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Write(int descriptor, byte[] bytes, nint count);
}
