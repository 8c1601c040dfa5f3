using System.Text;
using System.Text.Json;
using W2SR.Core.Checkpoints;
using W2SR.Core.Common;
using W2SR.Core.Prompts;

namespace W2SR.Core.Reasoners;

/// <summary>Finds a checkpoint's chat template: <c>chat_template.jinja</c>, then <c>tokenizer_config.json</c>, then <c>chat_template.json</c>; or inside a GGUF file.</summary>
internal static class ChatTemplateReader
{
    /// <summary>The newer place of a folder's template.</summary>
    public const string TemplateFile = "chat_template.jinja";

    /// <summary>Its place for a while before that.</summary>
    public const string OlderTemplateFile = "chat_template.json";

    private const string Configuration = "tokenizer_config.json", SpecialTokensMap = "special_tokens_map.json", Key = "chat_template";

    /// <summary>The template, or null where the checkpoint has none (a base model).</summary>
    /// <exception cref="W2srFormatException">A file is damaged, or the template is none.</exception>
    public static ChatTemplate? Read(Checkpoint checkpoint)
    {
        if (checkpoint.IsGguf)
            return checkpoint.GgufTokenizer is { ChatTemplate: { } inside } data ? ChatTemplate.Parse(inside, $"{checkpoint.Path}: tokenizer.chat_template", SpecialTokens(data)) : null;
        var tokens = new Dictionary<string, string>(StringComparer.Ordinal);
        AddSpecialTokens(tokens, checkpoint, Configuration);
        AddSpecialTokens(tokens, checkpoint, SpecialTokensMap);
        string At(string file) => Path.Combine(checkpoint.Path, file);
        if (checkpoint.ReadFile(TemplateFile) is { } jinja) return ChatTemplate.Parse(Encoding.UTF8.GetString(jinja.Span), At(TemplateFile), tokens);
        foreach (var file in (string[])[Configuration, OlderTemplateFile])
            if (Field(checkpoint, file) is { } source) return ChatTemplate.Parse(source, At(file), tokens);
        return null;
    }

    /// <summary>A template's text: a string, or of several named ones the default.</summary>
    private static string? Field(Checkpoint checkpoint, string file)
    {
        using var json = Json(checkpoint, file);
        if (json is null || !json.RootElement.TryGetProperty(Key, out var value)) return null;
        if (value.ValueKind == JsonValueKind.String) return value.GetString();
        if (value.ValueKind == JsonValueKind.Null) return null;
        if (value.ValueKind == JsonValueKind.Array)
            foreach (var named in value.EnumerateArray())
                if (named.ValueKind == JsonValueKind.Object && named.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String && name.GetString() == "default"
                    && named.TryGetProperty("template", out var template) && template.ValueKind == JsonValueKind.String)
                    return template.GetString();
        throw new W2srFormatException(Path.Combine(checkpoint.Path, file), Key, "is neither a text nor a list with a template named 'default'.");
    }

    private static void AddSpecialTokens(Dictionary<string, string> tokens, Checkpoint checkpoint, string file)
    {
        using var json = Json(checkpoint, file);
        if (json is null) return;
        foreach (var property in json.RootElement.EnumerateObject())
        {
            if (!property.Name.EndsWith("_token", StringComparison.Ordinal)) continue;
            var value = property.Value;
            if (value.ValueKind == JsonValueKind.Object && value.TryGetProperty("content", out var content)) value = content;
            if (value.ValueKind == JsonValueKind.String) tokens.TryAdd(property.Name, value.GetString()!);
        }
    }

    private static Dictionary<string, string> SpecialTokens(GgufTokenizerData data)
    {
        var tokens = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, id) in new[] { ("bos_token", data.BosId), ("eos_token", data.EosId), ("pad_token", data.PadId), ("unk_token", data.UnknownId) })
            if (id is { } known) tokens[name] = data.Tokens[known];
        return tokens;
    }

    private static JsonDocument? Json(Checkpoint checkpoint, string file)
    {
        if (checkpoint.ReadFile(file) is not { } bytes) return null;
        try
        {
            var json = JsonDocument.Parse(bytes);
            return json.RootElement.ValueKind == JsonValueKind.Object ? json : throw new JsonException("is no JSON object.");
        }
        catch (JsonException e)
        {
            throw new W2srFormatException(Path.Combine(checkpoint.Path, file), null, $"is no valid JSON: {e.Message}", e);
        }
    }
}
