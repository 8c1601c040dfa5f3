using W2SR.Core.Common;

namespace W2SR.Core.Tokens.HuggingFace;

/// <summary>Reads a <c>tokenizer.json</c>. What we do not know is refused by its name, never guessed.</summary>
internal static class TokenizerJsonReader
{
    /// <exception cref="W2srFormatException">Not JSON, something missing or of the wrong kind, or a part that is not supported.</exception>
    public static TokenizerSpec Read(ReadOnlyMemory<byte> bytes, string file) => JsonPart.Read(bytes, file, Read);

    private static TokenizerSpec Read(JsonPart root)
    {
        if (root.Find("version") is { } version && version.Text() != "1.0") throw version.Wrong($"version \"{version.Text()}\" is not known; 1.0 is.");
        var model = root["model"].Object();
        CheckModel(model);
        var pipeline = PipelineReader.Read(root);
        var tokens = Vocabulary(model["vocab"]);
        return new TokenizerSpec
        {
            Tokens = tokens,
            Merges = [.. model["merges"].Items().Select(Merge)],
            AddedTokens = [.. root.Find("added_tokens")?.Items().Select(Added) ?? []],
            Cuts = pipeline.Cuts,
            PrefixSpaceBefore = pipeline.PrefixSpaceBefore,
            ComposesCanonically = pipeline.ComposesCanonically,
            Template = pipeline.Template,
            IgnoresMerges = model.Find("ignore_merges")?.Flag() ?? false,
            UnknownToken = model.Find("unk_token")?.Text(),
            FusesUnknown = model.Find("fuse_unk")?.Flag() ?? false,
        };
    }

    /// <summary>Everything that makes a model other than plain byte-level BPE.</summary>
    private static void CheckModel(JsonPart model)
    {
        // Old files leave the type out; a BPE has merges.
        var type = model.Find("type")?.Text() ?? (model.Find("merges") is null ? "(none)" : "BPE");
        if (type != "BPE")
            throw model.Wrong($"model type {type} is not supported; byte-level BPE is (Qwen, Llama 3, SmolLM2, GPT-2). SentencePiece and WordPiece models need another tokenizer.");
        if (model.Find("byte_fallback")?.Flag() ?? false)
            throw model.Wrong("byte_fallback is not supported: this is a SentencePiece BPE (as in Llama 2), not a byte-level one.");
        if (model.Find("dropout") is { } dropout && dropout.IsNonZero()) throw dropout.Wrong("BPE dropout is not supported: ids would be random. Set it to null.");
        foreach (var name in (string[])["continuing_subword_prefix", "end_of_word_suffix"])
            if (model.Find(name) is { } affix && affix.Text().Length > 0) throw affix.Wrong($"'{affix.Text()}' is not supported: byte-level BPE has none.");
    }

    private static string?[] Vocabulary(JsonPart part)
    {
        var entries = new List<(string Token, int Id)>();
        var largest = -1;
        foreach (var (token, value) in part.Members())
        {
            if (!value.TryNumber(out var id)) throw part.Wrong($"the id of \"{token}\" is no whole number.");
            if (id < 0) throw part.Wrong($"token \"{token}\" has the negative id {id}.");
            entries.Add((token, id));
            largest = Math.Max(largest, id);
        }
        if (entries.Count == 0) throw part.Wrong("the vocabulary is empty.");
        SpecChecks.IdsAreDense(largest, entries.Count, part.Wrong);
        var tokens = new string?[largest + 1];
        foreach (var (token, id) in entries)
        {
            if (tokens[id] is { } other) throw part.Wrong($"tokens \"{other}\" and \"{token}\" have the same id {id}.");
            tokens[id] = token;
        }
        return tokens;
    }

    /// <summary>Newer files write pairs, older ones the two tokens with a blank between.</summary>
    private static (string, string) Merge(JsonPart part)
    {
        if (part.IsText) return SpecChecks.MergeLine(part.Text(), part.Wrong);
        if (part.ItemCount() != 2) throw part.Wrong($"a merge has two tokens, this one {part.ItemCount()}.");
        return (part.TextAt(0), part.TextAt(1));
    }

    private static AddedToken Added(JsonPart part) => new(part["id"].Number(), part["content"].Text(), part["special"].Flag())
    {
        SingleWord = part["single_word"].Flag(),
        StripLeft = part["lstrip"].Flag(),
        StripRight = part["rstrip"].Flag(),
        Normalized = part["normalized"].Flag(),
    };
}
