using TorchSharp;
using W2SR.Core.Common;
using W2SR.Core.Generation;
using W2SR.Core.Models;
using W2SR.Core.Tests.Infrastructure;
using W2SR.Core.Tokens;
using static TorchSharp.torch;

namespace W2SR.Core.Tests.Generation;

/// <summary>What callers get wrong, and what models do.</summary>
[Collection(TensorCountingCollection.Name)]
public sealed class GenerationInputTests : IDisposable
{
    private readonly CausalLm model = TinyModels.Create(TinyModels.Config(grouped: true) with { HeadSize = 16, ContextLength = 60 });

    public void Dispose() => model.Dispose();

    private static GenerationRequest Request(params int[] ids) => new(ids, new RandomStream(1, "x"));

    private IReadOnlyList<GeneratedSequence> Generate(SamplingOptions sampling, params GenerationRequest[] requests) => new SequenceGenerator(model, []).Generate(requests, sampling);

    private static void Says(string part, Exception error) => Assert.Contains(part, error.Message, StringComparison.Ordinal);

    [Fact]
    public void Generate_BadRequests_AreRefusedWithTheirValues()
    {
        var sampling = new SamplingOptions { MaxNewTokens = 3 };
        Says("empty", Assert.Throws<ArgumentException>(() => Generate(sampling, Request(1), Request())));
        Says("60", Assert.Throws<ArgumentException>(() => Generate(sampling, Request(new int[60]))));
        Says("60", Assert.Throws<ArgumentException>(() => Generate(sampling, Request(new int[75]))));
        Says("-1", Assert.Throws<ArgumentException>(() => Generate(sampling, Request(-1))));
        Says("0 new tokens", Assert.Throws<ArgumentException>(() => Generate(sampling, Request(1) with { MaxNewTokens = 0 })));
        Assert.Single(Generate(sampling, Request(new int[59]))[0].Ids);
        Assert.Empty(Generate(sampling));
    }

    [Theory]
    [InlineData(-0.1, 1, 1, 16, nameof(SamplingOptions.Temperature))]
    [InlineData(double.NaN, 1, 1, 16, nameof(SamplingOptions.Temperature))]
    [InlineData(1, 0, 1, 16, nameof(SamplingOptions.TopP))]
    [InlineData(1, 1, 0, 16, nameof(SamplingOptions.SamplesPerProblem))]
    [InlineData(1, 1, 1, 0, nameof(SamplingOptions.MaxNewTokens))]
    public void Generate_BadSampling_IsRefusedByName(double temperature, double topP, int samples, int tokens, string name)
    {
        var sampling = new SamplingOptions { Temperature = temperature, TopP = topP, SamplesPerProblem = samples, MaxNewTokens = tokens };
        Assert.Equal(name, Assert.Throws<ArgumentOutOfRangeException>(() => Generate(sampling, Request(1))).ParamName);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(0.8, false)]
    [InlineData(0, true)]
    [InlineData(0.8, true)]
    public void Generate_ModelThatGivesNaN_IsANamedErrorAndLeavesNothing(double temperature, bool usesOperators)
    {
        var sampling = new SamplingOptions { Temperature = temperature, TopP = 0.9, MaxNewTokens = 5 };
        var generator = new SequenceGenerator(model, [], new GeneratorOptions { UsesOperators = usesOperators });
        generator.Generate([Request(1, 2)], sampling);
        using (no_grad()) model.FinalNorm[3] = float.NaN;
        var before = Tensor.TotalCount;
        Says("NaN", Assert.Throws<InvalidOperationException>(() => generator.Generate([Request(1, 2), Request(3)], sampling)));
        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void Queue_SamplesOfOnePrompt_ReadItOnce()
    {
        var queue = new PromptQueue([Request(1, 2), Request(3), Request(1, 2), Request(1, 2)]);
        var (prompts, requests) = queue.Take(freeRows: 10, paddedTokens: 100);
        Assert.Equal([[3], [1, 2]], prompts);
        Assert.Equal([[1], [0, 2, 3]], requests.Select(r => r.ToArray()));
        Assert.True(queue.IsEmpty);
    }

    [Fact]
    public void Queue_KnownLimits_TakesTheLongestFirst()
    {
        var queue = new PromptQueue([Request(1) with { MaxNewTokens = 5 }, Request(2, 2, 2) with { MaxNewTokens = 50 }, Request(3) with { MaxNewTokens = 20 }]);
        Assert.Equal([[2, 2, 2], [3], [1]], queue.Take(freeRows: 10, paddedTokens: 100).Prompts);
    }

    [Fact]
    public void Generate_StopStringAcrossTokens_EndsThereWithTheTextBeforeIt()
    {
        var tokenizer = new WordTokenizer([.. Enumerable.Range(0, 30).Select(i => $"w{i}")]);
        var whole = new SequenceGenerator(model, [], null, tokenizer).Generate([Request(1, 2)], new SamplingOptions { Temperature = 1.5, MaxNewTokens = 40 })[0];
        var text = tokenizer.Decode(whole.Ids);
        // A stop string that begins inside the text of one token and ends inside that of another, two tokens on.
        var at = text.Length / 2;
        var stop = text.Substring(at, 7);
        var first = text.IndexOf(stop, StringComparison.Ordinal);
        var ended = new SequenceGenerator(model, [], null, tokenizer).Generate([Request(1, 2)], new SamplingOptions { Temperature = 1.5, MaxNewTokens = 40, StopStrings = [stop] })[0];
        Assert.Equal(FinishReason.Stop, ended.FinishReason);
        Assert.Equal(text[..first], ended.TextBeforeStop);
        Assert.Equal(whole.Ids[..ended.Ids.Length], ended.Ids);
        Assert.True(ended.Ids.Length < whole.Ids.Length);
    }
}
