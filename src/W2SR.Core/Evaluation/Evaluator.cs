using W2SR.Core.Common;
using W2SR.Core.Problems;
using W2SR.Core.Traces;
using W2SR.Core.Verification;

namespace W2SR.Core.Evaluation;

/// <summary>Measures a reasoner on problems it was not trained on.</summary>
/// <param name="verifier">The judge.</param>
/// <param name="reasons">Says whether a response shows work before its answer; null for: it has a closed think block or more than one line.</param>
public sealed class Evaluator(IVerifier verifier, Func<string, bool>? reasons = null)
{
    private readonly Func<string, bool> reasons = reasons ?? (text => text.Contains("</think>", StringComparison.Ordinal) || text.Trim().Contains('\n', StringComparison.Ordinal));

    /// <summary>Lets the reasoner answer and judges what it wrote.</summary>
    /// <param name="reasoner">The model.</param>
    /// <param name="problems">Held-out problems.</param>
    /// <param name="sampling">How it draws.</param>
    /// <param name="cancellationToken">Stops between tokens.</param>
    public async Task<EvaluationResult> EvaluateAsync(
        IReasoner reasoner, IReadOnlyList<Problem> problems, SamplingOptions sampling, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reasoner);
        ArgumentNullException.ThrowIfNull(problems);
        ArgumentNullException.ThrowIfNull(sampling);
        ArgumentOutOfRangeException.ThrowIfZero(problems.Count);
        var traces = await reasoner.SolveAsync(problems, sampling, cancellationToken).ConfigureAwait(false);
        return Score(reasoner.Name, problems, traces, sampling);
    }

    /// <summary>Judges responses that are there already.</summary>
    /// <param name="name">The model.</param>
    /// <param name="problems">The problems.</param>
    /// <param name="traces">The responses, problem by problem.</param>
    /// <param name="sampling">How they were drawn; part of the conditions.</param>
    public EvaluationResult Score(string name, IReadOnlyList<Problem> problems, IReadOnlyList<Trace> traces, SamplingOptions sampling)
    {
        ArgumentNullException.ThrowIfNull(problems);
        ArgumentNullException.ThrowIfNull(traces);
        var byId = problems.ToDictionary(p => p.Id, StringComparer.Ordinal);
        var samples = traces.Select(t => new EvaluatedSample(
            t.ProblemId, t.SampleIndex, verifier.Verify(byId[t.ProblemId], t.Response).Outcome, t.FinishReason, t.ResponseTokens, reasons(t.Response)));
        var conditions = ContentHash.OfValue(new { Problems = problems.Select(p => new { p.Id, p.Question, p.Answer }), Sampling = sampling, Verifier = verifier.Name });
        return new EvaluationResult(name, conditions, [.. samples]);
    }
}
