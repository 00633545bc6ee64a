using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using EtcdDefrag.Policy;

namespace EtcdDefrag.PowerShell.Completion;

/// <summary>Completes the names of presets, with where each comes from.</summary>
public sealed class PolicyPresetCompleter : IArgumentCompleter
{
    /// <summary>The presets whose names begin as what was typed.</summary>
    /// <param name="commandName">The cmdlet.</param>
    /// <param name="parameterName">The parameter.</param>
    /// <param name="wordToComplete">What was typed, in quotes perhaps.</param>
    /// <param name="commandAst">The command.</param>
    /// <param name="fakeBoundParameters">The other parameters.</param>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var typed = wordToComplete.Trim('\'', '"');
        return from preset in PolicyPresets.All
               where preset.Name.StartsWith(typed, StringComparison.OrdinalIgnoreCase)
               select new CompletionResult(preset.Name, preset.Name, CompletionResultType.ParameterValue, preset.Source);
    }
}
