using W2SR.Core.Common;
using W2SR.Core.Evaluation;
using W2SR.Core.Evaluation.Cost;
using W2SR.Core.Handover.Returned;
using W2SR.Core.Models;
using W2SR.Core.Problems;
using W2SR.Core.Reasoners;
using W2SR.Core.Traces;
using W2SR.Core.Training;

namespace W2SR.Core.Experiments;

/// <summary>What other engines bring back, as the objects that local runs make: curves, costs, models, evaluations.</summary>
public static class ReturnedRuns
{
    /// <summary>An engine's log as a training run.</summary>
    /// <param name="log">The log.</param>
    /// <param name="flops">Operations by this library's formula (<see cref="DecoderFlops"/>); null leaves them 0 and says so.</param>
    /// <returns>Numbers that the engine did not log are 0 here; <see cref="TrainingRun.Findings"/> names each of them.</returns>
    public static TrainingRun ToTrainingRun(EngineLog log, double? flops = null)
    {
        ArgumentNullException.ThrowIfNull(log);
        List<string> findings = [.. log.Findings];
        void Lacks(string what, Func<EngineLogStep, bool> lacks)
        {
            var count = log.Steps.Count(lacks);
            if (count > 0) findings.Add($"{count} of {log.Steps.Count} steps come without {what}; 0 stands in their place.");
        }
        Lacks("a loss", s => s.Loss is null);
        Lacks("a learning rate", s => s.LearningRate is null);
        Lacks("a gradient norm", s => s.GradientNorm is null);
        Lacks("a count of tokens", s => s.Tokens is null);
        if (flops is null) findings.Add(log.EngineFlops is { } theirs ? FormattableString.Invariant($"Operations are not counted by this library's formula; the engine's own says {theirs:G4}.") : "Operations are not counted.");
        if (log.WallTime is null) findings.Add("The wall time was not logged.");
        var elapsed = 0.0;
        List<TrainingStep> steps = [];
        foreach (var (step, i) in log.Steps.Select((s, i) => (s, i)))
        {
            // Where single steps were not timed, the whole time is spread evenly.
            elapsed = step.Seconds is { } seconds ? elapsed + seconds : (log.WallTime?.TotalSeconds ?? 0) * (i + 1) / log.Steps.Count;
            steps.Add(new TrainingStep
            {
                Step = step.Step,
                TotalSteps = Math.Max(log.PlannedSteps ?? 0, log.Steps[^1].Step),
                Loss = step.Loss ?? 0,
                LearningRate = step.LearningRate ?? 0,
                GradientNorm = step.GradientNorm ?? 0,
                Tokens = (int)Math.Min(int.MaxValue, step.Tokens ?? 0),
                Reward = step.Reward,
                UniformGroups = step.UniformGroups,
                Kl = step.Kl,
                ValidationLoss = step.ValidationLoss,
                Elapsed = TimeSpan.FromSeconds(elapsed),
            });
        }
        return new TrainingRun
        {
            Steps = steps,
            TokensTrained = log.Steps.Sum(s => s.Tokens ?? 0),
            Flops = flops ?? 0,
            Elapsed = log.WallTime ?? TimeSpan.FromSeconds(elapsed),
            Findings = findings,
            BestStep = log.Steps.Where(s => s.ValidationLoss is not null).MinBy(s => s.ValidationLoss)?.Step,
        };
    }

    /// <summary>An engine's log as an entry of the ledger.</summary>
    /// <param name="log">The log.</param>
    /// <param name="stage">The stage, such as "student W2SR".</param>
    /// <param name="model">The model that was trained.</param>
    /// <param name="kind">What was done.</param>
    /// <param name="flops">
    /// Operations by this library's formula (<see cref="DecoderFlops.Training"/>). Without them the entry has 0, and ratios that need it are unknown: an engine's own
    /// count goes by another formula and must not be mixed in.
    /// </param>
    public static CostEntry ToCostEntry(EngineLog log, string stage, string model, CostKind kind, double flops = 0)
    {
        ArgumentNullException.ThrowIfNull(log);
        return new CostEntry(stage, model, kind) { TokensTrained = log.Steps.Sum(s => s.Tokens ?? 0), Flops = flops, WallTime = log.WallTime };
    }

    /// <summary>Loads the model that an engine left behind: whole, in shards, or as a LoRA adapter on its base.</summary>
    /// <param name="folder">An output folder, or a checkpoint in it; the final model is taken, else that of the last step.</param>
    /// <param name="options">How it is loaded and used; null for the defaults.</param>
    /// <param name="basePath">The base of an adapter; null for the one that the adapter names.</param>
    /// <param name="cancellationToken">Stops between tensors.</param>
    /// <exception cref="W2srFormatException">No model there, or one that has to be joined first; the message has the command.</exception>
    public static async Task<LocalStudent> LoadStudentAsync(string folder, LoadOptions? options = null, string? basePath = null, CancellationToken cancellationToken = default)
    {
        var checkpoint = EngineCheckpoint.FindLast(folder);
        options ??= new LoadOptions();
        if (checkpoint.Form != CheckpointForm.Adapter) return await LocalStudent.LoadAsync(checkpoint.Path, options, cancellationToken: cancellationToken).ConfigureAwait(false);
        var origin = basePath ?? checkpoint.BaseModel ?? throw new W2srFormatException(checkpoint.Path, "base_model_name_or_path", "is absent. Name the base that the adapter belongs to.");
        if (!Path.Exists(origin)) throw new W2srFormatException(checkpoint.Path, "base_model_name_or_path", $"is '{origin}', which is no folder or file here. Name the base that the adapter belongs to.");
        var student = await LocalStudent.LoadAsync(origin, options, cancellationToken: cancellationToken).ConfigureAwait(false);
        try
        {
            student.Model.Attach(LoraAdapter.Load(student.Model, checkpoint.Path));
            return student;
        }
        catch
        {
            student.Dispose();
            throw;
        }
    }

    /// <summary>Judges responses that came back, and keeps responses and verdicts in a store, as a local evaluation does.</summary>
    /// <param name="responses">The responses; those of problems not given are refused.</param>
    /// <param name="problems">The problems; each must have its samples.</param>
    /// <param name="sampling">How the engine drew them; part of the conditions that comparisons hold against each other.</param>
    /// <param name="evaluator">The judge, with prompt and template.</param>
    /// <param name="store">Where they are kept.</param>
    /// <param name="cancellationToken">Stops between problems.</param>
    /// <exception cref="InvalidOperationException">A problem lacks responses: the result would not be that of the whole set.</exception>
    public static Task<EvaluationResult> EvaluateAsync(
        ReturnedResponses responses, IReadOnlyList<Problem> problems, SamplingOptions sampling, Evaluator evaluator, EvaluationStore store, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(responses);
        ArgumentNullException.ThrowIfNull(problems);
        ArgumentNullException.ThrowIfNull(sampling);
        ArgumentNullException.ThrowIfNull(evaluator);
        var asked = problems.Select(p => p.Id).ToHashSet(StringComparer.Ordinal);
        var wrong = responses.Traces.FirstOrDefault(t => !asked.Contains(t.ProblemId) || t.SampleIndex >= sampling.SamplesPerProblem);
        if (wrong is not null)
            throw new InvalidOperationException($"There is a sample {wrong.SampleIndex} of problem '{wrong.ProblemId}', and {sampling.SamplesPerProblem} samples of {problems.Count} problems are to be judged. Name the problems and samples that the engine was given.");
        return evaluator.EvaluateAsync(new StoredReasoner(responses), problems, sampling, store, cancellationToken: cancellationToken);
    }

    /// <summary>Answers with what came back.</summary>
    private sealed class StoredReasoner(ReturnedResponses responses) : IReasoner
    {
        public string Name => responses.Traces.Count == 0 ? "returned" : responses.Traces[0].Reasoner;

        public Task<IReadOnlyList<Trace>> SolveAsync(IReadOnlyList<Problem> problems, SamplingOptions sampling, CancellationToken cancellationToken = default)
        {
            var byId = responses.Traces.ToLookup(t => t.ProblemId, StringComparer.Ordinal);
            var absent = problems.Where(p => byId[p.Id].Count() != sampling.SamplesPerProblem).ToArray();
            if (absent.Length > 0)
                throw new InvalidOperationException(
                    $"{absent.Length} of {problems.Count} problems have not all of their {sampling.SamplesPerProblem} responses, first '{absent[0].Id}' with {byId[absent[0].Id].Count()}. "
                    + "Generate the rest, or evaluate every model on the problems that all of them answered.");
            return Task.FromResult<IReadOnlyList<Trace>>([.. problems.SelectMany(p => byId[p.Id].OrderBy(t => t.SampleIndex))]);
        }
    }
}
