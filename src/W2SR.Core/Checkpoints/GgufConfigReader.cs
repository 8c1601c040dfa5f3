using System.Globalization;
using W2SR.Core.Common;

namespace W2SR.Core.Checkpoints;

/// <summary>A decoder's configuration from GGUF metadata, for the architectures <c>llama</c> (Llama, Mistral, SmolLM), <c>qwen2</c> and <c>qwen3</c>.</summary>
internal static class GgufConfigReader
{
    private static readonly string[] Architectures = ["llama", "qwen2", "qwen3"];

    public static CheckpointConfig Read(GgufReader file)
    {
        var metadata = file.Metadata;
        var architecture = metadata.Text("general.architecture") ?? throw metadata.Wrong("general.architecture", "is missing. Is it a model file (and not an adapter or a vocabulary alone)?");
        if (!Architectures.Contains(architecture))
            throw metadata.Wrong("general.architecture", $"is '{architecture}'. W2SR runs {string.Join(", ", Architectures)}; choose a dense model of the Llama, Mistral, Qwen2 or Qwen3 family.");
        if (metadata.Integer("split.count") is > 1 and var parts)
            throw metadata.Wrong("split.count", $"is {parts}: the model is split over several files. Merge them first: llama-gguf-split --merge.");
        string Key(string name) => $"{architecture}.{name}";
        var hidden = Size(metadata, Key("embedding_length"));
        var heads = Size(metadata, Key("attention.head_count"));
        var headSize = metadata.Has(Key("attention.key_length")) ? Size(metadata, Key("attention.key_length"))
            : hidden % heads == 0 ? hidden / heads : throw metadata.Wrong(Key("embedding_length"), $"is {hidden}, expected a multiple of head_count ({heads}), or a key_length beside it.");
        var keyValueHeads = metadata.Has(Key("attention.head_count_kv")) ? Size(metadata, Key("attention.head_count_kv")) : heads;
        if (heads % keyValueHeads != 0) throw metadata.Wrong(Key("attention.head_count_kv"), $"is {keyValueHeads}, expected a divisor of head_count ({heads}).");
        if (headSize % 2 != 0) throw metadata.Wrong(Key("attention.key_length"), $"gives heads of {headSize} numbers; rotary positions turn pairs, so it must be even.");
        var context = Size(metadata, Key("context_length"));
        CheckOptions(metadata, Key, headSize, context);
        bool Holds(string name) => file.Find(name) is not null;
        bool qkvBias = Holds("blk.0.attn_q.bias"), outputBias = Holds("blk.0.attn_output.bias");
        if (architecture == "llama" && qkvBias != outputBias)
            throw metadata.Wrong("general.architecture", "is 'llama', with attention biases on some projections only, which no Hugging Face Llama has. Use the model's Hugging Face checkpoint.");
        var tokenizer = GgufTokenizerData.Read(metadata);
        return new CheckpointConfig
        {
            ModelType = architecture,
            VocabularySize = Vocabulary(file, tokenizer),
            HiddenSize = hidden,
            LayerCount = Size(metadata, Key("block_count")),
            HeadCount = heads,
            KeyValueHeadCount = keyValueHeads,
            HeadSize = headSize,
            FeedForwardSize = Size(metadata, Key("feed_forward_length")),
            ContextLength = context,
            NormEpsilon = metadata.Number(Key("attention.layer_norm_rms_epsilon")) is { } epsilon and > 0 && double.IsFinite(epsilon)
                ? Shortest(epsilon) : throw metadata.Wrong(Key("attention.layer_norm_rms_epsilon"), "is missing or not a number above 0."),
            Rope = GgufRopeReader.Read(file, architecture, headSize, context),
            TieEmbeddings = !Holds("output.weight"),
            QueryKeyValueBias = qkvBias,
            AttentionOutputBias = outputBias,
            FeedForwardBias = Holds("blk.0.ffn_gate.bias"),
            QueryKeyNorm = architecture == "qwen3",
            BosTokenId = tokenizer?.BosId,
            EosTokenIds = tokenizer?.EndIds ?? [],
            PadTokenId = tokenizer?.PadId,
        };
    }

    /// <summary>GGUF keeps float32; the decimal that was meant is the shortest that gives it.</summary>
    public static double Shortest(double value) => double.Parse(((float)value).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    internal static int Size(GgufMetadata metadata, string key)
    {
        // Some files repeat the number for every layer; then they must be equal.
        var value = metadata.Raw(key) is long[] { Length: > 0 } list && list.All(n => n == list[0]) ? list[0]
            : metadata.Integer(key) ?? throw metadata.Wrong(key, "is missing. Is the file whole, and of a model?");
        return value is >= 1 and <= int.MaxValue ? (int)value : throw metadata.Wrong(key, $"is {value}, expected a number of at least 1.");
    }

    private static int Vocabulary(GgufReader file, GgufTokenizerData? tokenizer)
    {
        var rows = file.Find("token_embd.weight")?.Shape[0] ?? tokenizer?.Tokens.Count
            ?? throw new W2srFormatException(file.Path, "token_embd.weight", "is missing, and there is no vocabulary. Is the file whole, and of a model?");
        return rows <= int.MaxValue ? (int)rows : throw new W2srFormatException(file.Path, "token_embd.weight", $"has {rows} rows.");
    }

    private static void CheckOptions(GgufMetadata metadata, Func<string, string> key, int headSize, int context)
    {
        if (metadata.Integer(key("expert_count")) is > 0 and var experts)
            throw metadata.Wrong(key("expert_count"), $"is {experts}: a mixture of experts. W2SR runs dense models; choose the dense model of the family.");
        if (metadata.Integer(key("attention.value_length")) is { } values && values != headSize)
            throw metadata.Wrong(key("attention.value_length"), $"is {values}, but keys have {headSize}. W2SR's heads have one size; choose another checkpoint of the family.");
        if (metadata.Integer(key("rope.dimension_count")) is { } turned && turned != headSize)
            throw metadata.Wrong(key("rope.dimension_count"), $"is {turned} of {headSize}: only part of each head turns. W2SR turns whole heads; choose another checkpoint of the family.");
        if (metadata.Integer(key("attention.sliding_window")) is > 0 and var window && window < context)
            throw metadata.Wrong(key("attention.sliding_window"), $"is {window}, shorter than the context ({context}). W2SR has no sliding-window attention; use the model's Hugging Face checkpoint with sliding_window set to null and max_position_embeddings to {window}.");
    }
}
