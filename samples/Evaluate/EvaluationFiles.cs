using System.Text.Json;
using W2SR.Core.Common;
using W2SR.Core.Evaluation;
using W2SR.Core.Experiments;
using W2SR.Core.Problems;

namespace W2SR.Samples.Evaluate;

/// <summary>What an evaluation folder holds beside the store: the problems themselves and the metrics.</summary>
internal static class EvaluationFiles
{
    /// <summary>The problems in the own form, so that the folder explains itself after the benchmark file is gone.</summary>
    public static void WriteProblems(string folder, IReadOnlyList<Problem> problems)
    {
        Directory.CreateDirectory(folder);
        AtomicFile.WriteText(Path.Combine(folder, "problems.jsonl"), string.Concat(problems.Select(p => JsonSerializer.Serialize(p, W2srJson.Line) + "\n")));
    }

    /// <summary>Every metric with its interval, and what was measured how.</summary>
    public static void WriteMetrics(string folder, EvaluationResult result, EvaluationMetrics metrics, IReadOnlyDictionary<string, string> manifest) =>
        AtomicFile.WriteText(Path.Combine(folder, "evaluation.json"), JsonSerializer.Serialize(
            new { version = Experiment.Version, name = result.Name, responses = result.Samples.Count, made = manifest, conditions = result.Conditions, metrics }, W2srJson.Indented));
}
