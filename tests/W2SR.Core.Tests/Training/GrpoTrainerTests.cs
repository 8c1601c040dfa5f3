using W2SR.Core.Models;
using W2SR.Core.Problems;
using W2SR.Core.Prompts;
using W2SR.Core.Reasoners;
using W2SR.Core.Tests.Infrastructure;
using W2SR.Core.Tokens;
using W2SR.Core.Training;
using W2SR.Core.Verification;

namespace W2SR.Core.Tests.Training;

public sealed class GrpoTrainerTests
{
    private static readonly RouteWorld World = new(new RouteWorldOptions { Places = 5, Moves = 2, MaxSteps = 2, TestShare = 0.1, ValidationShare = 0.1 });

    private static readonly GrpoOptions Small = new()
    {
        Steps = 2,
        ProblemsPerStep = 4,
        GroupSize = 4,
        LearningRate = 1e-3,
        MaxNewTokens = 8,
        Loss = new PolicyLossOptions(),
        Schedule = LearningRateSchedule.Kind.Constant,
    };

    private static LocalStudent Student()
    {
        var tokenizer = new WordTokenizer(World.Words);
        return new LocalStudent("tiny", TinyModels.Create(TinyModels.Config(tokenizer.VocabularySize)), tokenizer, new ReasoningPrompt("Q: {problem} ?"));
    }

    private static List<Problem> Problems(int count) => [.. World.DrawDistinct(count, 1, DataSplit.Train)];

    /// <summary>A reward that varies within every group.</summary>
    private static RewardPart Varied(string name = "varied", double weight = 1) => RewardPart.From(name, s => s.ResponseIds.Average(), weight);

    private static TrainingRun Train(GrpoOptions options, params RewardPart[] rewards)
    {
        using var student = Student();
        return new GrpoTrainer(options, rewards).Train(student, Problems(16));
    }

    [Fact]
    public void Train_RewardThatIsNotANumber_IsLeftOutAndNamedWhereItIsAll()
    {
        var silent = Train(Small, RewardPart.From("silent", _ => double.NaN));
        Assert.All(silent.Steps, s => Assert.Null(s.Reward));
        Assert.Equal(0, silent.TokensTrained);
        Assert.Contains(silent.Steps[0].Warnings, w => w.StartsWith("No reward said anything about 16 of 16", StringComparison.Ordinal));
        // Left out here and there, the others are learned from, and nothing becomes NaN.
        var patchy = Train(Small, RewardPart.From("patchy", s => s.SampleIndex == 1 ? double.NaN : s.ResponseIds.Average()));
        Assert.All(patchy.Steps, s => Assert.True(double.IsFinite(s.Reward!.Value) && double.IsFinite(s.GradientNorm) && s.GradientNorm > 0));
        Assert.Equal(4, patchy.Steps[0].Rollouts!.Unscored);
    }

    [Fact]
    public void Train_SeveralRewards_ReportsEachByItsName()
    {
        var step = Train(Small, Varied(), RewardPart.From("short", s => -s.ResponseIds.Count, 0.5)).Steps[0];
        Assert.Equal(["short", "varied"], step.Rollouts!.Rewards.Keys.Order());
        Assert.Equal(step.Rollouts.Rewards["varied"] + 0.5 * step.Rollouts.Rewards["short"], step.Reward!.Value, 1e-12);
        Assert.Equal(-step.Rollouts.MeanLength, step.Rollouts.Rewards["short"], 1e-12);
        Assert.InRange(step.Rollouts.Entropy!.Value, 0.1, Math.Log(31));
        Assert.Equal(0, step.UniformGroups);
    }

    [Fact]
    public void Train_ModelWithPaddedVocabulary_TakesDrawsThatHaveNoToken()
    {
        // A checkpoint's vocabulary is often wider than its tokenizer's; at random weights a fifth of all draws has no token.
        var tokenizer = new WordTokenizer(World.Words);
        using var student = new LocalStudent("tiny", TinyModels.Create(TinyModels.Config(tokenizer.VocabularySize + 8)), tokenizer, new ReasoningPrompt("Q: {problem} ?"));
        var wide = 0;
        var run = new GrpoTrainer(Small, [RewardPart.From("varied", s =>
        {
            Interlocked.Add(ref wide, s.ResponseIds.Count(id => id >= tokenizer.VocabularySize));
            return s.Response.Length;
        })]).Train(student, Problems(16));
        Assert.Equal(2, run.Steps.Count);
        Assert.True(wide > 0);
        Assert.NotNull(student.Solve(Problems(16), new() { Temperature = 1, MaxNewTokens = 8 }));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    public void Train_SamplerAndTrainer_AgreeToRounding(int updates, int passes)
    {
        var run = Train(Small with { Temperature = 0.7, UpdatesPerStep = updates, PassesPerStep = passes }, Varied());
        Assert.All(run.Steps, s => Assert.InRange(s.Rollouts!.LargestSamplerMismatch!.Value, 0, 1e-5));
    }

    [Fact]
    public void Train_SeveralPasses_LeaveThePolicyThatWroteTheResponses()
    {
        var run = Train(Small with { PassesPerStep = 4, LearningRate = 0.02 }, Varied());
        Assert.True(run.Steps[0].Rollouts!.ClippedLow + run.Steps[0].Rollouts!.ClippedHigh > 0);
        Assert.Equal(0, Train(Small, Varied()).Steps[0].Rollouts!.ClippedHigh);
    }

    [Fact]
    public void Train_UniformGroups_AreReplacedWithinTheBound()
    {
        // Half of the problems give the same reward to every response.
        var dull = Problems(16).Where((_, i) => i % 2 == 0).Select(p => p.Id).ToHashSet();
        var reward = RewardPart.From("half", s => dull.Contains(s.Problem.Id) ? 0 : s.ResponseIds.Average());
        var plain = Train(Small with { Steps = 4 }, reward);
        var replaced = Train(Small with { Steps = 4, Rollouts = new() { ReplacementRounds = 5 } }, reward);
        Assert.All(plain.Steps, s => Assert.Equal(1, s.Rollouts!.Rounds));
        Assert.All(replaced.Steps, s => Assert.InRange(s.Rollouts!.Rounds, 1, 6));
        Assert.True(replaced.TokensGenerated > plain.TokensGenerated);
        Assert.True(replaced.TokensTrained > plain.TokensTrained);      // full batches of what teaches
        Assert.True(replaced.Steps.Sum(s => s.UniformGroups) > 0);      // they are counted where they were met
    }

    [Fact]
    public void Train_NothingButUniformGroups_StopsReplacingAndSaysSo()
    {
        var run = Train(Small with { Steps = 3, Rollouts = new() { ReplacementRounds = 2 } }, RewardPart.From("none", _ => 0));
        Assert.All(run.Steps, s => Assert.Equal(3, s.Rollouts!.Rounds));
        Assert.Contains(run.Steps[0].Warnings, w => w.StartsWith("100% of groups had no variance", StringComparison.Ordinal));
        Assert.StartsWith("The reward did not move: 0.000", Assert.Single(run.Findings), StringComparison.Ordinal);
        Assert.Equal(0, run.TokensTrained);
    }

    [Fact]
    public void Train_CutOffResponses_DoNotTrainWhereTheyAreMasked()
    {
        // One token is never enough to end but by chance, so nearly all responses are cut off.
        var options = Small with { MaxNewTokens = 1, Steps = 1 };
        Assert.True(Train(options, Varied()).TokensTrained > Train(options with { Rollouts = new() { MasksTruncated = true } }, Varied()).TokensTrained);
    }

    [Fact]
    public void Train_MicroBatches_DoNotChangeTheResult()
    {
        double Norm(int tokens) => Train(Small with { MicroBatchTokens = tokens, Steps = 1, Loss = new PolicyLossOptions { Beta = 0.1, EntropyBonus = 0.01 } }, Varied()).Steps[0].GradientNorm;
        Assert.Equal(Norm(100_000), Norm(1), 1e-5 * Norm(1));
    }

    [Fact]
    public void Train_SamplerCorrection_ChangesNothingWhereBothAgree()
    {
        double Norm(SamplerCorrectionOptions? correction) => Train(Small with { Steps = 1, Loss = new PolicyLossOptions { SamplerCorrection = correction } }, Varied()).Steps[0].GradientNorm;
        Assert.Equal(Norm(null), Norm(new()), 1e-4 * Norm(null));
    }

    [Fact]
    public void Reference_WithoutPenalty_IsNotHeld()
    {
        using var model = TinyModels.Create();
        Assert.Null(PolicyReference.For(model, new PolicyLossOptions()));
        using var reference = PolicyReference.For(model, new PolicyLossOptions { Beta = 0.1 });
        Assert.NotNull(reference);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)] // an adapter that was trained before: the reference is what it was, not the bare base
    public void Train_Adapter_IsPenalisedForLeavingItsStartAndMovesAlone(int stepsBefore)
    {
        using var student = Student();
        var options = Small with { LearningRate = 1e-2, MicroBatchTokens = 40 };
        student.Model.Attach(LoraAdapter.Create(student.Model, new LoraConfig { Rank = 4 }, seed: 1));
        var weights = student.Model.Parameters.Values.data<float>().ToArray();
        if (stepsBefore > 0) new GrpoTrainer(options with { Steps = stepsBefore }, [Varied()]).Train(student, Problems(16));
        var run = new GrpoTrainer(options with { Steps = 3, Loss = new PolicyLossOptions { Beta = 0.1 } }, [Varied()]).Train(student, Problems(16));
        Assert.Equal(0, run.Steps[0].Kl!.Value, 1e-6);
        Assert.True(run.Steps[2].Kl > 1e-5);
        Assert.Equal(weights, student.Model.Parameters.Values.data<float>().ToArray());
        Assert.NotNull(student.Model.Adapter);
    }

    [Fact]
    public void Train_RewardThatFailsNowAndThen_NamesTheSampleAndGoesOn()
    {
        var run = Train(Small, RewardPart.From("mine", s => s.SampleIndex == 3 ? throw new FormatException("no comma") : s.ResponseIds.Average()));
        Assert.Equal(2, run.Steps.Count);
        Assert.Equal(4, run.Steps[0].Rollouts!.Unscored);
        Assert.Contains(run.Steps[0].Warnings, w => w.Contains("left out sample 3 of problem", StringComparison.Ordinal));
    }

    [Fact]
    public void Train_BadInput_IsRefusedBeforeTheFirstStep()
    {
        using var student = Student();
        var problems = Problems(4);
        void Refuses(string expected, Func<object> act) => Assert.Contains(expected, Assert.ThrowsAny<ArgumentException>(act).Message, StringComparison.Ordinal);
        Refuses("no reward", () => new GrpoTrainer(Small, Array.Empty<RewardPart>()));
        Refuses("'varied'", () => new GrpoTrainer(Small, [Varied(), Varied()]));
        var trainer = new GrpoTrainer(Small, [Varied()]);
        var endless = new Problem("endless", string.Join(' ', Enumerable.Repeat("a:", 60)), "1");
        Refuses("the first of problem 'endless'", () => trainer.Train(student, [.. problems, endless]));
        Refuses("Two problems are called", () => trainer.Train(student, [.. problems, problems[0]]));
        Refuses("fewer than", () => trainer.Train(student, problems[..3]));
    }

    public static TheoryData<GrpoOptions, string> Conflicts => new()
    {
        { Small with { GroupSize = 1 }, "at least 2" },
        { Small with { UpdatesPerStep = 3 }, "not a multiple" },
        { Small with { PassesPerStep = 0 }, "PassesPerStep" },
        { Small with { Temperature = 0 }, "greedy" },
        { Small with { Scaling = AdvantageScaling.None, Rewards = new() { Aggregation = RewardAggregation.NormalizeThenSum } }, "NormalizeThenSum" },
        { Small with { Rewards = new() { Timeout = TimeSpan.Zero } }, "Timeout" },
        { Small with { Rollouts = new() { SettledProblemChance = 0 } }, "SettledProblemChance" },
        { Small with { Loss = new PolicyLossOptions { Type = PolicyLossType.Cispo } }, "CISPO" },
    };

    [Theory]
    [MemberData(nameof(Conflicts))]
    public void Validate_Conflict_NamesWhatToChange(GrpoOptions options, string expected) =>
        Assert.Contains(expected, Assert.ThrowsAny<ArgumentException>(options.Validate).Message, StringComparison.Ordinal);

    [Fact]
    public void Presets_AreValidAndAsTheirPapersSay()
    {
        foreach (var preset in new[] { GrpoOptions.Paper, GrpoOptions.Dapo, GrpoOptions.DrGrpo }) preset.Validate();
        var (paper, dapo, dr) = (GrpoOptions.Paper, GrpoOptions.Dapo, GrpoOptions.DrGrpo);
        Assert.Equal((8, 0.2, KlEstimator.K3, false), (paper.GroupSize, paper.Loss.ClipHigh, paper.Loss.Kl, paper.Loss.CorrectKl));
        Assert.Equal((0.28, 0.0, PolicyLossType.Dapo), (dapo.Loss.ClipHigh, dapo.Loss.Beta, dapo.Loss.Type));
        Assert.True(dapo.Rollouts.MasksTruncated && dapo.Rollouts.ReplacementRounds > 0);
        Assert.Equal((PolicyLossType.DrGrpo, AdvantageScaling.None), (dr.Loss.Type, dr.Scaling));
    }
}
