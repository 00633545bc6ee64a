using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using EtcdDefrag.Integration.Support;
using EtcdDefrag.Sandbox.Processes;

namespace EtcdDefrag.Integration.Monitoring;

/// <summary><c>etcd-defrag monitor</c> as a process of its own, as systemd would start it; what it writes is kept as it comes.</summary>
internal sealed class MonitorProcess : IAsyncDisposable
{
    public const int Hangup = 1;
    public const int Interrupt = 2;
    public const int Terminate = 15;

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _error = new();

    private MonitorProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, e) => Keep(_output, e.Data);
        process.ErrorDataReceived += (_, e) => Keep(_error, e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public IReadOnlyList<string> Output => [.. _output];

    public IReadOnlyList<string> Error => [.. _error];

    /// <summary>The events, where they are written as JSON.</summary>
    public IReadOnlyList<JsonElement> Events => [.. _output.Select(l => JsonSerializer.Deserialize<JsonElement>(l))];

    public IEnumerable<string> Names => Events.Select(NameOf);

    public static string NameOf(JsonElement entry) => entry.GetProperty("event").GetString()!;

    public static MonitorProcess Start(string configuration, Dictionary<string, string>? environment = null, params string[] flags) =>
        new(Command.Start(environment ?? [], ["monitor", "--config", configuration, .. flags]));

    public void Signal(int signal) => Signals.Send(_process, signal);

    public Task KillAsync()
    {
        _process.Kill();
        return _process.WaitForExitAsync();
    }

    /// <summary>Waits until an event of a kind has come so many times.</summary>
    public Task UntilAsync(string name, int count = 1) =>
        Eventually.HoldsAsync(() => Names.Count(n => n == name) >= count ? true : throw Missing(), $"{name} comes {count} times", TimeSpan.FromSeconds(60));

    /// <summary>Waits for its end, and gives its exit code.</summary>
    public async Task<int> EndAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private InvalidOperationException Missing() =>
        new(_process.HasExited ? $"It ended with {_process.ExitCode}. {string.Join('\n', _error)}" : string.Join('\n', _output.TakeLast(5)));

    private static void Keep(ConcurrentQueue<string> lines, string? line)
    {
        if (line is not null)
        {
            lines.Enqueue(line);
        }
    }
}
