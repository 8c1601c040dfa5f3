namespace W2SR.Core.Verification;

/// <summary>Recognises a model that goes on after its answer as somebody else.</summary>
internal static class InventedTurn
{
    private static readonly string[] Markers = ["<|im_start|>", "<|start_header_id|>", "<|endoftext|>", "<|im_end|>", "<|eot_id|>", "<|user|>", "<|assistant|>", "<｜User｜>", "[INST]"];

    /// <summary>The model itself may head its answer with "Assistant:"; only somebody else's words are invented.</summary>
    private static readonly string[] Speakers = ["user", "human"];

    /// <summary>Where the invented turn begins, or -1. A marker that ends the text begins nothing, and neither does one before any text.</summary>
    public static int Find(ReadOnlySpan<char> text)
    {
        var found = -1;
        foreach (var marker in Markers)
        {
            var at = text.IndexOf(marker, StringComparison.Ordinal);
            if (at >= 0 && (found < 0 || at < found) && !text[..at].IsWhiteSpace() && !text[(at + marker.Length)..].IsWhiteSpace()) found = at;
        }
        var end = found < 0 ? text.Length : found;
        for (var line = text[..end].IndexOf('\n'); line >= 0 && line < end;)
        {
            if (IsSpeaker(text[(line + 1)..end]) && !text[..line].IsWhiteSpace()) return line;
            var next = text[(line + 1)..end].IndexOf('\n');
            line = next < 0 ? -1 : line + 1 + next;
        }
        return found;
    }

    /// <summary>"user:", "Human:", "**User:**", "### User:" at a line's start, or the bare word "user" as a whole line.</summary>
    private static bool IsSpeaker(ReadOnlySpan<char> line)
    {
        if (line.IsEmpty || line[0] == '\n') return false;
        line = line.TrimStart(" \t*#");
        foreach (var speaker in Speakers)
        {
            if (!line.StartsWith(speaker, StringComparison.OrdinalIgnoreCase)) continue;
            var rest = line[speaker.Length..].TrimStart("* ");
            if (rest.StartsWith(":", StringComparison.Ordinal)) return true;
            if ((rest.IsEmpty || rest[0] is '\n' or '\r') && line.StartsWith(speaker, StringComparison.Ordinal)) return true;
        }
        return false;
    }
}
