using W2SR.Core.Models;
using W2SR.Core.Training;

namespace W2SR.Core.Experiments.Stages;

/// <summary>What stages are expected to take, by the lengths of the task's sequences.</summary>
internal sealed class StageEstimates(SequenceLengths lengths, TrainingPlan training)
{
    /// <param name="directLength">Mean tokens of a response that answers without work.</param>
    public StageEstimate Pretraining(DecoderConfig shape, RouteModel plan, RouteTask task, double directLength)
    {
        double worked = (double)plan.PretrainSteps * task.WorkedDocuments, direct = (double)plan.PretrainSteps * task.DirectDocuments;
        return new StageEstimate(0, worked * Read(lengths.Worked) + direct * Read(directLength),
            3 * (worked * Forward(shape, lengths.Worked) + direct * Forward(shape, directLength)));
    }

    /// <summary>On traces that a model has yet to write.</summary>
    public StageEstimate FineTuning(DecoderConfig shape, double examples, int? epochs)
    {
        var passes = examples * (epochs ?? training.Sft.Epochs);
        return new StageEstimate(0, passes * Read(lengths.Worked), 3 * passes * Forward(shape, lengths.Worked));
    }

    /// <summary>On responses that are there already, each with its own length; what is over-long is left out or cut as the training does it.</summary>
    public StageEstimate FineTuning(DecoderConfig shape, IReadOnlyList<SequenceLength> written, int? epochs)
    {
        var (limit, passes) = (Math.Min(training.Sft.MaxLength, shape.ContextLength), (double)(epochs ?? training.Sft.Epochs));
        SequenceLength[] kept = [.. written
            .Select(l => l with { Response = EncodedTraces.LeftOf(l.Prompt, l.Response, limit, training.Sft.OverLong) })
            .Where(l => l.Response > 0)];
        int[] read = [.. kept.Select(l => l.Prompt + l.Response - 1)];
        return new StageEstimate(0, passes * read.Sum(n => (long)n), passes * DecoderFlops.Training(shape, read, kept.Sum(l => (long)l.Response)));
    }

    /// <summary>Groups of equal rewards are written but not trained on, unless the loss needs every response; where they are replaced, as many are written anew in each round.</summary>
    public StageEstimate Reinforcement(DecoderConfig shape, GrpoOptions options)
    {
        var samples = (double)options.Steps * options.ProblemsPerStep * options.GroupSize;
        double uniform = 1 - training.ExpectedTrainingGroups, written = 0, left = 1;
        for (var round = 0; round <= options.Rollouts.ReplacementRounds; round++, left *= uniform) written += left;
        var trained = options.PassesPerStep * (options.Loss.NeedsEveryResponse ? 1 : 1 - left);
        var units = written + (3 + (options.Loss.Beta > 0 ? 1 : 0)) * trained + (options.Loss.SamplerCorrection is null ? 0 : 1);
        return new StageEstimate(samples * written * lengths.Worked, samples * trained * Read(lengths.Worked), units * samples * Forward(shape, lengths.Worked));
    }

    /// <summary>What the estimates rest on and an experiment's file can state otherwise, in words.</summary>
    /// <param name="kinds">Kinds of the stages that are estimated.</param>
    public IReadOnlyList<string> Assumptions(IReadOnlyCollection<StageKind> kinds)
    {
        var all = new List<string>();
        if (kinds.Any(k => k is not (StageKind.Pretraining or StageKind.DirectAnswers or StageKind.Checkpoint)))
            all.Add(FormattableString.Invariant($"A response that a model writes has {lengths.Worked:0.#} tokens on the mean, a prompt {lengths.Prompt:0.#}."));
        if (kinds.Contains(StageKind.Reinforcement))
            all.Add(training.Reinforcement.Loss.NeedsEveryResponse
                ? "Every group of GRPO is trained on: with a KL penalty or an entropy bonus, groups of equal rewards have a gradient, too."
                : FormattableString.Invariant($"{100 * training.ExpectedTrainingGroups:0.#}% of GRPO's groups have rewards that differ and are trained on; the others are only written (training.expectedTrainingGroups)."));
        return all;
    }

    public StageEstimate Generation(DecoderConfig shape, double samples) => new(samples * lengths.Worked, 0, samples * Forward(shape, lengths.Worked));

    /// <summary>Tokens that go through the model: the last one is only predicted.</summary>
    private double Read(double response) => lengths.Prompt + response - 1;

    private double Forward(DecoderConfig shape, double response) => DecoderFlops.Forward(shape, [(int)Math.Round(Read(response))], (long)Math.Round(response));
}
