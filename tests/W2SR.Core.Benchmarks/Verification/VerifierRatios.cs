using System.Diagnostics;
using W2SR.Core.Benchmarks.Ratios;

namespace W2SR.Core.Benchmarks.Verification;

/// <summary>Speed and allocation of verdicts, on one thread.</summary>
internal static class VerifierRatios
{
    private const int Rounds = 9;
    private const string Pairs = "the development pairs of the verification oracle, one thread, compiled by earlier passes";

    public static IReadOnlyList<Ratio> List { get; } =
    [
        new("verifier-thousand-verdicts-per-second", 20, "thousand verdicts a second", Pairs, ThousandVerdictsPerSecond),
        new("verifier-kilobytes-per-verdict", 16, "kilobytes allocated a verdict (a ceiling)", Pairs, KilobytesPerVerdict),
        new("verifier-slowest-attack", 20, "milliseconds of the slowest attack on it (a ceiling)", "nine of the texts in VerifierAttackTests against six references, the best of twenty passes", VerifierAttacks.SlowestMilliseconds),
    ];

    private static double ThousandVerdictsPerSecond()
    {
        var work = new VerifierWork();
        var rates = new double[Rounds];
        for (var i = -Rounds; i < Rounds; i++)
        {
            var clock = Stopwatch.StartNew();
            work.JudgeAll();
            if (i >= 0) rates[i] = work.Count / clock.Elapsed.TotalSeconds / 1000;
        }
        Array.Sort(rates);
        return rates[Rounds / 2];
    }

    private static double KilobytesPerVerdict()
    {
        var work = new VerifierWork();
        work.JudgeAll();
        var before = GC.GetAllocatedBytesForCurrentThread();
        work.JudgeAll();
        return (GC.GetAllocatedBytesForCurrentThread() - before) / 1024.0 / work.Count;
    }
}
