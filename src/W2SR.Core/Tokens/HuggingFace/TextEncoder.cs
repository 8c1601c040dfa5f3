using W2SR.Core.Tokens.BytePairs;
using W2SR.Core.Tokens.Unicode;
using W2SR.Core.Tokens.Words;

namespace W2SR.Core.Tokens.HuggingFace;

/// <summary>From text to ids: added tokens, normalization, added tokens again, words, byte pairs. Immutable but for the cache of words.</summary>
internal sealed class TextEncoder
{
    private readonly AddedTokenSplitter written; // looked for in the text as it is
    private readonly AddedTokenSplitter normalized; // looked for in the normalized text
    private readonly bool composes;
    private readonly WordSplitter[] splitters;
    private readonly int prefixSpaceBefore;
    private readonly BytePairModel model;

    public TextEncoder(TokenizerSpec spec, BytePairModel model)
    {
        this.model = model;
        composes = spec.ComposesCanonically;
        splitters = [.. spec.Cuts.Select(c => c.Splitter())];
        prefixSpaceBefore = spec.PrefixSpaceBefore ?? -1;
        written = new AddedTokenSplitter([.. spec.AddedTokens.Where(t => !t.Normalized)], t => t.Content);
        normalized = new AddedTokenSplitter([.. spec.AddedTokens.Where(t => t.Normalized)], t => NormalForm(t.Content, composes));
    }

    /// <summary>How an added token reads after normalization.</summary>
    public static string NormalForm(string text, bool composes) => composes && !CanonicalComposition.IsSurelyNormalized(text) ? CanonicalComposition.Normalize(text) : text;

    /// <summary>Adds the ids of a text.</summary>
    public void Append(string text, bool splitSpecial, ref IdBuffer ids)
    {
        ReadOnlySpan<char> whole = CodePoints.WellFormed(text);
        var at = default(AddedTokenSplitter.Split);
        while (written.TryNext(whole, at, splitSpecial, out var found))
        {
            if (at.End < found.Start) Normalize(whole[at.End..found.Start], splitSpecial, ref ids);
            ids.Add(found.Id);
            at = found;
        }
        if (at.End < whole.Length) Normalize(whole[at.End..], splitSpecial, ref ids);
    }

    private void Normalize(ReadOnlySpan<char> text, bool splitSpecial, ref IdBuffer ids)
    {
        if (composes && !CanonicalComposition.IsSurelyNormalized(text)) text = CanonicalComposition.Normalize(text);
        var at = default(AddedTokenSplitter.Split);
        while (normalized.TryNext(text, at, splitSpecial, out var found))
        {
            if (at.End < found.Start) Cut(text[at.End..found.Start], 0, ref ids);
            ids.Add(found.Id);
            at = found;
        }
        if (at.End < text.Length) Cut(text[at.End..], 0, ref ids);
    }

    private void Cut(ReadOnlySpan<char> text, int step, ref IdBuffer ids)
    {
        if (step == prefixSpaceBefore && text[0] != ' ') text = string.Concat(" ", text);
        if (step == splitters.Length)
        {
            model.Append(text, ref ids);
            return;
        }
        var splitter = splitters[step];
        var isLast = step + 1 == splitters.Length && prefixSpaceBefore <= step;
        for (var start = 0; start < text.Length;)
        {
            var end = splitter.End(text, start);
            if (isLast) model.Append(text[start..end], ref ids);
            else Cut(text[start..end], step + 1, ref ids);
            start = end;
        }
    }
}
