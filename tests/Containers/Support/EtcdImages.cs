using System.Diagnostics;
using System.Text.RegularExpressions;
using Docker.DotNet;
using Docker.DotNet.Models;
using DotNet.Testcontainers.Builders;
using EtcdDefrag.Sandbox.Locating;

namespace EtcdDefrag.Containers.Support;

/// <summary>
/// An image for each minor version of etcd: of the executable that ETCD_BIN_3_x names, else the official one where its registry can be
/// reached, else of the executable that the sandbox finds.
/// </summary>
internal static partial class EtcdImages
{
    /// <summary>Where etcd is in every image, official or not.</summary>
    public const string Executable = "/usr/local/bin/etcd";

    /// <summary>Where an upgrade begins.</summary>
    public const string Oldest = "3.4";

    /// <summary>The version for tests of faults that are not about versions.</summary>
    public const string Usual = "3.5";

    private const string OfficialRepository = "gcr.io/etcd-development/etcd";

    private static readonly Dictionary<string, string> OfficialTags = new(StringComparer.Ordinal)
    {
        ["3.4"] = "v3.4.42",
        ["3.5"] = "v3.5.30",
        ["3.6"] = "v3.6.14",
        ["3.7"] = "v3.7.1",
    };

    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan PullTimeout = TimeSpan.FromMinutes(2);
    private static readonly SemaphoreSlim Turn = new(1, 1);
    private static readonly Dictionary<string, string> Images = new(StringComparer.Ordinal);
    private static bool? _canPull;

    /// <summary>Every minor version, in the order of an upgrade.</summary>
    public static TheoryData<string> Minors { get; } = new(OfficialTags.Keys);

    /// <summary>The image of a minor version. Skips the test where none can be had.</summary>
    public static async Task<string> GetAsync(string minor)
    {
        // One at a time: tests that go side by side want the same images.
        await Turn.WaitAsync();
        try
        {
            return Images.TryGetValue(minor, out var image) ? image : Images[minor] = await PrepareAsync(minor);
        }
        catch (EtcdNotFoundException exception)
        {
            throw new SkipException($"No image of etcd {minor}: {OfficialRepository} cannot be pulled, and {exception.Message}", exception);
        }
        finally
        {
            Turn.Release();
        }
    }

    /// <summary>The images of the versions after the oldest, each the next of the one before, as far as they can be had.</summary>
    public static async IAsyncEnumerable<(string Minor, string Image)> GetNewerAsync()
    {
        foreach (var minor in OfficialTags.Keys.Where(m => m != Oldest))
        {
            string image;
            try
            {
                image = await GetAsync(minor);
            }
            catch (SkipException)
            {
                yield break;
            }

            yield return (minor, image);
        }
    }

    private static async Task<string> PrepareAsync(string minor)
    {
        var isNamed = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable($"ETCD_BIN_{minor.Replace('.', '_')}"));
        if (!isNamed && (_canPull ??= await ProbeAsync()) && await TryPullAsync(OfficialTags[minor]) is { } official)
        {
            return official;
        }

        // Neither version has a package in any release of Debian: looking for one would only take time.
        var environment = EtcdEnvironment.Current with { UseDistributionPackage = minor is "3.4" or "3.5" };
        return await BuildAsync(await new EtcdLocator(environment).FindAsync(EtcdVersionRequest.ForMinor(minor)));
    }

    private static async Task<bool> ProbeAsync()
    {
        using var http = new HttpClient { Timeout = ProbeTimeout };
        try
        {
            // Any answer will do, a refusal included: it is there.
            using var answer = await http.GetAsync($"https://{OfficialRepository.Split('/')[0]}/v2/");
            return (int)answer.StatusCode is >= 200 and < 500;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Pulls an official image; null where that fails: the engine may not have the network that this process has.</summary>
    private static async Task<string?> TryPullAsync(string tag)
    {
        using var deadline = new CancellationTokenSource(PullTimeout, TimeProvider.System);
        var image = $"{OfficialRepository}:{tag}";
        try
        {
            await ContainerEngine.Client.Images.CreateImageAsync(
                new ImagesCreateParameters { FromImage = OfficialRepository, Tag = tag },
                new AuthConfig(),
                new Progress<JSONMessage>(),
                deadline.Token);
            await ContainerEngine.Client.Images.InspectImageAsync(image, deadline.Token);
            return image;
        }
        catch (Exception exception) when (exception is DockerApiException or HttpRequestException or OperationCanceledException)
        {
            return null;
        }
    }

    private static async Task<string> BuildAsync(EtcdBinary binary)
    {
        var context = Directory.CreateTempSubdirectory("etcd-image-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(context.FullName, "Dockerfile"), "FROM scratch\nCOPY root/ /\n");
            Copy(binary.Path, Executable);
            foreach (var library in await FindLibrariesAsync(binary.Path))
            {
                Copy(library, library);
            }

            var name = $"etcd-defrag-tests/etcd:{binary.Version}";
            var image = new ImageFromDockerfileBuilder().WithName(name).WithDockerfileDirectory(context.FullName).Build();
            await image.CreateAsync();
            return image.FullName;
        }
        finally
        {
            context.Delete(recursive: true);
        }

        void Copy(string source, string target)
        {
            var copy = Path.Combine(context.FullName, "root" + target);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(source, copy, overwrite: true);
        }
    }

    /// <summary>The C library and its loader, as ldd names them; none for an executable that is linked statically.</summary>
    private static async Task<IEnumerable<string>> FindLibrariesAsync(string executable)
    {
        using var ldd = Process.Start(new ProcessStartInfo("ldd", [executable])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        var output = ldd.StandardOutput.ReadToEndAsync();
        var error = ldd.StandardError.ReadToEndAsync();
        await ldd.WaitForExitAsync();
        var text = await output + await error;
        Assert.True(ldd.ExitCode == 0 || text.Contains("not a dynamic executable", StringComparison.Ordinal), text);
        return LibraryPath().Matches(text).Select(m => m.Value);
    }

    // "libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x...)" or "/lib64/ld-linux-x86-64.so.2 (0x...)".
    [GeneratedRegex(@"/\S+(?= \(0x)", RegexOptions.None, 1000)]
    private static partial Regex LibraryPath();
}
