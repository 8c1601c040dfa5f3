namespace W2SR.Core.Traces;

/// <summary>How vLLM serves a teacher. The values follow <c>vllm serve --help</c> of version 0.33; each is sent, so that no default of another version matters.</summary>
public sealed record VllmServeOptions
{
    /// <summary>A model folder or a name on the Hugging Face hub.</summary>
    public required string Model { get; init; }

    /// <summary>The name under which clients ask for it. Default <c>teacher</c>.</summary>
    public string ServedModelName { get; init; } = "teacher";

    /// <summary>Tokens of prompt and response together at most. Default 8192: a prompt and the paper's 4096 new tokens, with room.</summary>
    public int MaxModelLength { get; init; } = 8192;

    /// <summary>Takes thinking apart from the answer, such as <c>qwen3</c> or <c>deepseek_r1</c>. Null for none: then thinking stays in the content, tags and all.</summary>
    public string? ReasoningParser { get; init; }

    /// <summary>GPUs that share each layer. Default 1.</summary>
    public int TensorParallelSize { get; init; } = 1;

    /// <summary>Share of a GPU's memory that it takes. Default 0.9, as vLLM's.</summary>
    public double GpuMemoryUtilization { get; init; } = 0.9;

    /// <summary>The port. Default 8000.</summary>
    public int Port { get; init; } = 8000;

    /// <summary>Type of the weights: <c>auto</c>, <c>bfloat16</c>, <c>float16</c> or <c>float32</c>. Default auto.</summary>
    public string Dtype { get; init; } = "auto";

    /// <summary>Further arguments, each as one, such as <c>--max-num-seqs</c> and <c>512</c>.</summary>
    public IReadOnlyList<string> ExtraArguments { get; init; } = [];

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">A value is empty, unknown or outside its range; the message names it.</exception>
    public void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Model);
        ArgumentException.ThrowIfNullOrWhiteSpace(ServedModelName);
        if (ReasoningParser is { } parser) ArgumentException.ThrowIfNullOrWhiteSpace(parser, nameof(ReasoningParser));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxModelLength, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(TensorParallelSize, 1);
        if (!(GpuMemoryUtilization is > 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(GpuMemoryUtilization), GpuMemoryUtilization, "The share of a GPU's memory lies above 0 and at most at 1.");
        if (Port is < 1 or > 65535) throw new ArgumentOutOfRangeException(nameof(Port), Port, "A port lies from 1 to 65535.");
        if (Dtype is not ("auto" or "bfloat16" or "float16" or "float32")) throw new ArgumentException($"The type is auto, bfloat16, float16 or float32, not \"{Dtype}\".", nameof(Dtype));
        if (ExtraArguments.Any(a => a.StartsWith("--api-key", StringComparison.Ordinal)))
            throw new ArgumentException("A key does not belong in a script, nor in a command line that every user of the machine can read. Set VLLM_API_KEY where the server starts.", nameof(ExtraArguments));
        foreach (var value in (string?[])[Model, ServedModelName, ReasoningParser, .. ExtraArguments])
            if (value is not null && value.Any(c => c is '\0' or '\n' or '\r')) throw new ArgumentException($"A value holds a line end or a null character: \"{value}\".");
    }
}
