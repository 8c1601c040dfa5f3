using TorchSharp;
using W2SR.Core.Common;
using W2SR.Core.Generation;
using W2SR.Core.Tests.Infrastructure;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace W2SR.Core.Tests.Oracles;

/// <summary>Tiny checkpoints of every family against transformers: logits, greedy steps, loss and gradients.</summary>
public sealed class ModelOracleTests
{
    public static TheoryData<string> Families => [.. OracleModels.Names];

    [SkippableTheory]
    [MemberData(nameof(Families))]
    public void Logits_InFloat32_EqualTransformers(string family)
    {
        using var oracle = OracleModels.Load(family);
        var worst = 0.0;
        foreach (var (i, prompt) in oracle.Prompts.Index())
        {
            using var scope = NewDisposeScope();
            worst = Math.Max(worst, (oracle.LogitsOf(prompt) - oracle.Expected[$"logits.{i}"]).abs().max().ToDouble());
        }
        Assert.True(worst <= 1e-4, $"{family}: the largest difference is {worst:E2}");
    }

    /// <remarks>5e-2 is held on average, not by the worst of 50,000 logits: see the next test and decision 0010.</remarks>
    [SkippableTheory]
    [MemberData(nameof(Families))]
    public void Logits_InBfloat16_StayNearAndKeepTheClearWinner(string family)
    {
        using var oracle = OracleModels.Load(family, ScalarType.BFloat16);
        double sum = 0, count = 0;
        foreach (var (i, prompt) in oracle.Prompts.Index())
        {
            using var scope = NewDisposeScope();
            var logits = oracle.LogitsOf(prompt).to(ScalarType.Float32);
            var expected = oracle.Expected[$"logits.{i}"];
            sum += (logits - expected).abs().sum().ToDouble();
            count += expected.numel();
            var (leaders, ids) = expected.topk(2, -1);
            var isClear = (leaders.select(-1, 0) - leaders.select(-1, 1)).gt(0.1);
            Assert.Equal(0, logits.argmax(-1).ne(ids.select(-1, 0)).logical_and(isClear).sum().ToInt64());
        }
        Assert.True(sum / count <= 5e-2, $"{family}: the mean difference is {sum / count:E2}");
    }

    /// <remarks>
    /// Weights rounded to bfloat16, everything else in float32: where that alone moves a logit by more than 5e-2, no bfloat16 model can stay within it, whoever computes. Only a
    /// checkpoint that is stored in bfloat16 loses nothing so.
    /// </remarks>
    [SkippableFact]
    public void Logits_OfRoundedWeightsAlone_ExceedTheBoundOnMostFloat32Checkpoints()
    {
        _ = OracleData.Folder("models"); // skips with a reason where it is absent
        var worst = new Dictionary<string, double>();
        foreach (var family in OracleModels.Names)
        {
            using var oracle = OracleModels.Load(family);
            using var scope = NewDisposeScope();
            using (no_grad()) oracle.Model.Parameters.Values.copy_(oracle.Model.Parameters.Values.to(ScalarType.BFloat16));
            worst[family] = oracle.Prompts.Index().Max(p => (oracle.LogitsOf(p.Item) - oracle.Expected[$"logits.{p.Index}"]).abs().max().ToDouble());
        }
        foreach (var (family, difference) in worst)
            Assert.Equal(family.EndsWith("-bf16", StringComparison.Ordinal), difference <= 1e-4);
        Assert.True(worst.Values.Count(d => d > 5e-2) > worst.Count / 2, string.Join(", ", worst.Select(w => $"{w.Key} {w.Value:F3}")));
    }

    [SkippableTheory]
    [MemberData(nameof(Families))]
    public void Greedy_WithCache_AloneAndInARaggedBatch_GivesTheStoredSteps(string family)
    {
        using var oracle = OracleModels.Load(family);
        var requests = oracle.Prompts.Select(p => new GenerationRequest(p, new RandomStream(0, "greedy"))).ToArray();
        // No end id: the stored steps go on past it.
        var generator = new SequenceGenerator(oracle.Model, []);
        SamplingOptions Greedy(int steps) => new() { Temperature = 0, MaxNewTokens = steps };
        var together = generator.Generate(requests, Greedy(oracle.Greedy.Max(g => g.Count)));
        for (var i = 0; i < requests.Length; i++)
        {
            oracle.AssertGreedy(i, together[i].Ids);
            oracle.AssertGreedy(i, generator.Generate([requests[i]], Greedy(oracle.Greedy[i].Count))[0].Ids);
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Families))]
    public void Greedy_WithoutCache_GivesTheStoredSteps(string family)
    {
        using var oracle = OracleModels.Load(family);
        for (var i = 0; i < oracle.Prompts.Length; i++)
        {
            var ids = oracle.Prompts[i].ToList();
            var steps = oracle.SureSteps(i);
            for (var step = 0; step < steps; step++)
            {
                using var scope = NewDisposeScope();
                ids.Add((int)oracle.LogitsOf([.. ids])[-1].argmax().ToInt64());
            }
            oracle.AssertGreedy(i, ids[oracle.Prompts[i].Length..]);
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Families))]
    public void LossAndGradients_OfAPaddedBatch_EqualTransformers(string family)
    {
        using var oracle = OracleModels.Load(family);
        using var scope = NewDisposeScope();
        var parameters = oracle.Model.Parameters;
        parameters.EnableGradients();
        Tensor ids = oracle.Expected["batch.input_ids"], labels = oracle.Expected["batch.labels"];
        var logits = oracle.Model.Logits(ids);                                                       // [B, T, V]
        long length = ids.shape[1];
        var loss = F.cross_entropy(
            logits.narrow(1, 0, length - 1).flatten(0, 1), labels.narrow(1, 1, length - 1).flatten(), ignore_index: -100);
        Assert.Equal(oracle.Loss, loss.ToDouble(), 1e-4);
        loss.backward();
        var compared = 0;
        foreach (var (name, gradient) in parameters.NamedViews(parameters.Gradients!))
        {
            var expected = oracle.Expected["grad." + name];
            var difference = (gradient - expected).abs().max().ToDouble() / expected.abs().max().ToDouble();
            Assert.True(difference <= 1e-4, $"{family}: {name} differs by {difference:E2} of its largest entry");
            compared++;
        }
        Assert.Equal(oracle.Expected.Names.Count(n => n.StartsWith("grad.", StringComparison.Ordinal)), compared);
    }
}
