using System.Text.Json;
using W2SR.Core.Common;
using W2SR.Core.Models;
using W2SR.Core.Problems;
using W2SR.Core.Prompts;
using W2SR.Core.Reasoners;
using W2SR.Core.Tests.Infrastructure;
using W2SR.Core.Tokens;
using W2SR.Core.Training;

namespace W2SR.Core.Tests.Training;

/// <summary>A run that stops and goes on is the run that never stopped, bit for bit. That a process may die at any moment is TrainingStateTests' part; here stops come at every place where a step can be left.</summary>
public sealed class GrpoResumeTests : IDisposable
{
    private static readonly RouteWorld World = new(new RouteWorldOptions { Places = 5, Moves = 2, MaxSteps = 2, TestShare = 0.1, ValidationShare = 0.1 });
    private readonly string folder = Directory.CreateTempSubdirectory("w2sr-grpo-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private GrpoOptions Options(string name, int everySteps = 1) => new()
    {
        Steps = 5,
        ProblemsPerStep = 4,
        GroupSize = 4,
        UpdatesPerStep = 2,
        LearningRate = 1e-2,
        MaxNewTokens = 8,
        Loss = new PolicyLossOptions { Beta = 0.01 },
        Schedule = LearningRateSchedule.Kind.Cosine,
        Rollouts = new GrpoRolloutOptions { SettledProblemChance = 0.5, ReplacementRounds = 1 },
        State = new TrainingStateOptions { Folder = Path.Combine(folder, name), EverySteps = everySteps },
        MetricsFile = Path.Combine(folder, name + ".jsonl"),
    };

    private static LocalStudent Student()
    {
        var tokenizer = new WordTokenizer(World.Words);
        return new LocalStudent("tiny", TinyModels.Create(TinyModels.Config(tokenizer.VocabularySize)), tokenizer, new ReasoningPrompt("Q: {problem} ?"));
    }

    private static (TrainingRun Run, float[] Weights) Train(GrpoOptions options, Action<RewardSample>? watch = null, bool withAdapter = false, CancellationToken ct = default)
    {
        using var student = Student();
        if (withAdapter) student.Model.Attach(LoraAdapter.Create(student.Model, new LoraConfig { Rank = 4 }, seed: 1));
        // Nothing to choose between in half of the problems, so that draws and replacements depend on what came before.
        var reward = RewardPart.From("half", s =>
        {
            watch?.Invoke(s);
            return s.Problem.Id[0] % 2 == 0 ? 0 : s.ResponseIds.Average();
        });
        var run = new GrpoTrainer(options, [reward]).Train(student, [.. World.DrawDistinct(16, 1, DataSplit.Train)], cancellationToken: ct);
        return (run, student.Model.Trainable.Values.data<float>().ToArray());
    }

    /// <summary>Everything but times.</summary>
    private static string Timeless(IEnumerable<TrainingStep> steps) => JsonSerializer.Serialize(steps.Select(s => s with
    {
        Elapsed = TimeSpan.Zero,
        Rollouts = s.Rollouts! with { RolloutTokensPerSecond = 0, UpdateTokensPerSecond = 0, RewardSeconds = 0 },
    }), W2srJson.Line);

    [Theory]
    [InlineData(false, 1)]
    [InlineData(false, 2)] // a step that was done but not kept is done again
    [InlineData(true, 1)]
    public void Train_StoppedInEveryStep_EndsAsIfNeverStopped(bool withAdapter, int everySteps)
    {
        var whole = Train(Options("whole", everySteps), withAdapter: withAdapter);
        var options = Options("torn", everySteps);
        for (var stop = 1; stop <= 5; stop++)
        {
            using var source = new CancellationTokenSource();
            var at = stop;
            Assert.ThrowsAny<OperationCanceledException>(() => Train(options, s =>
            {
                if (s.Step == at && s.SampleIndex == at % 4) source.Cancel();
            }, withAdapter, source.Token));
        }
        var torn = Train(options, withAdapter: withAdapter);
        Assert.Equal(Timeless(whole.Run.Steps), Timeless(torn.Run.Steps));
        Assert.Equal(whole.Weights, torn.Weights);
        Assert.Equal(whole.Run.Flops, torn.Run.Flops);
        Assert.Equal((whole.Run.TokensGenerated, whole.Run.TokensTrained), (torn.Run.TokensGenerated, torn.Run.TokensTrained));
        Assert.Equal(5, File.ReadAllLines(options.MetricsFile!).Length);
    }

    [Fact]
    public void Train_RewardThatBreaksInMidRun_LosesNoStep()
    {
        var whole = Train(Options("whole"));
        var options = Options("broken", everySteps: 100);
        var failed = Assert.Throws<RewardFailedException>(() => Train(options, s =>
        {
            if (s.Step == 4) throw new InvalidOperationException("the judge is down");
        }));
        Assert.Contains("the judge is down", failed.Message, StringComparison.Ordinal);
        Assert.Equal(3, File.ReadAllLines(options.MetricsFile!).Length);
        var seen = new HashSet<int>();
        var mended = Train(options, s =>
        {
            lock (seen) seen.Add(s.Step);
        });
        Assert.Equal([4, 5], seen.Order());
        Assert.Equal(Timeless(whole.Run.Steps), Timeless(mended.Run.Steps));
        Assert.Equal(whole.Weights, mended.Weights);
    }

    [Fact]
    public void Train_FinishedRun_IsNotDoneAgain()
    {
        var first = Train(Options("run"));
        var calls = 0;
        var second = Train(Options("run"), _ => calls++);
        Assert.Equal(0, calls);
        Assert.Equal(first.Weights, second.Weights);
    }

    [Fact]
    public void Train_OtherOptionsOrOtherStart_IsRefusedByName()
    {
        Train(Options("run"));
        Assert.Contains("learningRate", Assert.Throws<ArgumentException>(() => Train(Options("run") with { LearningRate = 1e-3 })).Message, StringComparison.Ordinal);
        // The KL penalty would measure from other weights.
        using var student = Student();
        using (TorchSharp.torch.no_grad()) student.Model.Parameters.Values.narrow(0, 0, 1).fill_(3).Dispose();
        var trainer = new GrpoTrainer(Options("run"), [RewardPart.From("half", _ => 0)]);
        Assert.Contains("start", Assert.Throws<ArgumentException>(() => trainer.Train(student, [.. World.DrawDistinct(16, 1, DataSplit.Train)])).Message, StringComparison.Ordinal);
    }
}
