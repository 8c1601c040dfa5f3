using System.Text.Json;
using TorchSharp;
using W2SR.Core.Common;

namespace W2SR.Core.Checkpoints;

/// <summary>Reads fields of one JSON object that somebody else wrote: unknown keys are left alone, wrong values are named with path and key.</summary>
internal sealed class JsonFields
{
    /// <summary>Configuration files have kilobytes; this many bytes are a mistake or an attack.</summary>
    public const int LargestFile = 16 << 20;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private readonly JsonElement fields;
    private readonly string path, prefix;

    public JsonFields(JsonElement fields, string path, string prefix = "") => (this.fields, this.path, this.prefix) = (fields, path, prefix);

    /// <summary>Reads a whole small file.</summary>
    public static byte[] ReadFile(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            if (stream.Length > LargestFile)
                throw new W2srFormatException(path, null, $"has {stream.Length} bytes; a configuration has at most {LargestFile}. Is it the right file?");
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException or EndOfStreamException)
        {
            throw new W2srFormatException(path, null, "cannot be read: " + e.Message, e);
        }
    }

    /// <summary>Parses an object; the result does not depend on the bytes any more.</summary>
    public static JsonFields Parse(ReadOnlyMemory<byte> json, string path)
    {
        if (json.Span.StartsWith("\uFEFF"u8)) json = json[3..];
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new JsonFields(document.RootElement.Clone(), path)
                : throw new W2srFormatException(path, null, $"is a JSON {document.RootElement.ValueKind}, expected an object.");
        }
        catch (JsonException e)
        {
            throw new W2srFormatException(path, null, "is not JSON: " + e.Message, e);
        }
    }

    public JsonElement Root => fields;

    /// <summary>True when the key is there and not null.</summary>
    public bool Has(string key) => fields.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>True when the key is there, null or not.</summary>
    public bool Names(string key) => fields.TryGetProperty(key, out _);

    public int Size(string key, int? otherwise = null)
    {
        var value = Integer(key) ?? otherwise ?? throw Missing(key);
        return value >= 1 ? value : throw Wrong(key, "a number of at least 1");
    }

    public int? Integer(string key)
    {
        if (!Has(key)) return null;
        var value = fields.GetProperty(key);
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : throw Wrong(key, "a whole number of 32 bits");
    }

    public double? Number(string key)
    {
        if (!Has(key)) return null;
        var value = fields.GetProperty(key);
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number) ? number : throw Wrong(key, "a finite number");
    }

    public double Positive(string key, double? otherwise = null)
    {
        var value = Number(key) ?? otherwise ?? throw Missing(key);
        return value > 0 ? value : throw Wrong(key, "a number above 0");
    }

    public bool Flag(string key, bool otherwise) => !Has(key) ? otherwise : fields.GetProperty(key).ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Wrong(key, "true or false"),
    };

    public string? Text(string key) => !Has(key) ? null : TextOf(key, fields.GetProperty(key));

    public IReadOnlyList<string> Texts(string key)
    {
        if (!Has(key)) return [];
        var value = fields.GetProperty(key);
        return value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(v => TextOf(key, v))] : throw Wrong(key, "a list of strings");
    }

    /// <summary>One id or a list of ids.</summary>
    public IReadOnlyList<int> Ids(string key)
    {
        if (!Has(key)) return [];
        var value = fields.GetProperty(key);
        if (value.ValueKind != JsonValueKind.Array) return [Id(value)];
        return [.. value.EnumerateArray().Select(Id).Distinct()];

        int Id(JsonElement v) => v.ValueKind == JsonValueKind.Number && v.TryGetInt32(out var id) && id >= 0 ? id : throw Wrong(key, "an id or a list of ids, each at least 0");
    }

    /// <summary>One id or null; -1 counts as null, as some exporters write it.</summary>
    public int? OneId(string key) => Integer(key) switch { null or -1 => null, >= 0 and var id => id, _ => throw Wrong(key, "an id of at least 0") };

    public JsonFields? Object(string key)
    {
        if (!Has(key)) return null;
        var value = fields.GetProperty(key);
        return value.ValueKind == JsonValueKind.Object ? new JsonFields(value, path, $"{prefix}{key}.") : throw Wrong(key, "an object");
    }

    /// <summary>A type as PyTorch spells it, with or without <c>torch.</c>; null for absent, "auto" or a type that models do not compute in.</summary>
    public torch.ScalarType? WeightType(string key) => Text(key)?.Replace("torch.", "", StringComparison.Ordinal) switch
    {
        "float32" => torch.ScalarType.Float32,
        "float64" => torch.ScalarType.Float64,
        "float16" => torch.ScalarType.Float16,
        "bfloat16" => torch.ScalarType.BFloat16,
        _ => null,
    };

    public W2srFormatException Missing(string key) => new(path, prefix + key, "is missing. Is the file whole, and of a model of the Llama, Mistral, Qwen2 or Qwen3 family?");

    public W2srFormatException Wrong(string key, string expected) => new(path, prefix + key, $"is {Shown(fields, key)}, expected {expected}.");

    public W2srFormatException Refused(string key, string problem) => new(path, prefix + key, problem);

    private string TextOf(string key, JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Wrong(key, "a string");
        }
        catch (InvalidOperationException e) // a lone surrogate
        {
            throw new W2srFormatException(path, prefix + key, "holds text that is not Unicode.", e);
        }
    }

    private static string Shown(JsonElement fields, string key)
    {
        if (!fields.TryGetProperty(key, out var value)) return "absent";
        var text = value.GetRawText();
        return text.Length <= 60 ? text : text[..60] + "...";
    }
}
