using TorchSharp;
using W2SR.Core.Common;
using W2SR.Core.Generation;
using W2SR.Core.Models;
using W2SR.Core.Tests.Infrastructure;
using static TorchSharp.torch;

namespace W2SR.Core.Tests.Generation;

[Collection(TensorCountingCollection.Name)]
public sealed class GenerationMemoryTests : IDisposable
{
    private readonly CausalLm model = TinyModels.Create(TinyModels.Config(grouped: true) with { HeadSize = 16, ContextLength = 256 });

    public void Dispose() => model.Dispose();

    [Fact]
    public void Create_BytesByHand_AreThoseOfCachesAndLogits()
    {
        // 2 layers, 2 key heads of 16, keys and values, float32: 512 bytes a token.
        var options = new GeneratorOptions { MaxRows = 10, PromptTokensAtOnce = 100 };
        var plan = GenerationMemoryPlan.Create(model, options, requests: 1000, longestPrompt: 30, longestSequence: 80);
        Assert.Equal(10, plan.Rows);
        Assert.Equal(10 * 80 * 512, plan.CacheBytes);
        Assert.Equal(100 * 512, plan.PromptBytes);
        Assert.True(plan.TotalBytes <= options.MaxBytes);
        Assert.Equal(3, GenerationMemoryPlan.Create(model, options, requests: 3, 30, 80).Rows);
    }

    [Fact]
    public void Create_LessRoom_GivesFewerRowsWithinTheBudget()
    {
        var rows = new List<int>();
        foreach (var budget in new long[] { 4 << 20, 6 << 20, 8 << 20, 16 << 20, 128 << 20 })
        {
            var plan = GenerationMemoryPlan.Create(model, new GeneratorOptions { MaxBytes = budget }, requests: 100_000, longestPrompt: 100, longestSequence: 256);
            Assert.True(plan.TotalBytes <= budget || plan.Rows == 1, $"{plan}");
            rows.Add(plan.Rows);
        }
        Assert.Equal(rows.Order(), rows);
        Assert.Equal(512, rows[^1]);
        Assert.Contains(rows, r => r is >= 2 and <= 100); // at 6 MB on the decoding kernels; libtorch's operators hold more
    }

    /// <remarks>What is held is looked at after every step: caches, the prompts being read, buffers and logits.</remarks>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Step_TenThousandRequests_HoldsNoMoreThanThePlanAndLeavesNothing(bool usesOperators)
    {
        var count = usesOperators && !LongChecks.IsOn ? 1000 : 10_000;
        var options = new GeneratorOptions { MaxBytes = 7 << 20, PromptTokensAtOnce = 1024, UsesOperators = usesOperators };
        GenerationRequest[] Requests(int count) => [.. Enumerable.Range(0, count).Select(i =>
            new GenerationRequest([.. Enumerable.Range(0, 1 + i * 7 % 90).Select(t => (t + i) % 31)], new RandomStream(1, $"{i}"), 1 + i * 31 % 24))];
        var rules = new StopRules([30], new SamplingOptions { Temperature = 1 }, model.Config.ContextLength, null);
        void Run(int count)
        {
            var requests = Requests(count);
            var plan = GenerationMemoryPlan.Create(model, options, count, requests.Max(r => r.PromptIds.Length), requests.Max(r => r.PromptIds.Length + r.MaxNewTokens!.Value));
            int finished = 0, most = 0;
            long largest = 0, steps = 0, live = 0;
            using (var batch = new ContinuousBatch(model, options, rules, requests, withLogProbs: false, (_, _) => finished++))
                while (!batch.IsDone)
                {
                    batch.Step();
                    largest = Math.Max(largest, batch.HeldBytes);
                    most = Math.Max(most, batch.RunningRows);
                    if (++steps == 50) live = Tensor.TotalCount;
                    if (steps > 50) Assert.InRange(Tensor.TotalCount, live - 20, live + 20); // the prompts' own cache comes and goes
                }
            Assert.Equal(count, finished);
            Assert.InRange(most, Math.Min(count, plan.Rows) / 2, plan.Rows);
            Assert.True(plan.Rows > 8 && plan.TotalBytes <= options.MaxBytes, $"{plan}");
            Assert.True(largest <= plan.TotalBytes, $"{largest} bytes were held, planned: {plan}");
            Assert.True(largest > plan.CacheBytes / 3, $"{largest} bytes were held, planned: {plan}"); // the plan is no wild guess
        }
        Run(100);
        var before = Tensor.TotalCount;
        Run(count);
        Assert.Equal(before, Tensor.TotalCount);
    }
}
