using System.Text.Json;
using EtcdDefrag.Connection;

namespace EtcdDefrag.Monitoring.Configuration;

/// <summary>Reads the clusters of a configuration: one by its endpoints, or several by name.</summary>
internal sealed class ClusterReader(Problems problems)
{
    /// <summary>The name of a single cluster that is given without one.</summary>
    private const string OnlyName = "etcd";

    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly HashSet<EtcdEndpoint> _endpoints = [];

    public IReadOnlyList<MonitoredCluster> ReadAll(LocatedJson whole)
    {
        var start = new MonitoredCluster { Name = OnlyName, Endpoints = [] };
        if (whole.Find("connection") is { } connection)
        {
            start = problems.Read(connection, () => start with { Connection = ConnectionReader.Read(connection, problems) }, start);
        }

        switch (whole.Find("endpoints"), whole.Find("clusters"))
        {
            case (null, null):
                throw new FormatException("it needs \"endpoints\", those of one cluster, or \"clusters\", each with a name and endpoints");
            case (not null, null):
                return [WithEndpoints(start, whole)];
            case (null, { } clusters):
                return problems.Read(clusters, () => problems.ReadList(clusters, "clusters", c => Read(c, start)), []);
            case (_, { } clusters):
                problems.Add(clusters, "endpoints and clusters exclude each other; give one of them");
                return [];
        }
    }

    private MonitoredCluster Read(LocatedJson value, MonitoredCluster start)
    {
        var cluster = Sections.Cluster.Read(value, start with { Name = "" }, problems, "name", "endpoints");
        if (cluster.Name.Length > 0 && !_names.Add(cluster.Name))
        {
            problems.Add(value, $"the name \"{cluster.Name}\" is another cluster's already");
        }

        return WithEndpoints(cluster, value);
    }

    /// <summary>Reads the endpoints last: the scheme of those without one depends on the connection.</summary>
    private MonitoredCluster WithEndpoints(MonitoredCluster cluster, LocatedJson value)
    {
        if (value.Find("endpoints") is not { } list)
        {
            return cluster;
        }

        var scheme = cluster.Connection.DefaultScheme;
        var endpoints = problems.Read(list, () => problems.ReadList(list, "endpoints", e => ReadEndpoint(e, scheme)), []);
        return cluster with { Endpoints = endpoints };
    }

    private EtcdEndpoint ReadEndpoint(LocatedJson value, string defaultScheme)
    {
        if (value.Kind != JsonTokenType.String)
        {
            throw new FormatException($"{value.Shown} is not an endpoint such as \"https://10.0.0.1:2379\"");
        }

        var endpoint = EtcdEndpoint.Parse(value.Text, defaultScheme);
        return _endpoints.Add(endpoint) ? endpoint : throw new FormatException($"{endpoint} is named twice");
    }
}
