namespace EtcdDefrag.Bench;

/// <summary>What a user of the module waits for, as bench/Measure-FirstCall.ps1 measures it.</summary>
internal static class ModuleTimes
{
    public static async Task MeasureAsync(BenchSettings settings, BenchReport report)
    {
        report.Section("The module", "Fresh processes of pwsh on three members: pwsh by itself, the import beyond that, the first status of one member, and a warm one.");
        var script = $"$m = bench/Measure-FirstCall.ps1 -Count {(settings.IsQuick ? 1 : 10)}; '{{0}} {{1}} {{2}} {{3}}' -f $m.PwshMs, $m.ImportMs, $m.FirstStatusMs, $m.WarmStatusMs";
        var run = await MeasuredProcess.RunAsync("dotnet", "pwsh", "-NoProfile", "-Command", $"[cultureinfo]::CurrentCulture = 'en-US'; {script}");
        report.Table(["pwsh ms", "import ms", "first status ms", "warm status ms"], [run.Output.Trim().Split('\n')[^1].Split(' ')]);
    }
}
