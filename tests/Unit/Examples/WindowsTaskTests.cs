using System.Xml;
using System.Xml.Linq;
using EtcdDefrag.Unit.Support;

namespace EtcdDefrag.Unit.Examples;

/// <summary>The scheduled task is well-formed, in the order that its schema prescribes, and runs what lies beside it.</summary>
public sealed class WindowsTaskTests
{
    private static readonly XNamespace Task = "http://schemas.microsoft.com/windows/2004/02/mit/task";

    private static readonly XElement Root = XDocument.Load(Repository.PathOf("examples", "windows", "EtcdDefrag.xml")).Root!;

    [Fact]
    public void It_is_a_task_of_the_scheduler_with_elements_in_their_order()
    {
        Assert.Equal(Task + "Task", Root.Name);
        Assert.Equal(["RegistrationInfo", "Triggers", "Principals", "Settings", "Actions"], Names(Root));
        Assert.Equal(["StartBoundary", "Enabled", "RandomDelay", "ScheduleByDay"], Names(Of("CalendarTrigger")));
        Assert.Equal(["Command", "Arguments"], Names(Of("Exec")));
        Assert.Equal((string?)Of("Principal").Attribute("id"), (string?)Of("Actions").Attribute("Context"));
    }

    [Fact]
    public void It_runs_once_at_a_time_with_few_rights_and_not_for_ever()
    {
        Assert.Equal("IgnoreNew", Of("MultipleInstancesPolicy").Value);
        Assert.Equal(("S-1-5-19", "LeastPrivilege"), (Of("UserId").Value, Of("RunLevel").Value));
        Assert.Equal(TimeSpan.FromHours(2), XmlConvert.ToTimeSpan(Of("ExecutionTimeLimit").Value));
        Assert.Contains("Invoke-NightlyDefrag.ps1", Of("Arguments").Value, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Names(XElement element) => element.Elements().Select(e => e.Name.LocalName);

    private static XElement Of(string name) => Root.Descendants(Task + name).Single();
}
