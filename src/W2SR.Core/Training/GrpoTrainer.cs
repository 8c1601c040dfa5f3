using Stopwatch = System.Diagnostics.Stopwatch;
using TorchSharp;
using W2SR.Core.Common;
using W2SR.Core.Generation;
using W2SR.Core.Models;
using W2SR.Core.Problems;
using W2SR.Core.Reasoners;
using W2SR.Core.Tensors;
using W2SR.Core.Verification;
using static TorchSharp.torch;

namespace W2SR.Core.Training;

/// <summary>
/// GRPO with a verifiable reward: the student answers each problem several times, and learns to do more of what was better than its
/// group's mean. Makes the weak reasoner that teaches, and the RL ceiling of RGR.
/// </summary>
/// <param name="options">Null for <see cref="GrpoOptions.Paper"/>.</param>
/// <param name="verifier">The reward: 1 for a correct answer, 0 otherwise.</param>
public sealed class GrpoTrainer(GrpoOptions? options, IVerifier verifier)
{
    private readonly GrpoOptions options = options ?? GrpoOptions.Paper;
    private readonly PolicyLoss objective = new((options ?? GrpoOptions.Paper).Loss);

    /// <summary>Trains.</summary>
    /// <param name="student">Its weights change in place.</param>
    /// <param name="problems">Training problems, at least <see cref="GrpoOptions.ProblemsPerStep"/>; drawn without repetition until all were used.</param>
    /// <param name="progress">Told after every round.</param>
    /// <param name="cancellationToken">Stops between tokens and micro-batches.</param>
    /// <exception cref="ArgumentException">Too few problems, or options that do not fit together.</exception>
    /// <exception cref="TrainingDivergedException">Loss or gradient stopped being a number.</exception>
    public TrainingRun Train(
        IStudent student, IReadOnlyList<Problem> problems, IProgress<TrainingStep>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(student);
        ArgumentNullException.ThrowIfNull(problems);
        ArgumentNullException.ThrowIfNull(verifier);
        options.Validate();
        if (problems.Count < options.ProblemsPerStep)
            throw new ArgumentException($"{problems.Count} problems are fewer than the {options.ProblemsPerStep} of one step.", nameof(problems));

        var model = student.Model;
        var generator = new SequenceGenerator(model, student.Tokenizer.EndIds, tokenizer: student.Tokenizer);
        var schedule = new LearningRateSchedule(options.Schedule, options.Steps * options.UpdatesPerStep, options.WarmupRatio);
        using var reference = options.Loss.Beta > 0 ? model.Clone() : null;
        using var optimizer = new FlatAdamW(model, options.Optimizer);
        var tally = new Tally();
        var clock = Stopwatch.StartNew();
        var steps = new List<TrainingStep>(options.Steps);
        try
        {
            for (var step = 0; step < options.Steps; step++)
            {
                var rollouts = RollOut(student, generator, ProblemsOf(step, problems), step, tally, cancellationToken);
                steps.Add(Update(model, reference, optimizer, schedule, rollouts, step, tally, cancellationToken) with { Elapsed = clock.Elapsed });
                progress?.Report(steps[^1]);
            }
        }
        finally
        {
            model.Parameters.DisableGradients();
        }
        return new TrainingRun
        {
            Steps = steps,
            TokensTrained = tally.Trained,
            TokensGenerated = tally.Generated,
            Flops = tally.Flops,
            Elapsed = clock.Elapsed,
        };
    }

    private Problem[] ProblemsOf(int step, IReadOnlyList<Problem> problems)
    {
        // Whole passes, each in its own order: which problems a step sees depends on the seed and the step alone.
        var perPass = problems.Count / options.ProblemsPerStep;
        var order = Enumerable.Range(0, problems.Count).ToArray();
        new RandomStream(options.Seed, "grpo problems", step / perPass).Shuffle<int>(order);
        return [.. order.Skip(step % perPass * options.ProblemsPerStep).Take(options.ProblemsPerStep).Select(i => problems[i])];
    }

    private Rollout[] RollOut(
        IStudent student, SequenceGenerator generator, Problem[] problems, int step, Tally tally, CancellationToken cancellationToken)
    {
        var requests = new List<GenerationRequest>(problems.Length * options.GroupSize);
        foreach (var problem in problems)
        {
            var prompt = student.EncodePrompt(problem);
            for (var sample = 0; sample < options.GroupSize; sample++)
                requests.Add(new GenerationRequest(prompt, new RandomStream(options.Seed, problem.Id, sample, step + 1)));
        }
        var sampling = new SamplingOptions { Temperature = options.Temperature, MaxNewTokens = options.MaxNewTokens };
        var sequences = generator.Generate(requests, sampling, withLogProbs: true, cancellationToken);
        var rewards = new double[sequences.Count];
        for (var i = 0; i < rewards.Length; i++)
            rewards[i] = verifier.Verify(problems[i / options.GroupSize], student.Tokenizer.Decode(sequences[i].Ids)).IsCorrect ? 1 : 0;
        var advantages = GroupAdvantages.Compute(rewards, options.GroupSize, options.Scaling);
        tally.Count(student.Model.Config, requests, sequences);
        return [.. sequences.Select((s, i) => new Rollout(new TrainingExample(requests[i].PromptIds, s.Ids), s.LogProbs!, rewards[i], advantages[i]))];
    }

    private TrainingStep Update(
        CausalLm model, CausalLm? reference, FlatAdamW optimizer, LearningRateSchedule schedule, Rollout[] rollouts, int step, Tally tally,
        CancellationToken cancellationToken)
    {
        double loss = 0, norm = 0, klSum = 0, rate = 0;
        long tokens = 0;
        foreach (var (part, update) in rollouts.Chunk(rollouts.Length / options.UpdatesPerStep).Select((p, u) => (p, u)))
        {
            // Without a penalty, a response of advantage zero has gradient zero: it costs time and changes nothing.
            var live = reference is null ? [.. part.Where(r => r.Advantage != 0)] : part;
            rate = options.LearningRate * schedule.Multiplier(step * options.UpdatesPerStep + update);
            if (live.Length == 0) continue;
            model.Parameters.ClearGradients();
            var (updateLoss, updateKl) = Accumulate(model, reference, live, part, tally, cancellationToken);
            var updateNorm = optimizer.ClipGradientNorm(options.MaxGradientNorm);
            if (!double.IsFinite(updateLoss) || !double.IsFinite(updateNorm)) throw new TrainingDivergedException(step + 1, updateLoss, updateNorm);
            optimizer.Step(rate);
            loss += updateLoss / options.UpdatesPerStep;
            norm = Math.Max(norm, updateNorm);
            klSum += updateKl;
            tokens += live.Sum(r => (long)r.Example.ResponseIds.Length);
        }
        var groups = rollouts.Chunk(options.GroupSize).ToArray();
        return new TrainingStep
        {
            Step = step + 1,
            TotalSteps = options.Steps,
            Loss = loss,
            LearningRate = rate,
            GradientNorm = norm,
            Tokens = rollouts.Sum(r => r.Example.ResponseIds.Length),
            Reward = rollouts.Average(r => r.Reward),
            UniformGroups = groups.Average(g => GroupAdvantages.IsUniform([.. g.Select(r => r.Reward)]) ? 1.0 : 0),
            Kl = reference is null ? null : klSum / Math.Max(1, tokens),
            Elapsed = TimeSpan.Zero,
        };
    }

    /// <summary>Adds up the gradient of one update over micro-batches.</summary>
    private (double Loss, double KlSum) Accumulate(
        CausalLm model, CausalLm? reference, Rollout[] live, Rollout[] part, Tally tally, CancellationToken cancellationToken)
    {
        double loss = 0, klSum = 0;
        // Averages run over the whole update, also over responses that were left out because their advantage is zero.
        var totalTokens = part.Sum(r => r.Example.ResponseIds.Length);
        foreach (var rows in ExampleBatch.Plan([.. live.Select(r => r.Example)], options.MicroBatchTokens))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var micro = Array.ConvertAll(rows, i => live[i]);
            using var batch = new ExampleBatch([.. micro.Select(r => r.Example)], model.Target.Device);
            var device = model.Target.Device;
            var logProbs = batch.ToRows(LogProbs(model, batch));
            Tensor? referenceLogProbs = null;
            if (reference is not null)
                using (no_grad()) referenceLogProbs = batch.ToRows(LogProbs(reference, batch));
            // One update on fresh rollouts: the policy that wrote them is this very one, so its log-probs need no second opinion.
            var old = options.UpdatesPerStep == 1 ? null : batch.ToRows(tensor(micro.SelectMany(r => r.LogProbs).ToArray(), device: device));
            var mask = batch.ToRows(ones(batch.SupervisedTokens, device: device));
            var advantages = tensor(Array.ConvertAll(micro, r => (float)r.Advantage), device: device);
            var (microLoss, metrics) = objective.Compute(
                new PolicyTensors { LogProbs = logProbs, OldLogProbs = old, ReferenceLogProbs = referenceLogProbs, Advantages = advantages, LossMask = mask },
                new PolicyLossScale(part.Length, totalTokens, options.MaxNewTokens, (double)batch.SupervisedTokens / totalTokens));
            microLoss.backward();
            loss += microLoss.ToDouble();
            klSum += (metrics.Kl ?? 0) * metrics.Tokens;
            tally.CountTraining(model.Config, batch, reference is not null);
        }
        return (loss, klSum);
    }

    private Tensor LogProbs(CausalLm model, ExampleBatch batch) =>
        batch.SupervisedLogits(model).to(ScalarType.Float32).Over(options.Temperature).log_softmax(-1).gather(1, batch.Targets.unsqueeze(1)).squeeze(1);

    private sealed record Rollout(TrainingExample Example, float[] LogProbs, double Reward, double Advantage);

    /// <summary>What the run has cost so far.</summary>
    private sealed class Tally
    {
        public long Generated { get; private set; }

        public long Trained { get; private set; }

        public double Flops { get; private set; }

        public void Count(DecoderConfig config, List<GenerationRequest> requests, IReadOnlyList<GeneratedSequence> sequences)
        {
            long written = sequences.Sum(s => (long)s.Ids.Length);
            Generated += written;
            Flops += DecoderFlops.Forward(config, sequences.Select((s, i) => requests[i].PromptIds.Length + s.Ids.Length - 1), written);
        }

        public void CountTraining(DecoderConfig config, ExampleBatch batch, bool withReference)
        {
            Trained += batch.Lengths.Sum(l => (long)l - 1);
            var forward = DecoderFlops.Forward(config, batch.Lengths.Select(l => l - 1), batch.SupervisedTokens);
            Flops += (withReference ? 4 : 3) * forward;
        }
    }
}
