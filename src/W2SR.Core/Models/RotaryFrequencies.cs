using W2SR.Core.Checkpoints;

namespace W2SR.Core.Models;

/// <summary>The angle by which each pair of numbers of a head turns from one position to the next.</summary>
internal static class RotaryFrequencies
{
    /// <summary>Frequencies of the D/2 pairs, and the factor on cosines and sines (1 except for yarn).</summary>
    /// <remarks>The formulas and defaults of transformers' <c>modeling_rope_utils</c>.</remarks>
    public static (double[] Frequencies, double AttentionFactor) Compute(DecoderConfig config)
    {
        var size = config.HeadSize;
        var rope = config.Rope;
        var plain = new double[size / 2];
        for (var i = 0; i < plain.Length; i++) plain[i] = Math.Pow(rope.Theta, -2.0 * i / size);
        return rope.Kind switch
        {
            RopeKind.Default => (plain, 1),
            RopeKind.Linear => (Array.ConvertAll(plain, f => f / rope.Factor), 1),
            RopeKind.Llama3 => (Array.ConvertAll(plain, f => Llama3(f, rope)), 1),
            RopeKind.Yarn => (Yarn(plain, rope), YarnAttentionFactor(rope)),
            var other => throw new ArgumentException($"{other} is no kind of rotary positions."),
        };
    }

    private static double Llama3(double frequency, RopeConfig rope)
    {
        var wavelength = 2 * Math.PI / frequency;
        double original = rope.OriginalContextLength, low = rope.LowFrequencyFactor, high = rope.HighFrequencyFactor;
        if (wavelength > original / low) return frequency / rope.Factor;
        if (wavelength < original / high) return frequency;
        var kept = (original / wavelength - low) / (high - low);
        return (1 - kept) * frequency / rope.Factor + kept * frequency;
    }

    private static double[] Yarn(double[] plain, RopeConfig rope)
    {
        var size = 2 * plain.Length;
        // The dimension whose pair turns so many times within the original context.
        double Dimension(double turns) => size * Math.Log(rope.OriginalContextLength / (turns * 2 * Math.PI)) / (2 * Math.Log(rope.Theta));
        double low = Dimension(rope.BetaFast), high = Dimension(rope.BetaSlow);
        if (rope.RoundsRamp) (low, high) = (Math.Floor(low), Math.Ceiling(high));
        low = Math.Max(low, 0);
        high = Math.Min(high, size - 1);
        if (low == high) high += 0.001;
        var result = new double[plain.Length];
        for (var i = 0; i < plain.Length; i++)
        {
            var divided = Math.Clamp((i - low) / (high - low), 0, 1);
            result[i] = plain[i] / rope.Factor * divided + plain[i] * (1 - divided);
        }
        return result;
    }

    private static double YarnAttentionFactor(RopeConfig rope)
    {
        double Scale(double m) => rope.Factor <= 1 ? 1 : 0.1 * m * Math.Log(rope.Factor) + 1;
        if (rope.AttentionFactor is { } given) return given;
        // As in transformers, a zero counts as absent.
        return rope is { AttentionScale: { } m and not 0, AttentionScaleAllDimensions: { } all and not 0 } ? Scale(m) / Scale(all) : Scale(1);
    }
}
