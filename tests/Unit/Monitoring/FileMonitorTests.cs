using System.Text;
using EtcdDefrag.Monitoring.Configuration;

namespace EtcdDefrag.Unit.Monitoring;

/// <summary>What tests of a monitor that is led by a file have in common: the file, in a folder of its own.</summary>
public abstract class FileMonitorTests : MonitorTests
{
    private protected const string Fast = "\"checkInterval\": \"1m\", \"jitterPercentage\": 0, \"policy\": { \"minDbSize\": 0 }";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("etcd-defrag-monitor");

    private protected string Folder => _folder.FullName;

    private protected string File => Path.Combine(Folder, "monitor.json");

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private protected void Begin() => Start(new ConfigurationFile(File));

    private protected int Calls()
    {
        lock (Cluster.Calls)
        {
            return Cluster.Calls.Count;
        }
    }

    private protected void Write(string keys) => Replace(Text(keys));

    /// <summary>Puts a whole file in the place of the one before, as careful editors do: the monitor may look at any moment.</summary>
    private protected void Replace(string text) => Replace(Encoding.UTF8.GetBytes(text));

    /// <inheritdoc cref="Replace(string)"/>
    private protected void Replace(byte[] text)
    {
        System.IO.File.WriteAllBytes(File + ".new", text);
        System.IO.File.Move(File + ".new", File, overwrite: true);
    }

    private protected string Text(string keys) => $"{{ {keys}, \"endpoints\": [\"{string.Join("\", \"", Cluster.Endpoints.AsEnumerable())}\"] }}";
}
