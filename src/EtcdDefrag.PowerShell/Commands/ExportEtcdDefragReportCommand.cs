using System.Globalization;
using System.Management.Automation;
using EtcdDefrag.PowerShell.Errors;
using EtcdDefrag.Reporting;

namespace EtcdDefrag.PowerShell.Commands;

/// <summary>Export-EtcdDefragReport: writes results, plans, members and events as one HTML page.</summary>
[Cmdlet(VerbsData.Export, "EtcdDefragReport", SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class ExportEtcdDefragReportCommand : PSCmdlet
{
    private readonly List<ReportItem> _items = [];
    private string _file = "";

    /// <summary>The page to write. A page of that name is replaced.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>What to show: results, steps of a plan, members, events, also exported and imported again. Other objects are an error.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [AllowNull]
    public PSObject?[]? InputObject { get; set; }

    /// <summary>The page's title. Default: etcd defragmentation.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Title { get; set; } = DefragReportPage.DefaultTitle;

    /// <summary>Leaves an existing file as it is, with an error.</summary>
    [Parameter]
    [Alias("NoOverwrite")]
    public SwitchParameter NoClobber { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _file = SessionState.Path.GetUnresolvedProviderPathFromPSPath(Path, out var provider, out _);
        if (!string.Equals(provider.Name, "FileSystem", StringComparison.Ordinal))
        {
            ThrowTerminatingError(ErrorRecords.NotAFile(nameof(Path), Path));
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var given in InputObject ?? [])
        {
            if (given is null)
            {
                continue;
            }

            if (ReportItem.Read(name => ValueOf(given.Properties[name]?.Value)) is { } item)
            {
                _items.Add(item);
            }
            else
            {
                WriteError(ErrorRecords.NotReportable(given));
            }
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (!ShouldProcess(_file, $"Write a report of {_items.Count} object(s)"))
        {
            return;
        }

        try
        {
            using var file = new FileStream(_file, NoClobber ? FileMode.CreateNew : FileMode.Create, FileAccess.Write);
            using var writer = new StreamWriter(file);
            writer.Write(DefragReportPage.Write(Title, _items, TimeProvider.System.GetUtcNow()));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            ThrowTerminatingError(ErrorRecords.ReportNotWritten(failure, _file));
        }
    }

    /// <summary>
    /// The value as .NET's own, where it was exported and imported again: an enumeration comes back as an object whose text is its name, a
    /// moment as one with its parts.
    /// </summary>
    private static object? ValueOf(object? value) => value switch
    {
        PSObject { BaseObject: DateTimeOffset or TimeSpan or string or bool } plain => plain.BaseObject,
        PSObject moment when moment.Properties["UtcDateTime"]?.Value is { } utc => utc is PSObject inner ? inner.BaseObject : utc,
        PSObject enumeration when enumeration.TypeNames.Contains("Deserialized.System.Enum") => enumeration.ToString(null, CultureInfo.InvariantCulture),
        PSObject other => other.BaseObject,
        _ => value,
    };
}
