using W2SR.Core.Common;

namespace W2SR.Core.Tests.Common;

public sealed class RandomStreamTests
{
    [Fact]
    public void NextBits_SameKey_GivesSameNumbers_AnyOtherKey_OtherNumbers()
    {
        static ulong[] Draw(ulong seed, string id, int sample, long step)
        {
            var stream = new RandomStream(seed, id, sample, step);
            return [.. Enumerable.Range(0, 8).Select(_ => stream.NextBits())];
        }
        var reference = Draw(7, "p1", 2, 3);
        Assert.Equal(reference, Draw(7, "p1", 2, 3));
        foreach (var other in new[] { Draw(8, "p1", 2, 3), Draw(7, "p2", 2, 3), Draw(7, "p1", 3, 3), Draw(7, "p1", 2, 4) })
            Assert.Empty(reference.Intersect(other));
    }

    [Fact]
    public void NextBits_KnownKey_NeverChangesBetweenVersions()
    {
        // Traces of earlier runs must stay reproducible: a change here is a breaking change.
        var stream = new RandomStream(42, "problem", 1, 5);
        // The expected words come from an independent implementation (Python, hashlib and the published xoshiro256** listing).
        Assert.Equal([939215513607093633UL, 3213555830664878752UL, 11146535028241700974UL], [stream.NextBits(), stream.NextBits(), stream.NextBits()]);
    }

    [Fact]
    public void NextInt_ManyDraws_AreEvenWithinChance()
    {
        var stream = new RandomStream(1, "even");
        var counts = new int[7];
        for (var i = 0; i < 70_000; i++) counts[stream.NextInt(7)]++;
        // Chi-square with 6 degrees of freedom: 22.5 is passed by chance once in a thousand; the seed is fixed.
        Assert.True(counts.Sum(c => Math.Pow(c - 10_000, 2) / 10_000) < 22.5);
    }

    [Fact]
    public void NextNormal_ManyDraws_HasZeroMeanAndUnitVariance()
    {
        var stream = new RandomStream(1, "normal");
        var values = Enumerable.Range(0, 50_000).Select(_ => stream.NextNormal()).ToArray();
        Assert.Equal(0, values.Average(), 0.02);
        Assert.Equal(1, values.Average(v => v * v), 0.03);
    }

    [Fact]
    public void Shuffle_Items_KeepsThemAll()
    {
        var items = Enumerable.Range(0, 100).ToArray();
        new RandomStream(3, "shuffle").Shuffle<int>(items);
        Assert.NotEqual(Enumerable.Range(0, 100), items);
        Assert.Equal(Enumerable.Range(0, 100), items.Order());
    }
}
