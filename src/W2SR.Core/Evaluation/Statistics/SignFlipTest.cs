using System.Numerics;
using W2SR.Core.Common;

namespace W2SR.Core.Evaluation.Statistics;

/// <summary>Permutation test of paired differences: were the two models alike, each difference could as well have the other sign.</summary>
/// <param name="Mean">Mean difference.</param>
/// <param name="TwoSided">p that the models differ.</param>
/// <param name="Greater">p that the first is better.</param>
/// <param name="Less">p that the first is worse.</param>
/// <param name="Arrangements">Sign patterns looked at, the observed one included.</param>
/// <param name="IsExact">True when these were all patterns.</param>
/// <remarks>Phipson and Smyth (2010) for (1 + hits) / (1 + R): a sampled p is never 0.</remarks>
public sealed record SignFlipTest(double Mean, double TwoSided, double Greater, double Less, long Arrangements, bool IsExact)
{
    private const double Tolerance = 1e-9; // equal sums in another order must tie
    private const int MostEnumerated = 20;

    /// <summary>Exact for up to 20 differences that are not 0, or when all of them have one size; otherwise sampled.</summary>
    /// <param name="differences">One a problem: first model minus second.</param>
    /// <param name="seed">Seed of the sampling.</param>
    /// <param name="resamples">Patterns to sample.</param>
    public static SignFlipTest Compute(IReadOnlyList<double> differences, ulong seed = 0, int resamples = 10_000)
    {
        ArgumentNullException.ThrowIfNull(differences);
        ArgumentOutOfRangeException.ThrowIfZero(differences.Count);
        var moving = differences.Where(d => d != 0).ToArray();
        if (moving.Length <= MostEnumerated) return Enumerate(differences);
        var size = Math.Abs(moving[0]);
        if (moving.All(d => Math.Abs(d) == size)) return Binomial(differences, moving.Count(d => d > 0), moving.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(resamples, 1);
        var random = new RandomStream(seed, "sign flips");
        return Sample(differences.Count, moving, resamples, _ => random.NextBits());
    }

    /// <summary>All 2^n patterns; differences of 0 change nothing and are left out of the count's work.</summary>
    internal static SignFlipTest Enumerate(IReadOnlyList<double> differences)
    {
        var moving = differences.Where(d => d != 0).ToArray();
        var sum = moving.Sum();
        long all = 1L << moving.Length, outside = 0, above = 0, below = 0;
        var flipped = 0.0;
        // Gray code: each pattern differs from the one before by one sign.
        var signs = Enumerable.Repeat(1, moving.Length).ToArray();
        flipped = sum;
        for (long pattern = 1; ; pattern++)
        {
            Count(flipped, sum, ref outside, ref above, ref below);
            if (pattern == all) break;
            var at = BitOperations.TrailingZeroCount(pattern);
            signs[at] = -signs[at];
            flipped += 2 * signs[at] * moving[at];
        }
        double n = all;
        return new SignFlipTest(sum / differences.Count, outside / n, above / n, below / n, all << (Math.Min(62, differences.Count) - moving.Length), true);
    }

    /// <summary>Given patterns, as another implementation drew them.</summary>
    internal static SignFlipTest Sample(IReadOnlyList<double> differences, IReadOnlyList<IReadOnlyList<int>> signs)
    {
        double sum = differences.Sum();
        long outside = 0, above = 0, below = 0;
        foreach (var row in signs)
            Count(row.Select((s, i) => s * differences[i]).Sum(), sum, ref outside, ref above, ref below);
        return Finish(differences.Count, sum, signs.Count, outside, above, below);
    }

    private static SignFlipTest Sample(int count, double[] moving, int resamples, Func<int, ulong> bits)
    {
        var sum = moving.Sum();
        long outside = 0, above = 0, below = 0;
        for (var r = 0; r < resamples; r++)
        {
            var flipped = 0.0;
            for (var start = 0; start < moving.Length; start += 64)
            {
                var word = bits(start);
                for (var i = start; i < Math.Min(start + 64, moving.Length); i++, word >>= 1)
                    flipped += (word & 1) == 0 ? moving[i] : -moving[i];
            }
            Count(flipped, sum, ref outside, ref above, ref below);
        }
        return Finish(count, sum, resamples, outside, above, below);
    }

    private static SignFlipTest Binomial(IReadOnlyList<double> differences, int positive, int moving)
    {
        // Equal sizes: the sum depends on the number of positive signs alone.
        double greater = BetaFunction.BinomialCdf(moving - positive, moving, 0.5), less = BetaFunction.BinomialCdf(positive, moving, 0.5);
        return new SignFlipTest(differences.Sum() / differences.Count, Math.Min(1, 2 * Math.Min(greater, less)), greater, less, long.MaxValue, true);
    }

    private static void Count(double flipped, double observed, ref long outside, ref long above, ref long below)
    {
        if (Math.Abs(flipped) >= Math.Abs(observed) - Tolerance) outside++;
        if (flipped >= observed - Tolerance) above++;
        if (flipped <= observed + Tolerance) below++;
    }

    private static SignFlipTest Finish(int count, double sum, int resamples, long outside, long above, long below) => new(
        sum / count, (1.0 + outside) / (1 + resamples), (1.0 + above) / (1 + resamples), (1.0 + below) / (1 + resamples), 1 + (long)resamples, false);
}
