using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using W2SR.Core.Tokens.Words;

namespace W2SR.Core.Tokens.HuggingFace;

/// <summary>Writes <c>tokenizer.json</c> and <c>tokenizer_config.json</c> as transformers and vLLM read them.</summary>
internal static class TokenizerJsonWriter
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" };

    public static byte[] Tokenizer(TokenizerSpec spec) => Write(json =>
    {
        json.WriteString("version", "1.0");
        json.WriteNull("truncation");
        json.WriteNull("padding");
        WriteAdded(json, spec.AddedTokens);
        if (spec.ComposesCanonically) Typed(json, "normalizer", "NFC");
        else json.WriteNull("normalizer");
        WriteCuts(json, spec);
        WriteTemplate(json, spec);
        ByteLevel(json, "decoder", addPrefixSpace: true, useRegex: true);
        WriteModel(json, spec);
    });

    public static byte[] Configuration(SpecialTokenNames names, bool addsBos) => Write(json =>
    {
        json.WriteBoolean("add_bos_token", addsBos);
        foreach (var (key, name) in new[] { ("bos_token", names.Bos), ("eos_token", names.Eos), ("pad_token", names.Pad), ("unk_token", names.Unk) })
            if (name is not null) json.WriteString(key, name);
        json.WriteBoolean("clean_up_tokenization_spaces", false);
        // A model's own class would replace the pre-tokenizer of tokenizer.json by what it thinks is right.
        json.WriteString("tokenizer_class", "PreTrainedTokenizerFast");
    });

    private static byte[] Write(Action<Utf8JsonWriter> body)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            body(json);
            json.WriteEndObject();
        }
        return [.. buffer.WrittenSpan, (byte)'\n'];
    }

    private static void WriteAdded(Utf8JsonWriter json, IReadOnlyList<AddedToken> tokens)
    {
        json.WriteStartArray("added_tokens");
        foreach (var token in tokens)
        {
            json.WriteStartObject();
            json.WriteNumber("id", token.Id);
            json.WriteString("content", token.Content);
            json.WriteBoolean("single_word", token.SingleWord);
            json.WriteBoolean("lstrip", token.StripLeft);
            json.WriteBoolean("rstrip", token.StripRight);
            json.WriteBoolean("normalized", token.Normalized);
            json.WriteBoolean("special", token.IsSpecial);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteCuts(Utf8JsonWriter json, TokenizerSpec spec)
    {
        Start(json, "pre_tokenizer", "Sequence");
        json.WriteStartArray("pretokenizers");
        // GPT-2's pattern as the last cut is ByteLevel's own.
        var ownPattern = spec.Cuts[^1] == WordCut.Gpt2 && spec.PrefixSpaceBefore != spec.Cuts.Count;
        foreach (var cut in spec.Cuts.Take(spec.Cuts.Count - (ownPattern ? 1 : 0)))
        {
            if (cut is WordCut.EachDigit or WordCut.DigitRuns)
            {
                Start(json, null, "Digits");
                json.WriteBoolean("individual_digits", cut == WordCut.EachDigit);
                json.WriteEndObject();
                continue;
            }
            Start(json, null, "Split");
            json.WriteStartObject("pattern");
            json.WriteString("Regex", cut.Pattern());
            json.WriteEndObject();
            json.WriteString("behavior", "Isolated");
            json.WriteBoolean("invert", false);
            json.WriteEndObject();
        }
        ByteLevel(json, null, addPrefixSpace: spec.PrefixSpaceBefore is not null, useRegex: ownPattern);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteTemplate(Utf8JsonWriter json, TokenizerSpec spec)
    {
        var (before, behind) = spec.Template;
        if (before.Length + behind.Length == 0)
        {
            json.WriteNull("post_processor");
            return;
        }
        string Name(int id) => spec.Tokens[id]!;
        void Pieces(char sequence, int type)
        {
            foreach (var id in before) Piece("SpecialToken", Name(id), type);
            Piece("Sequence", $"{sequence}", type);
            foreach (var id in behind) Piece("SpecialToken", Name(id), type);
        }
        void Piece(string kind, string id, int type)
        {
            json.WriteStartObject();
            json.WriteStartObject(kind);
            json.WriteString("id", id);
            json.WriteNumber("type_id", type);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        Start(json, "post_processor", "TemplateProcessing");
        json.WriteStartArray("single");
        Pieces('A', 0);
        json.WriteEndArray();
        json.WriteStartArray("pair");
        Pieces('A', 0);
        Pieces('B', 1);
        json.WriteEndArray();
        json.WriteStartObject("special_tokens");
        foreach (var id in before.Concat(behind).Distinct())
        {
            json.WriteStartObject(Name(id));
            json.WriteString("id", Name(id));
            json.WriteStartArray("ids");
            json.WriteNumberValue(id);
            json.WriteEndArray();
            json.WriteStartArray("tokens");
            json.WriteStringValue(Name(id));
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteModel(Utf8JsonWriter json, TokenizerSpec spec)
    {
        Start(json, "model", "BPE");
        json.WriteNull("dropout");
        json.WriteString("unk_token", spec.UnknownToken);
        json.WriteNull("continuing_subword_prefix");
        json.WriteNull("end_of_word_suffix");
        json.WriteBoolean("fuse_unk", spec.FusesUnknown);
        json.WriteBoolean("byte_fallback", false);
        json.WriteBoolean("ignore_merges", spec.IgnoresMerges);
        json.WriteStartObject("vocab");
        for (var id = 0; id < spec.Tokens.Count; id++)
            if (spec.Tokens[id] is { } token) json.WriteNumber(token, id);
        json.WriteEndObject();
        json.WriteStartArray("merges");
        foreach (var (left, right) in spec.Merges)
        {
            json.WriteStartArray();
            json.WriteStringValue(left);
            json.WriteStringValue(right);
            json.WriteEndArray();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void ByteLevel(Utf8JsonWriter json, string? name, bool addPrefixSpace, bool useRegex)
    {
        Start(json, name, "ByteLevel");
        json.WriteBoolean("add_prefix_space", addPrefixSpace);
        json.WriteBoolean("trim_offsets", true);
        json.WriteBoolean("use_regex", useRegex);
        json.WriteEndObject();
    }

    private static void Typed(Utf8JsonWriter json, string name, string type)
    {
        Start(json, name, type);
        json.WriteEndObject();
    }

    private static void Start(Utf8JsonWriter json, string? name, string type)
    {
        if (name is null) json.WriteStartObject();
        else json.WriteStartObject(name);
        json.WriteString("type", type);
    }
}
