using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using EtcdDefrag.Sandbox.Locating;

namespace EtcdDefrag.Integration.Support;

/// <summary>Another process that owns a sandbox, so that a test can kill it.</summary>
internal sealed class OwnerProgram : IDisposable
{
    private readonly Process _process;

    private OwnerProgram(Process process, Possessions owned)
    {
        _process = process;
        Folder = owned.Folder;
        MemberProcesses = owned.Processes;
    }

    /// <summary>Its sandbox's folder.</summary>
    public string Folder { get; }

    /// <summary>The process ids of its members.</summary>
    public IReadOnlyList<int> MemberProcesses { get; }

    public static async Task<OwnerProgram> StartAsync(int members, EtcdBinary binary)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "owner", "EtcdDefrag.SandboxOwner.dll");
        string[] arguments = [program, members.ToString(CultureInfo.InvariantCulture), binary.Path, binary.Version.ToString()];
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        var process = Process.Start(start)!;
        var line = await process.StandardOutput.ReadLineAsync();
        Assert.False(string.IsNullOrEmpty(line), "The owner of a sandbox ended without a word.");
        return new OwnerProgram(process, JsonSerializer.Deserialize<Possessions>(line)!);
    }

    /// <summary>SIGKILL to the owner alone, and waits for its end.</summary>
    public Task KillAsync()
    {
        _process.Kill();
        return _process.WaitForExitAsync();
    }

    /// <summary>Lets it end by itself.</summary>
    public Task EndAsync()
    {
        _process.StandardInput.Close();
        return _process.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private sealed record Possessions(string Folder, IReadOnlyList<int> Processes);
}
