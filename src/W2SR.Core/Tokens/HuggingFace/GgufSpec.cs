using W2SR.Core.Common;

namespace W2SR.Core.Tokens.HuggingFace;

/// <summary>Makes a tokenizer of GGUF metadata, which names a pre-tokenizer where <c>tokenizer.json</c> describes it.</summary>
internal static class GgufSpec
{
    private const int Unknown = 2, Control = 3, UserDefined = 4;

    /// <exception cref="W2srFormatException">A model or pre-tokenizer that is not supported, or arrays that contradict each other.</exception>
    public static TokenizerSpec Read(GgufVocabulary from, string file)
    {
        W2srFormatException Wrong(string key, string problem) => new(file, $"tokenizer.ggml.{key}", problem);
        if (from.Model != "gpt2") throw Wrong("model", $"'{from.Model}' is not supported; 'gpt2' (byte-level BPE) is. 'llama' is SentencePiece.");
        var (cuts, composes, takesWholeWords) = from.Pre switch
        {
            "qwen2" => ((WordCut[])[WordCut.Qwen], true, false),
            "deepseek-r1-qwen" => ([WordCut.Qwen], false, false),
            "llama-bpe" or "llama3" or "llama-v3" => ([WordCut.Llama3], false, true),
            "tekken" => ([WordCut.Tekken], false, true),
            "smollm" or "starcoder" or "refact" or "codeshell" => ([WordCut.EachDigit, WordCut.Gpt2], false, false),
            "gpt-2" or "phi-2" => ([WordCut.Gpt2], false, false),
            null => throw Wrong("pre", "is missing, so it is not known how text is cut into words. Convert the model again with a newer llama.cpp."),
            _ => throw Wrong("pre", $"'{from.Pre}' is not supported; qwen2, deepseek-r1-qwen, llama-bpe, tekken, smollm, starcoder, refact, codeshell, gpt-2 and phi-2 are."),
        };
        if (from.TokenTypes is { } types && types.Count != from.Tokens.Count) throw Wrong("token_type", $"has {types.Count:N0} entries for {from.Tokens.Count:N0} tokens.");
        var added = Enumerable.Range(0, from.TokenTypes?.Count ?? 0).Where(i => from.TokenTypes![i] is Unknown or Control or UserDefined)
            .Select(i => new AddedToken(i, from.Tokens[i], from.TokenTypes![i] != UserDefined));
        int? Checked(string key, int? id) => id is null || (uint)id < (uint)from.Tokens.Count ? id : throw Wrong(key, $"{id} is not below the {from.Tokens.Count:N0} tokens.");
        var (bos, eos) = (Checked("bos_token_id", from.Special.Bos), Checked("eos_token_id", from.Special.Eos));
        Checked("padding_token_id", from.Special.Pad);
        Checked("unknown_token_id", from.Special.Unk);
        Checked("eot_token_id", from.EndOfTurnId);
        if (from.AddsBos == true && bos is null) throw Wrong("add_bos_token", "is true, but there is no bos_token_id.");
        if (from.AddsEos && eos is null) throw Wrong("add_eos_token", "is true, but there is no eos_token_id.");
        return new TokenizerSpec
        {
            Tokens = from.Tokens,
            Merges = [.. from.Merges.Select(m => SpecChecks.MergeLine(m, problem => Wrong("merges", problem)))],
            AddedTokens = [.. added],
            Cuts = cuts,
            ComposesCanonically = composes,
            IgnoresMerges = takesWholeWords,
            Template = (bos is { } b && (from.AddsBos ?? takesWholeWords) ? [b] : [], from.AddsEos ? [eos!.Value] : []),
        };
    }
}
