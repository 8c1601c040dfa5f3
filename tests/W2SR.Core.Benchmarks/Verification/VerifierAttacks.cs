using System.Diagnostics;
using System.Globalization;
using W2SR.Core.Verification;

namespace W2SR.Core.Benchmarks.Verification;

/// <summary>The slowest of the texts that try to stall the verifier; the tests hold all of them to counted steps and to bytes.</summary>
internal static class VerifierAttacks
{
    private static readonly string[] Golds = ["7", @"\frac{\pi}{7}", "x^2+7", @"\sqrt{7}", "[1,7]", "1,2,7"];

    private static string Join(string separator, int first, int count, Func<int, string> term) => string.Join(separator, Enumerable.Range(first, count).Select(term));

    public static IReadOnlyList<(string Name, string Response)> List { get; } =
    [
        ("sum of sines", $@"\boxed{{{Join("+", 2, 300, i => $@"\sin {i}")}}}"),
        ("product of sines", $@"\boxed{{{Join(@"\cdot", 2, 300, i => $@"\sin {i}")}}}"),
        ("fractions without a common factor", $@"\boxed{{{Join("+", 300, 100, i => $@"\frac{{1}}{{{i}!}}")}}}"),
        ("product of roots", $@"\boxed{{{Join("", 2, 38, i => $@"(1+\sqrt[7]{{{i}}})")}}}"),
        ("products of sums", $@"\boxed{{{Join("", 0, 80, i => $"(a_{{{i}}}+b_{{{i}}}+c_{{{i}}})")}}}"),
        ("power of a sum", @"\boxed{(x+1)^{64}(y+1)^{64}}"),
        ("large binomial", @"\boxed{\binom{100000}{5000}}"),
        ("a list", $@"\boxed{{{Join(", ", 0, 300, i => i.ToString(CultureInfo.InvariantCulture))}}}"),
        ("dollars", "The answer is " + new string('$', 60_000)),
    ];

    /// <summary>Milliseconds of the slowest pair of reference and attack, the best of several passes, so that other programs do not count.</summary>
    public static double SlowestMilliseconds()
    {
        var verifier = new MathVerifier();
        var slowest = 0.0;
        foreach (var (_, response) in List)
            foreach (var gold in Golds)
            {
                var best = double.MaxValue;
                for (var pass = 0; pass < 40; pass++)
                {
                    var start = Stopwatch.GetTimestamp();
                    verifier.Verify(gold, response);
                    if (pass >= 20) best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                }
                slowest = Math.Max(slowest, best);
            }
        return slowest;
    }
}
