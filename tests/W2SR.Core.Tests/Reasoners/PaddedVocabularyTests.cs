using W2SR.Core.Common;
using W2SR.Core.Evaluation;
using W2SR.Core.Problems;
using W2SR.Core.Prompts;
using W2SR.Core.Reasoners;
using W2SR.Core.Tests.Infrastructure;
using W2SR.Core.Verification;

namespace W2SR.Core.Tests.Reasoners;

/// <summary>A model whose embedding has more rows than the tokenizer has ids, and that draws one of them in the middle of its answer.</summary>
[Collection(TensorCountingCollection.Name)]
public sealed class PaddedVocabularyTests : IDisposable
{
    private static readonly Problem[] Problems = [new("one", "1 + 6 =", "7"), new("two", "2 + 6 =", "8")];
    private static readonly SamplingOptions Sampling = new() { Temperature = 1, MaxNewTokens = 20, SamplesPerProblem = 2 };
    private readonly string folder = Directory.CreateTempSubdirectory("w2sr-padded-").FullName;

    public PaddedVocabularyTests() => ScriptedCheckpoint.Write(folder, "\\boxed{7}", paddedIds: 5, (next, tokenizer) =>
    {
        int brace = tokenizer.Encode("{").Single(), padded = tokenizer.VocabularySize + 3;
        (next[padded], next[brace]) = (next[brace], padded);
    });

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private Task<LocalStudent> Load() => LocalStudent.LoadAsync(folder, new LoadOptions { UsesChatTemplate = false, Prompt = ReasoningPrompt.Plain });

    [Fact]
    public async Task Solve_DrawOfAPaddedRow_HasNoTextAndCountsAsAToken()
    {
        using var student = await Load();
        Assert.True(student.Model.Config.VocabularySize > student.Tokenizer.VocabularySize);
        var traces = student.Solve(Problems, Sampling);
        Assert.Equal(4, traces.Count);
        Assert.All(traces, t => Assert.Equal(("\\boxed{7}", FinishReason.Stop, 11), (t.Response, t.FinishReason, t.ResponseTokens))); // nine characters, the row without a token, the end
        // As a stream, and under a stop string that is looked for across it.
        Assert.Equal("\\boxed{7}", string.Concat(student.Respond([ChatMessage.User("1 + 6 =")], Sampling).Select(p => p.Text)));
        Assert.All(student.Solve(Problems, Sampling with { StopStrings = ["{7"] }), t => Assert.Equal("\\boxed", t.Response));
    }

    [Fact]
    public async Task Evaluate_DrawOfAPaddedRow_IsJudgedByTheTextAroundIt()
    {
        using var student = await Load();
        var result = await new Evaluator(new MathVerifier()).EvaluateAsync(student, Problems, Sampling);
        Assert.Equal([1.0, 0.0], result.ScoresByProblem());
    }
}
