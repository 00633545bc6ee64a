namespace EtcdDefrag.Integration.Support;

/// <summary>A folder that goes away with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("etcd-defrag-test-").FullName;

    /// <summary>A path inside.</summary>
    public string this[params string[] names] => System.IO.Path.Combine([Path, .. names]);

    /// <summary>Writes a shell script into a subfolder, executable, and returns its path.</summary>
    public string AddScript(string folder, string name, string text)
    {
        Directory.CreateDirectory(this[folder]);
        var script = this[folder, name];
        File.WriteAllText(script, $"#!/bin/sh\n{text}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return script;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
