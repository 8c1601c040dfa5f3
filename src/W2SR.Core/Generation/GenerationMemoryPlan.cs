using W2SR.Core.Models;
using static TorchSharp.torch;

namespace W2SR.Core.Generation;

/// <summary>What a generator holds at most while it runs, beside the weights, and the rows that follow from a budget. All in bytes.</summary>
/// <param name="Rows">Sequences that run together at most.</param>
/// <param name="CacheBytes">Keys and values of these rows when all are as long as they may become.</param>
/// <param name="PromptBytes">Keys and values of prompts that are being read.</param>
/// <param name="ActivationBytes">Activations, logits and the room that a growing cache needs for its copy.</param>
public sealed record GenerationMemoryPlan(int Rows, long CacheBytes, long PromptBytes, long ActivationBytes)
{
    // float32 and float64 weights and ids of one row of logits, for each thread that draws.
    private const int SamplerBytesPerToken = 32;

    /// <summary>All together.</summary>
    public long TotalBytes => CacheBytes + PromptBytes + ActivationBytes;

    /// <summary>Plans a run.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">The budget, the rows and the prompt tokens at once.</param>
    /// <param name="requests">Sequences to generate in all.</param>
    /// <param name="longestPrompt">Tokens of the longest prompt.</param>
    /// <param name="longestSequence">Tokens of the longest sequence, its prompt included.</param>
    /// <returns>As many rows as fit; one when not even that fits, for there is no smaller run.</returns>
    public static GenerationMemoryPlan Create(CausalLm model, GeneratorOptions options, int requests, int longestPrompt, int longestSequence)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(requests, 1);
        options.Validate();
        var promptTokens = Math.Max(options.PromptTokensAtOnce, longestPrompt); // a single prompt is never split between readers
        var row = KvCache.BytesOfRow(model, longestSequence);
        var prompts = KvCache.BytesOfRow(model, promptTokens);
        // Logits of running rows, and of prompts: as they are read, in order, and as rows start. A cache grows, and takes prompts in, layer by layer.
        var logits = 4L * sizeof(float) * model.Config.VocabularySize;
        var aside = row / model.Config.LayerCount;
        var fixedBytes = model.DecoderBytes(promptTokens, options.UsesOperators) + (long)SamplerBytesPerToken * model.Config.VocabularySize * get_num_threads();
        var rows = (int)Math.Clamp((options.MaxBytes - prompts - fixedBytes) / (row + logits + aside), 1, Math.Min(options.MaxRows, requests));
        return new GenerationMemoryPlan(rows, rows * row, prompts, fixedBytes + rows * (logits + aside));
    }
}
