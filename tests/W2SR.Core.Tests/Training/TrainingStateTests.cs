using System.Text.Json;
using TorchSharp;
using W2SR.Core.Common;
using W2SR.Core.Models;
using W2SR.Core.Tests.Infrastructure;
using W2SR.Core.Training;
using static TorchSharp.torch;

namespace W2SR.Core.Tests.Training;

/// <summary>A run that was stopped goes on as if it never had been.</summary>
public sealed class TrainingStateTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("w2sr-state-").FullName;

    private static readonly TrainingExample[] Examples = [.. Enumerable.Range(0, 10).Select(i =>
        new TrainingExample([1 + i, 2, 3 + i], [.. Enumerable.Range(0, 2 + i % 5).Select(t => (i + 3 * t) % 31)]) { Id = $"p{i}#0" })];

    private static readonly TrainingExample[] Unseen = [new([4, 5], [6, 7, 8]), new([9], [10, 11])];

    private SftOptions Options => new()
    {
        LearningRate = 1e-2,
        Epochs = 4,
        BatchSize = 4,
        Compute = new SftComputeOptions { MicroBatchTokens = 32 },
        State = new TrainingStateOptions { Folder = Path.Combine(folder, "state"), EverySteps = 2 },
    };

    private string[] Checkpoints => [.. Directory.GetDirectories(Options.State!.Folder, "step-*").Select(Path.GetFileName).Order(StringComparer.Ordinal)!];

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static double[] Losses(TrainingRun run) => [.. run.Steps.Select(s => s.Loss)];

    private static float[] Values(CausalLm model) => model.Trainable.Values.data<float>().ToArray();

    /// <summary>Trains until a step, then cancels.</summary>
    private static void RunUntil(CausalLm model, SftOptions options, int step)
    {
        using var stop = new CancellationTokenSource();
        var watch = new Watch(s => { if (s.Step == step) stop.Cancel(); });
        Assert.Throws<OperationCanceledException>(() => new SftTrainer(options).Train(model, Examples, watch, stop.Token));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Train_StoppedAndResumed_EqualsAnUninterruptedRun_BitForBit(bool adapter)
    {
        var options = Options with { Adapter = adapter ? new LoraConfig { Rank = 2 } : null };
        using CausalLm whole = TinyModels.Create(), first = TinyModels.Create(), second = TinyModels.Create();
        var expected = new SftTrainer(options with { State = null }).Train(whole, Examples);
        RunUntil(first, options, 5);
        var resumed = new SftTrainer(options).Train(second, Examples);
        Assert.Equal(Losses(expected), Losses(resumed));
        Assert.Equal(Values(whole), Values(second));
        Assert.Equal(expected.TokensTrained, resumed.TokensTrained);
    }

    [Fact]
    public void Train_CancelledBetweenMicroBatches_LeavesAResumableStateOfTheLastWholeStep()
    {
        using var model = TinyModels.Create();
        RunUntil(model, Options, 3);
        Assert.Equal("step-00000003", Checkpoints[^1]);
    }

    [Fact]
    public void Train_HalfWrittenAndDamagedCheckpoints_AreNeverPickedUp()
    {
        using CausalLm whole = TinyModels.Create(), first = TinyModels.Create(), second = TinyModels.Create();
        var expected = new SftTrainer(Options with { State = null }).Train(whole, Examples);
        RunUntil(first, Options, 6);
        var state = Options.State!.Folder;
        Directory.CreateDirectory(Path.Combine(state, ".checkpoint-half"));
        File.WriteAllText(Path.Combine(state, ".checkpoint-half", "weights.safetensors"), "half");
        var weights = Path.Combine(state, Checkpoints[^1], "weights.safetensors");
        var bytes = File.ReadAllBytes(weights);
        bytes[^3] ^= 1;
        File.WriteAllBytes(weights, bytes);
        var resumed = new SftTrainer(Options).Train(second, Examples);
        Assert.Equal(Losses(expected), Losses(resumed));
        Assert.Contains(resumed.Findings, f => f.Contains("weights.safetensors is not what was written", StringComparison.Ordinal));
        Assert.Empty(Directory.GetDirectories(state, ".checkpoint-*"));
    }

    [Fact]
    public void Train_FinishedRun_ResumesToItsEndWithoutAStep()
    {
        using CausalLm first = TinyModels.Create(), second = TinyModels.Create();
        var expected = new SftTrainer(Options).Train(first, Examples);
        var told = 0;
        var again = new SftTrainer(Options).Train(second, Examples, new Watch(_ => told++));
        Assert.Equal(0, told);
        Assert.Equal(Losses(expected), Losses(again));
        Assert.Equal(Values(first), Values(second));
        Assert.Equal(2, Checkpoints.Length);
    }

    [Fact]
    public void Train_FolderOfAnotherRun_IsRefusedWithEveryDifference()
    {
        using var model = TinyModels.Create();
        new SftTrainer(Options).Train(model, Examples);
        var error = Assert.Throws<ArgumentException>(() => new SftTrainer(Options with { LearningRate = 2e-2 }).Train(model, Examples));
        Assert.Contains("learningRate was 0.01, is 0.02", error.Message, StringComparison.Ordinal);
        Assert.Contains("data was", Assert.Throws<ArgumentException>(() => new SftTrainer(Options).Train(model, Examples[..9])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Save_DiskFillsUp_SaysWhatIsIntact_AndLosesNothing()
    {
        using var model = TinyModels.Create();
        using var weights = new TrainingWeights(model);
        using var optimizer = new FlatAdamW(weights.Master, new AdamWOptions());
        var names = new Dictionary<string, string> { ["run"] = "1" };
        using var store = new TrainingStateStore(Options.State!, names, weights.Master, optimizer);
        TrainingState At(int step) => new() { Step = step, Identity = names, Files = names, Steps = [], TokensTrained = 0, Flops = 0, BestStep = 0, PoorMeasurements = 0 };
        store.Save(At(1));
        foreach (var failing in new[] { "weights.safetensors", "optimizer.safetensors", "state.json" })
        {
            store.BeforeFile = path => { if (path.EndsWith(failing, StringComparison.Ordinal)) throw new IOException("No space left on device"); };
            var error = Assert.Throws<IOException>(() => store.Save(At(2)));
            Assert.Contains("No space left on device", error.Message, StringComparison.Ordinal);
            Assert.Contains("step-00000001 is intact", error.Message, StringComparison.Ordinal);
            Assert.Equal(["step-00000001"], Checkpoints);
            Assert.Empty(Directory.GetDirectories(Options.State!.Folder, ".checkpoint-*"));
        }
        Assert.Equal(1, store.Resume()!.Step);
    }

    [Fact]
    public void Train_NaN_LeavesTheCheckpointBefore()
    {
        using CausalLm model = TinyModels.Create(), again = TinyModels.Create();
        var watch = new Watch(s => { if (s.Step == 5) using (no_grad()) model.Parameters.Values.fill_(float.NaN); });
        Assert.Equal(6, Assert.Throws<TrainingDivergedException>(() => new SftTrainer(Options).Train(model, Examples, watch)).Step);
        Assert.Equal("step-00000004", Checkpoints[^1]);
        Assert.All(Losses(new SftTrainer(Options).Train(again, Examples)), l => Assert.True(double.IsFinite(l)));
    }

    [Fact]
    public void Train_TwoRunsInOneFolder_AreRefused()
    {
        using CausalLm model = TinyModels.Create(), other = TinyModels.Create();
        Exception? error = null;
        new SftTrainer(Options with { Epochs = 1 }).Train(model, Examples, new Watch(_ => error ??= Record.Exception(() => new SftTrainer(Options).Train(other, Examples))));
        Assert.Contains("in use by another training", Assert.IsType<IOException>(error).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_EarlyStopping_KeepsTheBestWeightsAndCheckpoint()
    {
        using CausalLm model = TinyModels.Create(), again = TinyModels.Create();
        var options = Options with { Epochs = 30, LearningRate = 3e-2, Validation = new ValidationOptions { EverySteps = 1, Patience = 3 } };
        TrainingRun Train(CausalLm student) => new SftTrainer(options) { Validation = Unseen }.Train(student, Examples);
        var run = Train(model);
        Assert.True(run.Steps.Count < run.Steps[0].TotalSteps);
        Assert.Equal(run.Steps.MinBy(s => s.ValidationLoss)!.Step, run.BestStep);
        Assert.Equal(run.BestStep + 3, run.Steps.Count);
        Assert.Contains(run.Findings, f => f.Contains($"step {run.BestStep}", StringComparison.Ordinal));
        Assert.Contains($"step-{run.BestStep:D8}", Checkpoints);
        using var weights = new TrainingWeights(model);
        using var optimizer = new FlatAdamW(weights.Master, new AdamWOptions());
        Assert.Equal(run.Steps.Min(s => s.ValidationLoss)!.Value, new SupervisedUpdate(weights, optimizer, new UpdateSettings(32), 1).Evaluate(Unseen, default), 1e-6);
        Train(again); // finished already: the best weights come from disk
        Assert.Equal(Values(model), Values(again));
    }

    [Fact]
    public void Train_MetricsFile_HasOneLineForEachStep_AlsoAfterAResume()
    {
        var metrics = Path.Combine(folder, "metrics.jsonl");
        using CausalLm first = TinyModels.Create(), second = TinyModels.Create();
        var options = Options with { MetricsFile = metrics, State = Options.State! with { EverySteps = 3 }, Validation = new ValidationOptions { EverySteps = 4 } };
        RunUntil(first, options, 5);
        File.AppendAllText(metrics, """{"step":6,"lo"""); // as a crash leaves it
        Directory.Delete(Path.Combine(options.State!.Folder, "step-00000005"), recursive: true); // so that steps 4 and 5 are done again
        var run = new SftTrainer(options) { Validation = Unseen, PassAt1 = step => step / 100.0 }.Train(second, Examples);
        var lines = File.ReadAllLines(metrics).Select(l => JsonDocument.Parse(l).RootElement).ToArray();
        Assert.Equal(Enumerable.Range(1, run.Steps.Count), lines.Select(l => l.GetProperty("step").GetInt32()));
        Assert.Equal(Losses(run), lines.Select(l => l.GetProperty("loss").GetDouble()));
        Assert.Equal(0.08, lines[7].GetProperty("passAt1").GetDouble());
        Assert.True(lines[7].GetProperty("validationLoss").GetDouble() > 0);
        Assert.All(lines, l => Assert.True(l.GetProperty("tokensPerSecond").GetDouble() > 0 && l.GetProperty("supervisedShare").GetDouble() is > 0 and < 1 && l.GetProperty("peakMemoryBytes").GetInt64() > 1 << 20));
    }

    [Fact]
    public void Train_KilledAtRandomMoments_EndsWithTheLossesOfAnUninterruptedRun()
    {
        var program = ChildProcess.Program("tests/W2SR.Core.Tests.FreshProcess", "W2SR.Core.Tests.FreshProcess.dll");
        string Path2(string name) => Path.Combine(folder, name);
        var (code, _, error) = ChildProcess.Run(program, ["train", Path2("undisturbed"), Path2("undisturbed.txt")]);
        Assert.True(code == 0, error);
        var random = new Random(7);
        // Every other kill waits until a checkpoint is being written; whether it fell into one shows by what it left behind.
        var (kills, halfWritten, wanted) = (0, 0, LongChecks.Rounds(4, 30));
        while (kills < wanted || halfWritten < wanted / 3)
        {
            using var process = ChildProcess.Start(program, ["train", Path2("killed"), Path2("killed.txt")]);
            _ = process.StandardError.ReadToEndAsync();
            var hasBegun = process.StandardOutput.ReadLine() is not null;
            if (kills % 2 == 0) Thread.Sleep(random.Next(0, 60));
            else
                while (!process.HasExited && !Leftovers().Any()) { }
            if (!hasBegun || process.WaitForExit(0))
            {
                process.WaitForExit();
                Assert.Equal(0, process.ExitCode);
                Directory.Delete(Path2("killed"), recursive: true); // it got to the end: from the start again, so that every kill finds work
                continue;
            }
            process.Kill();
            process.WaitForExit();
            kills++;
            if (Leftovers().Any()) halfWritten++;
        }
        IEnumerable<string> Leftovers() => Directory.EnumerateDirectories(Path2("killed"), ".checkpoint-*");
        (code, _, error) = ChildProcess.Run(program, ["train", Path2("killed"), Path2("killed.txt")]);
        Assert.True(code == 0, error);
        Assert.Equal(File.ReadAllText(Path2("undisturbed.txt")), File.ReadAllText(Path2("killed.txt")));
    }

    private sealed class Watch(Action<TrainingStep> see) : IProgress<TrainingStep>
    {
        public void Report(TrainingStep value) => see(value);
    }
}
