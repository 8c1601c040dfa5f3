using W2SR.Core.Common;
using W2SR.Core.Problems;
using W2SR.Core.Training;
using W2SR.Core.Verification;

namespace W2SR.Core.Tests.Training;

public sealed class RewardScorerTests
{
    private static readonly RewardSample[] Samples =
        [.. Enumerable.Range(0, 6).Select(i => new RewardSample(new Problem($"p{i}", "?", "4"), $"\\boxed{{{i}}}", [i], FinishReason.Stop, i, 3))];

    private static RewardScores Score(RewardPart part, GrpoRewardOptions? options = null) => new RewardScorer([part], options ?? new()).Score(Samples, default);

    [Fact]
    public void Score_Accuracy_IsOneForTheRightAnswerAlone()
    {
        var scores = Score(RewardPart.Accuracy(new ExactVerifier()));
        Assert.Equal([0, 0, 0, 0, 1, 0], scores.Rewards[0]);
        Assert.All(scores.HasAnswer, Assert.True);
    }

    [Fact]
    public void Score_OwnRewards_MayWaitAndMayHaveNothingToSay()
    {
        var scores = Score(RewardPart.FromAsync("judge", async (s, ct) =>
        {
            await Task.Delay(5, ct);
            return s.SampleIndex == 2 ? null : s.SampleIndex;
        }));
        Assert.Equal([0, 1, double.NaN, 3, 4, 5], scores.Rewards[0]);
        Assert.Empty(scores.Failures);
    }

    [Fact]
    public void Score_RewardThatThrows_NamesTheSampleAndKeepsTheOthers()
    {
        var scores = Score(RewardPart.From("mine", s => s.SampleIndex == 4 ? throw new FormatException("no comma") : 1));
        Assert.Equal([1, 1, 1, 1, double.NaN, 1], scores.Rewards[0]);
        Assert.Equal("Reward 'mine' left out sample 4 of problem 'p4' in step 3: it threw FormatException: no comma", Assert.Single(scores.Failures));
    }

    [Fact]
    public void Score_InfiniteReward_IsLeftOutAndNamed()
    {
        var scores = Score(RewardPart.From("mine", s => s.SampleIndex == 1 ? double.PositiveInfinity : 0));
        Assert.True(double.IsNaN(scores.Rewards[0][1]));
        Assert.Contains("sample 1 of problem 'p1'", Assert.Single(scores.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public void Score_RewardThatHangs_IsLeftOutAfterItsTimeout()
    {
        using var never = new ManualResetEventSlim();
        var scores = Score(RewardPart.From("slow", s =>
        {
            if (s.SampleIndex == 0) never.Wait(TimeSpan.FromSeconds(20));
            return 1;
        }), new() { Timeout = TimeSpan.FromSeconds(2) });
        never.Set();
        Assert.True(double.IsNaN(scores.Rewards[0][0]));
        Assert.Contains("longer than 2 s", Assert.Single(scores.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public void Score_RewardThatAlwaysFails_StopsTheRunWithTheFirstSample()
    {
        var failure = Assert.Throws<RewardFailedException>(() => Score(RewardPart.From("mine", _ => throw new FormatException("broken")), new() { Parallelism = 2 }));
        Assert.Equal(("mine", Samples[0].Name), (failure.Reward, failure.Sample));
        Assert.IsType<FormatException>(failure.InnerException);
    }

    [Fact]
    public async Task Score_Cancelled_ThrowsInsteadOfScoringNothing()
    {
        using var source = new CancellationTokenSource();
        var part = RewardPart.FromAsync("judge", async (_, ct) =>
        {
            await source.CancelAsync();
            await Task.Delay(10_000, ct);
            return 1;
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.Run(() => new RewardScorer([part], new()).Score(Samples, source.Token)));
    }
}
