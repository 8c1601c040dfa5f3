using System.Text.Json;
using W2SR.Core.Benchmarks.Ratios;
using W2SR.Core.Verification;

namespace W2SR.Core.Benchmarks.Verification;

/// <summary>The labelled pairs of the verification oracle, judged one after another on one thread.</summary>
internal sealed class VerifierWork
{
    private readonly MathVerifier verifier = new();
    private readonly (string Gold, string Prediction)[] pairs;

    /// <exception cref="FileNotFoundException">The oracle is not there.</exception>
    public VerifierWork() => pairs = [.. File.ReadLines(SharedFiles.Path("oracles/verification/dev.jsonl")).Select(line =>
    {
        using var json = JsonDocument.Parse(line);
        return (json.RootElement.GetProperty("gold").GetString()!, json.RootElement.GetProperty("pred").GetString()!);
    })];

    public int Count => pairs.Length;

    /// <summary>Number of correct answers, so that no verdict is left out.</summary>
    public int JudgeAll()
    {
        var correct = 0;
        foreach (var (gold, prediction) in pairs)
            if (verifier.Verify(gold, prediction).IsCorrect)
                correct++;
        return correct;
    }
}
