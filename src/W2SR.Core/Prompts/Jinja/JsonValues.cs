using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace W2SR.Core.Prompts.Jinja;

/// <summary>JSON as a template's values: integers of any size, objects in their order.</summary>
internal static class JsonValues
{
    public static object? From(JsonNode? node)
    {
        Budget.EnsureStack();
        switch (node)
        {
            case null:
                return null;
            case JsonArray array:
                return new PyList([.. array.Select(From)]);
            case JsonObject o:
                var dict = new PyDict();
                foreach (var (key, value) in o)
                    dict[key] = From(value);
                return dict;
        }
        return node.GetValueKind() switch
        {
            JsonValueKind.String => Text(node),
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Null => null,
            _ => Number(node.ToJsonString()),
        };
    }

    private static string Text(JsonNode node)
    {
        try
        {
            return node.GetValue<string>();
        }
        catch (InvalidOperationException e)
        {
            throw new JinjaError($"a string of the input is not valid Unicode: {e.Message}");
        }
    }

    private static object Number(string text)
    {
        if (text.AsSpan().ContainsAny('.', 'e', 'E'))
            return double.Parse(text, CultureInfo.InvariantCulture);
        return text.StartsWith('-') ? -NumberLiteral.Parse(text[1..], 10) : NumberLiteral.Parse(text, 10);
    }
}
