using System.Diagnostics;
using System.Globalization;
using EtcdDefrag.Integration.Support;

namespace EtcdDefrag.Integration.Sandbox;

/// <summary>Whatever ends the owner of a sandbox ends the sandbox.</summary>
public class SandboxOwnerTests
{
    [SkippableTheory]
    [MemberData(nameof(EtcdVersions.Minors), MemberType = typeof(EtcdVersions))]
    public async Task An_owner_killed_at_once_leaves_neither_process_nor_folder(string minor)
    {
        using var owner = await OwnerProgram.StartAsync(3, await EtcdVersions.FindAsync(minor));
        Assert.All(owner.MemberProcesses, id => Assert.True(ProcessTable.Lives(id)));
        await owner.KillAsync();

        await AssertNothingStaysAsync(owner);
    }

    [SkippableFact]
    public async Task A_paused_member_does_not_outlive_a_killed_owner()
    {
        Skip.If(OperatingSystem.IsWindows(), "There is no watchdog on Windows.");
        using var owner = await OwnerProgram.StartAsync(3, await EtcdVersions.FindAsync("3.5"));
        using (var pause = Process.Start("kill", ["-STOP", owner.MemberProcesses[0].ToString(CultureInfo.InvariantCulture)]))
        {
            await pause.WaitForExitAsync();
        }

        await owner.KillAsync();

        await AssertNothingStaysAsync(owner);
    }

    [SkippableFact]
    public async Task An_owner_that_ends_in_order_leaves_neither_process_nor_folder()
    {
        using var owner = await OwnerProgram.StartAsync(1, await EtcdVersions.FindAsync("3.5"));
        Assert.True(Directory.Exists(owner.Folder));
        await owner.EndAsync();

        Assert.DoesNotContain(owner.MemberProcesses, ProcessTable.Lives);
        Assert.False(Directory.Exists(owner.Folder));
    }

    private static async Task AssertNothingStaysAsync(OwnerProgram owner)
    {
        await Eventually.HoldsAsync(() => !owner.MemberProcesses.Any(ProcessTable.Lives), "the members end");
        if (OperatingSystem.IsWindows())
        {
            // There is no watchdog, which would delete it.
            Directory.Delete(owner.Folder, recursive: true);
            return;
        }

        await Eventually.HoldsAsync(() => !Directory.Exists(owner.Folder), "the folder goes");
    }
}
