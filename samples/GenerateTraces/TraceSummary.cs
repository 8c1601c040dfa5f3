using System.Globalization;
using Spectre.Console;
using W2SR.Core.Problems;
using W2SR.Core.Traces;
using W2SR.Core.Verification;

namespace W2SR.Samples.GenerateTraces;

/// <summary>What a teacher wrote, in numbers.</summary>
internal static class TraceSummary
{
    public static void Show(IReadOnlyList<Problem> problems, IReadOnlyList<Trace> traces, double tokensPerSecond)
    {
        var byId = problems.ToDictionary(p => p.Id, StringComparer.Ordinal);
        var verifier = new MathVerifier();
        var outcomes = traces.GroupBy(t => verifier.Verify(byId[t.ProblemId], t.Response).Outcome).ToDictionary(g => g.Key, g => g.Count());
        string Share(double count) => string.Create(CultureInfo.InvariantCulture, $"{100 * count / traces.Count:F1}%");
        var table = new Table { Border = TableBorder.Ascii }.AddColumn("traces").AddColumn(new TableColumn($"{traces.Count}") { Alignment = Justify.Right });
        foreach (var (name, outcome) in new[]
        {
            ("correct", VerdictOutcome.Correct), ("wrong", VerdictOutcome.Incorrect), ("no answer", VerdictOutcome.NoAnswer), ("gold not understood", VerdictOutcome.Unverifiable),
        })
            table.AddRow(name, Share(outcomes.GetValueOrDefault(outcome)));
        table.AddRow("cut off", Share(traces.Count(t => t.IsTruncated)));
        table.AddRow("in a loop", Share(traces.Count(t => t.HasRepetition)));
        var lengths = traces.Select(t => t.ResponseTokens).Order().ToArray();
        foreach (var quantile in new[] { 0.1, 0.5, 0.9, 1 })
            table.AddRow(string.Create(CultureInfo.InvariantCulture, $"tokens, {100 * quantile:F0}% quantile"), $"{lengths[(int)Math.Ceiling(quantile * lengths.Length) - 1]}");
        table.AddRow("tokens a second, this run", tokensPerSecond == 0 ? "-" : tokensPerSecond.ToString("F0", CultureInfo.InvariantCulture));
        AnsiConsole.Write(table);
    }
}
