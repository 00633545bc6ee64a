using System.Text;
using EtcdDefrag.Connection;
using EtcdDefrag.Monitoring;
using EtcdDefrag.Monitoring.Configuration;
using EtcdDefrag.Monitoring.Events;
using Microsoft.Extensions.Time.Testing;

namespace EtcdDefrag.Unit.Monitoring;

/// <summary>A monitor's file while it runs: changed to something good, to something bad, disabled, deleted and back.</summary>
public sealed class ConfigurationFileTests : FileMonitorTests
{
    [Fact]
    public async Task A_good_change_takes_the_place_of_what_was_in_force()
    {
        Write(Fast);
        Begin();
        await UntilAsync<RoundSucceeded>();
        Write(Fast.Replace("1m", "30m", StringComparison.Ordinal));
        await UntilAsync<ConfigurationInForce>(2);
        await UntilAsync<CheckScheduled>(3);

        Assert.Equal([false, true], Of<ConfigurationInForce>().Select(c => c.IsReload));
        Assert.Equal(Folder, Path.GetDirectoryName(Of<ConfigurationInForce>().First().File));
        var (round, next) = (Of<RoundSucceeded>().First(), Of<CheckScheduled>().ElementAt(2));
        Assert.Equal(TimeSpan.FromMinutes(30), next.DueAt - round.At);
    }

    [Fact]
    public async Task A_bad_change_is_refused_once_with_file_line_and_key_and_the_old_one_goes_on()
    {
        Write(Fast);
        Begin();
        await UntilAsync<CheckScheduled>();
        Write("\n\"chekInterval\": \"5m\"");
        await UntilAsync<NothingToDo>(2);

        var problem = Assert.Single(Of<ConfigurationRefused>().Single().Problems);
        Assert.Equal((File, 2, "chekInterval"), (problem.File, problem.Line, problem.Key));
        Write(Fast);
        await UntilAsync<ConfigurationUnchanged>();
        Assert.Single(Of<ConfigurationInForce>());
        Assert.Single(Of<ConfigurationRefused>());
    }

    [Fact]
    public async Task A_change_that_changes_nothing_disturbs_no_round()
    {
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Cluster.Members[1].OnDefragment = async token =>
        {
            await go.Task.WaitAsync(token);
            Cluster.Members[1].Finish();
        };
        const string Windows = ", \"windows\": [{ \"from\": \"00:00\", \"to\": \"00:00\", \"days\": [\"Mon\", \"Tue\", \"Wed\", \"Thu\", \"Fri\", \"Sat\", \"Sun\"] }]";
        Write(Fast.Replace("\"minDbSize\": 0", "\"rule\": \"dbSizeFree > 1MiB\"", StringComparison.Ordinal) + Windows);
        Begin();
        await UntilAsync(() => Cluster.Defragmented.Count == 1);
        var text = await System.IO.File.ReadAllTextAsync(File);
        Replace("// the same\n" + text);
        await UntilAsync<ConfigurationUnchanged>();
        System.IO.File.Delete(File);
        await UntilAsync<ConfigurationMissing>();
        Replace(text);
        await UntilAsync<ConfigurationUnchanged>(2);
        go.SetResult();
        await UntilAsync<RoundSucceeded>();

        Assert.Equal(3, Of<RoundSucceeded>().Single().Defragmented);
        Assert.Single(Of<ConfigurationInForce>());
        Assert.Empty(Of<RoundInterrupted>());
    }

    [Theory]
    [InlineData("\"checkInterval\": \"1m\"", "\"checkInterval\": \"60s\"", true)]
    [InlineData("\"checkInterval\": \"1m\"", "\"checkInterval\": \"61s\"", false)]
    [InlineData("\"policy\": { \"rule\": \"dbSize > 1\" }", "\"policy\": { \"rule\": \"dbSize > 2\" }", false)]
    [InlineData("\"policy\": { \"minDbSize\": 5 }", "\"policy\": { \"minDbSize\": 6 }", false)]
    [InlineData("\"windows\": []", "\"windows\": [{ \"from\": \"01:00\", \"to\": \"02:00\" }]", false)]
    [InlineData("\"windows\": [{ \"from\": \"01:00\", \"to\": \"02:00\", \"days\": [\"Mon\"] }]", "\"windows\": [{ \"from\": \"01:00\", \"to\": \"02:00\", \"days\": [\"Tue\"] }]", false)]
    [InlineData("\"windows\": [{ \"from\": \"01:00\", \"to\": \"02:00\" }]", "\"windows\": [{ \"to\": \"02:00\", \"from\": \"01:00\", \"timeZone\": \"UTC\" }]", true)]
    [InlineData("\"connection\": { \"passwordFile\": \"a\", \"userName\": \"u\" }", "\"connection\": { \"passwordFile\": \"b\", \"userName\": \"u\" }", false)]
    public void What_was_read_is_compared_and_not_how_it_is_written(string one, string other, bool same)
    {
        MonitorConfiguration Read(string text)
        {
            Assert.Empty(ConfigurationReader.Read(Encoding.UTF8.GetBytes(Text(text)), "test", out var configuration));
            return configuration!;
        }

        Assert.Equal(same, Read(one).IsSameAs(Read(other)));
        Assert.True(Read(one).IsSameAs(Read(one)));
    }

    [Fact]
    public async Task A_new_configuration_does_not_wait_out_the_rest_that_failures_have_made_long()
    {
        Cluster.Members[1].Down = EtcdFailure.Unreachable;
        Write(Fast);
        Begin();
        await UntilAsync<RoundFailed>(6, stepSeconds: 30);
        Cluster.Members[1].Down = null;
        Write("\"moveLeader\": true," + Fast);
        await UntilAsync<CheckScheduled>(8);

        var (last, reloaded, next) = (Of<RoundFailed>().ElementAt(5), Of<CheckScheduled>().ElementAt(6), Of<CheckScheduled>().ElementAt(7));
        Assert.True(reloaded.DueAt - last.At >= TimeSpan.FromMinutes(8), $"{reloaded}");
        Assert.True(next.DueAt - last.At < TimeSpan.FromMinutes(3), $"{next}");
    }

    [Fact]
    public async Task Who_asks_for_a_look_hears_again_what_is_wrong_with_the_file()
    {
        Write(Fast);
        var file = new ConfigurationFile(File);
        Start(file);
        await UntilAsync<CheckScheduled>();
        file.ReadSoon();
        await UntilAsync<ConfigurationUnchanged>(stepSeconds: 0);
        Write("\"dryRun\": 5");
        await UntilAsync<ConfigurationRefused>();
        file.ReadSoon();
        await UntilAsync<ConfigurationRefused>(2, stepSeconds: 0);
        System.IO.File.Delete(File);
        await UntilAsync<ConfigurationMissing>();
        file.ReadSoon();
        await UntilAsync<ConfigurationMissing>(2, stepSeconds: 0);

        Assert.Single(Of<ConfigurationUnchanged>());
    }

    [Fact]
    public async Task A_change_to_something_that_is_no_text_is_refused_with_its_line_and_the_old_one_goes_on()
    {
        Write(Fast);
        Begin();
        await UntilAsync<NothingToDo>();
        Replace(Encoding.Latin1.GetBytes("{\n \"endpoints\": [\"Zürich\"] }"));
        await UntilAsync<ConfigurationRefused>();
        Replace("{\n\n \"endpoints\": [\"\\ud800\"] }");
        await UntilAsync<ConfigurationRefused>(2);
        var rounds = Of<NothingToDo>().Count();
        await UntilAsync<NothingToDo>(rounds + 2);

        Assert.Equal([2, 3], Of<ConfigurationRefused>().Select(r => Assert.Single(r.Problems).Line));
        Assert.All(Of<ConfigurationRefused>(), r => Assert.Contains("Save the file as UTF-8", r.Problems[0].Reason, StringComparison.Ordinal));
        Assert.Single(Of<ConfigurationInForce>());
    }

    [Theory]
    [InlineData("\"dryRun\": true", true)]
    [InlineData("\"dryRun\": 5", false)]
    public async Task A_file_that_is_being_written_in_place_is_read_once_more_before_it_is_refused(string changed, bool isUsable)
    {
        var time = new ClockThatActs(() => Write(changed));
        var file = new ConfigurationFile(File);
        Write(Fast);
        Assert.NotNull((await file.ReadIfChangedAsync(time, CancellationToken.None))?.Configuration);
        await System.IO.File.WriteAllTextAsync(File, "");
        var reading = await file.ReadIfChangedAsync(time, CancellationToken.None);

        Assert.Equal(isUsable, reading!.Configuration is { DryRun: true });
        Assert.Equal(isUsable ? [] : ["dryRun"], reading.Problems.Select(p => p.Key));
        Assert.Null(await file.ReadIfChangedAsync(time, CancellationToken.None));
    }

    [Fact]
    public async Task A_file_that_is_written_in_place_with_what_it_held_has_not_changed()
    {
        var file = new ConfigurationFile(File);
        Write(Fast);
        Assert.NotNull(await file.ReadIfChangedAsync(Time, CancellationToken.None));
        await System.IO.File.WriteAllTextAsync(File, "{");

        Assert.Null(await file.ReadIfChangedAsync(new ClockThatActs(() => Write(Fast)), CancellationToken.None));
    }

    [Fact]
    public async Task Disabled_it_asks_nothing_and_enabled_again_it_goes_on()
    {
        Write(Fast);
        Begin();
        await UntilAsync<CheckScheduled>();
        Write("\"enabled\": false," + Fast);
        await UntilAsync<MonitorDisabled>();
        var calls = Calls();
        await UntilAsync(() => Time.GetUtcNow() > Of<MonitorDisabled>().Single().At.AddMinutes(10));
        Assert.Equal(calls, Calls());
        Write(Fast);
        await UntilAsync<MonitorEnabled>();
        await UntilAsync<RoundSucceeded>();
    }

    [Fact]
    public async Task A_file_that_is_disabled_from_the_beginning_waits_to_be_enabled()
    {
        Write("\"enabled\": false, \"defragOnStartup\": true," + Fast);
        Begin();
        await UntilAsync<MonitorDisabled>();
        Assert.Empty(Cluster.Calls);
        Write("\"defragOnStartup\": true," + Fast);
        await UntilAsync<RoundSucceeded>();

        Assert.True(Of<RoundStarted>().Single().IsStartup);
    }

    [Fact]
    public async Task Deleted_it_is_said_once_and_what_was_in_force_goes_on_until_it_is_back()
    {
        Write(Fast);
        Begin();
        await UntilAsync<CheckScheduled>();
        System.IO.File.Delete(File);
        await UntilAsync<NothingToDo>(3);
        Assert.Equal(File, Of<ConfigurationMissing>().Single().File);
        Write("\"dryRun\": true," + Fast);
        await UntilAsync<ConfigurationInForce>(2);
        await UntilAsync(() => Of<RoundStarted>().Last().IsDryRun);

        Assert.Empty(Of<ConfigurationRefused>());
    }

    [SkippableFact]
    public async Task A_link_that_is_turned_to_another_folder_is_seen_as_Kubernetes_turns_it()
    {
        Skip.If(OperatingSystem.IsWindows(), "Links need a right there.");
        foreach (var version in new[] { "1m", "2m" })
        {
            var data = Directory.CreateDirectory(Path.Combine(Folder, version));
            await System.IO.File.WriteAllTextAsync(Path.Combine(data.FullName, "monitor.json"), Text(Fast.Replace("1m", version, StringComparison.Ordinal)));
            System.IO.File.SetLastWriteTimeUtc(Path.Combine(data.FullName, "monitor.json"), DateTime.UnixEpoch);
        }

        var link = Path.Combine(Folder, "..data");
        Directory.CreateSymbolicLink(link, "1m");
        System.IO.File.CreateSymbolicLink(File, Path.Combine("..data", "monitor.json"));
        Begin();
        await UntilAsync<CheckScheduled>();
        new DirectoryInfo(link).Delete();
        Directory.CreateSymbolicLink(link, "2m");
        await UntilAsync<CheckScheduled>(2);

        Assert.Empty(Of<ConfigurationMissing>());
        Assert.Equal(TimeSpan.FromMinutes(2), Of<CheckScheduled>().ElementAt(1).DueAt - Of<CheckScheduled>().First().At);
    }

    [Fact]
    public async Task Without_a_file_to_begin_with_it_does_not_begin()
    {
        Begin();
        var problem = Assert.Single((await Assert.ThrowsAsync<MonitorConfigurationException>(EndAsync)).Problems);
        Assert.Equal($"{File}: The file does not exist.", $"{problem}");
    }

    [Fact]
    public async Task With_a_bad_file_to_begin_with_it_does_not_begin()
    {
        Write("\"dryRun\": 5");
        Begin();
        Assert.Contains("dryRun", (await Assert.ThrowsAsync<MonitorConfigurationException>(EndAsync)).Message, StringComparison.Ordinal);
        Assert.Empty(Cluster.Calls);
    }

    /// <summary>A clock on which every wait is over at once, and something happens in it.</summary>
    private sealed class ClockThatActs(Action act) : FakeTimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            act();
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
