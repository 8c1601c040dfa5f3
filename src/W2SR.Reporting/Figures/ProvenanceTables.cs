using System.Globalization;
using W2SR.Core.Evaluation;
using W2SR.Reporting.Reading;

namespace W2SR.Reporting.Figures;

/// <summary>What made the numbers of a report.</summary>
internal static class ProvenanceTables
{
    /// <summary>Of evaluations: the manifest of their responses, and the conditions that make them comparable.</summary>
    public static IReadOnlyList<Figure> OfEvaluations(IReadOnlyList<(string Name, MeasuredFolder Measured)> models) =>
    [
        new Figure("provenance-evaluations", "Evaluations", "Hashes are the first 16 hexadecimal digits of SHA-256.", DataTable.Of(["model", "what", "value"],
            from m in models
            from entry in m.Measured.Made.Where(e => e.Key is not ("prompt" or "template" or "problems")).Select(e => ("made by: " + e.Key, e.Value)).Concat(Conditions(m.Measured.Result.Conditions))
            select (IReadOnlyList<Cell>)[Cell.Of(m.Name), Cell.Of(entry.Item1), Cell.Of(entry.Item2)])),
    ];

    private static IEnumerable<(string, string)> Conditions(EvaluationConditions c)
    {
        yield return ("problems", c.Problems);
        yield return ("prompt", c.Prompt ?? "not stated");
        yield return ("chat template", c.Template ?? "not stated");
        yield return ("verifier", c.Verifier);
        yield return ("seed", c.Sampling.Seed.ToString(CultureInfo.InvariantCulture));
        yield return ("sampling", string.Create(CultureInfo.InvariantCulture,
            $"temperature {c.Sampling.Temperature}, top-p {c.Sampling.TopP}, top-k {c.Sampling.TopK}, min-p {c.Sampling.MinP}, repetition penalty {c.Sampling.RepetitionPenalty}, {c.Sampling.MaxNewTokens} new tokens, {c.Sampling.SamplesPerProblem} samples"));
    }
}
