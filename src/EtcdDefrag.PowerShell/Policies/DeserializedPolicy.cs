using System.Globalization;
using System.Management.Automation;
using EtcdDefrag.Policy;

namespace EtcdDefrag.PowerShell.Policies;

/// <summary>A policy that went to a job or to another machine, or came out of a file: its thresholds are there, and its rule as a text.</summary>
internal static class DeserializedPolicy
{
    private static readonly string TypeName = $"Deserialized.{typeof(EtcdDefragPolicy).FullName}";

    /// <summary>Whether an object once was a policy.</summary>
    public static bool Is(PSObject written) => written.TypeNames.Contains(TypeName, StringComparer.Ordinal);

    /// <summary>The policy that it was.</summary>
    /// <exception cref="ArgumentTransformationMetadataException">What was written down is no policy any more.</exception>
    public static EtcdDefragPolicy Read(PSObject written)
    {
        try
        {
            return new EtcdDefragPolicy
            {
                Name = Get<string>(written, nameof(EtcdDefragPolicy.Name)) ?? "",
                Rule = ReadRule(written.Properties[nameof(EtcdDefragPolicy.Rule)]?.Value),
                MaxFragmentedPercentage = Get<double?>(written, nameof(EtcdDefragPolicy.MaxFragmentedPercentage)),
                MaxQuotaUsagePercentage = Get<double?>(written, nameof(EtcdDefragPolicy.MaxQuotaUsagePercentage)),
                MinDbSize = Get<long?>(written, nameof(EtcdDefragPolicy.MinDbSize)),
                MinReclaimable = Get<long?>(written, nameof(EtcdDefragPolicy.MinReclaimable)),
                MinInterval = Get<TimeSpan?>(written, nameof(EtcdDefragPolicy.MinInterval)),
                Source = Get<string>(written, nameof(EtcdDefragPolicy.Source)) ?? "",
            };
        }
        catch (Exception unreadable) when (unreadable is RuleException or PSInvalidCastException)
        {
            throw new ArgumentTransformationMetadataException($"The policy cannot be read: {unreadable.Message} Call New-EtcdDefragPolicy again.", unreadable);
        }
    }

    /// <summary>How much was written of a rule depends on the depth: its properties, or its text alone.</summary>
    private static DefragRule? ReadRule(object? written) => written switch
    {
        null => null,
        PSObject rule when rule.Properties[nameof(DefragRule.Text)]?.Value is { } text => DefragRule.Parse($"{text}"),
        _ => DefragRule.Parse($"{written}"),
    };

    private static T? Get<T>(PSObject written, string property) =>
        (T?)LanguagePrimitives.ConvertTo(written.Properties[property]?.Value, typeof(T), CultureInfo.InvariantCulture);
}
