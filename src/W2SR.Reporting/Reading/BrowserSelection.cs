using W2SR.Reporting.Rendering;
using W2SR.Reporting.Traces;

namespace W2SR.Reporting.Reading;

/// <summary>Chooses the problems that the trace browser shows: the telling ones first, as many as the page can hold.</summary>
internal static class BrowserSelection
{
    /// <param name="models">The models with their evaluations.</param>
    /// <param name="options">How much is shown.</param>
    /// <returns>Null where no responses were kept.</returns>
    public static TraceBrowser? Choose(IReadOnlyList<(BrowsedModel Model, MeasuredFolder Measured)> models, ReportOptions options)
    {
        if (options.MaxProblems == 0 || models.Count == 0 || models.All(m => m.Measured.Responses.Count == 0)) return null;
        var order = models.SelectMany(m => m.Measured.Result.Samples.Select(s => s.ProblemId)).Distinct(StringComparer.Ordinal).ToArray();
        var texts = models.SelectMany(m => m.Measured.Problems).DistinctBy(p => p.Id, StringComparer.Ordinal).ToDictionary(p => p.Id, StringComparer.Ordinal);
        var samples = models.Select(m => m.Measured.Verdicts.GroupBy(v => v.ProblemId, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.OrderBy(v => v.SampleIndex).ToArray(), StringComparer.Ordinal)).ToArray();
        bool? IsRight(int? model, string id) => model is { } m && samples[m].TryGetValue(id, out var judged) ? 2 * judged.Count(v => v.Verdict.IsCorrect) >= judged.Length : null;
        int Interest(string id)
        {
            var rank = 3;
            for (var m = 0; m < models.Count; m++)
            {
                var (own, before, teacher) = (IsRight(m, id), IsRight(models[m].Model.Base, id), IsRight(models[m].Model.Teacher, id));
                if (own == true && teacher == false) return 0;
                if (own == true && before == false || own == false && before == true) rank = 1;
                else if (rank > 2 && samples[m].TryGetValue(id, out var judged) && judged.Any(v => v.ToSample().IsCutOff)) rank = 2;
            }
            return rank;
        }
        // Kinds take turns, so that a small page shows each of them; within a kind the test's own order.
        var queues = order.GroupBy(Interest).OrderBy(g => g.Key).Select(g => new Queue<string>(g)).ToList();
        var problems = new List<BrowsedProblem>();
        var bytes = 0L;
        while (queues.Count > 0 && problems.Count < options.MaxProblems)
        {
            foreach (var queue in queues.ToArray())
            {
                if (problems.Count == options.MaxProblems) break;
                var id = queue.Dequeue();
                if (queue.Count == 0) queues.Remove(queue);
                var problem = Browse(id, models, samples, texts.GetValueOrDefault(id), options);
                var size = problem.Responses.SelectMany(r => r).Sum(r => (long)TraceJson.SizeOf(r)) + 6L * ((problem.Question?.Length ?? 0) + id.Length + (problem.Gold?.Length ?? 0));
                if (bytes + size > options.MaxBrowserBytes) continue;
                bytes += size;
                problems.Add(problem);
            }
        }
        return problems.Count == 0 ? null : new TraceBrowser([.. models.Select(m => m.Model)], problems, order.Length - problems.Count);
    }

    private static BrowsedProblem Browse(
        string id, IReadOnlyList<(BrowsedModel Model, MeasuredFolder Measured)> models, Dictionary<string, Core.Evaluation.JudgedResponse[]>[] samples, Core.Problems.Problem? problem, ReportOptions options) =>
        new(id, problem?.Question, problem?.Answer,
        [
            .. models.Select((m, i) => (IReadOnlyList<BrowsedResponse>)
            [
                .. samples[i].GetValueOrDefault(id, []).Take(options.MaxSamples)
                    .Where(v => m.Measured.Responses.ContainsKey((id, v.SampleIndex)))
                    .Select(v => new BrowsedResponse(v.SampleIndex, v.Verdict, v.FinishReason, v.ResponseTokens, ResponsePieces.Cut(m.Measured.Responses[(id, v.SampleIndex)], options.MaxResponseCharacters))),
            ]),
        ]);
}
