using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using W2SR.Core.Common;

namespace W2SR.Core.Tokens.HuggingFace;

/// <summary>A value inside a JSON file that knows where it is, so that every complaint names file and place.</summary>
internal readonly struct JsonPart
{
    private readonly JsonElement element;
    private readonly string file;
    private readonly string? parent;
    private readonly int index; // in an array, or -1

    private JsonPart(JsonElement element, string file, string? parent, int index = -1)
    {
        (this.element, this.file, this.parent, this.index) = (element, file, parent, index);
    }

    /// <summary>Where the value is, such as <c>model.vocab</c>; null for the whole file. Spelled out only when asked for: a file has half a million values.</summary>
    public string? Place => index < 0 ? parent : $"{parent}[{index}]";

    public bool IsNull => element.ValueKind == JsonValueKind.Null;

    public bool IsText => element.ValueKind == JsonValueKind.String;

    public bool IsArray => element.ValueKind == JsonValueKind.Array;

    public bool IsObject => element.ValueKind == JsonValueKind.Object;

    /// <summary>Parses a file's bytes and hands its root over, which lives no longer than the call.</summary>
    public static T Read<T>(ReadOnlyMemory<byte> bytes, string file, Func<JsonPart, T> read)
    {
        if (bytes.Span.StartsWith("\uFEFF"u8)) bytes = bytes[3..];
        try
        {
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Disallow });
            return read(new JsonPart(document.RootElement, file, null).Object());
        }
        catch (JsonException e)
        {
            throw new W2srFormatException(file, $"line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}", $"not valid JSON ({bytes.Length:N0} bytes; is the file complete?). {e.Message}", e);
        }
    }

    /// <summary>An exception about this value.</summary>
    public W2srFormatException Wrong(string problem) => new(file, Place, problem);

    /// <summary>A member that may be absent or null.</summary>
    public JsonPart? Find(string name)
    {
        if (!IsObject) return null;
        try
        {
            return element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? new JsonPart(value, file, Join(name)) : null;
        }
        catch (InvalidOperationException e) // the search unescapes the names that it passes
        {
            throw NotUnicode("a name", e);
        }
    }

    /// <summary>A member that must be there and not null.</summary>
    public JsonPart this[string name] => Find(name) ?? throw Wrong($"'{name}' is missing.");

    public JsonPart Object() => IsObject ? this : throw Expected("an object");

    public string Text()
    {
        if (!IsText) throw Expected("a string");
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException e) // half a surrogate pair, or bytes that are not UTF-8
        {
            throw NotUnicode("the string", e);
        }
    }

    public bool Flag() => element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Expected("true or false"),
    };

    public int Number() => TryNumber(out var value) ? value : throw Expected("a whole number");

    public bool TryNumber(out int value)
    {
        value = 0;
        return element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out value);
    }

    /// <summary>Whether a number is there that is not zero.</summary>
    public bool IsNonZero() => element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out var value) && value != 0;

    public IEnumerable<JsonPart> Items()
    {
        if (!IsArray) throw Expected("an array");
        var place = Place;
        var position = 0;
        foreach (var item in element.EnumerateArray()) yield return new JsonPart(item, file, place, position++);
    }

    /// <summary>The text of an item of an array that is long enough; a complaint names the array.</summary>
    public string TextAt(int position) => new JsonPart(element[position], file, parent, index).Text();

    public int ItemCount() => IsArray ? element.GetArrayLength() : throw Expected("an array");

    public IEnumerable<(string Name, JsonPart Value)> Members()
    {
        if (!IsObject) throw Expected("an object");
        var place = Place;
        foreach (var member in element.EnumerateObject())
        {
            string name;
            try
            {
                name = member.Name;
            }
            catch (InvalidOperationException e)
            {
                throw NotUnicode("a name", e);
            }
            yield return (name, new JsonPart(member.Value, file, place));
        }
    }

    private W2srFormatException NotUnicode(string what, Exception e) => new(file, Place, $"{what} is not valid Unicode.", e);

    private string Join(string name) => Place is null ? name : $"{Place}.{name}";

    [SuppressMessage("Design", "CA1024", Justification = "Makes an exception.")]
    private W2srFormatException Expected(string what) => Wrong($"expected {what}, found {Shown()}.");

    private string Shown() => element.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        _ => element.GetRawText() is { Length: > 60 } text ? text[..60] + "..." : element.GetRawText(),
    };
}
