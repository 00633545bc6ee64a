using EtcdDefrag.Unit.Support;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace EtcdDefrag.Unit.Examples;

/// <summary>A YAML file among the examples.</summary>
internal static class YamlExample
{
    /// <summary>Its documents.</summary>
    public static YamlMappingNode[] Read(params string[] names) => ReadFile(["examples", .. names]);

    /// <summary>The documents of any file of the repository.</summary>
    public static YamlMappingNode[] ReadFile(params string[] names)
    {
        using var text = File.OpenText(Repository.PathOf(names));
        var stream = new YamlStream();
        stream.Load(text);
        return [.. stream.Documents.Select(d => (YamlMappingNode)d.RootNode)];
    }

    /// <summary>The node at a path of keys.</summary>
    public static YamlNode At(this YamlNode node, params string[] path) => path.Aggregate(node, (at, key) => at[key]);

    /// <summary>The text at a path of keys.</summary>
    public static string TextAt(this YamlNode node, params string[] path) => ((YamlScalarNode)node.At(path)).Value!;

    /// <summary>The texts of a list at a path of keys.</summary>
    public static string[] TextsAt(this YamlNode node, params string[] path) => [.. ((YamlSequenceNode)node.At(path)).Select(n => ((YamlScalarNode)n).Value!)];

    /// <summary>Whether the scalar was written as a string, which Kubernetes minds.</summary>
    public static bool IsQuoted(this YamlNode node) => ((YamlScalarNode)node).Style is ScalarStyle.DoubleQuoted or ScalarStyle.SingleQuoted;
}
