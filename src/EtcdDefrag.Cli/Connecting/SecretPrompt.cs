using System.Text;
using EtcdDefrag.Text;

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

        // The first look at the keys turns the terminal's echo off: what is typed as soon as the question is there must not show.
        _ = Console.KeyAvailable;
        Console.Error.Write(DisplayText.Of(question));
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
