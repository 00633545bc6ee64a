using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using EtcdDefrag.Policy;
using EtcdDefrag.PowerShell.Loading;
using EtcdDefrag.Text;

namespace EtcdDefrag.PowerShell.Completion;

/// <summary>Completes an argument from what was typed of it, without the quotes it may be in.</summary>
internal abstract class Completer : IArgumentCompleter
{
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Complete(wordToComplete.Trim('\'', '"'));

    protected abstract IEnumerable<CompletionResult> Complete(string typed);

    protected static CompletionResult Offer(string completion, string shown, string toolTip) =>
        new(completion, shown, CompletionResultType.ParameterValue, toolTip);
}

/// <summary>Completes endpoints: those of ETCDCTL_ENDPOINTS and of the members that this session has seen.</summary>
internal sealed class EndpointCompleter : Completer
{
    protected override IEnumerable<CompletionResult> Complete(string typed)
    {
        var variable = (Environment.GetEnvironmentVariable("ETCDCTL_ENDPOINTS") ?? "")
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return ModuleSession.Current.Members.Concat(variable.Select(e => (Endpoint: e, Name: "ETCDCTL_ENDPOINTS")))
            .DistinctBy(m => m.Endpoint, StringComparer.OrdinalIgnoreCase)
            .Where(m => CompletionText.CanBeTyped(m.Endpoint) && m.Endpoint.Contains(typed, StringComparison.OrdinalIgnoreCase))
            .Select(m => (m.Endpoint, ToolTip: m.Name.Length > 0 ? DisplayText.Value(m.Name) : m.Endpoint))
            .Select(m => Offer(CompletionText.Of(m.Endpoint, unquoted: ":/.-_[]"), m.Endpoint, m.ToolTip));
    }
}

/// <summary>Completes the names of members that this session has seen.</summary>
internal sealed class MemberNameCompleter : Completer
{
    protected override IEnumerable<CompletionResult> Complete(string typed) => ModuleSession.Current.Members
        .Where(m => CompletionText.CanBeTyped(m.Name) && m.Name.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
        .DistinctBy(m => m.Name, StringComparer.Ordinal)
        .Select(m => Offer(CompletionText.Of(m.Name), m.Name, m.Endpoint));
}

/// <summary>Completes the names of presets, with what each asks for and where it comes from.</summary>
internal sealed class PolicyPresetCompleter : Completer
{
    protected override IEnumerable<CompletionResult> Complete(string typed) => PolicyPresets.All
        .Where(p => p.Name.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
        .Select(p => Offer(p.Name, p.Name, $"{PolicyJudge.Describe(p)}. Source: {p.Source}"));
}

/// <summary>Completes the last name in a rule that is being typed.</summary>
internal sealed class RuleCompleter : Completer
{
    protected override IEnumerable<CompletionResult> Complete(string typed)
    {
        var start = typed.Length - typed.Reverse().TakeWhile(c => char.IsLetter(c) || c == '_').Count();
        var word = typed[start..];

        // The second spellings are known to those who begin to type one.
        return DefragRule.Names
            .Where(n => n.Text.StartsWith(word, StringComparison.OrdinalIgnoreCase) && n.Text.Contains('_') == word.Contains('_'))
            .Select(n => Offer($"'{typed[..start]}{n.Text}'", n.Text, $"{n.Text}: {n.Meaning}"));
    }
}

/// <summary>Text from elsewhere as one argument, whatever is in it.</summary>
internal static class CompletionText
{
    /// <summary>Whether a text can be typed: control sequences are not offered.</summary>
    public static bool CanBeTyped(string text) => text.Length is > 0 and <= DisplayText.MaxValue && DisplayText.Of(text) == text;

    /// <summary>The text, in quotes where it holds anything but letters, digits and the given characters.</summary>
    public static string Of(string text, string unquoted = "") =>
        text.All(c => char.IsLetterOrDigit(c) || unquoted.Contains(c, StringComparison.Ordinal))
            ? text
            : $"'{CodeGeneration.EscapeSingleQuotedStringContent(text)}'";
}
