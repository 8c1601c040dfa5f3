using Stopwatch = System.Diagnostics.Stopwatch;
using W2SR.Core.Common;
using W2SR.Core.Models;
using W2SR.Core.Problems;
using W2SR.Core.Reasoners;
using W2SR.Core.Traces;

namespace W2SR.Core.Training;

/// <summary>Supervised fine-tuning on traces: the student learns to write what its teacher wrote. The loss falls on the response only.</summary>
/// <param name="options">Null for <see cref="SftOptions.Paper"/>.</param>
public sealed class SftTrainer(SftOptions? options = null)
{
    private readonly SftOptions options = options ?? SftOptions.Paper;

    /// <summary>Trains on the traces of problems.</summary>
    /// <param name="student">Its weights change in place.</param>
    /// <param name="problems">The problems that the traces answer.</param>
    /// <param name="traces">What to learn to write, at least one.</param>
    /// <param name="progress">Told after every optimizer step.</param>
    /// <param name="cancellationToken">Stops between micro-batches; the weights are those of the last whole step.</param>
    /// <exception cref="ArgumentException">No traces, or a trace of an unknown problem, or every trace too long.</exception>
    /// <exception cref="TrainingDivergedException">Loss or gradient stopped being a number.</exception>
    public TrainingRun Train(
        IStudent student, IReadOnlyList<Problem> problems, IReadOnlyList<Trace> traces,
        IProgress<TrainingStep>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(student);
        ArgumentNullException.ThrowIfNull(problems);
        ArgumentNullException.ThrowIfNull(traces);
        var byId = problems.ToDictionary(p => p.Id, StringComparer.Ordinal);
        var examples = new List<TrainingExample>(traces.Count);
        var longest = Math.Min(options.MaxLength, student.Model.Config.ContextLength);
        var dropped = 0;
        foreach (var trace in traces)
        {
            if (!byId.TryGetValue(trace.ProblemId, out var problem))
                throw new ArgumentException($"A trace answers problem '{trace.ProblemId}', which is not among the {problems.Count} problems given.", nameof(traces));
            var example = new TrainingExample(student.EncodePrompt(problem), student.EncodeResponse(trace));
            if (example.ResponseIds.Length == 0 || example.Length > longest) dropped++;
            else examples.Add(example);
        }
        if (examples.Count == 0)
            throw new ArgumentException($"Nothing to train on: {traces.Count} traces given, {dropped} empty or longer than {longest} tokens.", nameof(traces));
        return Train(student.Model, examples, progress, cancellationToken) with { DroppedExamples = dropped };
    }

    /// <summary>Trains on examples that are tokens already.</summary>
    /// <inheritdoc cref="Train(IStudent, IReadOnlyList{Problem}, IReadOnlyList{Trace}, IProgress{TrainingStep}?, CancellationToken)"/>
    public TrainingRun Train(
        CausalLm model, IReadOnlyList<TrainingExample> examples, IProgress<TrainingStep>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(examples);
        ArgumentOutOfRangeException.ThrowIfZero(examples.Count);
        var stepsPerEpoch = (examples.Count + options.BatchSize - 1) / options.BatchSize;
        var order = new int[examples.Count];
        return Train(model, stepsPerEpoch * options.Epochs, step =>
        {
            var (epoch, at) = (step / stepsPerEpoch, step % stepsPerEpoch * options.BatchSize);
            if (at == 0)
            {
                for (var i = 0; i < order.Length; i++) order[i] = i;
                new RandomStream(options.Seed, "epoch", epoch).Shuffle<int>(order);
            }
            return [.. order.Skip(at).Take(options.BatchSize).Select(i => examples[i])];
        }, progress, cancellationToken);
    }

    /// <summary>Trains on examples that are made step by step, such as a stream of fresh documents; epochs and batch size are then the stream's.</summary>
    /// <param name="model">Its weights change in place.</param>
    /// <param name="totalSteps">Optimizer steps.</param>
    /// <param name="examplesOfStep">The examples of a step, counted from 0; called once for each step, in order.</param>
    /// <param name="progress">Told after every optimizer step.</param>
    /// <param name="cancellationToken">Stops between micro-batches.</param>
    /// <exception cref="TrainingDivergedException">Loss or gradient stopped being a number.</exception>
    public TrainingRun Train(
        CausalLm model, int totalSteps, Func<int, IReadOnlyList<TrainingExample>> examplesOfStep,
        IProgress<TrainingStep>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(examplesOfStep);
        ArgumentOutOfRangeException.ThrowIfLessThan(totalSteps, 1);
        options.Validate();
        var schedule = new LearningRateSchedule(options.Schedule, totalSteps, options.WarmupRatio);
        var clock = Stopwatch.StartNew();
        var steps = new List<TrainingStep>(totalSteps);
        double flops = 0;
        long tokens = 0;
        using var weights = new TrainingWeights(model, options.ComputeType);
        using var optimizer = new FlatAdamW(weights.Master, options.Optimizer);
        var settings = new UpdateSettings(options.MicroBatchTokens, options.Packing, options.Loss, new PassOptions(options.GradientCheckpointing));
        var update = new SupervisedUpdate(weights, optimizer, settings, options.MaxGradientNorm);
        for (var step = 0; step < totalSteps; step++)
        {
            var examples = examplesOfStep(step);
            var rate = options.LearningRate * schedule.Multiplier(step);
            var (loss, norm) = update.Run(examples, rate, step + 1, cancellationToken);
            var supervised = examples.Sum(e => e.ResponseIds.Length);
            flops += DecoderFlops.Training(model.Config, examples.Select(e => e.Length - 1), supervised);
            tokens += examples.Sum(e => (long)e.Length - 1);
            steps.Add(new TrainingStep
            {
                Step = step + 1,
                TotalSteps = totalSteps,
                Loss = loss,
                LearningRate = rate,
                GradientNorm = norm,
                Tokens = supervised,
                Elapsed = clock.Elapsed,
            });
            progress?.Report(steps[^1]);
        }
        return new TrainingRun { Steps = steps, TokensTrained = tokens, Flops = flops, Elapsed = clock.Elapsed };
    }
}
