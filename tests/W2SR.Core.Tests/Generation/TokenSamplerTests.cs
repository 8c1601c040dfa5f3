using TorchSharp;
using W2SR.Core.Common;
using W2SR.Core.Generation;

namespace W2SR.Core.Tests.Generation;

public sealed class TokenSamplerTests
{
    /// <summary>The obvious way: sort everything, in double.</summary>
    private static double[] SlowFilter(double[] logits, SamplingOptions options)
    {
        var highest = logits.Max();
        double[] weights = [.. logits.Select(x => Math.Exp((x - highest) / options.Temperature))];
        if (options.TopK > 0 && options.TopK < weights.Length)
        {
            var least = weights.OrderDescending().ElementAt(options.TopK - 1);
            weights = [.. weights.Select(w => w >= least ? w : 0)];
        }
        if (options.TopP < 1)
        {
            double total = weights.Sum(), kept = 0;
            var keep = new HashSet<int>();
            foreach (var i in Enumerable.Range(0, weights.Length).OrderByDescending(i => weights[i]).ThenBy(i => i))
            {
                if (keep.Count > 0 && kept >= options.TopP * total) break;
                keep.Add(i);
                kept += weights[i];
            }
            weights = [.. weights.Select((w, i) => keep.Contains(i) ? w : 0)];
        }
        return [.. weights.Select(w => w >= options.MinP ? w : 0)];
    }

    [Fact]
    public void Filter_RandomRows_EqualsTheSortingTwin()
    {
        var random = new RandomStream(1, "rows");
        for (var round = 0; round < 300; round++)
        {
            var size = 1 + random.NextInt(3000);
            var spread = 0.1 + 12 * random.NextUniform();
            double[] logits = [.. Enumerable.Range(0, size).Select(_ => (double)(float)(spread * random.NextNormal()))];
            var options = new SamplingOptions
            {
                Temperature = 0.1 + 2 * random.NextUniform(),
                TopK = random.NextInt(3) == 0 ? random.NextInt(size) : 0,
                TopP = random.NextInt(4) == 0 ? 1 : 0.01 + 0.98 * random.NextUniform(),
                MinP = random.NextInt(3) == 0 ? random.NextUniform() / 10 : 0,
            };
            var expected = SlowFilter(logits, options);
            double[] weights = [.. logits];
            var total = TokenSampler.Filter(weights, options, null);
            Assert.Equal(expected.Sum(), total, 1e-9 * total);
            for (var i = 0; i < size; i++) Assert.Equal(expected[i], weights[i], 1e-12);
        }
    }

    [Fact]
    public void Draw_ManyUniforms_InvertTheCumulativeDistributionInTheOrderOfIds()
    {
        var random = new RandomStream(2, "rows");
        double[] logits = [.. Enumerable.Range(0, 1000).Select(_ => 3 * random.NextNormal())];
        var options = new SamplingOptions { Temperature = 0.8, TopP = 0.9 };
        var expected = SlowFilter(logits, options);
        for (var n = 0; n < 2000; n++)
        {
            var uniform = n == 0 ? 0 : n == 1 ? 1 - 1e-16 : random.NextUniform();
            double at = uniform * expected.Sum(), sum = 0;
            var id = 0;
            for (; ; id++)
                if ((sum += expected[id]) > at || id == 999) break;
            double[] weights = [.. logits];
            var drawn = TokenSampler.Draw(weights, uniform, options, null);
            if (n != 1) Assert.Equal(id, drawn.Id);
            Assert.True(expected[drawn.Id] > 0);
            Assert.Equal(Math.Log(expected[drawn.Id] / expected.Sum()), drawn.LogProb, 1e-6);
        }
    }

    [Fact]
    public void Sample_LargeVocabulary_GivesEachRowWhatItGivesAlone()
    {
        using var scope = torch.NewDisposeScope();
        using var generator = new torch.Generator(3);
        var logits = torch.randn([9, 40_000], generator: generator);
        var options = new SamplingOptions { Temperature = 0.7, TopP = 0.95 };
        double[] uniforms = [.. Enumerable.Range(0, 9).Select(i => (i + 0.5) / 9)];
        var together = TokenSampler.Sample(logits, uniforms, options, withLogProbs: true);
        for (var row = 0; row < 9; row++)
        {
            var alone = TokenSampler.Sample(logits.narrow(0, row, 1), [uniforms[row]], options, withLogProbs: true);
            Assert.Equal(alone.Ids[0], together.Ids[row]);
            Assert.Equal(alone.LogProbs![0], together.LogProbs![row]);
        }
    }

    [Theory]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.PositiveInfinity, "highest logit")]
    public void Sample_BrokenLogits_AreNamed(float broken, string message)
    {
        using var scope = torch.NewDisposeScope();
        foreach (var vocabulary in new[] { 10, 50_000 }) // one thread, and several
        {
            var logits = torch.zeros([4, vocabulary]);
            logits[2, 7] = broken;
            var error = Assert.Throws<InvalidOperationException>(() => TokenSampler.Sample(logits, new double[4], new SamplingOptions(), withLogProbs: false));
            Assert.Contains(message, error.Message, StringComparison.Ordinal);
        }
    }
}
