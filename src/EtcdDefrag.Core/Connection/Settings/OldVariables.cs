namespace EtcdDefrag.Connection.Settings;

/// <summary>
/// The environment variables of etcdctl's version 2 interface (ETCDCTL_API=2, gone with etcd 3.6), which etcdctl 3 and this program
/// ignore: whoever sets one believes that it counts.
/// </summary>
public static class OldVariables
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

    /// <summary>A sentence for each that is set while the one that took its place is not.</summary>
    /// <param name="read">Gives a variable's value, or null.</param>
    public static IReadOnlyList<string> FindWarnings(Func<string, string?> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        return
        [
            .. All.Where(v => IsSet(v.Old) && !IsSet(v.Current))
                .Select(v => $"{v.Old} is a variable of etcdctl's version 2 and is ignored; set {v.Current}."),
        ];

        bool IsSet(string name) => !string.IsNullOrEmpty(read(name));
    }
}
