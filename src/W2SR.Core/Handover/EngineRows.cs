using System.Text.Json;
using W2SR.Core.Common;
using W2SR.Core.Handover.Files;

namespace W2SR.Core.Handover;

/// <summary>Reads the rows of LLaMA-Factory, TRL and verl: ours, or other people's in the same forms.</summary>
public static class EngineRows
{
    /// <summary>Reads a file of training rows; its form is told by its first row.</summary>
    /// <param name="path">JSON, JSON lines or Parquet.</param>
    /// <exception cref="W2srFormatException">No such form, or a row that breaks it: no system turn, more than one question, an answer that is null.</exception>
    public static IReadOnlyList<HandoverRow> Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (path.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase))
            return [.. ChatParquet.Read<VerlSftRow>(path).Select((r, i) => OfTurns(path, i, r.id, [.. (r.messages ?? []).Select(m => (m.role, m.content))]))];
        return path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? ReadArray(path) : [.. File.ReadLines(path).Select((line, i) => ReadLine(path, line, i))];
    }

    private static IReadOnlyList<HandoverRow> ReadArray(string path)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            if (json.RootElement.ValueKind != JsonValueKind.Array) throw new W2srFormatException(path, null, "is not a list of rows.");
            return [.. json.RootElement.EnumerateArray().Select((row, i) => Of(path, row, i))];
        }
        catch (JsonException e)
        {
            throw new W2srFormatException(path, null, "is not JSON: " + e.Message, e);
        }
    }

    private static HandoverRow ReadLine(string path, string line, int index)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return Of(path, json.RootElement, index);
        }
        catch (JsonException e)
        {
            throw new W2srFormatException(path, $"row {index + 1}", "is not JSON: " + e.Message, e);
        }
    }

    private static HandoverRow Of(string path, JsonElement row, int index)
    {
        if (row.ValueKind != JsonValueKind.Object) throw new W2srFormatException(path, $"row {index + 1}", "is not an object.");
        string? Text(string key) => row.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        (string?, string?)[] Turns(string key, string role, string content) =>
            [.. row.GetProperty(key).EnumerateArray().Select(t => (t.GetProperty(role).GetString(), t.GetProperty(content).GetString()))];
        try
        {
            var id = Text("id");
            if (row.TryGetProperty("messages", out _)) return OfTurns(path, index, id, Turns("messages", "role", "content"));
            if (row.TryGetProperty("completion", out _)) return OfTurns(path, index, id, [.. Turns("prompt", "role", "content"), .. Turns("completion", "role", "content")]);
            if (row.TryGetProperty("conversations", out _))
                return OfTurns(path, index, id, [("system", Text("system")), .. Turns("conversations", "from", "value").Select(t => (t.Item1 switch { "human" => "user", "gpt" => "assistant", var other => other }, t.Item2))]);
            if (row.TryGetProperty("instruction", out _))
            {
                var (instruction, input) = (Text("instruction"), Text("input"));
                var question = string.IsNullOrEmpty(input) ? instruction : $"{instruction}\n{input}";
                var correct = row.TryGetProperty("correct", out var flag) && flag.ValueKind is JsonValueKind.True or JsonValueKind.False ? flag.GetBoolean() : (bool?)null;
                return OfTurns(path, index, id, [("system", Text("system")), ("user", question), ("assistant", Text("output"))]) with { IsCorrect = correct };
            }
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException)
        {
            throw new W2srFormatException(path, $"row {index + 1}", "is not a conversation: " + e.Message, e);
        }
        throw new W2srFormatException(path, $"row {index + 1}", $"has none of messages, prompt and completion, conversations, instruction; it has {string.Join(", ", row.EnumerateObject().Select(p => p.Name))}.");
    }

    private static HandoverRow OfTurns(string path, int index, string? id, (string? Role, string? Content)[] turns) => turns switch
    {
        [("system", { } system), ("user", { } user), ("assistant", { } response)] => new HandoverRow(id, system, user, response),
        _ => throw new W2srFormatException(path, $"row {index + 1}", $"has the turns {string.Join(", ", turns.Select(t => t.Content is null ? $"{t.Role} without content" : t.Role ?? "without a role"))}; a row of traces is system, user, assistant."),
    };
}
