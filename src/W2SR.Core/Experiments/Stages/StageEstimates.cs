using W2SR.Core.Models;
using W2SR.Core.Training;

namespace W2SR.Core.Experiments.Stages;

/// <summary>What stages are expected to take, by the lengths of the task's sequences.</summary>
internal sealed class StageEstimates(SequenceLengths lengths, TrainingPlan training)
{
    public StageEstimate Pretraining(DecoderConfig shape, RouteModel plan, RouteTask task)
    {
        double worked = (double)plan.PretrainSteps * task.WorkedDocuments, direct = (double)plan.PretrainSteps * task.DirectDocuments;
        return new StageEstimate(0, worked * Read(lengths.Worked) + direct * Read(lengths.Direct),
            3 * (worked * Forward(shape, lengths.Worked) + direct * Forward(shape, lengths.Direct)));
    }

    public StageEstimate FineTuning(DecoderConfig shape, double examples, int? epochs, bool worked)
    {
        var (passes, response) = (examples * (epochs ?? training.Sft.Epochs), worked ? lengths.Worked : lengths.Direct);
        return new StageEstimate(0, passes * Read(response), 3 * passes * Forward(shape, response));
    }

    /// <summary>Every group is taken to train; groups of equal rewards do not, so this is what it costs at most.</summary>
    public StageEstimate Reinforcement(DecoderConfig shape, GrpoOptions options)
    {
        var samples = (double)options.Steps * options.ProblemsPerStep * options.GroupSize;
        var units = 1 + 3 * options.PassesPerStep + (options.Loss.Beta > 0 ? 1 : 0);
        return new StageEstimate(samples * lengths.Worked, samples * options.PassesPerStep * Read(lengths.Worked), units * samples * Forward(shape, lengths.Worked));
    }

    public StageEstimate Generation(DecoderConfig shape, double samples) => new(samples * lengths.Worked, 0, samples * Forward(shape, lengths.Worked));

    /// <summary>Tokens that go through the model: the last one is only predicted.</summary>
    private double Read(double response) => lengths.Prompt + response - 1;

    private double Forward(DecoderConfig shape, double response) => DecoderFlops.Forward(shape, [(int)Math.Round(Read(response))], (long)Math.Round(response));
}
