using System.Text;
using System.Text.Json;
using W2SR.Core.Common;
using W2SR.Core.Evaluation;
using W2SR.Core.Models;
using W2SR.Core.Problems;
using W2SR.Core.Traces;
using W2SR.Core.Training;
using W2SR.Core.Verification;

namespace W2SR.Core.Experiments.Stages;

/// <summary>What the stages do, for both kinds of tasks.</summary>
internal sealed class StageWork(IExperimentTask task, TrainingPlan training)
{
    public const string MetricsFile = "metrics.jsonl", TracesFile = "traces.jsonl", ProblemsFile = "problems.jsonl", StateFolder = "state";

    /// <summary>Progress of a training.</summary>
    public static IProgress<TrainingStep> Watch(StageContext context) => context.Relay<TrainingStep>(step => (
        step.Step, step.TotalSteps + 1, step.Reward is { } reward ? FormattableString.Invariant($"reward {reward:F3}") : FormattableString.Invariant($"loss {step.Loss:F3}"), step.Remaining));

    public StageOutcome Reinforce(StageContext context, Stage from, GrpoOptions options, CancellationToken cancellationToken)
    {
        var seed = context.Stage.Seed;
        using var student = task.Open(from, context.Cache, context.Stage.Name);
        task.PrepareReinforcement(student, training, seed);
        var problems = task.ReinforcementProblems(seed, options.ProblemsPerStep * options.Steps);
        var run = new GrpoTrainer(options with { Seed = seed, State = task.StateIn(context), MetricsFile = context.PathOf(MetricsFile) }, task.Verifier)
            .Train(student, problems, Watch(context), cancellationToken);
        task.Keep(student, context);
        return StageOutcome.Of(run, student.Model.ParameterCount);
    }

    public StageOutcome TeachDirectAnswers(StageContext context, Stage from, int count, CancellationToken cancellationToken)
    {
        var (problems, responses) = DirectAnswers(context.Stage.Seed, count);
        return FineTune(context, from, problems, Written(problems, responses), null, cancellationToken);
    }

    public StageOutcome WriteTraces(StageContext context, Stage teacher, string name, SamplingOptions sampling, int count, CancellationToken cancellationToken)
    {
        using var reasoner = task.Open(teacher, context.Cache, name);
        var problems = task.TraceProblems(context.Stage.Seed, ProblemsFor(count, sampling.SamplesPerProblem));
        WriteProblems(context.PathOf(ProblemsFile), problems);
        using var store = TraceStore.Open(context.PathOf(TracesFile), new Dictionary<string, string> { ["stage"] = context.Stage.Key });
        var traces = new TraceGenerator(reasoner, sampling, task.TraceChunk).GenerateAsync(problems, store,
            context.Relay<TraceProgress>(p => (p.Done, p.Total + 1, FormattableString.Invariant($"{p.TokensPerSecond:F0} tokens/s"), p.Remaining)), cancellationToken).GetAwaiter().GetResult();
        return Generated(reasoner.Model, traces);
    }

    public StageOutcome Teach(StageContext context, Stage from, Stage traces, Arm arm, CancellationToken cancellationToken)
    {
        var file = Path.Combine(context.Cache.FolderOf(traces), TracesFile);
        var written = TraceStore.Read(file);
        var problems = BenchmarkFile.ReadAll(Path.Combine(context.Cache.FolderOf(traces), ProblemsFile));
        var selection = arm.Variant switch
        {
            ArmVariant.Positive => TraceSelection.Positive,
            ArmVariant.Negative => TraceSelection.Negative,
            _ => TraceSelection.All,
        };
        IReadOnlyList<Trace> chosen = [.. TraceFilter.Apply(problems, InOrder(written, problems), task.Verifier, selection).Kept.Take(arm.Traces)];
        if (arm.Variant == ArmVariant.ShuffledAnswers) chosen = AnswerShuffle.Apply(chosen, new RandomStream(context.Stage.Seed, "shuffled answers"));
        var outcome = FineTune(context, from, problems, chosen, arm.Epochs, cancellationToken);
        return chosen.Count >= arm.Traces ? outcome : outcome with
        {
            Findings = [FormattableString.Invariant($"Only {chosen.Count} of {arm.Traces} traces were found for this variant among {written.Count}."), .. outcome.Findings],
        };
    }

    public StageOutcome TeachWritten(StageContext context, Stage from, Arm arm, CancellationToken cancellationToken)
    {
        var (problems, responses) = WrittenFor(arm, context.Stage.Seed);
        return FineTune(context, from, problems, Written(problems, responses), arm.Epochs, cancellationToken);
    }

    /// <summary>How long the examples of <see cref="TeachDirectAnswers"/> are.</summary>
    public IReadOnlyList<SequenceLength> LengthsOfDirectAnswers(ulong seed, int count) => Lengths(DirectAnswers(seed, count));

    /// <summary>How long the examples of <see cref="TeachWritten"/> are.</summary>
    public IReadOnlyList<SequenceLength> LengthsOfWritten(Arm arm, ulong seed) => Lengths(WrittenFor(arm, seed));

    public StageOutcome Measure(StageContext context, Stage made, EvaluationPlan plan, CancellationToken cancellationToken)
    {
        var seed = context.Stage.Seed;
        using var reasoner = task.Open(made, context.Cache, "measured");
        var problems = task.TestProblems(seed);
        WriteProblems(context.PathOf(ProblemsFile), problems);
        var evaluator = new Evaluator(task.Verifier, task.Reasons) { Prompt = task.Prompt };
        var outcome = new StageOutcome { Parameters = reasoner.Model.ParameterCount };
        for (var t = 0; t < plan.Temperatures.Count; t++)
        {
            var sampling = new SamplingOptions { Temperature = plan.Temperatures[t], SamplesPerProblem = plan.SamplesPerProblem, MaxNewTokens = task.MaxNewTokens, Seed = seed + 4 };
            using var store = EvaluationStore.Open(context.PathOf(FolderAt(plan.Temperatures[t])), evaluator.Manifest(made.Key, problems, sampling));
            var before = t;
            var result = evaluator.EvaluateAsync(reasoner, problems, sampling, store,
                context.Relay<TraceProgress>(p => (before * p.Total + p.Done, plan.Temperatures.Count * p.Total + 1, FormattableString.Invariant($"temperature {sampling.Temperature}"), p.Remaining)),
                task.EvaluationChunk, cancellationToken).GetAwaiter().GetResult();
            var cost = Generated(reasoner.Model, TraceStore.Read(store.Responses.Path));
            outcome = outcome with { TokensGenerated = outcome.TokensGenerated + cost.TokensGenerated, Flops = outcome.Flops + cost.Flops };
            context.Tell((t + 1) * problems.Count, plan.Temperatures.Count * problems.Count + 1, FormattableString.Invariant($"{100 * result.Accuracy():F1}% correct"), TimeSpan.Zero);
        }
        return outcome;
    }

    /// <summary>Folder of the evaluation at a temperature, inside the stage's.</summary>
    public static string FolderAt(double temperature) => FormattableString.Invariant($"temperature-{temperature}");

    /// <summary>Problems that give so many traces.</summary>
    public static int ProblemsFor(int traces, int samplesPerProblem) => (traces + samplesPerProblem - 1) / samplesPerProblem;

    private StageOutcome FineTune(StageContext context, Stage from, IReadOnlyList<Problem> problems, IReadOnlyList<Trace> traces, int? epochs, CancellationToken cancellationToken)
    {
        using var student = task.Open(from, context.Cache, context.Stage.Name);
        TrainingRun? run = null;
        // A teacher may be right, or wrong, too seldom for a variant; the student is then the base, and the record says so.
        if (traces.Count > 0)
        {
            var options = training.Sft with { Epochs = epochs ?? training.Sft.Epochs, Seed = context.Stage.Seed, State = task.StateIn(context), MetricsFile = context.PathOf(MetricsFile) };
            if (training.SftWarmupSteps is { } warmup)
                options = options with { WarmupRatio = Math.Min(0.3, (double)warmup / ((traces.Count + options.BatchSize - 1) / options.BatchSize * options.Epochs)) };
            run = task.Train(student, options, problems, traces, Watch(context), cancellationToken);
        }
        task.Keep(student, context);
        return StageOutcome.Of(run, student.Model.ParameterCount);
    }

    /// <summary>Traces problem by problem, samples in order, whatever order they were finished in.</summary>
    private static IReadOnlyList<Trace> InOrder(IReadOnlyList<Trace> traces, IReadOnlyList<Problem> problems)
    {
        var rank = problems.Select((p, i) => (p.Id, i)).ToDictionary(p => p.Id, p => p.i, StringComparer.Ordinal);
        return [.. traces.OrderBy(t => rank[t.ProblemId]).ThenBy(t => t.SampleIndex)];
    }

    private static StageOutcome Generated(CausalLm model, IReadOnlyList<Trace> traces) => new()
    {
        TokensGenerated = traces.Sum(t => (long)t.ResponseTokens),
        Flops = DecoderFlops.Forward(model.Config, traces.Select(t => t.PromptTokens + t.ResponseTokens - 1), traces.Sum(t => (long)t.ResponseTokens)),
        Parameters = model.ParameterCount,
    };

    private (IReadOnlyList<Problem> Problems, IReadOnlyList<string> Responses) DirectAnswers(ulong seed, int count)
    {
        var problems = task.DirectProblems(seed, count);
        return (problems, [.. problems.Select(task.DirectResponse)]);
    }

    private (IReadOnlyList<Problem> Problems, IReadOnlyList<string> Responses) WrittenFor(Arm arm, ulong seed)
    {
        var problems = task.TraceProblems(seed, arm.Traces);
        return (problems, arm.Variant == ArmVariant.Gold ? [.. problems.Select(task.GoldResponse)] : task.FormatOnlyResponses(problems, seed));
    }

    private IReadOnlyList<SequenceLength> Lengths((IReadOnlyList<Problem> Problems, IReadOnlyList<string> Responses) written) =>
        [.. written.Problems.Zip(written.Responses, (problem, response) => new SequenceLength(task.LengthOf(problem), task.LengthOf(response)))];

    private static IReadOnlyList<Trace> Written(IReadOnlyList<Problem> problems, IReadOnlyList<string> responses) =>
        [.. problems.Zip(responses, (problem, response) => new Trace { ProblemId = problem.Id, SampleIndex = 0, Response = response, FinishReason = FinishReason.Stop, Reasoner = "written" })];

    /// <summary>The problems as a benchmark file of our own, so that a stage's folder can be read by itself.</summary>
    private static void WriteProblems(string path, IReadOnlyList<Problem> problems)
    {
        var text = new StringBuilder();
        foreach (var problem in problems) text.Append(JsonSerializer.Serialize(problem, W2srJson.Line)).Append('\n');
        AtomicFile.WriteText(path, text.ToString());
    }
}
