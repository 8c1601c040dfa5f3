using W2SR.Core.Problems;
using W2SR.Core.Traces;

namespace W2SR.Core.Verification;

/// <summary>Chooses the traces of the paper's variants.</summary>
/// <remarks>arXiv:2505.20072, section 3: W2SR, W2SR-P and W2SR-N.</remarks>
public static class TraceFilter
{
    /// <summary>Judges every trace and keeps those of a selection.</summary>
    /// <param name="problems">The problems that the traces answer.</param>
    /// <param name="traces">The traces.</param>
    /// <param name="verifier">The judge.</param>
    /// <param name="selection">Which to keep. A trace without an answer is wrong; one whose reference was not understood is kept by <see cref="TraceSelection.All"/> only.</param>
    /// <exception cref="ArgumentException">A trace answers a problem that is not given.</exception>
    public static FilteredTraces Apply(
        IReadOnlyList<Problem> problems, IReadOnlyList<Trace> traces, IVerifier verifier, TraceSelection selection)
    {
        ArgumentNullException.ThrowIfNull(problems);
        ArgumentNullException.ThrowIfNull(traces);
        ArgumentNullException.ThrowIfNull(verifier);
        var byId = problems.ToDictionary(p => p.Id, StringComparer.Ordinal);
        var counts = new int[Enum.GetValues<VerdictOutcome>().Length];
        var kept = new List<Trace>();
        foreach (var trace in traces)
        {
            if (!byId.TryGetValue(trace.ProblemId, out var problem))
                throw new ArgumentException($"A trace answers problem '{trace.ProblemId}', which is not among the {problems.Count} problems given.", nameof(traces));
            var outcome = verifier.Verify(problem, trace.Response).Outcome;
            counts[(int)outcome]++;
            if (Keeps(selection, outcome))
                kept.Add(trace);
        }
        return new FilteredTraces(kept, counts[(int)VerdictOutcome.Correct], counts[(int)VerdictOutcome.Incorrect],
            counts[(int)VerdictOutcome.NoAnswer], counts[(int)VerdictOutcome.Unverifiable]);
    }

    /// <summary>Whether a selection keeps a trace with this verdict.</summary>
    internal static bool Keeps(TraceSelection selection, VerdictOutcome outcome) => selection switch
    {
        TraceSelection.All => true,
        TraceSelection.Positive => outcome == VerdictOutcome.Correct,
        TraceSelection.Negative => outcome is VerdictOutcome.Incorrect or VerdictOutcome.NoAnswer,
        _ => throw new ArgumentOutOfRangeException(nameof(selection), selection, "Unknown selection."),
    };
}
