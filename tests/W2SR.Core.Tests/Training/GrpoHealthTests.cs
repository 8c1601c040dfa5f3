using W2SR.Core.Training;
using W2SR.Core.Verification;

namespace W2SR.Core.Tests.Training;

public sealed class GrpoHealthTests
{
    private static readonly GrpoOptions Options = new() { MaxNewTokens = 64, ProblemsPerStep = 32 };

    private static readonly RewardPart[] Parts = [RewardPart.Accuracy(new ExactVerifier()), RewardPart.From("format", _ => 1)];

    private static TrainingStep Step(double reward = 0.4, double uniform = 0.2, double? kl = null, Func<RolloutMetrics, RolloutMetrics>? change = null)
    {
        var rollouts = new RolloutMetrics
        {
            Rewards = new Dictionary<string, double> { ["accuracy"] = reward, ["format"] = 0.5 },
            RewardSpread = 0.5,
            UniformLowGroups = uniform,
            UniformHighGroups = 0,
            MeanLength = 20,
            LengthQuantiles = [10, 20, 30, 40],
            TruncatedShare = 0.1,
            NoAnswerShare = 0.1,
            Entropy = 1,
            ClippedLow = 0.01,
            ClippedHigh = 0.01,
            SamplerMismatch = 1e-7,
            RolloutTokensPerSecond = 1,
            UpdateTokensPerSecond = 1,
            RewardSeconds = 0,
        };
        return new TrainingStep
        {
            Step = 1,
            TotalSteps = 100,
            Loss = 0,
            LearningRate = 1e-6,
            GradientNorm = 1,
            Tokens = 100,
            Reward = reward,
            UniformGroups = uniform,
            Kl = kl,
            Elapsed = TimeSpan.Zero,
            Rollouts = change is null ? rollouts : change(rollouts),
        };
    }

    /// <summary>What is said at the last of some steps, the first ones healthy.</summary>
    private static IReadOnlyList<string> After(int healthy, params TrainingStep[] steps)
    {
        var health = new GrpoHealth(Options, Parts);
        for (var i = 0; i < healthy; i++) Assert.Empty(health.Observe(Step()));
        return steps.Select(health.Observe).ToArray()[^1];
    }

    [Fact]
    public void Observe_HealthyRun_SaysNothing() => Assert.Empty(After(30, Step(reward: 0.6)));

    [Fact]
    public void Observe_RewardsThatSayNothing_AreNamedAsSuch()
    {
        // 32 problems x 8 responses; a reward may leave some out, but not most.
        Assert.Empty(After(3, Step(change: r => r with { Unscored = 128 })));
        Assert.StartsWith("No reward said anything about 129 of 256 responses", Assert.Single(After(3, Step(change: r => r with { Unscored = 129 }))), StringComparison.Ordinal);
    }

    public static TheoryData<string, string> Causes => new()
    {
        { "hard", "too hard" }, { "easy", "too easy" }, { "cut", "cut off at 64 tokens" }, { "format", "format is never reached" },
    };

    [Theory]
    [MemberData(nameof(Causes))]
    public void Observe_NoVariance_NamesTheLikelyCause(string kind, string expected)
    {
        var warnings = After(3, Step(uniform: 0.95, change: r => kind switch
        {
            "easy" => r with { UniformHighGroups = 0.95, UniformLowGroups = 0 },
            "cut" => r with { TruncatedShare = 0.7 },
            "format" => r with { NoAnswerShare = 0.9 },
            _ => r,
        }));
        var warning = Assert.Single(warnings);
        Assert.StartsWith("95% of groups had no variance", warning, StringComparison.Ordinal);
        Assert.Contains(expected, warning, StringComparison.Ordinal);
    }

    [Fact]
    public void Observe_NoVarianceOfACollapsedPolicy_BlamesThePolicyAndNotTheProblems()
    {
        var warning = Assert.Single(After(4, Step(uniform: 0.95, change: r => r with { Entropy = 0.1 })), w => w.StartsWith("95% of groups", StringComparison.Ordinal));
        Assert.Contains("the policy has collapsed (0.100 nats a token, against 1.000", warning, StringComparison.Ordinal);
        Assert.DoesNotContain("too hard", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void Observe_LostStopToken_IsToldFromOneThatNeverWasThere()
    {
        Assert.Contains(After(3, Step(change: r => r with { TruncatedShare = 0.95 })), w => w.StartsWith("The model has lost its stop token: 95%", StringComparison.Ordinal));
        Assert.Contains("from the start on", Assert.Single(After(0, Step(change: r => r with { TruncatedShare = 0.95 }))), StringComparison.Ordinal);
    }

    [Fact]
    public void Observe_EachSilentFailure_IsNamed()
    {
        void Says(string expected, int healthy, params TrainingStep[] steps) => Assert.Contains(After(healthy, steps), w => w.StartsWith(expected, StringComparison.Ordinal));
        Says("Entropy collapse: 0.100 nats", 4, Step(change: r => r with { Entropy = 0.1 }));
        Says("Length explosion: responses have 50 tokens", 4, Step(change: r => r with { MeanLength = 50, TruncatedShare = 0.5 }));
        Says("KL blow-up: the policy is 0.600", 0, Step(kl: 0.01), Step(kl: 0.6));
        Says("40% of importance ratios were clipped", 0, Step(change: r => r with { ClippedHigh = 0.3, ClippedLow = 0.1 }));
        Says("Sampler and trainer differ by 0.100", 0, Step(change: r => r with { SamplerMismatch = 0.1, LargestSamplerMismatch = 2 }));
        Says("Reward hacking? 'format' rose by 0.40", 5, [.. Enumerable.Range(0, 5).Select(_ =>
            Step(change: r => r with { Rewards = new Dictionary<string, double> { ["accuracy"] = 0.4, ["format"] = 0.9 } }))]);
    }

    [Fact]
    public void Observe_SolvedProblem_IsNoEntropyCollapse() =>
        Assert.Empty(After(4, Step(reward: 1, uniform: 0.8, change: r => r with { Entropy = 0.01, UniformHighGroups = 0.8, UniformLowGroups = 0 })));

    [Fact]
    public void Observe_SameTroubleAgain_IsNotRepeatedAtOnce()
    {
        var health = new GrpoHealth(Options, Parts);
        var given = Enumerable.Range(0, 21).Count(_ => health.Observe(Step(uniform: 1)).Count > 0);
        Assert.Equal(3, given);
    }

    [Fact]
    public void Conclude_SaysWhetherTheRewardMoved()
    {
        string Conclude(Func<int, double> reward)
        {
            var health = new GrpoHealth(Options, Parts);
            for (var i = 0; i < 20; i++) health.Observe(Step(reward(i)));
            return Assert.Single(health.Conclude());
        }
        Assert.StartsWith("The reward rose from 0.140 in the first 5 steps to 0.840 in the last.", Conclude(i => 0.1 + i * 0.05 - (i < 5 ? 0.06 : 0.11)), StringComparison.Ordinal);
        Assert.StartsWith("The reward fell", Conclude(i => 0.9 - i * 0.03), StringComparison.Ordinal);
        Assert.StartsWith("The reward did not move: 0.402 in the first 5 steps", Conclude(i => 0.4 + 0.01 * (i % 2 == 0 ? 1 : -1)), StringComparison.Ordinal);
    }
}
