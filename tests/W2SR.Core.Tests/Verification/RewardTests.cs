using W2SR.Core.Problems;
using W2SR.Core.Verification;
using W2SR.Core.Verification.Rewards;

namespace W2SR.Core.Tests.Verification;

public sealed class RewardTests
{
    private static readonly Problem Seven = new("p", "q", "7");

    [Fact]
    public void Score_Combined_ReportsEveryComponentAndTheWeightedSum()
    {
        var reward = new CombinedReward(new MathVerifier(), (new AccuracyReward(), 1), (new FormatReward(), 0.5), (new OverlongReward(10, 4), 2), (new RepetitionReward(1), 0.25));
        var report = reward.Score(Seven, "<think>3 + 4</think>\\boxed{7}", [1, 1, 2, 3, 4, 5, 6, 7]);
        Assert.Equal(["accuracy", "format", "overlong", "repetition"], report.Components.Select(c => c.Name));
        Assert.Equal([1.0, 1.0, -0.5, -0.125], report.Components.Select(c => c.Score!.Value));
        Assert.Equal(1 + 0.5 - 1 - 0.25 * 0.125, report.Total!.Value, 1e-12);
        Assert.True(report.Verdict.IsCorrect);
    }

    [Fact]
    public void Score_ReferenceNotUnderstood_LeavesOutItsComponents()
    {
        var reward = new CombinedReward(new MathVerifier(), (new AccuracyReward(), 1), (new FormatReward { RequireThinkTags = false }, 1));
        var report = reward.Score(Seven with { Answer = "" }, "\\boxed{7}", [1]);
        Assert.Null(report.Components[0].Score);
        Assert.Equal(1, report.Total);
        Assert.Null(new CombinedReward(new MathVerifier(), (new AccuracyReward(), 1)).Score(Seven with { Answer = "" }, "7", []).Total);
    }

    [Theory]
    [InlineData("<think>a</think>\\boxed{7}", 1)]
    [InlineData("<think>\\boxed{7}</think> done", 0)]
    [InlineData("<think>a</think>\\boxed{7} \\boxed{7}", 0)]
    [InlineData("<think>a</think>\\boxed{}", 0)]
    [InlineData("<think>a</think>\\boxed{7", 0)]
    [InlineData("<think>a</think> 7", 0)]
    [InlineData("\\boxed{7}", 0)]
    public void Score_Format_AsksForTagsAndOneBox(string response, double expected) =>
        Assert.Equal(expected, new FormatReward().Score(new RewardInput(Seven, response, [], new MathVerifier().Verify(Seven, response))));

    [Fact]
    public void Create_WrongSettings_SayWhy()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new OverlongReward(10, 11));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RepetitionReward(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RepetitionReward(2, 1));
        Assert.Throws<ArgumentException>(() => new CombinedReward(new MathVerifier()));
        Assert.Contains("'accuracy'", Assert.Throws<ArgumentException>(() => new CombinedReward(new MathVerifier(), (new AccuracyReward(), 1), (new AccuracyReward(), 2))).Message, StringComparison.Ordinal);
    }
}
