using System.Text;
using System.Text.Json;
using W2SR.Core.Common;

namespace W2SR.Core.Prompts;

/// <summary>Finds the chat template among the files of a Hugging Face checkpoint.</summary>
/// <remarks>
/// In the order of transformers: <c>chat_template.jinja</c> (for another name <c>additional_chat_templates/NAME.jinja</c>), <c>chat_template.json</c>, then
/// <c>chat_template</c> in <c>tokenizer_config.json</c>, which is a text or a list of named ones. The special tokens come from <c>tokenizer_config.json</c>, and those it lacks from the older <c>special_tokens_map.json</c>.
/// A GGUF file carries its template as a text: give that to <see cref="ChatTemplate.Parse"/>.
/// </remarks>
public static class ChatTemplateFiles
{
    /// <summary>The newer place of a folder's template.</summary>
    internal const string TemplateFile = "chat_template.jinja";

    /// <summary>Its place for a while before that.</summary>
    internal const string OlderTemplateFile = "chat_template.json";

    /// <summary>Where further templates stand, each in a file of its name.</summary>
    internal const string NamedTemplateFolder = "additional_chat_templates";

    private const string DefaultName = "default";
    private const string Configuration = "tokenizer_config.json", SpecialTokensMap = "special_tokens_map.json";
    private static readonly string[] TokenKeys = ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"];

    /// <summary>Reads the template of a folder.</summary>
    /// <param name="folder">The checkpoint's folder.</param>
    /// <param name="name">Which of several named templates, such as "tool_use".</param>
    /// <returns>Null where the folder has none of that name.</returns>
    /// <exception cref="W2srFormatException">A file that is not what it claims to be.</exception>
    public static ChatTemplate? Load(string folder, string name = DefaultName)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return Read(folder, file => File.Exists(Path.Combine(folder, file)) ? (ReadOnlyMemory<byte>?)File.ReadAllBytes(Path.Combine(folder, file)) : null, name);
    }

    /// <summary>Reads the template from wherever the files come from.</summary>
    /// <param name="path">The checkpoint, for error messages.</param>
    /// <param name="readFile">Gives a file's bytes, or null where there is no such file.</param>
    /// <param name="name">Which of several named templates, such as "tool_use".</param>
    /// <returns>Null where there is none of that name.</returns>
    /// <exception cref="W2srFormatException">A file that is not what it claims to be.</exception>
    public static ChatTemplate? Read(string path, Func<string, ReadOnlyMemory<byte>?> readFile, string name = DefaultName)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(readFile);
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name.AsSpan().ContainsAny('/', '\\', ':'))
            throw new ArgumentException($"A template's name is no path: '{name}'.", nameof(name));
        using var configuration = ReadJson(path, Configuration, readFile);
        using var map = ReadJson(path, SpecialTokensMap, readFile);
        var tokens = new Dictionary<string, string>(StringComparer.Ordinal);
        AddSpecialTokens(tokens, Path.Combine(path, Configuration), configuration);
        AddSpecialTokens(tokens, Path.Combine(path, SpecialTokensMap), map);
        var jinja = name == DefaultName ? TemplateFile : $"{NamedTemplateFolder}/{name}.jinja";
        if (readFile(jinja) is { } source)
            return ChatTemplate.Parse(ReadText(Path.Combine(path, jinja), source), Path.Combine(path, jinja), tokens);
        using var separate = ReadJson(path, OlderTemplateFile, readFile);
        return FromJson(Path.Combine(path, OlderTemplateFile), separate, name, tokens) ?? FromJson(Path.Combine(path, Configuration), configuration, name, tokens);
    }

    private static string ReadText(string path, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes.Span);
            return text.StartsWith('\uFEFF') ? text[1..] : text;
        }
        catch (DecoderFallbackException e)
        {
            throw new W2srFormatException(path, $"byte {e.Index}", "the template is not UTF-8.", e);
        }
    }

    private static JsonDocument? ReadJson(string path, string file, Func<string, ReadOnlyMemory<byte>?> readFile)
    {
        if (readFile(file) is not { } bytes)
            return null;
        try
        {
            var document = JsonDocument.Parse(bytes.Span.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document : throw new W2srFormatException(Path.Combine(path, file), null, "is not a JSON object.");
        }
        catch (JsonException e)
        {
            throw new W2srFormatException(Path.Combine(path, file), $"line {e.LineNumber + 1}", e.Message, e);
        }
    }

    private static string Text(string path, string key, JsonElement element)
    {
        try
        {
            if (element.ValueKind == JsonValueKind.String)
                return element.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            throw new W2srFormatException(path, key, "is not valid Unicode.", e);
        }
        throw new W2srFormatException(path, key, $"is no text but {element.ValueKind}.");
    }

    private static void AddSpecialTokens(Dictionary<string, string> tokens, string path, JsonDocument? file)
    {
        if (file is null) return;
        foreach (var key in TokenKeys)
            if (file.RootElement.TryGetProperty(key, out var token) && token.ValueKind != JsonValueKind.Null)
                tokens.TryAdd(key, Text(path, key, token.ValueKind == JsonValueKind.Object && token.TryGetProperty("content", out var content) ? content : token));
    }

    private static ChatTemplate? FromJson(string path, JsonDocument? document, string name, Dictionary<string, string> tokens)
    {
        if (document is null || !document.RootElement.TryGetProperty("chat_template", out var template) || template.ValueKind == JsonValueKind.Null)
            return null;
        if (template.ValueKind != JsonValueKind.Array)
            return name == DefaultName ? ChatTemplate.Parse(Text(path, "chat_template", template), path, tokens) : null;
        foreach (var entry in template.EnumerateArray())
        {
            if (entry.ValueKind != JsonValueKind.Object || !entry.TryGetProperty("name", out var entryName) || !entry.TryGetProperty("template", out var source))
                throw new W2srFormatException(path, "chat_template", "expected a text, or a list of objects with name and template.");
            if (Text(path, "chat_template.name", entryName) == name)
                return ChatTemplate.Parse(Text(path, "chat_template.template", source), path, tokens);
        }
        return null;
    }
}
