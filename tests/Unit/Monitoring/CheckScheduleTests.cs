using EtcdDefrag.Monitoring.Schedule;
using FsCheck;
using FsCheck.Fluent;

namespace EtcdDefrag.Unit.Monitoring;

/// <summary>How long a monitor rests.</summary>
public sealed class CheckScheduleTests
{
    [Fact]
    public void Jitter_makes_a_rest_longer_by_its_percentage_at_most_and_never_shorter() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(1000),
        Prop.ForAll(
            (from seconds in Gen.Choose(1, 100_000)
             from jitter in Gen.Choose(0, 100)
             from failures in Gen.Choose(0, 12)
             from chance in Gen.Choose(0, 1000)
             select (seconds, jitter, failures, chance)).ToArbitrary(),
            one =>
            {
                var schedule = new CheckSchedule(TimeSpan.FromSeconds(one.seconds), one.jitter, 3);
                var plain = schedule.DelayAfter(one.failures);
                var rest = schedule.DelayAfter(one.failures, one.chance / 1000.0);
                return rest >= plain && rest <= plain * (1 + (one.jitter / 100.0)) + TimeSpan.FromTicks(1);
            }));

    [Fact]
    public void Chance_takes_the_whole_of_the_jitter()
    {
        var schedule = new CheckSchedule(TimeSpan.FromMinutes(10), 20, 3);
        Assert.Equal(TimeSpan.FromMinutes(10), schedule.DelayAfter(0, 0));
        Assert.Equal(TimeSpan.FromMinutes(11), schedule.DelayAfter(0, 0.5));
        Assert.Equal(TimeSpan.FromMinutes(12), schedule.DelayAfter(0, 1));
    }

    [Theory]
    [InlineData(11, new[] { 11, 11, 11, 22, 44, 88, 88, 88 })]
    [InlineData(30, new[] { 30, 30, 30, 60, 120, 120, 120 })]
    [InlineData(180, new[] { 180, 180, 180, 180, 180 })]
    public void From_the_end_of_the_budget_on_rests_double_up_to_eight_times_and_two_hours(int minutes, int[] rests)
    {
        var schedule = new CheckSchedule(TimeSpan.FromMinutes(minutes), 10, 3);
        Assert.Equal(rests, Enumerable.Range(0, rests.Length).Select(failures => (int)schedule.DelayAfter(failures).TotalMinutes));
    }
}
