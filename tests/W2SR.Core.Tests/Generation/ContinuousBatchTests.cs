using TorchSharp;
using W2SR.Core.Common;
using W2SR.Core.Generation;
using W2SR.Core.Models;
using W2SR.Core.Tests.Infrastructure;
using W2SR.Core.Tokens;
using static TorchSharp.torch;

namespace W2SR.Core.Tests.Generation;

[Collection(TensorCountingCollection.Name)]
public sealed class ContinuousBatchTests : IDisposable
{
    // float64: the same tokens whoever shares the batch, without near-ties to explain.
    private readonly CausalLm model = TinyModels.Create(TinyModels.Config(grouped: true) with { ContextLength = 200 }, ScalarType.Float64);

    public void Dispose() => model.Dispose();

    private static GenerationRequest[] Ragged(int count, int samples) => [..
        from i in Enumerable.Range(0, count)
        let prompt = Enumerable.Range(0, 1 + i * 13 % 70).Select(t => (7 * t + i) % 31).ToArray()
        from sample in Enumerable.Range(0, samples)
        select new GenerationRequest(prompt, new RandomStream(5, $"p{i}", sample), 1 + (97 * i + 31 * sample) % 40)];

    private static SamplingOptions Sampling(double temperature) => new() { Temperature = temperature, TopP = 0.95, MaxNewTokens = 40 };

    /// <summary>The obvious way: one sequence, the whole forward pass for every token, no cache.</summary>
    private int[] OneByOne(GenerationRequest request, SamplingOptions sampling, int[] ends)
    {
        using var scope = NewDisposeScope();
        var ids = request.PromptIds.Select(i => (long)i).ToList();
        var written = new List<int>();
        while (written.Count < (request.MaxNewTokens ?? sampling.MaxNewTokens) && (written.Count == 0 || !ends.Contains(written[^1])))
        {
            var logits = model.Logits(tensor(ids.ToArray()).unsqueeze(0)).select(1, ids.Count - 1);
            var id = TokenSampler.Sample(logits, [sampling.IsGreedy ? 0 : request.Random.NextUniform()], sampling, withLogProbs: false).Ids[0];
            written.Add(id);
            ids.Add(id);
        }
        return [.. written];
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.9)]
    public void Generate_RaggedPromptsInAnyBatch_EqualsOneRowWithoutCache(double temperature)
    {
        int[] ends = [30, 29];
        var expected = Ragged(12, 3).Select(r => OneByOne(r, Sampling(temperature), ends)).ToArray();
        foreach (var options in new GeneratorOptions[]
        {
            new(), new() { MaxRows = 1 }, new() { MaxRows = 5 }, new() { MaxRows = 7, PromptTokensAtOnce = 16 }, new() { MaxRows = 3, PromptTokensAtOnce = 1 },
        })
        {
            var results = new SequenceGenerator(model, ends, options).Generate(Ragged(12, 3), Sampling(temperature));
            Assert.Equal(expected, results.Select(s => s.Ids));
        }
    }

    [Fact]
    public void Generate_OtherOrderOfArrival_GivesTheSameSequences()
    {
        var generator = new SequenceGenerator(model, [30], new GeneratorOptions { MaxRows = 6 });
        var expected = generator.Generate(Ragged(10, 2), Sampling(1), withLogProbs: true);
        var requests = Ragged(10, 2);
        var order = Enumerable.Range(0, requests.Length).Reverse().ToArray();
        var handed = new Dictionary<int, GeneratedSequence>();
        generator.Generate([.. order.Select(i => requests[i])], Sampling(1), (i, s) => handed.Add(order[i], s), withLogProbs: true);
        for (var i = 0; i < requests.Length; i++)
        {
            Assert.Equal(expected[i].Ids, handed[i].Ids);
            Assert.Equal(expected[i].FinishReason, handed[i].FinishReason);
            Assert.Equal(expected[i].LogProbs!.Select(l => (double)l), handed[i].LogProbs!.Select(l => (double)l), (a, b) => Math.Abs(a - b) < 1e-5);
        }
    }

    [Fact]
    public void Generate_LogProbs_AreThoseOfTheWholeForwardPass()
    {
        var requests = Ragged(6, 2);
        var sampling = new SamplingOptions { Temperature = 0.7, MaxNewTokens = 40 };
        var results = new SequenceGenerator(model, [], new GeneratorOptions { MaxRows = 4 }).Generate(requests, sampling, withLogProbs: true);
        using var scope = NewDisposeScope();
        for (var i = 0; i < requests.Length; i++)
        {
            long[] ids = [.. requests[i].PromptIds.Select(t => (long)t), .. results[i].Ids.Select(t => (long)t)];
            var logProbs = (model.Logits(tensor(ids).unsqueeze(0))[0] / 0.7).log_softmax(-1);
            for (var t = 0; t < results[i].Ids.Length; t++)
                Assert.Equal(logProbs[requests[i].PromptIds.Length - 1 + t, results[i].Ids[t]].ToDouble(), results[i].LogProbs![t], 1e-5);
        }
    }

    [Fact]
    public void Generate_ManyRequests_LeaksNoTensorAndHandsOutEachOnce()
    {
        var generator = new SequenceGenerator(model, [30], new GeneratorOptions { MaxRows = 5 });
        generator.Generate(Ragged(3, 1), Sampling(1));
        var before = Tensor.TotalCount;
        var handed = new List<int>();
        generator.Generate(Ragged(40, 2), Sampling(1), (i, _) => handed.Add(i));
        Assert.Equal(Enumerable.Range(0, 80), handed.Order());
        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void Generate_Cancelled_KeepsWhatWasHandedOut()
    {
        using var cancel = new CancellationTokenSource();
        var handed = 0;
        var before = Tensor.TotalCount;
        var generator = new SequenceGenerator(model, [], new GeneratorOptions { MaxRows = 4 });
        Assert.Throws<OperationCanceledException>(() => generator.Generate(Ragged(30, 1), Sampling(1), (_, _) =>
        {
            if (++handed == 7) cancel.Cancel();
        }, cancellationToken: cancel.Token));
        Assert.InRange(handed, 7, 12);
        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void Watch_StopStringAcrossTokens_EndsAtItsFirstPlace()
    {
        var tokenizer = new WordTokenizer(["a", "b", "c"]);
        var watch = new StopStringWatch(["b c", "c a"], tokenizer.CreateDecoder());
        var ids = tokenizer.Encode("a b c a");
        Assert.Equal([false, false, true], ids[..3].Select(watch.Add));
        Assert.Equal("a ", watch.TextBeforeStop);
    }

    [Fact]
    public void Generate_StopStringsWithoutTokenizer_AreRefused() => Assert.Contains("tokenizer", Assert.Throws<ArgumentException>(() =>
        new SequenceGenerator(model, []).Generate(Ragged(1, 1), new SamplingOptions { StopStrings = ["x"] })).Message, StringComparison.Ordinal);

    [Fact]
    public void Detector_LoopsAndNearLoops_AreToldApart()
    {
        static bool Fires(IEnumerable<int> ids)
        {
            var detector = new RepetitionDetector();
            var list = new List<int>();
            foreach (var id in ids)
            {
                list.Add(id);
                detector.Add(list);
            }
            return detector.HasFired;
        }
        Assert.True(Fires(Enumerable.Repeat(3, 64)));
        Assert.False(Fires(Enumerable.Repeat(3, 63)));
        Assert.True(Fires(Enumerable.Range(0, 80).Select(i => i % 20)));                  // four times 20
        Assert.False(Fires(Enumerable.Range(0, 79).Select(i => i % 20)));
        Assert.False(Fires(Enumerable.Range(0, 500)));
        Assert.False(Fires(Enumerable.Range(0, 400).Select(i => i % 100)));               // a period beyond 64 is text
        Assert.False(Fires(Enumerable.Range(0, 200).Select(i => i % 11 == 10 ? i : 1)));  // broken by a number that counts
    }

    [Fact]
    public void Generate_LoopingModel_IsFlaggedAndEndsWhenAsked()
    {
        // Greedy decoding of a random small model falls into a loop sooner or later.
        var generator = new SequenceGenerator(model, []);
        var loop = generator.Generate([new GenerationRequest([1, 2], new RandomStream(1, "x"))], new SamplingOptions { Temperature = 0, MaxNewTokens = 190 })[0];
        Assert.True(loop.HasRepetition);
        Assert.NotEqual(FinishReason.Repetition, loop.FinishReason);
        var ended = generator.Generate([new GenerationRequest([1, 2], new RandomStream(1, "x"))], new SamplingOptions { Temperature = 0, MaxNewTokens = 190, StopAtRepetition = true })[0];
        Assert.Equal(FinishReason.Repetition, ended.FinishReason);
        Assert.Equal(loop.Ids[..ended.Ids.Length], ended.Ids);
    }
}
