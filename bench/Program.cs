using EtcdDefrag.Bench;

if (args is ["child", .. var work])
{
    return await ChildProcess.RunAsync(work);
}

if (BenchSettings.Read(args) is not { } settings)
{
    Console.WriteLine(BenchSettings.Help);
    return args is ["help"] ? 0 : 64;
}

// Hundreds of fake members would each watch for changes of a configuration that there is not, and a user has 128 such watches.
Environment.SetEnvironmentVariable("DOTNET_hostBuilder__reloadConfigOnChange", "false");
var report = new BenchReport(settings);
(string Name, Func<Task> Measure)[] measures =
[
    ("process", () => WholeProcess.MeasureAsync(settings, report)),
    ("members", () => ManyMembers.MeasureAsync(settings, report)),
    ("clusters", () => ManyClusters.MeasureAsync(settings, report)),
    ("stalls", () => ClientStalls.MeasureAsync(settings, report)),
    ("repeated", () => ManyClusters.MeasureRepeatedRunsAsync(settings, report)),
    ("module", () => ModuleTimes.MeasureAsync(settings, report)),
    ("rules", () => RuleTimes.MeasureAsync(report)),
];
foreach (var (name, measure) in measures)
{
    if (settings.Only.Count == 0 || settings.Only.Contains(name))
    {
        Console.Error.WriteLine($"== {name}");
        await measure();
    }
}

await report.WriteAsync();
return 0;
