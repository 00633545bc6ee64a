using System.Management.Automation;
using EtcdDefrag.Offline;
using EtcdDefrag.PowerShell.Async;
using EtcdDefrag.PowerShell.Errors;

namespace EtcdDefrag.PowerShell.Commands;

/// <summary>Get-EtcdSnapshotStatus: judges snapshots and copies of a database file without a server.</summary>
[Cmdlet(VerbsCommon.Get, "EtcdSnapshotStatus", DefaultParameterSetName = nameof(Path))]
[OutputType(typeof(EtcdSnapshotStatus))]
public sealed class GetEtcdSnapshotStatusCommand : AsyncCmdlet
{
    /// <summary>The files; wildcards are expanded.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = nameof(Path))]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>The files, as they are written.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = nameof(LiteralPath))]
    [Alias("PSPath")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var isLiteral = ParameterSetName == nameof(LiteralPath);
        foreach (var given in isLiteral ? LiteralPath : Path)
        {
            foreach (var file in Resolve(given, isLiteral))
            {
                Await((streams, cancellationToken) => JudgeAsync(file, streams, cancellationToken));
            }
        }
    }

    private IReadOnlyList<string> Resolve(string given, bool isLiteral)
    {
        try
        {
            ProviderInfo provider;
            IReadOnlyList<string> files = isLiteral
                ? [SessionState.Path.GetUnresolvedProviderPathFromPSPath(given, out provider, out _)]
                : [.. GetResolvedProviderPathFromPSPath(given, out provider)];
            if (string.Equals(provider.Name, "FileSystem", StringComparison.Ordinal))
            {
                return files;
            }

            WriteError(ErrorRecords.SnapshotNotRead(new IOException("It is not a path of the file system."), given));
        }
        catch (Exception unknown) when (unknown is SessionStateException)
        {
            WriteError(ErrorRecords.SnapshotNotRead(unknown, given));
        }

        return [];
    }

    private static async Task JudgeAsync(string file, CmdletStreams streams, CancellationToken cancellationToken)
    {
        try
        {
            var status = await SnapshotReader.ReadAsync(file, cancellationToken).ConfigureAwait(false);
            await streams.WriteObjectAsync(status).ConfigureAwait(false);
            if (status.IsDamaged)
            {
                await streams.WriteErrorAsync(ErrorRecords.SnapshotDamaged(status)).ConfigureAwait(false);
            }
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or ArgumentException)
        {
            await streams.WriteErrorAsync(ErrorRecords.SnapshotNotRead(unreadable, file)).ConfigureAwait(false);
        }
    }
}
