using System.CommandLine;
using EtcdDefrag.Sandbox;
using EtcdDefrag.Sandbox.Locating;

namespace EtcdDefrag.Cli.Commands;

/// <summary>What <c>try</c> and <c>sandbox</c> have in common.</summary>
internal sealed class SandboxOptions
{
    private readonly Option<int> _members = new("--members")
    {
        Description = "How many members, 1 to 7.",
        DefaultValueFactory = _ => 3,
    };

    private readonly Option<string?> _version = new("--etcd-version")
    {
        Description = "Which minor version of etcd, for example 3.5; by default the first that is found.",
    };

    private readonly Option<int> _fill;

    public SandboxOptions(int fill)
    {
        _fill = new Option<int>("--fill")
        {
            Description = "How many MiB to write, three quarters of which are deleted and compacted again; 0 for none.",
            DefaultValueFactory = _ => fill,
        };
        _members.Validators.Add(r => Check(r, r.GetValueOrDefault<int>() is >= 1 and <= 7, "--members is a number from 1 to 7."));
        _fill.Validators.Add(r => Check(r, r.GetValueOrDefault<int>() is >= 0 and <= 1024, "--fill is a number of MiB from 0 to 1024."));
        _version.Validators.Add(r => Check(r, IsMinor(r.GetValueOrDefault<string?>()), "--etcd-version is a minor version from 3.4 on, for example 3.5."));
    }

    public void AddTo(Command command)
    {
        command.Options.Add(_members);
        command.Options.Add(_version);
        command.Options.Add(_fill);
    }

    /// <summary>Starts the cluster and fills it, telling on the way what it does.</summary>
    public async Task<EtcdSandbox> StartAsync(ParseResult parsed, TextWriter output, CancellationToken cancellationToken)
    {
        var version = parsed.GetValue(_version) is { } minor ? EtcdVersionRequest.ForMinor(minor) : EtcdVersionRequest.Any;
        var binary = await new EtcdLocator(log: output.WriteLine).FindAsync(version, cancellationToken).ConfigureAwait(false);
        var options = new EtcdSandboxOptions { Members = parsed.GetValue(_members), Binaries = [binary] };
        await output.WriteLineAsync($"Starting {options.Members} member(s) on 127.0.0.1.").ConfigureAwait(false);
        var sandbox = await EtcdSandbox.StartAsync(options, cancellationToken).ConfigureAwait(false);
        try
        {
            await FillAsync(sandbox, parsed.GetValue(_fill), output, cancellationToken).ConfigureAwait(false);
            return sandbox;
        }
        catch
        {
            await sandbox.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static async Task FillAsync(EtcdSandbox sandbox, int mebibytes, TextWriter output, CancellationToken cancellationToken)
    {
        if (mebibytes > 0)
        {
            await output.WriteLineAsync($"Writing {mebibytes} MiB, deleting three quarters of it and compacting.").ConfigureAwait(false);
            await sandbox.FillAsync(new EtcdFill(mebibytes), cancellationToken).ConfigureAwait(false);
        }
    }

    private static bool IsMinor(string? text)
    {
        try
        {
            return text is null || EtcdVersionRequest.ForMinor(text).Minor is not null;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static void Check(System.CommandLine.Parsing.OptionResult result, bool isValid, string problem)
    {
        if (!isValid)
        {
            result.AddError(problem);
        }
    }
}
