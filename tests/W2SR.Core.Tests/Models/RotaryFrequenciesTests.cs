using W2SR.Core.Checkpoints;
using W2SR.Core.Models;
using W2SR.Core.Tests.Infrastructure;

namespace W2SR.Core.Tests.Models;

/// <summary>Numbers by hand; <c>ModelOracleTests</c> compares whole models with transformers.</summary>
public sealed class RotaryFrequenciesTests
{
    private static (double[] Frequencies, double AttentionFactor) Compute(RopeConfig rope) =>
        RotaryFrequencies.Compute(TinyModels.Config() with { HeadSize = 4, Rope = rope });

    [Fact]
    public void Compute_DefaultAndLinear_AreThePowersOfTheBase()
    {
        Assert.Equal([1, 0.01], Compute(new RopeConfig()).Frequencies);               // 10000^0, 10000^(-2/4)
        Assert.Equal([0.5, 0.005], Compute(new RopeConfig { Kind = RopeKind.Linear, Factor = 2 }).Frequencies);
    }

    [Fact]
    public void Compute_Llama3_KeepsShortWavesDividesLongOnesAndPassesSmoothly()
    {
        RopeConfig At(int original) => new() { Kind = RopeKind.Llama3, Factor = 8, OriginalContextLength = original };
        // Wavelengths 2 pi and 200 pi = 628.3. Kept below original / 4, divided above original.
        Assert.Equal([1, 0.01], Compute(At(4096)).Frequencies);
        Assert.Equal([1, 0.01 / 8], Compute(At(64)).Frequencies);
        var kept = (1000 / (200 * Math.PI) - 1) / 3;
        Assert.Equal(((1 - kept) / 8 + kept) * 0.01, Compute(At(1000)).Frequencies[1], 1e-15);
    }

    [Theory]
    [InlineData(null, null, null, 1.1386294361119891)] // 0.1 ln 4 + 1
    [InlineData(0.7, null, null, 0.7)]
    [InlineData(null, 2.0, 1.0, 1.2772588722239782 / 1.1386294361119891)]
    [InlineData(null, 2.0, null, 1.1386294361119891)]
    [InlineData(null, 0.0, 1.0, 1.1386294361119891)]
    public void Compute_Yarn_SharpensAttention(double? given, double? scale, double? allDimensions, double expected)
    {
        var rope = new RopeConfig
        {
            Kind = RopeKind.Yarn,
            Factor = 4,
            OriginalContextLength = 128,
            AttentionFactor = given,
            AttentionScale = scale,
            AttentionScaleAllDimensions = allDimensions,
        };
        Assert.Equal(expected, Compute(rope).AttentionFactor, 1e-15);
    }

    [Fact]
    public void Compute_Yarn_RampsBetweenTheTwoDimensions()
    {
        // Dimension(turns) = 4 ln(128 / (2 pi turns)) / (2 ln 10000): -0.098 for 32 turns, 0.654 for one; rounded and clamped 0 and 1.
        var rope = new RopeConfig { Kind = RopeKind.Yarn, Factor = 4, OriginalContextLength = 128 };
        Assert.Equal([1, 0.0025], Compute(rope).Frequencies);
        // Unrounded, the ramp ends at 0.654 already; with a slower end it reaches further and dimension 1 is only partly divided.
        var end = 4 * Math.Log(128 / (0.1 * 2 * Math.PI)) / (2 * Math.Log(10_000));
        var divided = 1 / end;
        Assert.Equal(0.01 / 4 * divided + 0.01 * (1 - divided), Compute(rope with { BetaSlow = 0.1, RoundsRamp = false }).Frequencies[1], 1e-15);
    }

    [Fact]
    public void Validate_BadValues_AreNamed()
    {
        void AssertRefused(RopeConfig rope, string named) =>
            Assert.Contains(named, Assert.Throws<ArgumentException>(() => (TinyModels.Config() with { Rope = rope }).Validate()).Message, StringComparison.Ordinal);
        AssertRefused(new RopeConfig { Theta = 1 }, "Rope.Theta");
        AssertRefused(new RopeConfig { Kind = RopeKind.Linear, Factor = double.NaN }, "Rope.Factor");
        AssertRefused(new RopeConfig { Kind = RopeKind.Yarn, Factor = 4 }, "Rope.OriginalContextLength");
        AssertRefused(new RopeConfig { Kind = RopeKind.Llama3, Factor = 4, OriginalContextLength = 9, HighFrequencyFactor = 1 }, "Rope.HighFrequencyFactor");
    }
}
