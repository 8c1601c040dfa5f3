namespace W2SR.Core.Tokens;

/// <summary>The tokenizer entries of a GGUF file's metadata, as plain arrays.</summary>
public sealed record GgufVocabulary
{
    /// <summary><c>tokenizer.ggml.model</c>; <c>gpt2</c> is byte-level BPE, the one kind that is supported.</summary>
    public required string Model { get; init; }

    /// <summary><c>tokenizer.ggml.pre</c>: which pattern cuts text into words, such as <c>qwen2</c>, <c>llama-bpe</c>, <c>smollm</c> or <c>gpt-2</c>.</summary>
    public required string? Pre { get; init; }

    /// <summary><c>tokenizer.ggml.tokens</c>: the tokens in the order of their ids.</summary>
    public required IReadOnlyList<string> Tokens { get; init; }

    /// <summary><c>tokenizer.ggml.token_type</c>: 1 normal, 2 unknown, 3 control, 4 user defined, 5 unused, 6 byte; null: all normal.</summary>
    public IReadOnlyList<int>? TokenTypes { get; init; }

    /// <summary><c>tokenizer.ggml.merges</c>: two tokens with a blank between, earliest first.</summary>
    public required IReadOnlyList<string> Merges { get; init; }

    /// <summary><c>tokenizer.ggml.bos_token_id</c> and its kin.</summary>
    public SpecialTokenIds Special { get; init; } = new(null, null, null, null);

    /// <summary><c>tokenizer.ggml.eot_token_id</c>: ends a turn; a second end of a sequence.</summary>
    public int? EndOfTurnId { get; init; }

    /// <summary><c>tokenizer.ggml.add_bos_token</c>; null leaves it to <see cref="Pre"/>, as llama.cpp does (Llama 3 adds one).</summary>
    public bool? AddsBos { get; init; }

    /// <summary><c>tokenizer.ggml.add_eos_token</c>.</summary>
    public bool AddsEos { get; init; }
}
