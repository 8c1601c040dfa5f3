using TorchSharp;
using W2SR.Core.Tests.Infrastructure;
using W2SR.Core.Training;
using static TorchSharp.torch;

namespace W2SR.Core.Tests.Training;

public sealed class RowEntropyTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 7)]
    [InlineData(2, 16)]
    [InlineData(5, 83)]
    [InlineData(40, 4099)] // large enough for two threads
    public void Of_Distributions_IsTheSumInDoublePrecision(int rows, int width)
    {
        using var scope = NewDisposeScope();
        var logProbs = (randn(rows, width, generator: new Generator(7)) * 3).log_softmax(-1);
        var wide = logProbs.to(ScalarType.Float64);
        var expected = (-(wide.exp() * wide).sum(1)).data<double>().ToArray();
        var actual = RowEntropy.Of(logProbs).data<float>().ToArray();
        for (var i = 0; i < rows; i++) Assert.Equal(expected[i], actual[i], 1e-6 * Math.Max(1, expected[i]));
    }

    [Fact]
    public void Of_ImpossibleTokens_AddNothing()
    {
        using var scope = NewDisposeScope();
        // Half, half, and 40 tokens that cannot be drawn: ln 2.
        var logits = full(1, 42, float.NegativeInfinity, dtype: ScalarType.Float32);
        logits[0, 3] = 0;
        logits[0, 41] = 0;
        Assert.Equal(Math.Log(2), RowEntropy.Of(logits.log_softmax(-1)).item<float>(), 1e-6);
    }

    [Fact]
    public void Of_SameRow_IsTheSameToTheBitWhereverItStands()
    {
        using var scope = NewDisposeScope();
        var row = (randn(1, 4099, generator: new Generator(3)) * 2).log_softmax(-1);
        var alone = RowEntropy.Of(row).item<float>();
        for (var at = 0; at < 40; at += 13)
        {
            var table = zeros(40, 4099).log_softmax(-1);
            table[at].copy_(row[0]);
            Assert.Equal(alone, RowEntropy.Of(table)[at].item<float>());
        }
    }
}
