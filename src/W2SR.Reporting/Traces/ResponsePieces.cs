using W2SR.Core.Verification;

namespace W2SR.Reporting.Traces;

/// <summary>Cuts a response into pieces: the answer that was read is marked, and the middle of a very long text is left out.</summary>
internal static class ResponsePieces
{
    /// <summary>Cuts.</summary>
    /// <param name="response">What the model wrote.</param>
    /// <param name="longest">Characters to keep at most; a longer text loses its middle.</param>
    public static IReadOnlyList<TextPiece> Cut(string response, int longest)
    {
        var (start, length) = FindAnswer(response);
        if (response.Length <= longest) return Mark(response, 0, response.Length, start, length);
        int head = Aligned(response, longest / 2), tail = Aligned(response, response.Length - longest / 2);
        return
        [
            .. Mark(response, 0, head, start, length),
            new TextPiece(FormattableString.Invariant($" [{tail - head} characters left out] "), TextPieceKind.Gap),
            .. Mark(response, tail, response.Length, start, length),
        ];
    }

    /// <summary>Where the answer stands that the verifier's extraction reads; length 0 where there is none.</summary>
    internal static (int Start, int Length) FindAnswer(string response)
    {
        var found = AnswerExtractor.Extract(response);
        if (string.IsNullOrEmpty(found.Text) || found.Text.Length > response.Length) return (0, 0);
        var from = found.Rule switch
        {
            ExtractionRule.Boxed => Math.Max(response.LastIndexOf(@"\boxed", StringComparison.Ordinal), response.LastIndexOf(@"\fbox", StringComparison.Ordinal)),
            ExtractionRule.HashMarks => response.LastIndexOf("####", StringComparison.Ordinal),
            _ => -1,
        };
        // After an invented turn the extraction read an earlier box: then the last place at which the text stands is marked.
        var at = from >= 0 ? response.IndexOf(found.Text, from, StringComparison.Ordinal) : -1;
        if (at < 0 || found.HasInventedTurn) at = response.LastIndexOf(found.Text, StringComparison.Ordinal);
        return at < 0 ? (0, 0) : (at, found.Text.Length);
    }

    private static IEnumerable<TextPiece> Plain(string text, int from, int to)
    {
        if (to > from) yield return new TextPiece(text[from..to]);
    }

    private static TextPiece[] Mark(string text, int from, int to, int start, int length)
    {
        if (length == 0 || start < from || start + length > to) return [.. Plain(text, from, to)];
        return [.. Plain(text, from, start), new TextPiece(text.Substring(start, length), TextPieceKind.Answer), .. Plain(text, start + length, to)];
    }

    /// <summary>A place that does not cut a surrogate pair.</summary>
    private static int Aligned(string text, int at) => at > 0 && at < text.Length && char.IsLowSurrogate(text[at]) ? at - 1 : at;
}
