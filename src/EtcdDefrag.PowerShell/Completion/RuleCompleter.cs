using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using EtcdDefrag.Policy;

namespace EtcdDefrag.PowerShell.Completion;

/// <summary>Completes the last name in a rule that is being typed.</summary>
public sealed class RuleCompleter : IArgumentCompleter
{
    /// <summary>The rule with each name that begins as its last word does.</summary>
    /// <param name="commandName">The cmdlet.</param>
    /// <param name="parameterName">The parameter.</param>
    /// <param name="wordToComplete">What was typed, in quotes perhaps.</param>
    /// <param name="commandAst">The command.</param>
    /// <param name="fakeBoundParameters">The other parameters.</param>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var typed = wordToComplete.Trim('\'', '"');
        var start = typed.Length - typed.Reverse().TakeWhile(c => char.IsLetter(c) || c == '_').Count();
        return from name in DefragRule.Names
               where name.StartsWith(typed[start..], StringComparison.OrdinalIgnoreCase)
               select new CompletionResult($"'{typed[..start]}{name}'", name, CompletionResultType.ParameterValue, name);
    }
}
