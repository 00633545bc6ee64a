using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace EtcdDefrag.PowerShell.Completion;

/// <summary>Completes the names of members that this session has seen.</summary>
public sealed class MemberNameCompleter : IArgumentCompleter
{
    /// <summary>The names that begin as what was typed.</summary>
    /// <param name="commandName">The cmdlet.</param>
    /// <param name="parameterName">The parameter.</param>
    /// <param name="wordToComplete">What was typed, in quotes perhaps.</param>
    /// <param name="commandAst">The command.</param>
    /// <param name="fakeBoundParameters">The other parameters.</param>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var typed = wordToComplete.Trim('\'', '"');
        return SessionMembers.Current.All
            .Where(m => CompletionText.CanBeTyped(m.Name) && m.Name.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
            .DistinctBy(m => m.Name, StringComparer.Ordinal)
            .Select(m => new CompletionResult(CompletionText.Of(m.Name), m.Name, CompletionResultType.ParameterValue, m.Endpoint));
    }
}
