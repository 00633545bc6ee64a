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

    private protected void Write(string keys) => System.IO.File.WriteAllText(File, Text(keys));

    private protected string Text(string keys) => $"{{ {keys}, \"endpoints\": [\"{string.Join("\", \"", Cluster.Endpoints.AsEnumerable())}\"] }}";
}
