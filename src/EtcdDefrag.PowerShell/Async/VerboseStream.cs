using System.Management.Automation;
using EtcdDefrag.Text;

namespace EtcdDefrag.PowerShell.Async;

/// <summary>
/// The verbose stream, escaped and bounded. PowerShell has a compiled cmdlet ask at every verbose line where -Debug is given without
/// -Verbose, which nobody can answer in a script: the line then goes to the debug stream instead.
/// </summary>
internal static class VerboseStream
{
    public static void Write(PSCmdlet cmdlet, string text)
    {
        var given = cmdlet.MyInvocation.BoundParameters;
        if (given.TryGetValue("Debug", out var isDebug) && LanguagePrimitives.IsTrue(isDebug) && !given.ContainsKey("Verbose"))
        {
            cmdlet.WriteDebug(DisplayText.Of(text));
        }
        else
        {
            cmdlet.WriteVerbose(DisplayText.Of(text));
        }
    }
}
