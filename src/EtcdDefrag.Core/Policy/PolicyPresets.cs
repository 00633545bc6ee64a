namespace EtcdDefrag.Policy;

/// <summary>Policies by name. Case does not matter.</summary>
internal static class PolicyPresets
{
    private const long Mebibyte = 1024 * 1024;

    /// <summary>Every preset, the default first.</summary>
    public static IReadOnlyList<EtcdDefragPolicy> All { get; } =
    [
        new()
        {
            Name = "Balanced",
            MaxFragmentedPercentage = 45,
            MaxQuotaUsagePercentage = 80,
            MinReclaimable = 100 * Mebibyte,
            Source = "ratio, quota use and a floor of reclaimable bytes together, as operators ask for (cozystack#362, gardener#556)",
        },
        new()
        {
            Name = "OpenShift",
            MaxFragmentedPercentage = 45,
            MinDbSize = 100 * Mebibyte,
            Source = "the defragmentation controller of OpenShift's cluster-etcd-operator",
        },
        new()
        {
            Name = "MicroShift",
            MaxFragmentedPercentage = 45,
            MinDbSize = 100 * Mebibyte,
            Source = "MicroShift's etcd, which has OpenShift's figures built in",
        },
        new()
        {
            Name = "UpstreamAlert",
            Rule = DefragRule.Parse("dbSizeInUse / dbSize < 0.5 && dbSizeInUse > 100MiB"),
            DefragmentsOnNoSpace = true,
            Source = "etcd's own alert etcdDatabaseHighFragmentationRatio (contrib/mixin)",
        },
    ];

    /// <summary>The preset of a name; null where there is none.</summary>
    public static EtcdDefragPolicy? Find(string name) =>
        All.FirstOrDefault(p => string.Equals(p.Name, name, StringComparison.OrdinalIgnoreCase));
}
