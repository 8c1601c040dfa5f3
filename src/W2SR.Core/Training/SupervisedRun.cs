using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using W2SR.Core.Common;
using W2SR.Core.Models;
using W2SR.Core.Tensors;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace W2SR.Core.Training;

/// <summary>What a run trains on.</summary>
/// <param name="TotalSteps">Optimizer steps.</param>
/// <param name="StepsPerPass">Steps of one pass over the data; the total for a stream.</param>
/// <param name="ExamplesOfStep">The examples of a step, counted from 0; the same whenever it is asked.</param>
/// <param name="Fingerprint">Says which data it is.</param>
/// <param name="Validation">Not trained on; may be empty.</param>
internal sealed record SupervisedData(
    int TotalSteps, int StepsPerPass, Func<int, IReadOnlyList<TrainingExample>> ExamplesOfStep, string Fingerprint, IReadOnlyList<TrainingExample> Validation);

/// <summary>The loop over optimizer steps: updates, measurements, checkpoints, early stopping.</summary>
internal sealed class SupervisedRun(SftOptions options, CausalLm model, SupervisedData data, Func<int, double>? passAt1)
{
    private readonly List<TrainingStep> steps = [];
    private long tokensTrained;
    private double flops;
    private int bestStep, poorMeasurements;
    private Tensor? bestValues;

    /// <summary>Looks whether the folder for checkpoints is this run's, and changes nothing.</summary>
    /// <exception cref="ArgumentException">It holds another run; every difference is named.</exception>
    public void RefuseAnotherRun()
    {
        if (options.State is not null) TrainingStateStore.RefuseAnotherRun(options.State.Folder, Identity());
    }

    public TrainingRun Run(IProgress<TrainingStep>? progress, CancellationToken cancellationToken)
    {
        using var freed = new FreedMemory();
        using var weights = new TrainingWeights(model, options.Compute.Type);
        using var optimizer = new FlatAdamW(weights.Master, options.Optimizer);
        using var store = options.State is null ? null : new TrainingStateStore(options.State, Identity(), weights.Master, optimizer);
        var before = Restore(store, weights);
        using var metrics = options.MetricsFile is null ? null : new MetricsFile(options.MetricsFile, steps.Count);
        var settings = new UpdateSettings(options.Compute.MicroBatchTokens, options.Compute.Packing, options.Loss, new PassOptions(options.Compute.GradientCheckpointing));
        var update = new SupervisedUpdate(weights, optimizer, settings, options.MaxGradientNorm);
        var schedule = new LearningRateSchedule(options.Schedule, data.TotalSteps, options.WarmupRatio);
        var clock = Stopwatch.StartNew();
        try
        {
            while (steps.Count < data.TotalSteps && !IsPatienceOver)
            {
                var step = Step(update, schedule, before + clock.Elapsed, cancellationToken);
                if (IsDue(step.Step, MeasureEvery)) step = Measure(step, update, weights, cancellationToken);
                steps.Add(step with { Elapsed = before + clock.Elapsed });
                metrics?.Append(steps[^1]);
                progress?.Report(steps[^1]);
                if (store is not null && (IsDue(step.Step, options.State!.EverySteps) || bestStep == step.Step || IsPatienceOver)) store.Save(State());
            }
            if (options.Validation.Patience is not null) GoBackToBest(weights, store);
        }
        catch (OperationCanceledException) when (store is not null && steps.Count > 0)
        {
            store.Save(State()); // the weights are those of the last whole step
            throw;
        }
        finally
        {
            bestValues?.Dispose();
        }
        return new TrainingRun
        {
            Steps = steps,
            TokensTrained = tokensTrained,
            Flops = flops,
            Elapsed = before + clock.Elapsed,
            BestStep = bestStep == 0 ? null : bestStep,
            Findings = [.. store?.Findings ?? [], .. IsPatienceOver ? [$"Stopped after step {steps.Count} of {data.TotalSteps}: the validation loss has not fallen since step {bestStep}, whose weights are kept."] : Array.Empty<string>()],
        };
    }

    private int MeasureEvery => options.Validation.EverySteps > 0 ? options.Validation.EverySteps : data.StepsPerPass;

    private bool IsPatienceOver => options.Validation.Patience is { } patience && poorMeasurements >= patience;

    private bool IsDue(int step, int every) => step % every == 0 || step == data.TotalSteps;

    private TimeSpan Restore(TrainingStateStore? store, TrainingWeights weights)
    {
        if (store?.Resume() is not { } state) return TimeSpan.Zero;
        steps.AddRange(state.Steps);
        (tokensTrained, flops, bestStep, poorMeasurements) = (state.TokensTrained, state.Flops, state.BestStep, state.PoorMeasurements);
        weights.Publish();
        return steps.Count == 0 ? TimeSpan.Zero : steps[^1].Elapsed;
    }

    private TrainingStep Step(SupervisedUpdate update, LearningRateSchedule schedule, TimeSpan started, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var examples = data.ExamplesOfStep(steps.Count);
        var rate = options.LearningRate * schedule.Multiplier(steps.Count);
        var (loss, norm) = update.Run(examples, rate, steps.Count + 1, cancellationToken);
        var supervised = examples.Sum(e => e.ResponseIds.Length);
        var read = examples.Sum(e => (long)e.Length - 1);
        flops += DecoderFlops.Training(model.Config, examples.Select(e => e.Length - 1), supervised);
        tokensTrained += read;
        using var process = Process.GetCurrentProcess();
        return new TrainingStep
        {
            Step = steps.Count + 1,
            TotalSteps = data.TotalSteps,
            Loss = loss,
            LearningRate = rate,
            GradientNorm = norm,
            Tokens = supervised,
            SupervisedShare = (double)supervised / read,
            TokensPerSecond = read / clock.Elapsed.TotalSeconds,
            PeakMemoryBytes = process.PeakWorkingSet64,
            Elapsed = started,
        };
    }

    private TrainingStep Measure(TrainingStep step, SupervisedUpdate update, TrainingWeights weights, CancellationToken cancellationToken)
    {
        if (passAt1 is not null) step = step with { PassAt1 = passAt1(step.Step) };
        if (data.Validation.Count == 0) return step;
        var loss = update.Evaluate(data.Validation, cancellationToken);
        var best = bestStep == 0 ? double.PositiveInfinity : steps[bestStep - 1].ValidationLoss!.Value;
        if (loss < best)
        {
            (bestStep, poorMeasurements) = (step.Step, 0);
            if (options.Validation.Patience is not null) Remember(weights);
        }
        else poorMeasurements++;
        return step with { ValidationLoss = loss };
    }

    private void Remember(TrainingWeights weights)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        bestValues?.Dispose();
        bestValues = weights.Master.Values.clone().DetachFromDisposeScope();
    }

    private void GoBackToBest(TrainingWeights weights, TrainingStateStore? store)
    {
        if (bestStep == 0 || bestStep == steps.Count) return;
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        if (bestValues is not null) weights.Master.Values.copy_(bestValues);
        else if (store?.TryReadWeights(bestStep) != true) return; // a run that resumed has them on disk
        weights.Publish();
    }

    private TrainingState State() => new()
    {
        Step = steps.Count,
        Identity = new Dictionary<string, string>(),
        Files = new Dictionary<string, string>(),
        Steps = steps,
        TokensTrained = tokensTrained,
        Flops = flops,
        BestStep = bestStep,
        PoorMeasurements = poorMeasurements,
    };

    /// <summary>Everything that the result depends on; where a run is written, and how often, is not among it.</summary>
    private Dictionary<string, string> Identity()
    {
        var identity = JsonSerializer.SerializeToElement(options with { State = null, MetricsFile = null }, W2srJson.Line)
            .EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetRawText());
        identity["data"] = data.Fingerprint;
        identity["steps"] = data.TotalSteps.ToString(System.Globalization.CultureInfo.InvariantCulture);
        identity["model"] = ContentHash.OfValue(model.Config);
        // Full training replaces every weight; an adapter belongs to the very weights that it was trained on.
        if (model.Adapter is not null)
        {
            using var scope = NewDisposeScope();
            identity["base"] = Convert.ToHexStringLower(SHA256.HashData(model.Parameters.Values.cpu().bytes))[..16];
        }
        return identity;
    }
}
