namespace EtcdDefrag.Inspection;

/// <summary>How much to ask of each member.</summary>
public enum InspectionScope
{
    /// <summary>Status, member list and alarms: what a member knows by itself, at once even where the cluster has no quorum.</summary>
    Status,

    /// <summary>A linearizable read besides, as <c>etcdctl endpoint health</c> does: answered only with a leader and a quorum.</summary>
    Health,
}
