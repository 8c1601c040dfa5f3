namespace W2SR.Core.Tokens.HuggingFace;

/// <summary>The steps around the model: normalizer, pre-tokenizer, post-processor and decoder.</summary>
/// <param name="ComposesCanonically">Whether the normalizer is NFC.</param>
/// <param name="Cuts">How the pre-tokenizer cuts.</param>
/// <param name="PrefixSpaceBefore">Before which cut it begins every piece with a blank, if it does.</param>
/// <param name="Template">Ids that the post-processor puts around a text.</param>
internal sealed record PipelineReader(bool ComposesCanonically, IReadOnlyList<WordCut> Cuts, int? PrefixSpaceBefore, (int[] Before, int[] Behind) Template)
{
    private const string KnownPatterns = "the patterns of GPT-2, Qwen2, Llama 3, Mistral's Tekken and GPT-4o are known.";

    public static PipelineReader Read(JsonPart root)
    {
        var composes = Flatten(root.Find("normalizer"), "normalizers").Select(Nfc).ToArray().Length > 0;
        var (cuts, prefix) = Cut(root);
        CheckDecoder(root);
        var template = ((int[])[], (int[])[]);
        foreach (var step in Flatten(root.Find("post_processor"), "processors")) template = Surround(template, step);
        return new PipelineReader(composes, cuts, prefix, template);
    }

    /// <summary>A step, or the steps of a <c>Sequence</c>, in order.</summary>
    private static IEnumerable<JsonPart> Flatten(JsonPart? part, string member)
    {
        if (part is not { } step) return [];
        return Kind(step) == "Sequence" ? step[member].Items().SelectMany(s => Flatten(s, member)) : [step];
    }

    private static string Kind(JsonPart step) => step.Object()["type"].Text();

    private static bool Nfc(JsonPart step) =>
        Kind(step) == "NFC" ? true : throw step.Wrong($"normalizer {Kind(step)} is not supported; NFC or none is.");

    private static (WordCut[] Cuts, int? PrefixSpaceBefore) Cut(JsonPart root)
    {
        var steps = Flatten(root.Find("pre_tokenizer"), "pretokenizers").ToArray();
        var cuts = new List<WordCut>();
        for (var i = 0; i < steps.Length; i++)
        {
            var step = steps[i];
            switch (Kind(step))
            {
                case "Split":
                    cuts.Add(Split(step));
                    break;
                case "Digits":
                    cuts.Add(step["individual_digits"].Flag() ? WordCut.EachDigit : WordCut.DigitRuns);
                    break;
                case "ByteLevel" when i == steps.Length - 1:
                    int? prefixBefore = step["add_prefix_space"].Flag() ? cuts.Count : null;
                    if (step.Find("use_regex")?.Flag() ?? true) cuts.Add(WordCut.Gpt2);
                    return ([.. cuts], prefixBefore);
                case "ByteLevel":
                    throw step.Wrong("pre-tokenizer ByteLevel is supported only as the last step.");
                default:
                    throw step.Wrong($"pre-tokenizer {Kind(step)} is not supported; Split, Digits and ByteLevel are.");
            }
        }
        throw root.Wrong("pre_tokenizer has no ByteLevel step: only byte-level BPE is supported.");
    }

    private static WordCut Split(JsonPart step)
    {
        var pattern = step["pattern"].Object();
        var regex = pattern.Find("Regex")?.Text() ?? throw step.Wrong($"Split by a plain string is not supported; {KnownPatterns}");
        var cut = WordCuts.FindByPattern(regex) ?? throw step.Wrong($"Split pattern {regex} is not supported; {KnownPatterns}");
        // The known patterns match everything, so isolated matches and removed gaps are the same.
        var (behavior, invert) = (step["behavior"].Text(), step["invert"].Flag());
        if (behavior == "Isolated" || behavior == "Removed" && invert) return cut;
        throw step.Wrong($"Split behavior {behavior} (invert: {(invert ? "true" : "false")}) is not supported; Isolated is.");
    }

    private static void CheckDecoder(JsonPart root)
    {
        var steps = Flatten(root.Find("decoder"), "decoders").ToArray();
        if (steps.Length == 0) throw root.Wrong("decoder is missing: only ByteLevel is supported.");
        foreach (var step in steps)
            if (Kind(step) != "ByteLevel") throw step.Wrong($"decoder {Kind(step)} is not supported; ByteLevel is.");
    }

    private static (int[], int[]) Surround((int[] Before, int[] Behind) inner, JsonPart step)
    {
        switch (Kind(step))
        {
            case "ByteLevel": // offsets only
                return inner;
            case "TemplateProcessing":
                var (before, behind, special) = (new List<int>(), new List<int>(), step["special_tokens"].Object());
                var sequences = 0;
                foreach (var piece in step["single"].Items())
                {
                    if (piece.Find("Sequence") is { } sequence)
                    {
                        if (sequence["id"].Text() != "A" || ++sequences > 1) throw piece.Wrong("a template for one text has the sequence A once.");
                        continue;
                    }
                    var name = piece["SpecialToken"]["id"].Text();
                    var ids = special[name]["ids"].Items().Select(i => i.Number());
                    (sequences == 0 ? before : behind).AddRange(ids);
                }
                if (sequences == 0) throw step.Wrong("the template leaves the text out.");
                return ([.. before, .. inner.Before], [.. inner.Behind, .. behind]);
            default:
                throw step.Wrong($"post-processor {Kind(step)} is not supported; TemplateProcessing and ByteLevel are.");
        }
    }
}
