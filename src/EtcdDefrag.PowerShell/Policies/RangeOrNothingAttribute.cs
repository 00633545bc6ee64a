using System.Globalization;
using System.Management.Automation;

namespace EtcdDefrag.PowerShell.Policies;

/// <summary>A number within bounds, or null: that is how a threshold of a preset is turned off.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RangeOrNothingAttribute(double minimum, double maximum) : ValidateArgumentsAttribute
{
    /// <summary>The smallest number there may be.</summary>
    public double Minimum { get; } = minimum;

    /// <summary>The largest number there may be.</summary>
    public double Maximum { get; } = maximum;

    /// <summary>Refuses what lies outside, and what is no number.</summary>
    /// <param name="arguments">What was given, of the parameter's type already.</param>
    /// <param name="engineIntrinsics">The engine; not used.</param>
    protected override void Validate(object? arguments, EngineIntrinsics engineIntrinsics)
    {
        var given = arguments is PSObject wrapped ? wrapped.BaseObject : arguments;
        var isInside = given is null || Convert.ToDouble(given, CultureInfo.InvariantCulture) is var number && number >= Minimum && number <= Maximum;
        if (!isInside)
        {
            throw new ValidationMetadataException(string.Create(
                CultureInfo.InvariantCulture, $"{given} is not between {Minimum} and {Maximum}; $null turns the threshold off."));
        }
    }
}
