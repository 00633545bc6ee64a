using System.Management.Automation;
using EtcdDefrag.Policy;

namespace EtcdDefrag.PowerShell.Policies;

/// <summary>Lets a policy be given by the name of a preset, and as a job or a file gives it back.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class PolicyPresetAttribute : ArgumentTransformationAttribute
{
    private static readonly string DeserializedName = $"Deserialized.{typeof(EtcdDefragPolicy).FullName}";

    public static string Names => string.Join(", ", PolicyPresets.All.Select(p => p.Name));

    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var given = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return given switch
        {
            null or EtcdDefragPolicy => given,
            string name => PolicyPresets.Find(name)
                ?? throw new ArgumentTransformationMetadataException($"'{name}' is not a policy; known are {Names}."),
            _ when inputData is PSObject item && item.TypeNames.Contains(DeserializedName, StringComparer.Ordinal) => ReadProperties(item),

            // PowerShell would build a policy out of a hashtable, whatever is in it.
            _ => throw new ArgumentTransformationMetadataException($"A policy comes from New-EtcdDefragPolicy, or is one of {Names}."),
        };
    }

    private static EtcdDefragPolicy ReadProperties(PSObject item)
    {
        try
        {
            return new EtcdDefragPolicy
            {
                Name = Get<string>(nameof(EtcdDefragPolicy.Name)) ?? "",
                Rule = ReadRule(item.Properties[nameof(EtcdDefragPolicy.Rule)]?.Value),
                MaxFragmentedPercentage = Get<double?>(nameof(EtcdDefragPolicy.MaxFragmentedPercentage)),
                MaxQuotaUsagePercentage = Get<double?>(nameof(EtcdDefragPolicy.MaxQuotaUsagePercentage)),
                MinDbSize = Get<long?>(nameof(EtcdDefragPolicy.MinDbSize)),
                MinReclaimable = Get<long?>(nameof(EtcdDefragPolicy.MinReclaimable)),
                MinInterval = Get<TimeSpan?>(nameof(EtcdDefragPolicy.MinInterval)),
                Source = Get<string>(nameof(EtcdDefragPolicy.Source)) ?? "",
            };
        }
        catch (Exception unreadable) when (unreadable is RuleException or PSInvalidCastException)
        {
            throw new ArgumentTransformationMetadataException(
                $"The policy cannot be read: {unreadable.Message} Call New-EtcdDefragPolicy again.", unreadable);
        }

        T? Get<T>(string property) => LanguagePrimitives.ConvertTo<T>(item.Properties[property]?.Value);
    }

    /// <summary>By the depth of serialization, a rule is a list of its properties, or its text alone.</summary>
    private static DefragRule? ReadRule(object? written) => written switch
    {
        null => null,
        PSObject rule when rule.Properties[nameof(DefragRule.Text)]?.Value is { } text => DefragRule.Parse($"{text}"),
        _ => DefragRule.Parse($"{written}"),
    };
}
