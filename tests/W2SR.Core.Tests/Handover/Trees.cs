using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Parquet;
using Parquet.Schema;
using Parquet.Serialization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace W2SR.Core.Tests.Handover;

/// <summary>Reads files to trees that can be compared, with readers of their own and not those of the library.</summary>
internal static partial class Trees
{
    public static void AssertSameJson(string expected, string actual) => AssertSame(Json(expected), Json(actual), actual);

    public static void AssertSameYaml(string expectedFile, string actualText) => AssertSame(Yaml(File.ReadAllText(expectedFile)), Yaml(actualText), expectedFile);

    public static void AssertSameOverrides(string expectedFile, string actualText) => AssertSame(Overrides(File.ReadAllText(expectedFile)), Overrides(actualText), expectedFile);

    public static async Task AssertSameParquetAsync(string expected, string actual)
    {
        var (a, b) = (await ParquetAsync(expected), await ParquetAsync(actual));
        Assert.Equal(a.Schema, b.Schema);
        AssertSame(a.Rows, b.Rows, actual);
    }

    /// <summary>A whole JSON file, or one object a line.</summary>
    public static JsonNode Json(string path) => path.EndsWith(".jsonl", StringComparison.Ordinal)
        ? new JsonArray([.. File.ReadLines(path).Where(l => l.Length > 0).Select(l => JsonNode.Parse(l))])
        : JsonNode.Parse(File.ReadAllText(path))!;

    /// <summary>YAML as PyYAML (YAML 1.1) resolves it: 5 and 5.0 and "5" are three values, 1e-5 is a text.</summary>
    public static JsonNode? Yaml(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return Convert(Assert.Single(stream.Documents).RootNode);
    }

    private static JsonObject Overrides(string text) => new(text.Split('\n').Where(l => l.Length > 0 && l[0] != '#')
        .Select(l => KeyValuePair.Create(l[..l.IndexOf('=', StringComparison.Ordinal)], (JsonNode?)l[(l.IndexOf('=', StringComparison.Ordinal) + 1)..])));

    private static async Task<(string Schema, JsonNode Rows)> ParquetAsync(string path)
    {
        await using var stream = File.OpenRead(path);
        string schema;
        await using (var reader = await ParquetReader.CreateAsync(stream, leaveStreamOpen: true)) schema = string.Join('\n', reader.Schema.Fields.Select(Describe));
        stream.Position = 0;
        return (schema, JsonSerializer.SerializeToNode((await ParquetSerializer.DeserializeUntypedAsync(stream)).Data)!);
    }

    private static string Describe(Field field) => $"{field.Name} null={field.IsNullable} levels={field.MaxRepetitionLevel}/{field.MaxDefinitionLevel} " + field switch
    {
        StructField s => "struct(" + string.Join(", ", s.Fields.Select(Describe)) + ")",
        ListField l => "list(" + Describe(l.Item) + ")",
        DataField d => d.ClrType.Name,
        _ => field.GetType().Name,
    };

    private static JsonNode? Convert(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(p => KeyValuePair.Create(((YamlScalarNode)p.Key).Value!, Convert(p.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(Convert)]),
        YamlScalarNode { Style: not ScalarStyle.Plain } quoted => "text " + quoted.Value,
        YamlScalarNode plain => plain.Value switch
        {
            "" or "~" or "null" => null,
            "true" or "yes" or "on" => true,
            "false" or "no" or "off" => false,
            var value when Whole().IsMatch(value!) => "int " + value,
            var value when Float().IsMatch(value!) => "float " + double.Parse(value!, CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture),
            var value => "text " + value,
        },
        _ => throw new NotSupportedException(node.GetType().Name),
    };

    private static void AssertSame(JsonNode? expected, JsonNode? actual, string what)
    {
        if (!JsonNode.DeepEquals(expected, actual)) Assert.Fail($"{what}: {Difference("", expected, actual)}");
    }

    private static string Difference(string path, JsonNode? expected, JsonNode? actual)
    {
        if (expected is JsonObject a && actual is JsonObject b)
            return string.Join("; ", a.Select(p => p.Key).Union(b.Select(p => p.Key)).Where(k => !JsonNode.DeepEquals(a[k], b[k]) || a.ContainsKey(k) != b.ContainsKey(k)).Select(k => Difference($"{path}.{k}", a[k], b[k])));
        if (expected is JsonArray c && actual is JsonArray d && c.Count == d.Count)
            return string.Join("; ", Enumerable.Range(0, c.Count).Where(i => !JsonNode.DeepEquals(c[i], d[i])).Take(3).Select(i => Difference($"{path}[{i}]", c[i], d[i])));
        return $"{path}: {expected?.ToJsonString() ?? "nothing"} expected, {actual?.ToJsonString() ?? "nothing"} found";
    }

    [GeneratedRegex(@"^[-+]?[0-9]+$")]
    private static partial Regex Whole();

    [GeneratedRegex(@"^[-+]?([0-9][0-9_]*)\.[0-9_]*([eE][-+][0-9]+)?$")]
    private static partial Regex Float();
}
