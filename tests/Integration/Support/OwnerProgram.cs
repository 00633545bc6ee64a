using System.Diagnostics;
using System.Globalization;
using EtcdDefrag.Sandbox.Locating;

namespace EtcdDefrag.Integration.Support;

/// <summary>Another process that owns a sandbox, so that a test can kill it.</summary>
internal sealed class OwnerProgram : IDisposable
{
    private readonly Process _process;

    private OwnerProgram(Process process, string folder, IReadOnlyList<int> memberProcesses)
    {
        _process = process;
        Folder = folder;
        MemberProcesses = memberProcesses;
    }

    /// <summary>Its sandbox's folder.</summary>
    public string Folder { get; }

    /// <summary>The process ids of its members.</summary>
    public IReadOnlyList<int> MemberProcesses { get; }

    public static async Task<OwnerProgram> StartAsync(int members, EtcdBinary binary)
    {
        var variables = new Dictionary<string, string> { ["ETCD_BIN"] = Path.GetDirectoryName(binary.Path)! };
        var process = SandboxProgram.Start(variables, "up", "--until-input-ends", $"--members={members}");
        var processes = new List<int>();
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            // "m1  http://127.0.0.1:20001  process 4711", and at last "Logs and data are in /tmp/etcd-defrag-sandbox-x until ..."
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words is [_, _, "process", var id])
            {
                processes.Add(int.Parse(id, CultureInfo.InvariantCulture));
            }
            else if (words is ["Logs", "and", "data", "are", "in", var folder, ..])
            {
                return new OwnerProgram(process, folder, processes);
            }
        }

        throw new InvalidOperationException("The owner of a sandbox ended instead of starting one.");
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
}
