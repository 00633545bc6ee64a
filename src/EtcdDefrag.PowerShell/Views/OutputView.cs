using System.Collections;
using System.Management.Automation;

namespace EtcdDefrag.PowerShell.Views;

/// <summary>
/// The cells of the table and list views, as properties: in ConstrainedLanguage a view may read properties and call nothing. Reads the
/// object by the names of its properties, so that one that came back from a job is shown as well.
/// </summary>
public sealed class OutputView
{
    private readonly PSObject _source;

    private OutputView(PSObject source) => _source = source;

    /// <summary>What the hidden property View of every output gives (EtcdDefrag.Types.ps1xml).</summary>
    public static OutputView Of(PSObject source) => new(source);

#pragma warning disable CS1591 // Each is the property of its name, as ViewText writes it.
    public string CACertificatePath => ViewText.Text(GetValue("CACertificatePath"));
    public string ClientCertificate => ViewText.Text(GetValue("ClientCertificate"));
    public string Cluster => ViewText.Text(GetValue("Cluster"));
    public string ClusterVersion => ViewText.Text(GetValue("ClusterVersion"));
    public string Connection => ViewText.Text(GetValue("Connection"));
    public string Endpoint => ViewText.Text(GetValue("Endpoint"));
    public string EndpointList => ViewText.Lines(Get<IEnumerable>("Endpoint"));
    public string Error => ViewText.Text((GetValue("Error") as Exception)?.Message ?? (GetValue("Error") as PSObject)?.Properties["Message"]?.Value);
    public string Errors => ViewText.Text(GetValue("Errors"));
    public string File => ViewText.Text(GetValue("File"));
    public string Message => ViewText.Text(GetValue("Message"));
    public string Name => ViewText.Text(GetValue("Name"));
    public string Path => ViewText.Text(GetValue("Path"));
    public string Prefix => ViewText.Text(GetValue("Prefix"));
    public string PreviousName => ViewText.Text(GetValue("PreviousName"));
    public string Problems => ViewText.Lines(Get<IEnumerable>("Problems"));
    public string Reason => ViewText.Text(GetValue("Reason"));
    public string Remedy => ViewText.Text(GetValue("Remedy"));
    public string Rule => ViewText.Text(GetValue("Rule"));
    public string ServerName => ViewText.Text(GetValue("ServerName"));
    public string Snapshot => ViewText.Text(GetValue("Snapshot"));
    public string Source => ViewText.Text(GetValue("Source"));
    public string StorageVersion => ViewText.Text(GetValue("StorageVersion"));
    public string UserName => ViewText.Text(GetValue("UserName"));
    public string Version => ViewText.Text(GetValue("Version"));
    public string Warning => ViewText.Text(GetValue("Warning"));

    public string Bytes => ViewText.Size(Get<long?>("Bytes"));
    public string DbSize => ViewText.Size(Get<long?>("DbSize"));
    public string DbSizeAfter => ViewText.Size(Get<long?>("DbSizeAfter"));
    public string DbSizeBefore => ViewText.Size(Get<long?>("DbSizeBefore"));
    public string DbSizeFree => ViewText.Size(Get<long?>("DbSizeFree"));
    public string DbSizeInUse => ViewText.Size(Get<long?>("DbSizeInUse"));

    public string BytesExact => ViewText.ExactSize(Get<long?>("Bytes"));
    public string BytesReclaimedExact => ViewText.ExactSize(Get<long?>("BytesReclaimed"));
    public string DbQuotaExact => ViewText.ExactSize(Get<long?>("DbQuota"));
    public string DbQuotaNeededExact => ViewText.ExactSize(Get<long?>("DbQuotaNeeded"));
    public string DbSizeAfterExact => ViewText.ExactSize(Get<long?>("DbSizeAfter"));
    public string DbSizeBeforeExact => ViewText.ExactSize(Get<long?>("DbSizeBefore"));
    public string DbSizeExact => ViewText.ExactSize(Get<long?>("DbSize"));
    public string DbSizeFreeExact => ViewText.ExactSize(Get<long?>("DbSizeFree"));
    public string DbSizeInUseAfterExact => ViewText.ExactSize(Get<long?>("DbSizeInUseAfter"));
    public string DbSizeInUseBeforeExact => ViewText.ExactSize(Get<long?>("DbSizeInUseBefore"));
    public string DbSizeInUseExact => ViewText.ExactSize(Get<long?>("DbSizeInUse"));
    public string DiskBytesNeededExact => ViewText.ExactSize(Get<long?>("DiskBytesNeeded"));
    public string MinDbSizeExact => ViewText.ExactSize(Get<long?>("MinDbSize"));
    public string MinReclaimableExact => ViewText.ExactSize(Get<long?>("MinReclaimable"));

    public string DbQuotaUsage => ViewText.PercentOrNothing(Get<double?>("DbQuotaUsage"));
    public string FragmentedBar => ViewText.Bar(Get<double>("FragmentedRatio"));
    public string ShareBar => ViewText.Bar(Get<double>("Share"));
    public string FragmentedRatio => ViewText.Percent(Get<double>("FragmentedRatio"));

    public string At => ViewText.LocalTime(GetTime("At"));
    public string ClientCertificateExpiresDay => ViewText.Day(GetTime("ClientCertificateExpires"));
    public string ConnectionTimeout => ViewText.Duration(Get<TimeSpan>("ConnectionTimeout"));
    public string DueAt => ViewText.LocalTime(GetTime("DueAt"));
    public string Duration => ViewText.Duration(Get<TimeSpan>("Duration"));
    public string EstimatedPause => ViewText.About(Get<TimeSpan>("EstimatedPause"));
    public string EstimatedPauseShort => ViewText.AboutShort(Get<TimeSpan>("EstimatedPause"));
    public string MinInterval => ViewText.Duration(Get<TimeSpan>("MinInterval"));
    public string OperationTimeout => ViewText.Duration(Get<TimeSpan>("OperationTimeout"));
    public string ServerCertificateExpiresDay => ViewText.Day(GetTime("ServerCertificateExpires"));
    public string StartedAt => ViewText.LocalTime(GetTime("StartedAt"));
    public string Took => ViewText.Duration(Get<TimeSpan>("Took"));

    public string ActionAndReason => ViewText.Because(ViewText.Text(GetValue("Action")), Get<string>("Reason"));
    public string OutcomeAndReason => ViewText.Because(ViewText.Text(GetValue("Outcome")), Get<string>("Reason"));
    public string Reasons => ViewText.Lines(Get<IEnumerable>("Reasons"));
    public string ReasonsInOne => ViewText.Text(string.Join(' ', Get<IEnumerable>("Reasons")?.Cast<object?>() ?? []));
    public string Warnings => ViewText.Lines(Get<IEnumerable>("Warnings"));

    public string Alarms => string.Join(", ", (Get<IEnumerable>("Alarms") ?? Array.Empty<object>()).Cast<object>().Select(ViewText.Alarm));
    public string AlarmType => ViewText.Alarm(GetValue("AlarmType") ?? "");
    public string EndpointLines => ViewText.Endpoint(Get<string>("Endpoint"));
    public string EndpointOrNameLines => ViewText.Endpoint(Get<string>("Endpoint"), Get<string>("Name"));
    public string MemberEndpoints =>
        ViewText.Text(Get<IEnumerable>("Members")?.Cast<object>().Select(m => new OutputView(PSObject.AsPSObject(m)).Endpoint));
    public string State => ViewText.State(Get<bool>("IsLeader"), Get<bool>("IsLearner"), Get<IEnumerable>("Alarms"));
    public string StateLines =>
        ViewText.StateLines(Get<bool>("IsLeader"), Get<bool>("IsLearner"), Get<IEnumerable>("Alarms"), Get<ulong>("RaftLag"));
#pragma warning restore CS1591

    /// <summary>Lists from a job are wrapped; an enumeration from there is a number whose text is its name, and stays so.</summary>
    private object? GetValue(string property) => _source.Properties[property]?.Value switch
    {
        PSObject { BaseObject: IEnumerable list } => list,
        var value => value,
    };

    /// <summary>A moment from a job is a list of its properties, which ConstrainedLanguage does not let be put together again.</summary>
    private DateTimeOffset? GetTime(string property) => GetValue(property) switch
    {
        DateTimeOffset at => at,
        DateTime at => new DateTimeOffset(at),
        PSObject written when written.Properties[nameof(DateTimeOffset.UtcDateTime)]?.Value is DateTime at =>
            new DateTimeOffset(at.Ticks, TimeSpan.Zero),
        _ => null,
    };

    /// <summary>What is of the type already is not converted: ConstrainedLanguage allows that for few types.</summary>
    private T? Get<T>(string property) => GetValue(property) switch
    {
        null => default,
        T same => same,
        PSObject { BaseObject: T inner } => inner,
        var other => LanguagePrimitives.ConvertTo<T>(other),
    };
}
