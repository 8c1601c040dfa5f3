using W2SR.Core.Common;
using W2SR.Core.Evaluation;
using W2SR.Core.Problems;
using W2SR.Core.Traces;
using W2SR.Core.Verification;

namespace W2SR.Core.Tests.Evaluation;

public sealed class EvaluationStoreTests : IDisposable
{
    private readonly string folder = Path.Combine(Path.GetTempPath(), "w2sr-evaluation-" + Guid.NewGuid().ToString("N"));
    private readonly Problem[] problems = [.. Enumerable.Range(0, 10).Select(i => new Problem($"p{i}", $"{i} + 1 ?", $"{i + 1}") { Level = i % 2, Source = "sums" })];
    private readonly SamplingOptions sampling = new() { SamplesPerProblem = 2, Seed = 3 };
    private readonly Evaluator evaluator = new(new ExactVerifier()) { Prompt = "{problem}", Template = "plain" };

    public void Dispose()
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    private EvaluationStore Open() => EvaluationStore.Open(folder, evaluator.Manifest("model 1", problems, sampling));

    [Fact]
    public async Task EvaluateAsync_DiesInBetween_GoesOnAndEqualsAnUninterruptedRun()
    {
        var whole = await evaluator.EvaluateAsync(new Adder(), problems, sampling);
        using (var store = Open())
            await Assert.ThrowsAsync<IOException>(() => evaluator.EvaluateAsync(new Adder(dieAfterCalls: 2), problems, sampling, store, chunkSize: 3));
        Assert.Null(EvaluationStore.FindResult(folder, "exact-1"));
        var second = new Adder();
        using (var store = Open())
        {
            var resumed = await evaluator.EvaluateAsync(second, problems, sampling, store, chunkSize: 3);
            Assert.Equal(whole.Samples, resumed.Samples);
            Assert.Equal(whole.Conditions, resumed.Conditions);
        }
        Assert.Equal(2, second.Calls); // two of four chunks were there
        var found = EvaluationStore.FindResult(folder, "exact-1")!;
        Assert.Equal(whole.Samples, found.Samples);
        Assert.Equal(whole.Problems, found.Problems);
        var verdicts = EvaluationStore.FindVerdicts(folder, "exact-1")!;
        Assert.Equal(whole.Samples, verdicts.Select(v => v.ToSample()));
        Assert.All(verdicts, v => Assert.Equal((7, FinishReason.Stop), (v.ResponseTokens, v.FinishReason)));
    }

    [Fact]
    public async Task EvaluateAsync_WithoutChunks_DiesInBetween_AsksOnlyForWhatIsMissing()
    {
        var whole = await evaluator.EvaluateAsync(new OneByOne(), problems, sampling);
        using (var store = Open())
            await Assert.ThrowsAsync<IOException>(() => evaluator.EvaluateAsync(new OneByOne(dieAfterSamples: 7), problems, sampling, store, chunkSize: null));
        Assert.Equal(7, File.ReadLines(Path.Combine(folder, "responses.jsonl")).Count());
        var second = new OneByOne();
        using (var store = Open()) Assert.Equal(whole.Samples, (await evaluator.EvaluateAsync(second, problems, sampling, store, chunkSize: null)).Samples);
        Assert.Equal(20 - 7, second.Made);
    }

    [Fact]
    public async Task EvaluateAsync_OtherVerifier_JudgesTheSameResponsesWithoutTheModel()
    {
        using (var store = Open()) await evaluator.EvaluateAsync(new Adder(), problems, sampling, store);
        var strict = new Evaluator(new Strict());
        using (var store = Open())
            Assert.Equal(0, (await strict.EvaluateAsync(new Adder(dieAfterCalls: 0), problems, sampling, store)).Accuracy());
        Assert.Equal(0, EvaluationStore.FindResult(folder, "never right: 1/2")!.Accuracy());
        Assert.NotEqual(0, EvaluationStore.FindResult(folder, "exact-1")!.Accuracy());
    }

    [Fact]
    public void Open_MadeByAnotherModel_IsRefusedByName()
    {
        Open().Dispose();
        var error = Assert.Throws<InvalidOperationException>(() => EvaluationStore.Open(folder, evaluator.Manifest("model 2", problems, sampling)));
        Assert.Contains("model 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FindResult_DamagedFile_SaysWhatToDo()
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "result-exact-1.json"), "{\"name\":");
        Assert.Contains("judge again", Assert.Throws<W2srFormatException>(() => EvaluationStore.FindResult(folder, "exact-1")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EvaluateAsync_RepeatedIds_AreRefused()
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(() => evaluator.EvaluateAsync(new Adder(), [.. problems, problems[0]], sampling));
        Assert.Contains("'p0' appears 2 times", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Right in its first sample, wrong in the second.</summary>
    private sealed class Adder(int dieAfterCalls = int.MaxValue) : IReasoner
    {
        public int Calls { get; private set; }

        public string Name => "adder";

        public Task<IReadOnlyList<Trace>> SolveAsync(IReadOnlyList<Problem> problems, SamplingOptions sampling, CancellationToken cancellationToken = default)
        {
            if (Calls++ >= dieAfterCalls) throw new IOException("power cut");
            return Task.FromResult<IReadOnlyList<Trace>>([.. problems.SelectMany(p => Enumerable.Range(0, sampling.SamplesPerProblem).Select(s => new Trace
            {
                ProblemId = p.Id, SampleIndex = s, Response = $"It is \\boxed{{{(s == 0 ? p.Answer : "0")}}}.", FinishReason = FinishReason.Stop, ResponseTokens = 7,
            }))]);
        }
    }

    /// <summary>The same, one sample at a time, the last first.</summary>
    private sealed class OneByOne(int dieAfterSamples = int.MaxValue) : IReasoner
    {
        private readonly Adder adder = new();

        public int Made { get; private set; }

        public string Name => adder.Name;

        public Task<IReadOnlyList<Trace>> SolveAsync(IReadOnlyList<Problem> problems, SamplingOptions sampling, CancellationToken cancellationToken = default) => adder.SolveAsync(problems, sampling, cancellationToken);

        public async Task SolveAsync(IReadOnlyList<SampleRequest> samples, SamplingOptions sampling, ISampleSink sink, CancellationToken cancellationToken = default)
        {
            foreach (var sample in samples.Reverse())
            {
                if (Made++ >= dieAfterSamples) throw new IOException("power cut");
                sink.Finished((await adder.SolveAsync([sample.Problem], sampling, cancellationToken)).Single(t => t.SampleIndex == sample.SampleIndex));
            }
        }
    }

    private sealed class Strict : IVerifier
    {
        public string Name => "never right: 1/2";

        public Verdict Verify(Problem problem, string response) => new(VerdictOutcome.Incorrect, null, ExtractionRule.None, problem.Answer, null, "Never.");
    }
}
