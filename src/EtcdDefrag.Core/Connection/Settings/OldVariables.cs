namespace EtcdDefrag.Connection.Settings;

/// <summary>
/// The environment variables of etcdctl's version 2 interface (ETCDCTL_API=2, removed in etcd 3.6). etcdctl 3 and this program ignore them:
/// a user who sets one is warned.
/// </summary>
internal static class OldVariables
{
    private static readonly (string Old, string Current)[] All =
    [
        ("ETCDCTL_CA_FILE", "ETCDCTL_CACERT"),
        ("ETCDCTL_CERT_FILE", "ETCDCTL_CERT"),
        ("ETCDCTL_ENDPOINT", "ETCDCTL_ENDPOINTS"),
        ("ETCDCTL_KEY_FILE", "ETCDCTL_KEY"),
        ("ETCDCTL_PEERS", "ETCDCTL_ENDPOINTS"),
        ("ETCDCTL_USERNAME", "ETCDCTL_USER"),
    ];

    /// <summary>A sentence for each that is set while its successor is not.</summary>
    /// <param name="read">Gives a variable's value, or null.</param>
    public static IReadOnlyList<string> FindWarnings(Func<string, string?> read) =>
    [
        .. All.Where(v => !string.IsNullOrEmpty(read(v.Old)) && string.IsNullOrEmpty(read(v.Current)))
            .Select(v => $"{v.Old} is a variable of etcdctl's version 2 and is ignored; set {v.Current}."),
    ];
}
