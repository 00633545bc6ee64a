using System.Text.Json;
using EtcdDefrag.Connection;

namespace EtcdDefrag.Monitoring.Configuration;

/// <summary>A cluster of which not everything is known yet.</summary>
internal sealed record ClusterBuilder(string Name, MonitorConnection Connection, IReadOnlyList<LocatedJson> Endpoints)
{
    /// <summary>What the one cluster is called that needs no name.</summary>
    public const string OnlyName = "etcd";

    private static readonly string[] Needed = ["name", "endpoints"];

    /// <summary>The clusters of a whole configuration: one by its endpoints, or several by name.</summary>
    public static IReadOnlyList<MonitoredCluster> ReadAll(LocatedJson whole, Problems problems)
    {
        var connection = whole.Find("connection") is { } shared ? ConnectionReader.Read(shared, problems) : new MonitorConnection();
        var (endpoints, clusters) = (whole.Find("endpoints"), whole.Find("clusters"));
        if ((endpoints is null) == (clusters is null))
        {
            problems.Add(clusters ?? whole, endpoints is null
                ? "it needs \"endpoints\", those of one cluster, or \"clusters\", each with a name and endpoints"
                : "endpoints and clusters exclude each other; give one of them");
            return [];
        }

        var drafts = endpoints is not null
            ? [new ClusterBuilder(OnlyName, connection, Values.List(endpoints, problems, "endpoints"))]
            : Values.List(clusters!, problems, "clusters").Select(c => ReadOne(c, connection, problems)).ToArray();
        RejectDuplicateNames(drafts, clusters, problems);
        var owners = new Dictionary<EtcdEndpoint, string>();
        return [.. drafts.Select(d => d.Finish(owners, problems))];
    }

    private static ClusterBuilder ReadOne(LocatedJson value, MonitorConnection shared, Problems problems)
    {
        foreach (var key in Needed.Where(k => value.Kind == JsonTokenType.StartObject && value.Find(k) is null))
        {
            problems.Add(value, $"it needs \"{key}\"");
        }

        return Sections.Cluster.Read(value, new ClusterBuilder("", shared, []), problems);
    }

    private static void RejectDuplicateNames(ClusterBuilder[] drafts, LocatedJson? clusters, Problems problems)
    {
        foreach (var twins in drafts.Select((d, i) => (d.Name, Index: i)).Where(d => d.Name.Length > 0).GroupBy(d => d.Name).Where(g => g.Count() > 1))
        {
            problems.Add(clusters!.Items[twins.Last().Index], $"the name \"{twins.Key}\" is another cluster's already");
        }
    }

    /// <summary>Reads the endpoints at last: what one without a scheme means depends on the connection.</summary>
    private MonitoredCluster Finish(Dictionary<EtcdEndpoint, string> owners, Problems problems)
    {
        var read = new List<EtcdEndpoint>();
        foreach (var place in Endpoints)
        {
            if (place.Kind != JsonTokenType.String)
            {
                problems.Add(place, $"{place.Shown} is not an endpoint such as \"https://10.0.0.1:2379\"");
                continue;
            }

            try
            {
                var endpoint = EtcdEndpoint.Parse(place.Text, Connection.DefaultScheme);
                read.Add(endpoint);
                if (!owners.TryAdd(endpoint, Name))
                {
                    problems.Add(place, $"{endpoint} is named twice");
                }
            }
            catch (EtcdEndpointException wrong)
            {
                problems.Add(place, wrong.Message);
            }
        }

        return new MonitoredCluster { Name = Name, Endpoints = read, Connection = Connection };
    }
}
