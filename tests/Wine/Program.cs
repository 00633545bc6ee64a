using System.Diagnostics;
using System.Runtime.Versioning;
using EtcdDefrag.Sandbox.Processes;

[assembly: SupportedOSPlatform("windows")]

// Stands in for dotnet.exe, which comes in no package: starts the program that was built beside a library.
if (args is not [var library, .. var rest])
{
    await Console.Error.WriteLineAsync("dotnet LIBRARY.dll [ARGUMENT ...]");
    return 64;
}

using var process = Process.Start(new ProcessStartInfo(Path.ChangeExtension(library, ".exe"), rest))!;
JobObject.Add(process);
await process.WaitForExitAsync();
return process.ExitCode;
