using System.Management.Automation;
using EtcdDefrag.Connection;
using EtcdDefrag.PowerShell.Async;
using EtcdDefrag.PowerShell.Errors;

namespace EtcdDefrag.PowerShell.Commands;

/// <summary>What every cmdlet that speaks to members has in common: how to speak to them.</summary>
public abstract class EtcdCmdlet : AsyncCmdlet
{
    /// <summary>What is asked where no endpoint is named, as etcdctl does.</summary>
    private protected const string DefaultEndpoint = "http://127.0.0.1:2379";

    private TimeSpan? _connectionTimeout;
    private TimeSpan? _operationTimeout;

    /// <summary>How long making a connection to a member may take, in seconds.</summary>
    [Parameter]
    [ValidateRange(0.001, 86400.0)]
    public double ConnectionTimeoutSeconds
    {
        get => OptionsOver(new EtcdConnectionOptions()).ConnectionTimeout.TotalSeconds;
        set => _connectionTimeout = TimeSpan.FromSeconds(value);
    }

    /// <summary>How long one call to a member may take once connected, in seconds.</summary>
    [Parameter]
    [ValidateRange(0.001, 86400.0)]
    public double OperationTimeoutSeconds
    {
        get => OptionsOver(new EtcdConnectionOptions()).OperationTimeout.TotalSeconds;
        set => _operationTimeout = TimeSpan.FromSeconds(value);
    }

    /// <summary>The options that came with an object from the pipeline, or the defaults, under what was given as parameters.</summary>
    private protected EtcdConnectionOptions OptionsOver(EtcdConnectionOptions carried) => carried with
    {
        ConnectionTimeout = _connectionTimeout ?? carried.ConnectionTimeout,
        OperationTimeout = _operationTimeout ?? carried.OperationTimeout,
    };

    /// <summary>Reads endpoints as they were typed. Writes an error for each that is none; the others are returned.</summary>
    private protected List<EtcdEndpoint> ReadEndpoints(IEnumerable<string> texts)
    {
        var endpoints = new List<EtcdEndpoint>();
        foreach (var text in texts)
        {
            if (EtcdEndpoint.TryParse(text, out var endpoint, out var problem))
            {
                endpoints.Add(endpoint);
            }
            else
            {
                WriteError(ErrorRecords.InvalidEndpoint(new EtcdEndpointException(text, problem)));
            }
        }

        return endpoints;
    }
}
