namespace W2SR.Core.Tokens;

/// <summary>A token that is found in text as it stands, before the text is cut into words: a special token, or one added after training.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Content">How it is written.</param>
/// <param name="IsSpecial">Decoding may leave it out, and text may be encoded without recognising it.</param>
public sealed record AddedToken(int Id, string Content, bool IsSpecial)
{
    /// <summary>Found only where no letter, digit, mark or underscore touches it.</summary>
    public bool SingleWord { get; init; }

    /// <summary>Takes the whitespace before it along.</summary>
    public bool StripLeft { get; init; }

    /// <summary>Takes the whitespace behind it along.</summary>
    public bool StripRight { get; init; }

    /// <summary>Looked for after normalization, and in its own normalized form.</summary>
    public bool Normalized { get; init; }
}
