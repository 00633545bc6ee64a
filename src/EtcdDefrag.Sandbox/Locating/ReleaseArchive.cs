using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.InteropServices;

namespace EtcdDefrag.Sandbox.Locating;

/// <summary>An archive of etcd's official release: its name for this machine, and how the server is taken out of it.</summary>
internal sealed record ReleaseArchive(Version Version)
{
    // A patch release of each minor that is known to exist. The first is what is taken when any version will do.
    private static readonly Version[] Known = [new(3, 5, 30), new(3, 6, 6), new(3, 4, 37)];

    private static readonly string? System =
        OperatingSystem.IsLinux() ? "linux" : OperatingSystem.IsMacOS() ? "darwin" : OperatingSystem.IsWindows() ? "windows" : null;

    private static readonly string? Processor = RuntimeInformation.OSArchitecture switch
    {
        Architecture.X64 => "amd64",
        Architecture.Arm64 => "arm64",
        Architecture.Ppc64le => "ppc64le",
        Architecture.S390x => "s390x",
        _ => null,
    };

    /// <summary>The archive's name, or null when etcd is not released for this machine.</summary>
    public string? Name => System is null || Processor is null
        ? null
        : $"etcd-v{Version}-{System}-{Processor}.{(OperatingSystem.IsLinux() ? "tar.gz" : "zip")}";

    /// <summary>The archive to fetch for a request, or null when no release of that minor version is known here.</summary>
    public static ReleaseArchive? For(EtcdVersionRequest request) =>
        Array.Find(Known, request.Accepts) is { } version ? new ReleaseArchive(version) : null;

    /// <summary>Takes the etcd executable out of an archive, and nothing else.</summary>
    /// <exception cref="InvalidDataException">The archive is broken or holds no etcd.</exception>
    public static async Task UnpackAsync(string archive, string folder, CancellationToken cancellationToken)
    {
        var target = Path.Combine(folder, EtcdExecutable.FileName);
        var length = archive.EndsWith(".zip", StringComparison.Ordinal)
            ? UnpackZip(archive, target)
            : await UnpackTarAsync(archive, target, cancellationToken);
        if (length is null)
        {
            throw new InvalidDataException($"{Path.GetFileName(archive)} holds no {EtcdExecutable.FileName}");
        }

        // .NET takes an archive that ends in the middle for a whole one.
        if (new FileInfo(target).Length != length)
        {
            throw new InvalidDataException($"the archive ends in the middle of {EtcdExecutable.FileName}");
        }
    }

    private static async Task<long?> UnpackTarAsync(string archive, string target, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(archive);
        await using var unzipped = new GZipStream(file, CompressionMode.Decompress);
        await using var reader = new TarReader(unzipped);
        while (await reader.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
        {
            if (IsServer(entry.Name) && entry.DataStream is not null)
            {
                await entry.ExtractToFileAsync(target, overwrite: false, cancellationToken);
                return entry.Length;
            }
        }

        return null;
    }

    private static long? UnpackZip(string archive, string target)
    {
        using var zip = ZipFile.OpenRead(archive);
        var server = zip.Entries.FirstOrDefault(entry => IsServer(entry.FullName));
        server?.ExtractToFile(target);
        return server?.Length;
    }

    private static bool IsServer(string entry) => Path.GetFileName(entry) == EtcdExecutable.FileName;
}
