using System.Globalization;
using System.Text.Json;
using EtcdDefrag.Sandbox;
using EtcdDefrag.Sandbox.Locating;

// Owns a sandbox until its standard input ends, or until it is killed. Its one line of output says what it owns.
// Arguments: the number of members, then the etcd to run: its path, its version.
var binary = new EtcdBinary(args[1], Version.Parse(args[2]), "the command line");
await using var sandbox = await EtcdSandbox.StartAsync(
    new EtcdSandboxOptions { Members = int.Parse(args[0], CultureInfo.InvariantCulture), Binaries = [binary] });
var owned = new { sandbox.Folder, Processes = sandbox.Members.Select(member => member.ProcessId) };
Console.WriteLine(JsonSerializer.Serialize(owned));
await Console.In.ReadToEndAsync();
