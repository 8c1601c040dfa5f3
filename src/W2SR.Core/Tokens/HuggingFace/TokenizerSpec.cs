namespace W2SR.Core.Tokens.HuggingFace;

/// <summary>What a tokenizer is made of, whatever file it came from.</summary>
internal sealed record TokenizerSpec
{
    /// <summary>The model's tokens by id, byte-level spelling; null where an id has none.</summary>
    public required IReadOnlyList<string?> Tokens { get; init; }

    /// <summary>Pairs of tokens, earliest first.</summary>
    public required IReadOnlyList<(string Left, string Right)> Merges { get; init; }

    /// <summary>Added tokens; those that the model knows have its id.</summary>
    public required IReadOnlyList<AddedToken> AddedTokens { get; init; }

    /// <summary>The cuts before byte-pair encoding, in order.</summary>
    public required IReadOnlyList<WordCut> Cuts { get; init; }

    /// <summary>Whether text is brought to NFC first.</summary>
    public bool ComposesCanonically { get; init; }

    /// <summary>Before which cut (or, at their count, behind all) a piece that does not begin with a blank gets one; null: never.</summary>
    public int? PrefixSpaceBefore { get; init; }

    /// <summary>Whether a word that is a token is taken whole.</summary>
    public bool IgnoresMerges { get; init; }

    /// <summary>Stands for bytes without a token, or null: they are dropped.</summary>
    public string? UnknownToken { get; init; }

    /// <summary>Whether neighbouring unknown bytes become one id.</summary>
    public bool FusesUnknown { get; init; }

    /// <summary>Ids before and behind every text where special tokens are added.</summary>
    public (int[] Before, int[] Behind) Template { get; init; } = ([], []);
}
