using W2SR.Core.Experiments;
using W2SR.Core.Experiments.Planning;
using W2SR.Core.Training;

namespace W2SR.Core.Tests.Experiments;

/// <summary>What a plan assumes of groups without variance, and that it says so.</summary>
public sealed class PlanAssumptionTests
{
    private static ExperimentFile With(double share, Func<GrpoOptions, GrpoOptions>? change = null)
    {
        var training = TinyExperiment.File.Training;
        return TinyExperiment.File with { Training = training with { ExpectedTrainingGroups = share, Reinforcement = (change ?? (o => o))(training.Reinforcement) } };
    }

    private static (ExperimentPlan Plan, PlannedStage Rl) Plan(ExperimentFile file)
    {
        var plan = new Experiment(file).Plan(Path.Combine(Path.GetTempPath(), "w2sr-plan-that-is-never-run"), measuresSpeed: false);
        return (plan, plan.Stages.Single(s => s.Name == "RL"));
    }

    [Fact]
    public void Plan_QuarterOfTheGroupsTrains_TakesAQuarterOfTheUpdates()
    {
        var (all, quarter) = (Plan(With(1)).Rl, Plan(With(0.25)).Rl);
        Assert.Equal(all.TokensGenerated, quarter.TokensGenerated);
        Assert.Equal(0.25, quarter.TokensTrained / all.TokensTrained, 12);
        Assert.Equal((1 + 3 * 0.25) / (1 + 3), quarter.Flops / all.Flops, 12); // one pass writes, three train
        Assert.Equal(0, Plan(With(0)).Rl.TokensTrained);
        Assert.Contains(Plan(With(0.25)).Plan.Assumptions, a => a.StartsWith("25% of GRPO's groups have rewards that differ", StringComparison.Ordinal));
        Assert.Contains(Plan(TinyExperiment.File).Plan.Assumptions, a => a.StartsWith("40% of GRPO's groups", StringComparison.Ordinal));
        // Only plans know of it: no stage is done again because of another assumption.
        Assert.Equal(Plan(With(1)).Plan.Stages.Select(s => s.Key), Plan(With(0.25)).Plan.Stages.Select(s => s.Key));
    }

    [Fact]
    public void Plan_Penalty_TrainsOnEveryGroup()
    {
        static GrpoOptions Penalty(GrpoOptions o) => o with { Loss = o.Loss with { Beta = 0.001 } };
        var (free, bound) = (Plan(With(1)).Rl, Plan(With(0.25, Penalty)));
        Assert.Equal(free.TokensTrained, bound.Rl.TokensTrained);
        Assert.Equal(5.0 / 4, bound.Rl.Flops / free.Flops, 12); // the reference's pass on top
        Assert.Contains(bound.Plan.Assumptions, a => a.StartsWith("Every group of GRPO is trained on", StringComparison.Ordinal));
    }

    [Fact]
    public void Plan_ReplacedGroups_AreWrittenAgainInEachRound()
    {
        static GrpoOptions Replacing(GrpoOptions o) => o with { Rollouts = o.Rollouts with { ReplacementRounds = 2 } };
        var (all, half) = (Plan(With(1, Replacing)).Rl, Plan(With(0.5, Replacing)).Rl);
        Assert.Equal(1 + 0.5 + 0.25, half.TokensGenerated / all.TokensGenerated, 12);
        Assert.Equal(1 - 0.125, half.TokensTrained / all.TokensTrained, 12); // all three rounds had equal rewards in an eighth
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.5)]
    [InlineData(double.NaN)]
    public void Validate_NoShare_IsRefused(double share) =>
        Assert.Contains("ExpectedTrainingGroups", Assert.ThrowsAny<ArgumentException>(() => With(share).Validate()).Message, StringComparison.OrdinalIgnoreCase);
}
