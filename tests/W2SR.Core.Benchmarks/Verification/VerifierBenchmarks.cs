using BenchmarkDotNet.Attributes;
using W2SR.Core.Verification;

namespace W2SR.Core.Benchmarks.Verification;

/// <summary>Verdicts on the labelled pairs, with what they allocate: <c>dotnet run -c Release -- --filter '*Verifier*'</c>.</summary>
[MemoryDiagnoser]
public class VerifierBenchmarks
{
    /// <summary>Lines of the development file.</summary>
    private const int PairCount = 6105;

    private readonly MathVerifier verifier = new();
    private VerifierWork work = null!;

    [GlobalSetup]
    public void Load()
    {
        work = new VerifierWork();
        if (work.Count != PairCount) throw new InvalidOperationException($"dev.jsonl holds {work.Count} pairs, the figures here are per one of {PairCount}.");
    }

    /// <summary>Time and bytes of one verdict.</summary>
    [Benchmark(OperationsPerInvoke = PairCount)]
    public int LabelledPairs() => work.JudgeAll();

    [Benchmark]
    public Verdict SameNumber() => verifier.Verify("1234", @"So the answer is \boxed{1,234}.");

    [Benchmark]
    public Verdict Surds() => verifier.Verify(@"\frac{3\sqrt{5}}{2}", @"\boxed{\sqrt{\frac{45}{4}}}");

    [Benchmark]
    public Verdict Identity() => verifier.Verify(@"\sin 2x", @"\boxed{2\sin x\cos x}");
}
