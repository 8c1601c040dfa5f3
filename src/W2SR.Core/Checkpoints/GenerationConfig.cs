using System.Globalization;
using System.Text.Json.Nodes;
using W2SR.Core.Common;

namespace W2SR.Core.Checkpoints;

/// <summary>A checkpoint's <c>generation_config.json</c>: which ids end a text, and how its authors would sample.</summary>
/// <remarks>
/// A padding id that is also an end id is common in published checkpoints. W2SR tells padding by lengths, never by id, so such a file
/// loads and works; other trainers mask every padding id in their labels and so never teach the model to stop. Hence it is never written without a warning.
/// </remarks>
public sealed record GenerationConfig
{
    /// <summary>The file's name in a checkpoint folder.</summary>
    public const string FileName = "generation_config.json";

    /// <summary>The id that begins a text, or null.</summary>
    public int? BosTokenId { get; init; }

    /// <summary>Every id that ends a text, in the file's order; may be empty.</summary>
    public IReadOnlyList<int> EosTokenIds { get; init; } = [];

    /// <summary>The id that fills batches, or null.</summary>
    public int? PadTokenId { get; init; }

    /// <summary>Whether the authors sample (true) or take the likeliest token; null when the file is silent.</summary>
    public bool? DoesSample { get; init; }

    /// <summary>Softmax temperature, or null.</summary>
    public double? Temperature { get; init; }

    /// <summary>Nucleus mass, or null.</summary>
    public double? TopP { get; init; }

    /// <summary>Number of candidates, 0 for all, or null.</summary>
    public int? TopK { get; init; }

    /// <summary>Least probability relative to the likeliest, or null.</summary>
    public double? MinP { get; init; }

    /// <summary>Factor on the logits of ids that were written already; 1 or null for none.</summary>
    public double? RepetitionPenalty { get; init; }

    /// <summary>Longest answer in tokens, or null.</summary>
    public int? MaxNewTokens { get; init; }

    /// <summary>The file it came from, every key of it; empty where there was none. Written back with what changed.</summary>
    public ReadOnlyMemory<byte> Json { get; init; }

    /// <summary>True when the padding id also ends texts; see the remarks.</summary>
    public bool PadEndsText => PadTokenId is { } pad && EosTokenIds.Contains(pad);

    /// <summary>Reads a file.</summary>
    /// <exception cref="W2srFormatException">It cannot be read, or a value is not of its kind.</exception>
    public static GenerationConfig Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Parse(JsonFields.ReadFile(path), path);
    }

    /// <summary>Reads the bytes of a <c>generation_config.json</c>.</summary>
    /// <param name="json">UTF-8.</param>
    /// <param name="path">What errors call it.</param>
    /// <exception cref="W2srFormatException">A value is not of its kind.</exception>
    public static GenerationConfig Parse(ReadOnlyMemory<byte> json, string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var fields = JsonFields.Parse(json, path);
        return new GenerationConfig
        {
            BosTokenId = fields.OneId("bos_token_id"),
            EosTokenIds = fields.Ids("eos_token_id"),
            PadTokenId = fields.OneId("pad_token_id"),
            DoesSample = fields.Has("do_sample") ? fields.Flag("do_sample", false) : null,
            Temperature = fields.Number("temperature"),
            TopP = fields.Number("top_p"),
            TopK = fields.Integer("top_k"),
            MinP = fields.Number("min_p"),
            RepetitionPenalty = fields.Number("repetition_penalty"),
            MaxNewTokens = fields.Integer("max_new_tokens"),
            Json = json,
        };
    }

    /// <summary>What to write: the file it came from with what was changed since; without a change, its very bytes.</summary>
    /// <exception cref="W2srFormatException">A value could not be loaded back or used: a negative id, a temperature below 0, and so on.</exception>
    public ReadOnlyMemory<byte> ToJson()
    {
        Check();
        var before = Json.IsEmpty ? new GenerationConfig() : Parse(Json, FileName);
        var changes = new Dictionary<string, JsonNode?>();
        void Set<T>(string key, T was, T now) where T : notnull
        {
            if (!EqualityComparer<T>.Default.Equals(was, now)) changes[key] = JsonValue.Create(now);
        }
        void SetOptional<T>(string key, T? was, T? now) where T : struct
        {
            if (now is { } value && was is { } old) Set(key, old, value);
            else if (!EqualityComparer<T?>.Default.Equals(was, now)) changes[key] = now is { } v ? JsonValue.Create(v) : null;
        }
        SetOptional("bos_token_id", before.BosTokenId, BosTokenId);
        if (!before.EosTokenIds.SequenceEqual(EosTokenIds)) changes["eos_token_id"] = JsonMerge.Ids(EosTokenIds);
        SetOptional("pad_token_id", before.PadTokenId, PadTokenId);
        SetOptional("do_sample", before.DoesSample, DoesSample);
        SetOptional("temperature", before.Temperature, Temperature);
        SetOptional("top_p", before.TopP, TopP);
        SetOptional("top_k", before.TopK, TopK);
        SetOptional("min_p", before.MinP, MinP);
        SetOptional("repetition_penalty", before.RepetitionPenalty, RepetitionPenalty);
        SetOptional("max_new_tokens", before.MaxNewTokens, MaxNewTokens);
        return JsonMerge.Set(Json, changes);
    }

    /// <summary>Writes the file, whole or not at all.</summary>
    /// <returns>Warnings for the user; empty when there are none. A padding id that also ends texts always gives one.</returns>
    /// <exception cref="W2srFormatException">As in <see cref="ToJson"/>; nothing was written.</exception>
    public IReadOnlyList<string> Write(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var json = ToJson();
        AtomicFile.Write(path, stream => stream.Write(json.Span));
        return Warnings(path);
    }

    /// <summary>What a user should know before others train or serve with these ids.</summary>
    internal IReadOnlyList<string> Warnings(string path) => !PadEndsText ? [] :
    [
        $"{path}: pad_token_id {PadTokenId} is also an eos_token_id. W2SR tells padding by lengths, but trainers that mask the padding id in their labels " +
        "will not teach this model to stop. Choose a pad id that the text never holds, such as an unused special token.",
    ];

    private void Check()
    {
        void Require(bool holds, string key, object? value, string expected)
        {
            if (!holds)
                throw new W2srFormatException(FileName, key, string.Create(CultureInfo.InvariantCulture, $"is {value}, expected {expected}; it could not be loaded back, so it is not written."));
        }
        foreach (var id in EosTokenIds) Require(id >= 0, "eos_token_id", id, "at least 0");
        Require(BosTokenId is null or >= 0, "bos_token_id", BosTokenId, "at least 0");
        Require(PadTokenId is null or >= 0, "pad_token_id", PadTokenId, "at least 0");
        Require(Temperature is null or (>= 0 and < double.PositiveInfinity), "temperature", Temperature, "a finite number of at least 0");
        Require(TopP is null or (> 0 and <= 1), "top_p", TopP, "above 0 and at most 1");
        Require(TopK is null or >= 0, "top_k", TopK, "at least 0");
        Require(MinP is null or (>= 0 and <= 1), "min_p", MinP, "from 0 to 1");
        Require(RepetitionPenalty is null or (> 0 and < double.PositiveInfinity), "repetition_penalty", RepetitionPenalty, "a finite number above 0");
        Require(MaxNewTokens is null or > 0, "max_new_tokens", MaxNewTokens, "at least 1");
    }
}
