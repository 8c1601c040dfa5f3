using W2SR.Core.Common;
using W2SR.Core.Problems;
using W2SR.Core.Traces;
using W2SR.Core.Verification;

namespace W2SR.Core.Handover;

/// <summary>Traces turned into the rows that are handed over, with what was left out and why.</summary>
internal sealed record HandoverRows(IReadOnlyList<HandoverRow> Training, IReadOnlyList<HandoverRow> Validation, HandoverCounts Counts, HandoverPreflight Preflight)
{
    /// <summary>Chooses, converts and measures.</summary>
    /// <exception cref="ArgumentException">A trace of an unknown problem, a sample twice, or text that no file can carry.</exception>
    public static HandoverRows Choose(IReadOnlyList<Problem> problems, IReadOnlyList<Trace> traces, IVerifier verifier, HandoverOptions options, int maxLength)
    {
        var byId = ById(problems);
        RequireText(options.SystemMessage, "the system message");
        int notSelected = 0, empty = 0, cutOff = 0, overLong = 0;
        List<MeasuredRow> kept = [];
        List<HandoverRow> training = [], validation = [];
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var trace in traces)
        {
            var id = HandoverRow.IdOf(trace.ProblemId, trace.SampleIndex);
            if (!byId.TryGetValue(trace.ProblemId, out var problem))
                throw new ArgumentException($"A trace answers problem '{trace.ProblemId}', which is not among the {problems.Count} problems given.", nameof(traces));
            if (!seen.Add(id)) throw new ArgumentException($"Sample {trace.SampleIndex} of problem '{trace.ProblemId}' is given twice.", nameof(traces));
            RequireText(id, $"the id of trace {id}");
            RequireText(trace.Response, $"trace {id}");
            var outcome = verifier.Verify(problem, trace.Response).Outcome;
            var response = Convert(trace.Response, options.Thinking);
            if (!TraceFilter.Keeps(options.Selection, outcome)) notSelected++;
            else if (string.IsNullOrWhiteSpace(response)) empty++;
            else if (trace.FinishReason != FinishReason.Stop && !options.KeepsCutOff) cutOff++;
            else
            {
                var row = MeasuredRow.Measure(new HandoverRow(id, options.SystemMessage, options.Prompt.Render(problem), response) { IsCorrect = outcome == VerdictOutcome.Correct }, options.Student);
                if (row.Length > maxLength)
                {
                    overLong++;
                    continue;
                }
                kept.Add(row);
                (IsHeldOut(trace.ProblemId, options.ValidationShare) ? validation : training).Add(row.Row);
            }
        }
        var counts = new HandoverCounts(traces.Count, notSelected, empty, cutOff, overLong, training.Count, validation.Count);
        return new HandoverRows(training, validation, counts, HandoverPreflight.Check(kept, options.Student));
    }

    /// <summary>The response in the form that is handed over.</summary>
    public static string Convert(string response, ThinkingForm form)
    {
        const string open = "<think>", close = "</think>";
        var end = response.IndexOf(close, StringComparison.Ordinal);
        return form switch
        {
            ThinkingForm.AsWritten => response,
            ThinkingForm.Opened => end >= 0 && !response.AsSpan(0, end).Contains(open, StringComparison.Ordinal) ? $"{open}\n{response.TrimStart('\n')}" : response,
            ThinkingForm.Removed when end >= 0 => response[(end + close.Length)..].TrimStart('\n'),
            ThinkingForm.Removed => response.Contains(open, StringComparison.Ordinal) ? "" : response,
            _ => throw new ArgumentOutOfRangeException(nameof(form), form, "Unknown form of thinking."),
        };
    }

    /// <summary>Problems by id.</summary>
    public static Dictionary<string, Problem> ById(IReadOnlyList<Problem> problems)
    {
        var byId = new Dictionary<string, Problem>(StringComparer.Ordinal);
        foreach (var problem in problems)
        {
            if (!byId.TryAdd(problem.Id, problem)) throw new ArgumentException($"The problem id '{problem.Id}' appears twice; results could not be led back. Give each problem its own.", nameof(problems));
            RequireText(problem.Id, $"the id of problem '{problem.Id}'");
            RequireText(problem.Question, $"problem '{problem.Id}'");
            RequireText(problem.Answer, $"the answer of problem '{problem.Id}'");
        }
        return byId;
    }

    /// <summary>The draw of the trainer: a problem is held out with all of its traces, in every run.</summary>
    public static bool IsHeldOut(string problemId, double share) => share > 0 && new RandomStream(0, "held out " + problemId).NextUniform() < share;

    private static void RequireText(string text, string what)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1])) i++;
            else throw new ArgumentException($"{what} has half a character (the lone surrogate U+{(int)text[i]:X4} at {i}), which no UTF-8 file can carry: it would come back as another text. Was it cut in the middle of a character?");
        }
    }
}
