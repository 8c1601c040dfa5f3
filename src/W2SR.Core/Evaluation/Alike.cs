namespace W2SR.Core.Evaluation;

/// <summary>Lets results be compared only if they were measured alike, or by force with warnings.</summary>
internal static class Alike
{
    /// <summary>The results on the same problems in the same order.</summary>
    /// <returns>The results as given when they are alike; forced, cut to the problems they share, with what differed.</returns>
    public static (IReadOnlyList<EvaluationResult> Results, IReadOnlyList<string> Warnings) Align(IReadOnlyList<EvaluationResult> results, bool force)
    {
        var first = results[0];
        var warnings = new List<string>();
        foreach (var result in results)
            if (result.Samples.Count == 0) throw new ArgumentException($"'{result.Name}' has no samples to compare.");
        var order = Ids(first);
        foreach (var other in results.Skip(1))
        {
            var differences = first.Conditions.DifferencesFrom(other.Conditions).ToList();
            if (!order.SequenceEqual(Ids(other)) && !differences.Exists(d => d.StartsWith("problems", StringComparison.Ordinal)))
                differences.Add(FormattableString.Invariant($"problems: {order.Length} against {Ids(other).Length}, or in another order"));
            if (differences.Count == 0) continue;
            var what = $"'{first.Name}' and '{other.Name}' were not measured alike: {string.Join("; ", differences)}.";
            if (!force) throw new ArgumentException(what + " Measure them again under the same conditions, or force the comparison and keep the warning.");
            warnings.Add(what);
        }
        if (warnings.Count == 0) return (results, []);
        var shared = order.Where(id => results.All(r => Ids(r).Contains(id, StringComparer.Ordinal))).ToHashSet(StringComparer.Ordinal);
        if (shared.Count == 0) throw new ArgumentException($"{string.Join(", ", results.Select(r => $"'{r.Name}'"))} share no problem, so nothing can be paired.");
        if (results.Any(r => Ids(r).Length != shared.Count))
            warnings.Add(FormattableString.Invariant($"Compared on the {shared.Count} problems that all results share."));
        var rank = order.Where(shared.Contains).Select((id, i) => (id, i)).ToDictionary(p => p.id, p => p.i, StringComparer.Ordinal);
        return ([.. results.Select(r => r with { Samples = [.. r.Samples.Where(s => shared.Contains(s.ProblemId)).OrderBy(s => rank[s.ProblemId])] })], warnings);
    }

    private static string[] Ids(EvaluationResult result) => [.. result.Samples.Select(s => s.ProblemId).Distinct(StringComparer.Ordinal)];
}
