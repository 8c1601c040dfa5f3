using W2SR.Core.Common;
using W2SR.Core.Experiments.Planning;
using W2SR.Core.Models;
using W2SR.Core.Tests.Infrastructure;

namespace W2SR.Core.Tests.Experiments;

public sealed class LargeRunPlanTests
{
    private static string Example(string name) => File.ReadAllText(Path.Combine(RepositoryPaths.Root, "samples", "WeakToStrong", "experiments", name));

    [Theory]
    [InlineData("qwen2.5-0.5b", 494_032_768)]
    [InlineData("qwen2.5-1.5b", 1_543_714_304)]
    [InlineData("qwen2.5-3b", 3_085_938_688)]
    [InlineData("qwen2.5-7b", 7_615_616_512)]
    [InlineData("qwen2.5-14b", 14_770_033_664)]
    [InlineData("qwen2.5-32b", 32_763_876_352)]
    public void ParametersOf_KnownShape_IsThePublishedNumber(string name, long parameters) =>
        Assert.Equal(parameters, TrainingMemory.ParametersOf(KnownShapes.Find(name)!));

    [Fact]
    public void MixedPrecision_ShardedModelState_IsZerosTable()
    {
        // ZeRO (arXiv:1910.02054), table 1: 7.5 billion parameters on 64 devices take 120, 31.4, 16.6 and 1.88 GB; the same bytes a parameter here.
        var shape = KnownShapes.Find("qwen2.5-7b")!;
        double p = TrainingMemory.ParametersOf(shape);
        double State(ShardingStrategy strategy) => TrainingMemory.MixedPrecision(shape, strategy, 64, 1, true) is var m ? (m.Weights + m.Gradients + m.OptimizerState) / p * 7.5 : 0;
        Assert.Equal(120, State(ShardingStrategy.Ddp), 1e-9);
        Assert.Equal(31.4, State(ShardingStrategy.Zero1), 0.05);
        Assert.Equal(16.6, State(ShardingStrategy.Zero2), 0.05);
        // Our ZeRO-3 also counts the two layers that are gathered at a time, which the paper's table leaves out.
        var gathered = 2 * 2 * 233_046_016.0 / p * 7.5;
        Assert.Equal(1.88, State(ShardingStrategy.Zero3) - gathered, 0.05);
    }

    [Fact]
    public void Of_OneDeviceByHand()
    {
        var file = LargeRunFile.Parse(Example("paper-7b.json"), "paper-7b.json");
        var plan = LargeRunPlan.Of(file);
        // 7,500 traces of 600 tokens, five epochs with their prompts.
        Assert.Equal(4_500_000, plan.Parts[0].Tokens);
        Assert.Equal(7500 * 5 * 750.0, plan.Parts[1].Tokens);
        // Four passes of twice the weights that multiply (all but the embedding), and the attention's share on top.
        var products = 4 * 2 * (7_615_616_512.0 - 152_064 * 3584) * 37_500 * 749;
        Assert.InRange(plan.Parts[1].Flops / products, 0.97, 1.03);
        Assert.Equal(plan.Parts[1].Flops / (989e12 * 0.4) / 3600, plan.Parts[1].DeviceHours[0], 1e-9);
        Assert.True(plan.DeviceHours("GRPO", 0) > 10 * plan.DeviceHours("W2SR", 0));
        Assert.False(plan.Memory.Single(m => m.Strategy == ShardingStrategy.Ddp && m.Cluster == file.Clusters[0]).Fits); // 16 bytes a parameter are 122 GB
        Assert.True(plan.Memory.Single(m => m.Strategy == ShardingStrategy.Zero3 && m.Cluster == file.Clusters[0]).Fits);
    }

    [Fact]
    public void Of_GroupsThatAreSkipped_TakeUpdatesButNeitherRolloutsNorScores()
    {
        var file = LargeRunFile.Parse(Example("paper-7b.json"), "paper-7b.json");
        var forward = 100.0 * 1024 * 8 * DecoderFlops.Forward(KnownShapes.Find("qwen2.5-7b")!, [150 + 700 - 1], 700);
        double Flops(LargeRunFile of, string part) => LargeRunPlan.Of(of).Parts.Single(p => p.Name == part).Flops / forward;
        // Forward, backward, reference, once more for checkpointing; and the scores.
        Assert.Equal((5.0, 1.0), (Flops(file, "updates"), Flops(file, "scoring the rollouts")));
        var skipping = file with { GrpoReference = false, GrpoTrainingGroups = 0.25 };
        Assert.Equal((1.0, 1.0, 1.0), (Flops(skipping, "updates"), Flops(skipping, "scoring the rollouts"), Flops(skipping, "rollouts")));
        Assert.Contains(LargeRunPlan.Of(skipping).Assumptions, a => a.StartsWith("GRPO's updates pass over 25% of the groups; those of equal rewards are skipped", StringComparison.Ordinal));
        Assert.Contains("with grpoReference every group is trained on", Assert.Throws<ArgumentException>(() => LargeRunPlan.Of(file with { GrpoTrainingGroups = 0.25 })).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"grpoGroupSize\": 8", "\"grpoGroupSize\": 8, \"grpoTrainingGroups\": 0", "grpoTrainingGroups is 0")]
    [InlineData("\"qwen2.5-7b\",", "\"qwen9\",", "'qwen9' is neither a known shape")]
    [InlineData("\"problems\": 7500", "\"problems\": 0", "problems is 0")]
    [InlineData("\"epochs\"", "\"epoch\"", "epoch")]
    [InlineData("\"count\": 16", "\"count\": 0", "Count")]
    public void Parse_BadFile_SaysWhatIsWrong(string what, string with, string message)
    {
        var error = Assert.Throws<W2srFormatException>(() => LargeRunFile.Parse(Example("paper-7b.json").Replace(what, with, StringComparison.Ordinal), "bad.json"));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Recognises_TellsBothKindsApart()
    {
        Assert.True(LargeRunFile.Recognises(Example("paper-32b.json")));
        Assert.False(LargeRunFile.Recognises(Example("quickstart.json")));
        Assert.False(LargeRunFile.Recognises("{"));
    }
}
