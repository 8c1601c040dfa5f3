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

    /// <summary>The prompt that the reasoner puts around a problem, to be part of the conditions; null for: not stated.</summary>
    public string? Prompt { get; init; }

    /// <summary>Name or hash of its chat template, to be part of the conditions.</summary>
    public string? Template { get; init; }

    /// <summary>Lets the reasoner answer and judges what it wrote.</summary>
    /// <param name="reasoner">The model.</param>
    /// <param name="problems">Held-out problems; ids must be unique.</param>
    /// <param name="sampling">How it draws.</param>
    /// <param name="cancellationToken">Stops between tokens.</param>
    public async Task<EvaluationResult> EvaluateAsync(
        IReasoner reasoner, IReadOnlyList<Problem> problems, SamplingOptions sampling, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reasoner);
        ArgumentNullException.ThrowIfNull(problems);
        ArgumentNullException.ThrowIfNull(sampling);
        ArgumentOutOfRangeException.ThrowIfZero(problems.Count);
        RequireUnique(problems);
        var traces = await reasoner.SolveAsync(problems, sampling, cancellationToken).ConfigureAwait(false);
        return Score(reasoner.Name, problems, traces, sampling);
    }

    /// <summary>The same into a store: a later call goes on from what is there, and the result is that of an uninterrupted run.</summary>
    /// <param name="reasoner">The model.</param>
    /// <param name="problems">Held-out problems; ids must be unique.</param>
    /// <param name="sampling">How it draws.</param>
    /// <param name="store">Keeps responses, verdicts and the result.</param>
    /// <param name="progress">Told of responses that are kept.</param>
    /// <param name="chunkSize">
    /// Problems that are handed over and kept together, so that a resumed run has the batches, and every rounding, of an uninterrupted one. Null keeps each response as soon as it is finished: for a
    /// server, and for a model that answers alike in any batch (<c>LocalStudent.IsBatchInvariant</c>).
    /// </param>
    /// <param name="cancellationToken">Stops between tokens; finished chunks, or responses, stay.</param>
    public async Task<EvaluationResult> EvaluateAsync(
        IReasoner reasoner, IReadOnlyList<Problem> problems, SamplingOptions sampling, EvaluationStore store,
        IProgress<TraceProgress>? progress = null, int? chunkSize = 256, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reasoner);
        ArgumentNullException.ThrowIfNull(store);
        var traces = await new TraceGenerator(reasoner, sampling, chunkSize).GenerateAsync(problems, store.Responses, progress, cancellationToken).ConfigureAwait(false);
        var verdicts = Judge(problems, traces);
        var result = Result(reasoner.Name, problems, verdicts, sampling);
        store.Keep(result, verdicts);
        return result;
    }

    /// <summary>What a store's manifest should say of an evaluation under this evaluator's prompt and template.</summary>
    /// <param name="model">Hash of the model's weights, or its name and version where it is remote.</param>
    /// <param name="problems">The problems.</param>
    /// <param name="sampling">How it draws.</param>
    public IReadOnlyDictionary<string, string> Manifest(string model, IReadOnlyList<Problem> problems, SamplingOptions sampling) => new Dictionary<string, string>
    {
        ["model"] = model,
        ["problems"] = EvaluationConditions.Of(problems, sampling, verifier.Name).Problems,
        ["sampling"] = ContentHash.OfValue(sampling),
        ["prompt"] = Prompt ?? "not stated",
        ["template"] = Template ?? "not stated",
    };

    /// <summary>Judges responses that are there already.</summary>
    /// <param name="name">The model.</param>
    /// <param name="problems">The problems.</param>
    /// <param name="traces">The responses, problem by problem.</param>
    /// <param name="sampling">How they were drawn; part of the conditions.</param>
    /// <exception cref="ArgumentException">A problem's id repeats, or a response answers a problem that is not given.</exception>
    public EvaluationResult Score(string name, IReadOnlyList<Problem> problems, IReadOnlyList<Trace> traces, SamplingOptions sampling)
    {
        ArgumentNullException.ThrowIfNull(problems);
        ArgumentNullException.ThrowIfNull(traces);
        return Result(name, problems, Judge(problems, traces), sampling);
    }

    private List<JudgedResponse> Judge(IReadOnlyList<Problem> problems, IReadOnlyList<Trace> traces)
    {
        RequireUnique(problems);
        var byId = problems.ToDictionary(p => p.Id, StringComparer.Ordinal);
        var judged = new List<JudgedResponse>(traces.Count);
        foreach (var trace in traces)
        {
            if (!byId.TryGetValue(trace.ProblemId, out var problem))
                throw new ArgumentException($"A response answers problem '{trace.ProblemId}', which is not among the {problems.Count} problems given.", nameof(traces));
            judged.Add(new JudgedResponse(trace.ProblemId, trace.SampleIndex, verifier.Verify(problem, trace.Response), trace.FinishReason,
                trace.PromptTokens, trace.ResponseTokens, reasons(trace.Response)));
        }
        return judged;
    }

    private EvaluationResult Result(string name, IReadOnlyList<Problem> problems, List<JudgedResponse> verdicts, SamplingOptions sampling)
    {
        var conditions = EvaluationConditions.Of(problems, sampling, verifier.Name) with { Prompt = Prompt, Template = Template };
        return new EvaluationResult(name, conditions, [.. verdicts.Select(v => v.ToSample())]) { Problems = [.. problems.Select(EvaluatedProblem.Of)] };
    }

    private static void RequireUnique(IReadOnlyList<Problem> problems)
    {
        if (problems.GroupBy(p => p.Id, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } repeated)
            throw new ArgumentException($"The problem id '{repeated.Key}' appears {repeated.Count()} times; results are paired by id. Give each problem its own.", nameof(problems));
    }
}
