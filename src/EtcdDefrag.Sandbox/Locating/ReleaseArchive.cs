using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;

namespace EtcdDefrag.Sandbox.Locating;

/// <summary>An archive of etcd's official release: its name for this machine, and how the server is taken out of it.</summary>
internal sealed record ReleaseArchive(Version Version)
{
    /// <summary>Where etcd's releases are.</summary>
    public const string OfficialAddress = "https://github.com/etcd-io/etcd/releases/download";

    // A patch release of each minor that is known to exist. The first is what is taken when any version will do.
    private static readonly Version[] Known = [new(3, 5, 30), new(3, 6, 6), new(3, 4, 37)];

    /// <summary>The name of a release's file of sums.</summary>
    public static string SumsName => "SHA256SUMS";

    /// <summary>The archive's name, or null when etcd is not released for this machine.</summary>
    public string? Name => (System, Architecture) is ({ } system, { } architecture)
        ? string.Create(CultureInfo.InvariantCulture, $"etcd-v{Version}-{system}-{architecture}.{Suffix}")
        : null;

    private static string? System =>
        OperatingSystem.IsLinux() ? "linux" : OperatingSystem.IsMacOS() ? "darwin" : OperatingSystem.IsWindows() ? "windows" : null;

    private static string? Architecture => RuntimeInformation.OSArchitecture switch
    {
        global::System.Runtime.InteropServices.Architecture.X64 => "amd64",
        global::System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
        global::System.Runtime.InteropServices.Architecture.Ppc64le => "ppc64le",
        global::System.Runtime.InteropServices.Architecture.S390x => "s390x",
        _ => null,
    };

    private static string Suffix => OperatingSystem.IsLinux() ? "tar.gz" : "zip";

    /// <summary>The archive to fetch for a request, or null when no release of that minor version is known here.</summary>
    public static ReleaseArchive? For(EtcdVersionRequest request) =>
        Known.FirstOrDefault(request.Accepts) is { } version ? new ReleaseArchive(version) : null;

    /// <summary>Takes the etcd executable out of an archive, and nothing else.</summary>
    /// <exception cref="InvalidDataException">The archive is broken or holds no etcd.</exception>
    public static async Task UnpackAsync(string archive, string folder, CancellationToken cancellationToken)
    {
        var target = Path.Combine(folder, EtcdExecutable.FileName);
        var found = archive.EndsWith(".zip", StringComparison.Ordinal)
            ? await UnpackZipAsync(archive, target, cancellationToken).ConfigureAwait(false)
            : await UnpackTarAsync(archive, target, cancellationToken).ConfigureAwait(false);
        if (!found)
        {
            throw new InvalidDataException($"{Path.GetFileName(archive)} holds no {EtcdExecutable.FileName}");
        }
    }

    private static async Task<bool> UnpackTarAsync(string archive, string target, CancellationToken cancellationToken)
    {
        var file = File.OpenRead(archive);
        await using var fileScope = file.ConfigureAwait(false);
        var unzipped = new GZipStream(file, CompressionMode.Decompress);
        await using var unzippedScope = unzipped.ConfigureAwait(false);
        var reader = new TarReader(unzipped);
        await using var readerScope = reader.ConfigureAwait(false);
        while (await reader.GetNextEntryAsync(copyData: false, cancellationToken).ConfigureAwait(false) is { } entry)
        {
            if (IsServer(entry.Name) && entry.DataStream is not null)
            {
                await entry.ExtractToFileAsync(target, overwrite: false, cancellationToken).ConfigureAwait(false);

                // .NET takes an archive that ends in the middle for a whole one.
                return new FileInfo(target).Length == entry.Length
                    ? true
                    : throw new InvalidDataException($"the archive ends in the middle of {EtcdExecutable.FileName}");
            }
        }

        return false;
    }

    private static async Task<bool> UnpackZipAsync(string archive, string target, CancellationToken cancellationToken)
    {
        using var zip = ZipFile.OpenRead(archive);
        if (zip.Entries.FirstOrDefault(entry => IsServer(entry.FullName)) is not { } server)
        {
            return false;
        }

        var source = server.Open();
        await using var sourceScope = source.ConfigureAwait(false);
        var written = File.Create(target);
        await using var writtenScope = written.ConfigureAwait(false);
        await source.CopyToAsync(written, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private static bool IsServer(string entry) => Path.GetFileName(entry) == EtcdExecutable.FileName;
}
