using TorchSharp;
using W2SR.Core.Common;
using W2SR.Core.Generation;
using W2SR.Core.Models;
using W2SR.Core.Tests.Infrastructure;
using W2SR.Core.Training;
using static TorchSharp.torch;

namespace W2SR.Core.Tests.Training;

/// <summary>
/// On a vocabulary so small that every completion can be listed, the mean gradient over sampled batches is the exact gradient of the expected reward:
/// sampler, advantages, objective and backward together. A group's own mean as baseline leaves the factor 1 - 1/G.
/// </summary>
public sealed class PolicyGradientTests
{
    private const int GroupSize = 4, Groups = 8, Length = 3, EndId = 0;
    private const double Temperature = 0.8;
    private static readonly int[] Prompt = [1, 2];

    // Divided by a constant, the objective is unbiased whatever the lengths are.
    [Theory]
    [InlineData(PolicyLossType.DrGrpo, RatioLevel.Token, true)]
    [InlineData(PolicyLossType.Luspo, RatioLevel.Sequence, true)]
    // Divided by lengths, it is when all are equal; otherwise it is the gradient of something else, as the papers say.
    [InlineData(PolicyLossType.Grpo, RatioLevel.Token, false)]
    [InlineData(PolicyLossType.Grpo, RatioLevel.Sequence, false)]
    [InlineData(PolicyLossType.Dapo, RatioLevel.Token, false)]
    [InlineData(PolicyLossType.Bnpo, RatioLevel.Token, false)]
    [InlineData(PolicyLossType.Cispo, RatioLevel.Token, false)]
    [InlineData(PolicyLossType.Sapo, RatioLevel.Token, false)]
    [InlineData(PolicyLossType.Vespo, RatioLevel.Token, false)]
    public void Gradient_MeanOverBatches_IsThatOfTheExpectedReward(PolicyLossType type, RatioLevel level, bool canEnd)
    {
        using var model = TinyModels.Create(TinyModels.Config(vocabulary: 4), ScalarType.Float64);
        using var weights = new TrainingWeights(model);
        using var optimizer = new FlatAdamW(weights.Master, new AdamWOptions());
        using var scope = NewDisposeScope();
        var exact = Exact(model, weights, canEnd);
        var directions = stack([exact / exact.norm(), .. Enumerable.Range(0, 4).Select(i => Direction(i, exact.numel()))]);      // [5, N]
        var options = new PolicyLossOptions { Type = type, RatioLevel = level, ClipHigh = type == PolicyLossType.Cispo ? 5 : 0.2 };
        var update = new PolicyUpdate(weights, null, optimizer, options, new PolicyUpdateSettings(Temperature, 1e9, true, new PassOptions()));

        var batches = LongChecks.Rounds(120, 1200);
        var projections = new List<double[]>();
        for (var batch = 0; batch < batches; batch++)
        {
            using var inner = NewDisposeScope();
            update.Accumulate([Sample(model, batch, canEnd)], 1, default);
            projections.Add(directions.mv(weights.Master.Gradients!).data<double>().ToArray());
        }
        // The loss goes down where the reward goes up; a sum over tokens stands undivided in LUSPO alone.
        var factor = -(1 - 1.0 / GroupSize) / (type == PolicyLossType.Luspo ? 1 : Length);
        var expected = (directions.mv(exact) * factor).data<double>().ToArray();
        for (var d = 0; d < expected.Length; d++)
        {
            var values = projections.Select(p => p[d]).ToArray();
            var error = Math.Sqrt(values.Sum(v => Math.Pow(v - values.Average(), 2)) / (values.Length - 1) / values.Length);
            Assert.True(Math.Abs(values.Average() - expected[d]) <= 3 * error, $"{type} direction {d}: {values.Average()} against {expected[d]}, standard error {error}");
            // Sharp enough to notice a gradient that is a quarter too long or too short.
            if (d == 0) Assert.True(4 * 3 * error < Math.Abs(expected[0]), $"{type}: standard error {error} of {expected[0]}");
        }
    }

    /// <summary>The gradient of sum over all completions of p(completion) reward(completion).</summary>
    private static Tensor Exact(CausalLm model, TrainingWeights weights, bool canEnd)
    {
        using var scope = NewDisposeScope();
        weights.ClearGradients();
        TrainingExample[] all = [.. Completions([], canEnd).Select(c => new TrainingExample(Prompt, c))];
        using var batch = new ExampleBatch(all, CPU);
        using var scores = new TokenScores(model, batch, Temperature);
        var probabilities = batch.ToRows(scores.LogProbs).sum(1).exp();
        Assert.Equal(1, probabilities.sum().ToDouble(), 1e-5);
        (probabilities * tensor(all.Select(e => Reward(e.ResponseIds)).ToArray())).sum().backward();
        scores.Backward();
        return weights.Master.Gradients!.clone().MoveToOuterDisposeScope();
    }

    private static IEnumerable<int[]> Completions(int[] start, bool canEnd) =>
        start.Length == Length || (canEnd && start.Length > 0 && start[^1] == EndId) ? [start] : Enumerable.Range(0, 4).SelectMany(id => Completions([.. start, id], canEnd));

    private static PolicyMicroBatch Sample(CausalLm model, int batch, bool canEnd)
    {
        GenerationRequest[] requests = [.. Enumerable.Range(0, Groups * GroupSize).Select(i => new GenerationRequest(Prompt, new RandomStream(7, "gradient", i, batch)))];
        var sequences = new SequenceGenerator(model, canEnd ? [EndId] : []).Generate(
            requests, new SamplingOptions { Temperature = Temperature, MaxNewTokens = Length }, withLogProbs: true);
        var advantages = GroupAdvantages.Compute([.. sequences.Select(s => Reward(s.Ids))], GroupSize, AdvantageScaling.None);
        return new PolicyMicroBatch([.. sequences.Select((s, i) => new PolicySample(new TrainingExample(Prompt, s.Ids), advantages[i], s.LogProbs!))],
            new PolicyLossScale(sequences.Count, sequences.Sum(s => s.Ids.Length), Length, 1));
    }

    private static double Reward(int[] ids) => ids.Select((id, t) => Math.Cos(1.7 * id + 0.6 * t)).Sum() + (ids[^1] == EndId ? 0.5 : 0);

    private static Tensor Direction(int index, long size)
    {
        var random = new RandomStream(11, "direction", index);
        var values = new double[size];
        for (var i = 0; i < values.Length; i++) values[i] = random.NextNormal() / Math.Sqrt(size);
        return tensor(values);
    }
}
