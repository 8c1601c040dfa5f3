using TorchSharp;
using W2SR.Core.Tensors;
using W2SR.Core.Tests.Infrastructure;
using static TorchSharp.torch;

namespace W2SR.Core.Tests.Tensors;

[Collection(TensorCountingCollection.Name)]
public sealed class DitheredRoundingTests
{
    private const float Spacing = 1f / 128; // of bfloat16 between 1 and 2

    private static float[] Rounded(float[] values, bool byOperators = false)
    {
        using var scope = NewDisposeScope();
        Tensor from = tensor(values), to = empty(values.Length, ScalarType.BFloat16);
        if (byOperators) DitheredRounding.CopyByOperators(from, to);
        else DitheredRounding.Copy(from, to);
        return to.to(ScalarType.Float32).data<float>().ToArray();
    }

    private static float[] Many(float value) => [.. Enumerable.Repeat(value, DitheredRounding.Period)];

    [Fact]
    public void Copy_ManyNumbers_EqualsTheObviousTwin()
    {
        // More than a round of whole periods, and a rest: every branch.
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        var values = (randn(DitheredRounding.Period * 33 + 77, generator: generator) * 0.03).data<float>().ToArray();
        var rounded = Rounded(values);
        Assert.Equal(rounded, Rounded(values, byOperators: true));
        for (var i = 0; i < values.Length; i++)
        {
            var bits = BitConverter.SingleToUInt32Bits(values[i]);
            var share = (bits & 0xFFFF) / 65536.0; // of the way from the neighbour nearer to zero to the other
            var away = share + DitheredRounding.Thresholds[i % DitheredRounding.Period] / 65536.0 >= 1;
            Assert.Equal(BitConverter.UInt32BitsToSingle((bits & 0xFFFF0000) + (away ? 0x10000u : 0)), rounded[i]);
        }
    }

    [Theory]
    [InlineData(1.25f)]
    [InlineData(-0.046875f)]
    [InlineData(0f)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(1.1754944e-38f)]
    public void Copy_NumbersOfBFloat16_StayAsTheyAre(float value)
    {
        foreach (var signed in new[] { value, -value })
            Assert.All(Rounded(Many(signed)), r => Assert.Equal(BitConverter.SingleToInt32Bits(signed), BitConverter.SingleToInt32Bits(r)));
    }

    [Theory]
    [InlineData(1.0f + Spacing / 2)]
    [InlineData(1.0f + Spacing / 1000)]
    [InlineData(-1.7f)]
    [InlineData(3e-4f)]
    public void Copy_OneNumberManyTimes_IsRightOnAverage(float value) =>
        Assert.Equal(value, Rounded(Many(value)).Average(r => (double)r), Math.Abs(value) * Spacing / 1000);

    /// <summary>What rounding to nearest does with weights on a tie: none moves, then all of them.</summary>
    [Fact]
    public void Copy_TinyStepFromATie_MovesTinyShare()
    {
        const float tie = 1.0f + Spacing / 2, step = Spacing / 1000;
        float[] before = Rounded(Many(tie)), after = Rounded(Many(tie + step));
        var moved = before.Zip(after).Count(p => p.First != p.Second) / (double)before.Length;
        Assert.InRange(moved, 0.0009, 0.0011);
        using var nearest = tensor(new[] { tie, tie + step }).to(ScalarType.BFloat16).to(ScalarType.Float32);
        Assert.Equal([1.0f, 1.0f + Spacing], nearest.data<float>().ToArray());
    }

    [Fact]
    public void Thresholds_AreAllDifferentAndShuffled()
    {
        Assert.Equal(DitheredRounding.Period, DitheredRounding.Thresholds.Distinct().Count());
        Assert.All(DitheredRounding.Thresholds, t => Assert.InRange(t, 0, 65_535));
        // Neighbours, and numbers a row of usual width apart, say nothing about each other.
        foreach (var lag in new[] { 1, 2, 64, 576, 896, 1024, 1536, 4096 })
        {
            var t = DitheredRounding.Thresholds.Select(x => (x - 32767.5) / 65536).ToArray();
            var correlation = Enumerable.Range(0, t.Length - lag).Average(i => t[i] * t[i + lag]) * 12;
            Assert.InRange(correlation, -0.03, 0.03);
        }
    }
}
