using System.Security.Cryptography;
using System.Runtime.InteropServices;
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

    /// <summary>Examples that are not trained on; the loss on them is measured as <see cref="SftOptions.Validation"/> says. Default none.</summary>
    public IReadOnlyList<TrainingExample> Validation { get; init; } = [];

    /// <summary>Called where the validation loss is measured, with the step: answers problems with the model as it then is and gives the share that was right. Null for none.</summary>
    public Func<int, double>? PassAt1 { get; init; }

    /// <summary>Called with what is known before the first step; the place to print it. Null for none.</summary>
    public Action<PreflightReport>? OnPreflight { get; init; }

    /// <summary>Looks at a training before it begins, and changes nothing.</summary>
    /// <inheritdoc cref="Train(IStudent, IReadOnlyList{Problem}, IReadOnlyList{Trace}, IProgress{TrainingStep}?, CancellationToken)"/>
    public PreflightReport Check(IStudent student, IReadOnlyList<Problem> problems, IReadOnlyList<Trace> traces)
    {
        ArgumentNullException.ThrowIfNull(student);
        ArgumentNullException.ThrowIfNull(problems);
        ArgumentNullException.ThrowIfNull(traces);
        options.Validate();
        return Preflight.Check(student, EncodedTraces.Encode(student, problems, traces, options), options);
    }

    /// <summary>Trains on the traces of problems, after a check of what cannot work.</summary>
    /// <param name="student">Its weights change in place; with <see cref="SftOptions.Adapter"/> an adapter is attached and only it changes.</param>
    /// <param name="problems">The problems that the traces answer.</param>
    /// <param name="traces">What to learn to write, at least one.</param>
    /// <param name="progress">Told after every optimizer step.</param>
    /// <param name="cancellationToken">Stops between micro-batches; the weights are those of the last whole step, and so is a checkpoint where there are any.</param>
    /// <exception cref="ArgumentException">No traces, a trace of an unknown problem, every trace too long, or data that cannot be learned from; the message says why.</exception>
    /// <exception cref="TrainingDivergedException">Loss or gradient stopped being a number.</exception>
    public TrainingRun Train(
        IStudent student, IReadOnlyList<Problem> problems, IReadOnlyList<Trace> traces,
        IProgress<TrainingStep>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(student);
        ArgumentNullException.ThrowIfNull(problems);
        ArgumentNullException.ThrowIfNull(traces);
        options.Validate();
        var encoded = EncodedTraces.Encode(student, problems, traces, options);
        var preflight = Preflight.Check(student, encoded, options);
        OnPreflight?.Invoke(preflight);
        if (preflight.Refusals.Count > 0) throw new ArgumentException(string.Join(" ", preflight.Refusals), nameof(traces));
        var heldOut = encoded.HoldOut(options.Validation.HeldOutShare);
        var examples = encoded.Examples.Where((_, i) => !heldOut[i]).ToArray();
        if (examples.Length == 0) throw new ArgumentException("Every problem was held out for validation; give more problems or hold out fewer.", nameof(problems));
        var validation = Validation.Concat(encoded.Examples.Where((_, i) => heldOut[i])).ToArray();
        var asked = StopProblems(problems, encoded, heldOut);
        var supervised = Prepare(student.Model, examples, validation);
        supervised.RefuseAnotherRun(); // before minutes go into answers
        double EndedShare() => StopCheck.Measure(student, asked, options.Validation.StopCheckTokens, options.Validation.StopCheckTemperature, cancellationToken);
        double? before = asked.Length == 0 ? null : EndedShare();
        var run = supervised.Run(progress, cancellationToken) with
        {
            DroppedExamples = encoded.Dropped,
            CutExamples = encoded.Cut,
            Preflight = preflight,
        };
        if (before is null) return run;
        var check = new StopCheck(asked.Length, before.Value, EndedShare()) { Temperature = options.Validation.StopCheckTemperature };
        return run with
        {
            StopCheck = check,
            Findings = check.HasDropped
                ? [$"The model forgets how to stop: {check.Before:P0} of its answers ended by themselves before training, {check.After:P0} do now. Train fewer epochs, a smaller adapter, or see why samples lack their end token.", .. run.Findings]
                : run.Findings,
        };
    }

    /// <summary>Trains on examples that are tokens already.</summary>
    /// <inheritdoc cref="Train(IStudent, IReadOnlyList{Problem}, IReadOnlyList{Trace}, IProgress{TrainingStep}?, CancellationToken)"/>
    public TrainingRun Train(
        CausalLm model, IReadOnlyList<TrainingExample> examples, IProgress<TrainingStep>? progress = null, CancellationToken cancellationToken = default) =>
        Prepare(model, examples, Validation).Run(progress, cancellationToken);

    /// <summary>Trains on examples that are made step by step, such as a stream of fresh documents; epochs and batch size are then the stream's.</summary>
    /// <param name="model">Its weights change in place.</param>
    /// <param name="totalSteps">Optimizer steps.</param>
    /// <param name="examplesOfStep">The examples of a step, counted from 0; called once for each step, in order. A run that resumes begins at a later one.</param>
    /// <param name="progress">Told after every optimizer step.</param>
    /// <param name="cancellationToken">Stops between micro-batches.</param>
    /// <exception cref="TrainingDivergedException">Loss or gradient stopped being a number.</exception>
    public TrainingRun Train(
        CausalLm model, int totalSteps, Func<int, IReadOnlyList<TrainingExample>> examplesOfStep,
        IProgress<TrainingStep>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(examplesOfStep);
        ArgumentOutOfRangeException.ThrowIfLessThan(totalSteps, 1);
        return Prepare(model, new SupervisedData(totalSteps, totalSteps, examplesOfStep, "stream", Validation)).Run(progress, cancellationToken);
    }

    private SupervisedRun Prepare(CausalLm model, IReadOnlyList<TrainingExample> examples, IReadOnlyList<TrainingExample> validation)
    {
        ArgumentNullException.ThrowIfNull(examples);
        ArgumentOutOfRangeException.ThrowIfZero(examples.Count);
        if (examples.FirstOrDefault(e => e.PromptIds.Length == 0 || e.ResponseIds.Length == 0) is { } bare)
            throw new ArgumentException($"Example {bare.Id ?? "without id"} has {bare.PromptIds.Length} prompt and {bare.ResponseIds.Length} response tokens; it needs one of each at least.", nameof(examples));
        var stepsPerEpoch = (examples.Count + options.BatchSize - 1) / options.BatchSize;
        var (order, shuffled) = (new int[examples.Count], -1);
        var data = new SupervisedData(stepsPerEpoch * options.Epochs, stepsPerEpoch, step =>
        {
            var (epoch, at) = (step / stepsPerEpoch, step % stepsPerEpoch * options.BatchSize);
            if (epoch != shuffled)
            {
                for (var i = 0; i < order.Length; i++) order[i] = i;
                new RandomStream(options.Seed, "epoch", epoch).Shuffle<int>(order);
                shuffled = epoch;
            }
            return [.. order.Skip(at).Take(options.BatchSize).Select(i => examples[i])];
        }, Fingerprint(examples), validation);
        return Prepare(model, data);
    }

    private SupervisedRun Prepare(CausalLm model, SupervisedData data)
    {
        ArgumentNullException.ThrowIfNull(model);
        options.Validate();
        if (options.Adapter is { } wanted)
        {
            if (model.Adapter is null) model.Attach(LoraAdapter.Create(model, wanted, options.Seed));
            else if (LoraConfigFile.Write(model.Adapter.Config) != LoraConfigFile.Write(wanted))
                throw new ArgumentException("The model carries an adapter of another kind than the options ask for. Detach or merge it first, or leave Adapter null to train it.");
        }
        return new SupervisedRun(options, model, data, PassAt1);
    }

    /// <summary>Held-out problems first; without any, problems that are trained on would tell little, so there is no check.</summary>
    private Problem[] StopProblems(IReadOnlyList<Problem> problems, EncodedTraces encoded, bool[] heldOut)
    {
        if (options.Validation.StopCheckProblems == 0) return [];
        var trained = encoded.Traces.Where((_, i) => !heldOut[i]).Select(t => t.ProblemId).ToHashSet(StringComparer.Ordinal);
        var free = problems.Where(p => !trained.Contains(p.Id)).Take(options.Validation.StopCheckProblems).ToArray();
        return free.Length > 0 ? free : throw new ArgumentException(
            "The stop check needs problems that are not trained on: hold some out (Validation.HeldOutShare), or give problems without traces.", nameof(problems));
    }

    private static string Fingerprint(IReadOnlyList<TrainingExample> examples)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var example in examples)
        {
            hash.AppendData(MemoryMarshal.AsBytes([example.PromptIds.Length, example.ResponseIds.Length]));
            hash.AppendData(MemoryMarshal.AsBytes<int>(example.PromptIds));
            hash.AppendData(MemoryMarshal.AsBytes<int>(example.ResponseIds));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}
