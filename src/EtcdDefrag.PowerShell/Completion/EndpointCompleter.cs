using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using EtcdDefrag.Text;

namespace EtcdDefrag.PowerShell.Completion;

/// <summary>Completes endpoints: those of ETCDCTL_ENDPOINTS and of the members that this session has seen.</summary>
public sealed class EndpointCompleter : IArgumentCompleter
{
    /// <summary>The endpoints that hold what was typed.</summary>
    /// <param name="commandName">The cmdlet.</param>
    /// <param name="parameterName">The parameter.</param>
    /// <param name="wordToComplete">What was typed, in quotes perhaps.</param>
    /// <param name="commandAst">The command.</param>
    /// <param name="fakeBoundParameters">The other parameters.</param>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var typed = wordToComplete.Trim('\'', '"');
        var variable = (Environment.GetEnvironmentVariable("ETCDCTL_ENDPOINTS") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return SessionMembers.Current.All.Concat(variable.Select(e => (Endpoint: e, Name: "ETCDCTL_ENDPOINTS")))
            .DistinctBy(m => m.Endpoint, StringComparer.OrdinalIgnoreCase)
            .Where(m => CompletionText.CanBeTyped(m.Endpoint) && m.Endpoint.Contains(typed, StringComparison.OrdinalIgnoreCase))
            .Select(m => new CompletionResult(
                CompletionText.Of(m.Endpoint, signs: ":/.-_[]"), m.Endpoint, CompletionResultType.ParameterValue,
                m.Name.Length > 0 ? DisplayText.Value(m.Name) : m.Endpoint));
    }
}
