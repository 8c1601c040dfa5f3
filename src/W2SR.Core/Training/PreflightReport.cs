using System.Globalization;
using System.Text;

namespace W2SR.Core.Training;

/// <summary>What is known about a fine-tuning before its first step. <see cref="ToString"/> is meant to be printed and read.</summary>
public sealed record PreflightReport
{
    /// <summary>The first sample decoded, special tokens included, its supervised span between <c>⟦</c> and <c>⟧</c>.</summary>
    public required string FirstSample { get; init; }

    /// <summary>Samples that train.</summary>
    public required int Samples { get; init; }

    /// <summary>Samples left out: over-long, or without a supervised token.</summary>
    public required int Dropped { get; init; }

    /// <summary>Samples whose response was cut.</summary>
    public required int Cut { get; init; }

    /// <summary>Supervised tokens of one pass.</summary>
    public required long SupervisedTokens { get; init; }

    /// <summary>Share of all tokens that is supervised.</summary>
    public required double SupervisedShare { get; init; }

    /// <summary>Share of samples whose response comes back byte for byte from its tokens.</summary>
    public required double RoundTripShare { get; init; }

    /// <summary>Share of samples that end in a token which ends a sequence.</summary>
    public required double StopTokenShare { get; init; }

    /// <summary>Tokens of a sample: quantile (0.5, 0.9, 0.99, 1) and length, over-long ones included.</summary>
    public required IReadOnlyDictionary<double, int> LengthQuantiles { get; init; }

    /// <summary>Optimizer steps of the whole training.</summary>
    public required int Steps { get; init; }

    /// <summary>Floating-point operations of the whole training.</summary>
    public required double Flops { get; init; }

    /// <summary>Expected time, from those operations and a product of the model's own size timed just before; an estimate, usually within a factor of two.</summary>
    public required TimeSpan ExpectedTime { get; init; }

    /// <summary>Weights, gradients, moments and, as an estimate, what one micro-batch keeps, in bytes.</summary>
    public required long ExpectedMemoryBytes { get; init; }

    /// <summary>What cannot work; training is refused while this is not empty.</summary>
    public required IReadOnlyList<string> Refusals { get; init; }

    /// <summary>What looks wrong and may be meant.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>The report as lines of text.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        var culture = CultureInfo.InvariantCulture;
        text.AppendLine("first sample, supervised between ⟦ and ⟧:").AppendLine(FirstSample);
        text.AppendLine(culture, $"samples             {Samples}, {Dropped} left out, {Cut} cut");
        text.AppendLine(culture, $"supervised          {SupervisedTokens} tokens a pass, {100 * SupervisedShare:F1}% of all");
        text.AppendLine(culture, $"round trip          {100 * RoundTripShare:F1}% byte for byte");
        text.AppendLine(culture, $"end in a stop token {100 * StopTokenShare:F1}%");
        text.AppendLine(culture, $"lengths             {string.Join(", ", LengthQuantiles.Select(q => string.Create(culture, $"{100 * q.Key:F0}%: {q.Value}")))} tokens");
        text.AppendLine(culture, $"steps               {Steps}, {Flops:E1} operations, about {ExpectedTime:h\\:mm\\:ss}");
        text.AppendLine(culture, $"memory              about {ExpectedMemoryBytes / 1e9:F1} GB");
        foreach (var warning in Warnings) text.Append("warning: ").AppendLine(warning);
        foreach (var refusal in Refusals) text.Append("refused: ").AppendLine(refusal);
        return text.ToString();
    }
}
