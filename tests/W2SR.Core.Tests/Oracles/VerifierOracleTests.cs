using System.Text.Json;
using W2SR.Core.Tests.Infrastructure;
using W2SR.Core.Verification;

namespace W2SR.Core.Tests.Oracles;

/// <summary>Agreement with labelled pairs whose labels were made by construction, not by a tool (README beside them).</summary>
public sealed class VerifierOracleTests
{
    private const double LeastAgreement = 0.99;

    private static readonly MathVerifier Verifier = new();

    internal sealed record Pair(string Id, string Gold, string Prediction, bool? Label, string Kind);

    internal static IReadOnlyList<Pair> Pairs()
    {
        var pairs = new List<Pair>();
        foreach (var file in Directory.EnumerateFiles(OracleData.Folder("verification"), "*.jsonl").Order(StringComparer.Ordinal))
            foreach (var line in File.ReadLines(file))
            {
                using var json = JsonDocument.Parse(line);
                var root = json.RootElement;
                bool? label = root.GetProperty("label").ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null };
                pairs.Add(new Pair(root.GetProperty("id").GetString()!, root.GetProperty("gold").GetString()!, root.GetProperty("pred").GetString()!, label, root.GetProperty("kind").GetString()!));
            }
        return pairs;
    }

    [SkippableFact]
    public void Verify_LabelledPairs_AgreesWithAtLeast99Percent()
    {
        var judged = Pairs().Where(p => p.Label is not null).ToArray();
        Assert.NotEmpty(judged);
        var slips = judged.Where(p => Verifier.Verify(p.Gold, p.Prediction).IsCorrect != p.Label).ToArray();
        var agreement = 1 - (double)slips.Length / judged.Length;
        Assert.True(agreement >= LeastAgreement, $"{agreement:P2} of {judged.Length}; first slips: {string.Join("; ", slips.Take(20).Select(s => $"{s.Id} {s.Kind} {s.Gold} | {s.Prediction}"))}");
    }

    [SkippableFact]
    public void Verify_LabelledPairs_EveryReferenceIsUnderstood()
    {
        var unread = Pairs().Where(p => p.Gold.Length > 0 && Verifier.Verify(p.Gold, p.Prediction).Outcome == VerdictOutcome.Unverifiable).Select(p => p.Gold).Distinct();
        Assert.Empty(unread);
    }

    [SkippableFact]
    public void Verify_FromEightThreads_GivesTheSameVerdicts()
    {
        var pairs = Pairs();
        var alone = pairs.Select(p => Verifier.Verify(p.Gold, p.Prediction)).ToArray();
        var together = new Verdict[pairs.Count];
        var threads = Enumerable.Range(0, 8).Select(t => new Thread(() =>
        {
            for (var i = t; i < pairs.Count; i += 8) together[i] = Verifier.Verify(pairs[i].Gold, pairs[i].Prediction);
        })).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        Assert.Equal(alone, together);
    }
}
