using EtcdDefrag.HelpBuilder;

// help-builder SOURCE TARGET HELPFILE: reads the Markdown in SOURCE, writes TARGET/HELPFILE and TARGET/about_*.help.txt.
if (args is not [var source, var target, var helpFile])
{
    Console.Error.WriteLine("help-builder: error HELP000: name the folder with the Markdown, the folder to write to, and the help file's name.");
    return 2;
}

try
{
    Directory.CreateDirectory(target);
    var pages = Directory.EnumerateFiles(source, "*-*.md").Order(StringComparer.Ordinal).Select(HelpPage.Read).ToArray();
    MamlDocument.Of(pages).Save(Path.Combine(target, helpFile));
    foreach (var topic in Directory.EnumerateFiles(source, "about_*.md"))
    {
        File.WriteAllText(Path.Combine(target, Path.GetFileNameWithoutExtension(topic) + ".help.txt"), AboutTopic.Format(topic));
    }

    return 0;
}
catch (HelpPageException problem)
{
    // The form in which MSBuild takes an error and its place out of a tool's output.
    Console.Error.WriteLine($"{problem.Path}: error HELP001: {problem.Message}");
    return 1;
}
