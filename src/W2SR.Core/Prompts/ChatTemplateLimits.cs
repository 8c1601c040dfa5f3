namespace W2SR.Core.Prompts;

/// <summary>How much a template may do before it is stopped with an error. The defaults are far above what real templates need.</summary>
public sealed record ChatTemplateLimits
{
    /// <summary>The defaults.</summary>
    public static ChatTemplateLimits Default { get; } = new();

    /// <summary>Steps: statements, expressions, items walked, and one for every 8 characters of text built. 10,000,000 take about a second.</summary>
    public long MaxSteps { get; init; } = 10_000_000;

    /// <summary>The longest text, in UTF-16 units: the result and every text on the way to it.</summary>
    public int MaxOutputLength { get; init; } = 8_000_000;

    /// <summary>How deep macros and recursive loops may call each other. Python stops jinja2 near 200.</summary>
    public int MaxCallDepth { get; init; } = 200;

    /// <exception cref="ArgumentOutOfRangeException">A limit that is not positive.</exception>
    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxSteps);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxOutputLength);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxCallDepth);
    }
}
