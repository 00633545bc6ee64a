using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace EtcdDefrag.HelpBuilder;

/// <summary>Pages of help as the MAML that Get-Help reads.</summary>
internal static class MamlDocument
{
    private static readonly XNamespace Items = "http://msh";
    private static readonly XNamespace Maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    /// <summary>One document for all cmdlets of an assembly.</summary>
    public static XDocument Of(IEnumerable<HelpPage> pages) => new(
        new XElement(Items + "helpItems", new XAttribute("schema", "maml"), pages.Select(OfPage)));

    private static XElement OfPage(HelpPage page) => new(
        Command + "command",
        new XAttribute(XNamespace.Xmlns + "maml", Maml),
        new XAttribute(XNamespace.Xmlns + "command", Command),
        new XAttribute(XNamespace.Xmlns + "dev", Dev),
        new XElement(
            Command + "details",
            new XElement(Command + "name", page.Name),
            new XElement(Command + "verb", page.Name.Split('-')[0]),
            new XElement(Command + "noun", page.Name.Split('-')[1]),
            new XElement(Maml + "description", Para(page.Synopsis))),
        new XElement(Maml + "description", page.Description.Select(Para)),
        new XElement(Command + "syntax", page.Syntax.Select(s => SyntaxItem(page, s))),
        new XElement(Command + "parameters", page.Parameters.Select(p => Parameter(p, p.ParameterSets[0]))),
        new XElement(Command + "inputTypes", page.Inputs.Select(i => TypePart("inputType", i))),
        new XElement(Command + "returnValues", page.Outputs.Select(o => TypePart("returnValue", o))),
        new XElement(Maml + "alertSet", new XElement(Maml + "alert", page.Notes.Select(Para))),
        new XElement(Command + "examples", page.Examples.Select(Example)),
        new XElement(Command + "relatedLinks", page.Links.Select(Link)));

    private static XElement SyntaxItem(HelpPage page, HelpSyntax syntax) => new(
        Command + "syntaxItem",
        new XElement(Maml + "name", page.Name),
        from parameter in page.Parameters
        let set = parameter.In(syntax.ParameterSet)
        where set is not null
        orderby PlaceIn(syntax, parameter)
        select Parameter(parameter, set));

    /// <summary>Get-Command's own order: those without a name first, then as the cmdlet declares them.</summary>
    private static int PlaceIn(HelpSyntax syntax, HelpParameter parameter) =>
        Regex.Match(syntax.Text, $@"-{parameter.Name}(?=[\] ])").Index;

    private static XElement Parameter(HelpParameter parameter, HelpParameterSet set) => new(
        Command + "parameter",
        new XAttribute("required", set.IsRequired),
        new XAttribute("variableLength", parameter.TypeName.EndsWith("[]", StringComparison.Ordinal)),
        new XAttribute("globbing", parameter.SupportsWildcards),
        new XAttribute("pipelineInput", set.PipelineInput),
        new XAttribute("position", set.Position.ToLowerInvariant()),
        new XAttribute("aliases", parameter.Aliases.Length > 0 ? parameter.Aliases : "none"),
        new XElement(Maml + "name", parameter.Name),
        new XElement(Maml + "description", parameter.Description.Select(Para)),
        parameter.AcceptedValues.Count == 0 ? null : new XElement(
            Command + "parameterValueGroup",
            parameter.AcceptedValues.Select(v => new XElement(
                Command + "parameterValue", new XAttribute("required", false), new XAttribute("variableLength", false), v))),
        parameter.IsSwitch ? null : new XElement(
            Command + "parameterValue", new XAttribute("required", true), new XAttribute("variableLength", false), parameter.ShortTypeName),
        new XElement(Dev + "type", new XElement(Maml + "name", parameter.ShortTypeName), new XElement(Maml + "uri")),
        new XElement(Dev + "defaultValue", parameter.DefaultValue.Length > 0 ? parameter.DefaultValue : "None"));

    private static XElement TypePart(string element, HelpPart part) => new(
        Command + element,
        new XElement(Dev + "type", new XElement(Maml + "name", part.Title), new XElement(Maml + "uri")),
        new XElement(Maml + "description", PlainText.Paragraphs(part.Body).Select(Para)));

    private static XElement Example(HelpExample example) => new(
        Command + "example",
        new XElement(Maml + "title", $"--- {example.Title} ---"),
        new XElement(Dev + "code", example.Code),
        new XElement(Dev + "remarks", example.Remarks.Select(Para)));

    private static XElement Link(HelpLink link) => new(
        Maml + "navigationLink",
        new XElement(Maml + "linkText", link.Text),
        new XElement(Maml + "uri", link.Address));

    private static XElement Para(string text) => new(Maml + "para", text);
}
