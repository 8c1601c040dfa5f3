using System.Diagnostics;
using W2SR.Core.Verification;

namespace W2SR.Samples.AuditVerifier;

/// <summary>Compares two judges over a file of traces.</summary>
internal static class TraceAudit
{
    public static int Run(string path, string? problems, int limit, CancellationToken cancellation)
    {
        var references = new Dictionary<string, string>(StringComparer.Ordinal);
        if (problems is not null)
            foreach (var (line, record) in JsonLines.Read(problems))
                references[record.Field("id", "problemId") ?? throw new InvalidDataException($"{problems}, line {line}: no 'id'.")] =
                    record.Field("answer", "gold") ?? throw new InvalidDataException($"{problems}, line {line}: no 'answer'.");
        var verifier = new MathVerifier();
        int total = 0, correct = 0, byText = 0, unread = 0, turns = 0;
        var disagreements = new List<(string Id, string Gold, string? Answer, Verdict Verdict, bool Text)>();
        var ticks = 0L;
        foreach (var (line, record) in JsonLines.Read(path))
        {
            cancellation.ThrowIfCancellationRequested();
            var response = record.Field("response", "pred") ?? throw new InvalidDataException($"{path}, line {line}: no 'response'.");
            var id = record.Field("problemId", "id") ?? $"line {line}";
            var gold = record.Field("gold", "answer") ?? references.GetValueOrDefault(id) ?? throw new InvalidDataException($"{path}, line {line}: no reference for '{id}'. Give the problems with --problems.");
            var start = Stopwatch.GetTimestamp();
            var verdict = verifier.Verify(gold, response);
            ticks += Stopwatch.GetTimestamp() - start;
            var answer = AnswerExtractor.Extract(response).Text;
            var text = answer is not null && MathStringNormalizer.AreEqual(gold, answer);
            total++;
            if (verdict.IsCorrect) correct++;
            if (text) byText++;
            if (verdict.Outcome == VerdictOutcome.Unverifiable) unread++;
            if (verdict.HasInventedTurn) turns++;
            if (verdict.IsCorrect != text) disagreements.Add((id, gold, answer, verdict, text));
        }
        foreach (var (id, gold, answer, verdict, text) in disagreements.Take(limit))
            Console.WriteLine($"{id} | reference {gold} | answer {answer ?? "(none)"} | ours {verdict.Outcome}{(verdict.Tier is { } tier ? $" ({tier})" : "")} | MATH {(text ? "equal" : "not equal")} | {verdict.Reason}");
        Console.WriteLine($"{total} traces: correct {correct} by value, {byText} by MATH's normaliser, {disagreements.Count} disagreements, {unread} references not understood, {turns} invented turns");
        Console.WriteLine($"{total / Math.Max(Stopwatch.GetElapsedTime(0, ticks).TotalSeconds, 1e-9):F0} verdicts per second");
        return 0;
    }
}
