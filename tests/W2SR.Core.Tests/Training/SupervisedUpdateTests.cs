using TorchSharp;
using W2SR.Core.Common;
using W2SR.Core.Models;
using W2SR.Core.Tensors;
using W2SR.Core.Tests.Infrastructure;
using W2SR.Core.Training;
using static TorchSharp.torch;

namespace W2SR.Core.Tests.Training;

/// <summary>Every way through the model gives one and the same gradient: that of the mean loss over the step's supervised tokens.</summary>
[Collection(TensorCountingCollection.Name)]
public sealed class SupervisedUpdateTests
{
    private static readonly TrainingExample[] Ragged = Examples(11, 3);

    public static TheoryData<ScalarType, double> Types => new() { { ScalarType.Float64, 1e-6 }, { ScalarType.Float32, 1e-5 } };

    private static TrainingExample[] Examples(int count, ulong seed)
    {
        var random = new RandomStream(seed, "examples");
        int[] Ids(int n) => [.. Enumerable.Range(0, n).Select(_ => (int)random.NextInt(31))];
        return [.. Enumerable.Range(0, count).Select(_ => new TrainingExample(Ids(1 + (int)random.NextInt(7)), Ids(1 + (int)random.NextInt(12))))];
    }

    private static Dictionary<string, double[]> Gradient(CausalLm model, UpdateSettings settings, TrainingExample[]? examples = null)
    {
        using var weights = new TrainingWeights(model);
        using var optimizer = new FlatAdamW(weights.Master, new AdamWOptions());
        _ = new SupervisedUpdate(weights, optimizer, settings, 1).Accumulate(examples ?? Ragged, 1, default);
        using var scope = NewDisposeScope();
        return weights.Master.NamedViews(weights.Master.Gradients!).ToDictionary(v => v.Key, v => v.Value.to(ScalarType.Float64).data<double>().ToArray());
    }

    private static void AssertSame(Dictionary<string, double[]> expected, Dictionary<string, double[]> actual, double tolerance)
    {
        foreach (var (name, wanted) in expected)
        {
            var largest = wanted.Max(Math.Abs);
            Assert.True(largest > 0, name);
            for (var i = 0; i < wanted.Length; i++)
                Assert.True(Math.Abs(wanted[i] - actual[name][i]) <= tolerance * largest, $"{name}[{i}]: {wanted[i]} against {actual[name][i]}, largest {largest}");
        }
    }

    private static UpdateSettings Chunked(int budget, bool packed = false, bool checkpointing = false, long elements = 31 * 7) =>
        new(budget, packed, SftLoss.Likelihood, new PassOptions(checkpointing, elements, OneGraph: false));

    [Theory]
    [MemberData(nameof(Types))]
    public void Accumulate_ManyMicroBatches_GiveTheGradientOfOneBigBatch(ScalarType type, double tolerance)
    {
        using var model = TinyModels.Create(TinyModels.Config(everything: true), type);
        var whole = Gradient(model, Chunked(10_000));
        AssertSame(whole, Gradient(model, Chunked(1)), tolerance);
        AssertSame(whole, Gradient(model, Chunked(40)), tolerance);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Accumulate_Packed_GivesTheGradientOfUnpacked(ScalarType type, double tolerance)
    {
        using var model = TinyModels.Create(TinyModels.Config(everything: true), type);
        var apart = Gradient(model, Chunked(1));
        AssertSame(apart, Gradient(model, Chunked(10_000, packed: true)), tolerance);
        AssertSame(apart, Gradient(model, Chunked(50, packed: true, checkpointing: true)), tolerance);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Accumulate_Checkpointed_GivesTheGradientOfPlain(ScalarType type, double tolerance)
    {
        using var model = TinyModels.Create(TinyModels.Config(everything: true), type);
        AssertSame(Gradient(model, Chunked(60)), Gradient(model, Chunked(60, checkpointing: true)), tolerance);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Accumulate_HeadInChunks_GivesTheGradientOfOneGraph(bool tied)
    {
        using var model = TinyModels.Create(TinyModels.Config(everything: tied));
        var graph = Gradient(model, new UpdateSettings(60, Pass: new PassOptions(OneGraph: true)));
        AssertSame(graph, Gradient(model, Chunked(60, elements: 1)), 1e-5);
        AssertSame(graph, Gradient(model, Chunked(60, elements: 1 << 20)), 1e-5);
    }

    /// <summary>Weights large enough for the kernels of training: against the same model in float64, which libtorch's graph carries; and every layout against the plain one.</summary>
    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void Accumulate_OnKernels_GivesTheGradientOfDoublePrecision(bool everything)
    {
        Skip.IfNot(PanelProduct.IsSupported, "The kernels need 512-bit vectors.");
        var config = TinyModels.Config(600, grouped: true, everything) with { HiddenSize = 512, HeadSize = 128, FeedForwardSize = 516 };
        using var wide = TinyModels.Create(config, ScalarType.Float64);
        using var model = wide.CloneAs(new ComputeTarget(CPU, ScalarType.Float32));
        Assert.True(BlockPass.Suits(model));
        Assert.False(BlockPass.Suits(wide));
        TrainingExample[] examples = [.. Ragged.Select(e => new TrainingExample([.. e.PromptIds.Select(i => 19 * i)], [.. e.ResponseIds.Select(i => 19 * i + 3)]))];
        var before = Tensor.TotalCount;
        var plain = Gradient(model, Chunked(10_000, elements: 600 * 20), examples);
        AssertSame(Gradient(wide, Chunked(10_000), examples), plain, 1e-4);
        AssertSame(plain, Gradient(model, Chunked(1), examples), 2e-5);
        AssertSame(plain, Gradient(model, Chunked(50, packed: true), examples), 2e-5);
        AssertSame(plain, Gradient(model, Chunked(60, checkpointing: true), examples), 2e-5);
        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void Accumulate_GradientOfDft_IsItsSlowTwins()
    {
        using var model = TinyModels.Create(type: ScalarType.Float64);
        var actual = Gradient(model, Chunked(1) with { Loss = SftLoss.Dft });
        using var weights = new TrainingWeights(model);
        using var scope = NewDisposeScope();
        double tokens = Ragged.Sum(e => e.ResponseIds.Length);
        foreach (var example in Ragged)
        {
            using var batch = new ExampleBatch([example], CPU);
            var logProbs = batch.SupervisedLogits(model).log_softmax(-1).gather(1, batch.Targets.unsqueeze(1));
            (-(logProbs.detach().exp() * logProbs).sum() / tokens).backward();
        }
        AssertSame(weights.Master.NamedViews(weights.Master.Gradients!).ToDictionary(v => v.Key, v => v.Value.data<double>().ToArray()), actual, 1e-10);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void TokenScores_GradientOfAnyLoss_IsAutograds(bool checkpointing, bool trainEntropy)
    {
        using var model = TinyModels.Create(TinyModels.Config(grouped: true), ScalarType.Float64);
        const double temperature = 0.7;
        double[] Run(PassOptions options)
        {
            using var weights = new TrainingWeights(model);
            using var scope = NewDisposeScope();
            using var batch = new ExampleBatch(Ragged, CPU);
            using var scores = new TokenScores(model, batch, temperature, trainEntropy ? EntropyUse.Trained : EntropyUse.Measured, options);
            var advantage = arange(batch.SupervisedTokens).sin();
            var loss = ((scores.LogProbs - scores.LogProbs.detach() * 0.9).exp() * advantage).sum();
            if (trainEntropy) loss -= (scores.Entropies! * advantage.cos()).sum();
            loss.backward();
            scores.Backward();
            Assert.Equal(batch.SupervisedTokens, scores.Entropies!.numel());
            return [.. scores.LogProbs.to(ScalarType.Float64).data<double>().ToArray(), .. scores.Entropies.detach().to(ScalarType.Float64).data<double>().ToArray(), .. weights.Master.Gradients!.data<double>().ToArray()];
        }
        var (expected, actual) = (Run(new PassOptions(OneGraph: true)), Run(new PassOptions(checkpointing, 64, OneGraph: false)));
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 2e-6); // one graph scores in float32
    }

    [Theory]
    [InlineData(PolicyLossType.Dapo, RatioLevel.Token)]
    [InlineData(PolicyLossType.Grpo, RatioLevel.Token)]
    [InlineData(PolicyLossType.DrGrpo, RatioLevel.Sequence)]
    [InlineData(PolicyLossType.Luspo, RatioLevel.Sequence)]
    [InlineData(PolicyLossType.Sapo, RatioLevel.Token)]
    public void PolicyUpdate_OnFreshResponses_OnePassThroughTheHeadGivesTheGradientOfTwo(PolicyLossType type, RatioLevel level)
    {
        using var model = TinyModels.Create(TinyModels.Config(grouped: true), ScalarType.Float64);
        var tokens = Ragged.Sum(e => e.ResponseIds.Length);
        PolicySample[] samples = [.. Ragged.Select((e, i) => new PolicySample(e, i - 1.3, [.. e.ResponseIds.Select(_ => -3f)]))];
        var micro = new PolicyMicroBatch(samples, new PolicyLossScale(samples.Length, tokens, 9, 1));
        (double[] Gradient, double Loss, double Entropy, double Mismatch) Run(PassOptions pass)
        {
            using var weights = new TrainingWeights(model);
            using var optimizer = new FlatAdamW(weights.Master, new AdamWOptions());
            var update = new PolicyUpdate(weights, null, optimizer, new PolicyLossOptions { Type = type, RatioLevel = level }, new PolicyUpdateSettings(0.7, 1, true, pass));
            var (micros, mismatch) = update.Accumulate([micro], 1, default);
            return (weights.Master.Gradients!.data<double>().ToArray(), micros[0].Loss, micros[0].Metrics.Entropy!.Value, mismatch.Mean);
        }
        var (two, one) = (Run(new PassOptions(OneGraph: true)), Run(new PassOptions(HeadElements: 64, OneGraph: false)));
        for (var i = 0; i < two.Gradient.Length; i++) Assert.Equal(two.Gradient[i], one.Gradient[i], 2e-6); // one graph scores in float32
        Assert.Contains(one.Gradient, g => Math.Abs(g) > 1e-3);
        Assert.Equal(two.Loss, one.Loss, 1e-6);
        Assert.Equal(two.Entropy, one.Entropy, 1e-5);
        Assert.Equal(two.Mismatch, one.Mismatch, 1e-5);
    }

    /// <summary>Large models go through the head in chunks and add the embedding's gradient by hand; small ones through one graph.</summary>
    [Theory]
    [InlineData(true, false, false, false)]
    [InlineData(false, false, false, false)]
    [InlineData(false, true, false, true)]
    [InlineData(false, false, true, true)]
    public void Run_BFloat16WithMasters_StaysNearFloat32AndMovesTheModel(bool oneGraph, bool packed, bool checkpointing, bool tied)
    {
        using var model = TinyModels.Create(TinyModels.Config(everything: tied));
        using var narrow = model.Clone();
        var settings = new UpdateSettings(40, packed, Pass: new PassOptions(checkpointing, 31 * 7, oneGraph));
        double[] Losses(CausalLm trained, ScalarType? type)
        {
            using var weights = new TrainingWeights(trained, type);
            using var optimizer = new FlatAdamW(weights.Master, new AdamWOptions());
            var update = new SupervisedUpdate(weights, optimizer, settings, 1);
            return [.. Enumerable.Range(0, 30).Select(i => update.Run(Ragged, 3e-3, i + 1, default).Loss)];
        }
        double[] wide = Losses(model, null), losses = Losses(narrow, ScalarType.BFloat16);
        Assert.True(wide[^1] < 0.8 * wide[0]);
        for (var i = 0; i < wide.Length; i++) Assert.Equal(wide[i], losses[i], 0.03 * wide[i]);
        Assert.Equal(ScalarType.Float32, narrow.Parameters.Values.dtype);
    }

    [Fact]
    public void Accumulate_BFloat16WithMasters_AddsUpTheEmbeddingsGradientInFloat32()
    {
        // One token 400 times over: in bfloat16 a sum stops growing once a term is below half its last digit, at 256 equal terms.
        using var model = TinyModels.Create();
        TrainingExample[] examples = [.. Enumerable.Range(0, 10).Select(_ => new TrainingExample([3], [.. Enumerable.Repeat(3, 40)]))];
        double[] Gradient(ScalarType? type)
        {
            using var weights = new TrainingWeights(model, type);
            using var optimizer = new FlatAdamW(weights.Master, new AdamWOptions());
            _ = new SupervisedUpdate(weights, optimizer, Chunked(10_000), 1).Accumulate(examples, 1, default);
            using var scope = NewDisposeScope();
            return weights.Master.NamedViews(weights.Master.Gradients!).Single(v => v.Key == "model.embed_tokens.weight").Value[3].to(ScalarType.Float64).data<double>().ToArray();
        }
        double[] wide = Gradient(null), narrow = Gradient(ScalarType.BFloat16);
        var largest = wide.Max(Math.Abs);
        for (var i = 0; i < wide.Length; i++) Assert.Equal(wide[i], narrow[i], 0.02 * largest);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Run_ManySteps_LeavesNoTensorBehind(bool packed, bool checkpointing)
    {
        using var model = TinyModels.Create(TinyModels.Config(everything: true));
        using var weights = new TrainingWeights(model);
        using var optimizer = new FlatAdamW(weights.Master, new AdamWOptions());
        var update = new SupervisedUpdate(weights, optimizer, Chunked(60, packed, checkpointing), 1);
        update.Run(Ragged, 1e-3, 1, default);
        var before = Tensor.TotalCount;
        for (var i = 0; i < LongChecks.Rounds(60, 1000); i++)
        {
            update.Run(Ragged, 1e-3, i + 2, default);
            if (i % 20 == 0) update.Evaluate(Ragged, default);
        }
        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void Run_NaNInOneLayer_NamesStepSampleAndLayer_AndLeavesTheWeights()
    {
        using var model = TinyModels.Create();
        TrainingExample[] examples = [.. Ragged.Select((e, i) => e with { Id = $"p{i}#0" })];
        using var weights = new TrainingWeights(model);
        using var optimizer = new FlatAdamW(weights.Master, new AdamWOptions());
        using (no_grad())
        {
            using var scope = NewDisposeScope();
            model.Parameters.NamedViews(model.Parameters.Values).Single(v => v.Key == "model.layers.1.mlp.down_proj.weight").Value[0, 0] = float.NaN;
        }
        var before = model.Parameters.Values.data<float>().ToArray();
        var error = Assert.Throws<TrainingDivergedException>(() => new SupervisedUpdate(weights, optimizer, Chunked(60), 1).Run(examples, 1e-3, 7, default));
        Assert.Equal((7, "layer 1"), (error.Step, error.Place));
        Assert.Single(error.Samples);
        Assert.Contains("layer 1", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, model.Parameters.Values.data<float>().ToArray());
    }

    [Fact]
    public void Run_NaNInTheGradientAlone_NamesTheWeightAndTheSamples_AndLeavesTheWeights()
    {
        using var model = TinyModels.Create();
        using var weights = new TrainingWeights(model);
        using var optimizer = new FlatAdamW(weights.Master, new AdamWOptions());
        var before = model.Parameters.Values.data<float>().ToArray();
        var examples = new Spoiling([.. Ragged.Select((e, i) => e with { Id = $"p{i}#0" })], () =>
        {
            using var scope = NewDisposeScope();
            using var quiet = no_grad();
            weights.Master.NamedViews(weights.Master.Gradients!).Single(v => v.Key == "model.layers.1.self_attn.o_proj.weight").Value[3, 5] = float.NaN;
        });
        var error = Assert.Throws<TrainingDivergedException>(() => new SupervisedUpdate(weights, optimizer, Chunked(60), 1).Run(examples, 1e-3, 4, default));
        Assert.Equal((4, "the gradient of model.layers.1.self_attn.o_proj.weight"), (error.Step, error.Place));
        Assert.Equal(Ragged.Length, error.Samples.Count);
        Assert.Equal(before, model.Parameters.Values.data<float>().ToArray());
    }

    /// <summary>Does something whenever its longest example is taken, which is in the last micro-batch.</summary>
    private sealed class Spoiling(TrainingExample[] examples, Action spoil) : IReadOnlyList<TrainingExample>
    {
        private readonly int longest = Array.IndexOf(examples, examples.MaxBy(e => e.Length));
        private int taken;

        public int Count => examples.Length;

        public TrainingExample this[int index]
        {
            get
            {
                // Planning looks at every length first; the second look is the micro-batch's own, when gradients have been cleared.
                if (index == longest && ++taken > 1) spoil();
                return examples[index];
            }
        }

        public IEnumerator<TrainingExample> GetEnumerator() => ((IEnumerable<TrainingExample>)examples).GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }

    [Fact]
    public void Norm_OfAMillionNumbers_KeepsSevenDigits()
    {
        using var scope = NewDisposeScope();
        var values = Enumerable.Range(0, 1_000_003).Select(i => (float)Math.Sin(0.37 * i)).ToArray();
        var expected = Math.Sqrt(values.Sum(v => (double)v * v));
        Assert.Equal(expected, FlatAdamW.Norm(tensor(values)), 1e-7 * expected);
    }
}
