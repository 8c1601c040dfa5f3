using W2SR.Core.Training;

namespace W2SR.Core.Tests.Training;

public sealed class GroupAdvantagesTests
{
    [Fact]
    public void Compute_TwoOfFourRight_GivesTheValueByHand()
    {
        // mean 0.5, standard deviation sqrt(4 * 0.25 / 3) = 0.577350; 0.5 / (0.577350 + 0.0001) = 0.865875
        var advantages = GroupAdvantages.Compute([1, 0, 1, 0], 4);
        Assert.Equal(0.865875, advantages[0], 1e-6);
        Assert.Equal(-0.865875, advantages[1], 1e-6);
    }

    [Fact]
    public void Compute_EqualRewards_GivesZeros() =>
        Assert.All(GroupAdvantages.Compute([0.1, 0.1, 0.1, 1, 1, 1], 3), a => Assert.Equal(0, a));

    [Fact]
    public void Compute_Unscaled_IsTheDifferenceToTheGroupsMean() =>
        Assert.Equal([0.75, -0.25, -0.25, -0.25], GroupAdvantages.Compute([1, 0, 0, 0], 4, AdvantageScaling.None));

    [Fact]
    public void Compute_UnscoredReward_IsLeftOutAndGetsNothing()
    {
        var advantages = GroupAdvantages.Compute([1, 0, double.NaN], 3);
        Assert.Equal(0, advantages[2]);
        Assert.Equal(0.5 / (Math.Sqrt(0.5) + 1e-4), advantages[0], 1e-12);
    }

    [Fact]
    public void Compute_BrokenGroups_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => GroupAdvantages.Compute([1, 0, 1], 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => GroupAdvantages.Compute([1, 0], 1));
        Assert.Throws<ArgumentException>(() => GroupAdvantages.Compute([1, double.PositiveInfinity], 2));
    }
}
