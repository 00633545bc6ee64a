using System.Globalization;
using System.Management.Automation;

namespace EtcdDefrag.PowerShell.Policies;

/// <summary>ValidateRange that also takes null, which turns a threshold of a preset off.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class RangeOrNothingAttribute(double minimum, double maximum) : ValidateArgumentsAttribute
{
    protected override void Validate(object? arguments, EngineIntrinsics engineIntrinsics)
    {
        var given = arguments is PSObject wrapped ? wrapped.BaseObject : arguments;
        var number = given is null ? minimum : Convert.ToDouble(given, CultureInfo.InvariantCulture);
        if (!(number >= minimum && number <= maximum))
        {
            throw new ValidationMetadataException(string.Create(
                CultureInfo.InvariantCulture, $"{given} is not between {minimum} and {maximum}; $null turns the threshold off."));
        }
    }
}
