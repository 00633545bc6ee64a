using System.Text;

namespace EtcdDefrag.Policy.Language;

/// <summary>A number as it was written, so that 200M is printed as 200M.</summary>
internal sealed class NumberLiteral(double value, string written, NumberForm form) : NumberNode
{
    public string Written => written;

    public override bool IsBytes => form == NumberForm.Size;

    public override bool EndsInPercent => form == NumberForm.Percent;

    public override double Evaluate(MemberFacts facts) => value;

    public override void Print(StringBuilder text) => text.Append(written);
}

/// <summary>A member's number by its name.</summary>
internal sealed class NumberName(string name, bool isBytes, Func<MemberFacts, double> read) : NumberNode
{
    public override bool IsBytes => isBytes;

    public override double Evaluate(MemberFacts facts) => read(facts);

    public override void Print(StringBuilder text) => text.Append(name);
}

/// <summary>The words true and false.</summary>
internal sealed class BooleanLiteral(bool value) : BooleanNode
{
    public override bool Evaluate(MemberFacts facts) => value;

    public override void Print(StringBuilder text) => text.Append(value ? "true" : "false");
}

/// <summary>A member's yes or no by its name.</summary>
internal sealed class BooleanName(string name, Func<MemberFacts, bool> read) : BooleanNode
{
    public override bool Evaluate(MemberFacts facts) => read(facts);

    public override void Print(StringBuilder text) => text.Append(name);
}

/// <summary>A version as it was written.</summary>
internal sealed class VersionLiteral(RuleVersion value, string written) : VersionNode
{
    public override RuleVersion Evaluate(MemberFacts facts) => value;

    public override void Print(StringBuilder text) => text.Append(written);
}

/// <summary>The member's own version.</summary>
internal sealed class VersionName : VersionNode
{
    public const string Name = "version";

    public override RuleVersion Evaluate(MemberFacts facts)
    {
        if (facts.Version is null)
        {
            throw new RuleEvaluationException(
                Name,
                "is not known for this member; leave it out of the rule, or ask a member that tells it");
        }

        return RuleVersion.TryParse(facts.Version, out var version)
            ? version
            : throw new RuleEvaluationException(
                Name,
                $"of this member, '{facts.Version}', is not of the form 3.5.6; leave it out of the rule");
    }

    public override void Print(StringBuilder text) => text.Append(Name);
}
