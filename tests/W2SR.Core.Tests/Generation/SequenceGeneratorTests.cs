using TorchSharp;
using W2SR.Core.Common;
using W2SR.Core.Generation;
using W2SR.Core.Models;
using W2SR.Core.Tests.Infrastructure;
using static TorchSharp.torch;

namespace W2SR.Core.Tests.Generation;

[Collection(TensorCountingCollection.Name)]
public sealed class SequenceGeneratorTests : IDisposable
{
    private readonly CausalLm model = TinyModels.Create(TinyModels.Config(grouped: true) with { ContextLength = 400 });

    public void Dispose() => model.Dispose();

    private static GenerationRequest Request(int length, string id) =>
        new([.. Enumerable.Range(0, length).Select(i => (7 * i + length) % 31)], new RandomStream(3, id));

    private static SamplingOptions Sampling(int tokens, double temperature = 0.9) => new() { Temperature = temperature, MaxNewTokens = tokens };

    [Fact]
    public void Stream_SameRequest_GivesTheTokensAndTheReasonOfGenerate()
    {
        foreach (var (ends, tokens) in new (int[], int)[] { ([30, 29, 28, 27], 200), ([], 40), ([], 500) })
        {
            var generator = new SequenceGenerator(model, ends);
            var whole = generator.Generate([Request(9, "a")], Sampling(tokens))[0];
            var streamed = generator.Stream(Request(9, "a"), Sampling(tokens)).ToArray();
            Assert.Equal(whole.Ids, streamed.Select(t => t.Id));
            Assert.All(streamed[..^1], t => Assert.Null(t.FinishReason));
            Assert.Equal(whole.FinishReason, streamed[^1].FinishReason);
        }
    }

    [Fact]
    public void Stream_LeftEarly_LeaksNoTensorAndLeavesGradientsOn()
    {
        var generator = new SequenceGenerator(model, []);
        foreach (var _ in generator.Stream(Request(3, "warm"), Sampling(5))) break;
        var before = Tensor.TotalCount;
        foreach (var token in generator.Stream(Request(3, "b"), Sampling(100)))
        {
            Assert.True(is_grad_enabled());
            if (token.Id >= 0) break;
        }
        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void Generate_FarBeyondTheFirstAllocation_EqualsTheForwardPassWithoutCache()
    {
        var ids = Request(5, "x").PromptIds.ToList();
        var generated = new SequenceGenerator(model, []).Generate([Request(5, "x"), Request(60, "y")], Sampling(230, temperature: 0));
        using var scope = NewDisposeScope();
        ids.AddRange(generated[0].Ids);
        var best = model.Logits(tensor(ids.Select(i => (long)i).ToArray()).unsqueeze(0)).argmax(-1).data<long>().ToArray();
        Assert.Equal(best[4..^1].Select(i => (int)i), generated[0].Ids);
    }

    [Fact]
    public void Generate_LittleRoomForTheCache_RunsFewerRowsTogetherAndGivesTheSameTokens()
    {
        var requests = Enumerable.Range(1, 7).Select(i => Request(i, $"{i}")).ToArray();
        GenerationRequest[] Fresh() => [.. requests.Select(r => Request(r.PromptIds.Length, $"{r.PromptIds.Length}"))];
        var together = new SequenceGenerator(model, [30]).Generate(Fresh(), Sampling(60));
        var apart = new SequenceGenerator(model, [30], new GeneratorOptions { MaxBytes = 1 }).Generate(Fresh(), Sampling(60));
        Assert.Equal(together.Select(s => string.Join(" ", s.Ids)), apart.Select(s => string.Join(" ", s.Ids)));
    }

    [Fact]
    public void Stream_BadPrompts_AreRefusedBeforeAnythingIsDrawn()
    {
        var generator = new SequenceGenerator(model, []);
        Assert.Contains("empty", Assert.Throws<ArgumentException>(() => generator.Stream(Request(0, ""), Sampling(1))).Message, StringComparison.Ordinal);
        Assert.Contains("no room", Assert.Throws<ArgumentException>(() => generator.Stream(Request(400, ""), Sampling(1))).Message, StringComparison.Ordinal);
        var strange = new GenerationRequest([31], new RandomStream(0, ""));
        Assert.Contains("31", Assert.Throws<ArgumentException>(() => generator.Stream(strange, Sampling(1))).Message, StringComparison.Ordinal);
    }
}
