using System.Text;

namespace EtcdDefrag.Cli.Connecting;

/// <summary>Asks for a secret at the terminal, and shows nothing of it.</summary>
internal static class SecretPrompt
{
    /// <summary>What was typed before Enter; null where no terminal is there to type at.</summary>
    public static string? Ask(string question)
    {
        if (Console.IsInputRedirected)
        {
            return null;
        }

        Console.Error.Write(question);
        var typed = new StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace)
            {
                typed.Length = Math.Max(0, typed.Length - 1);
            }
            else if (!char.IsControl(key.KeyChar))
            {
                typed.Append(key.KeyChar);
            }
        }

        Console.Error.WriteLine();
        return typed.ToString();
    }
}
