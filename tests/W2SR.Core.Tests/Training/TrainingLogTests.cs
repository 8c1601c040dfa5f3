using W2SR.Core.Common;
using W2SR.Core.Training;

namespace W2SR.Core.Tests.Training;

public sealed class TrainingLogTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("w2sr-log-").FullName;

    private string File => Path.Combine(folder, "metrics", "steps.jsonl");

    private static TrainingStep Step(int step) => new()
    {
        Step = step,
        TotalSteps = 9,
        Loss = -0.25,
        LearningRate = 1e-6,
        GradientNorm = 1.5,
        Tokens = 12,
        Reward = 0.5,
        Warnings = ["\"quoted\" and\nbroken"],
        Elapsed = TimeSpan.FromSeconds(step),
        Rollouts = new RolloutMetrics
        {
            Rewards = new Dictionary<string, double> { ["accuracy"] = 0.5 },
            RewardSpread = 0.5,
            UniformLowGroups = 0.25,
            UniformHighGroups = 0,
            MeanLength = 3,
            LengthQuantiles = [1, 2, 3, 4],
            TruncatedShare = 0,
            RolloutTokensPerSecond = 100,
            UpdateTokensPerSecond = 100,
            RewardSeconds = 0.1,
        },
    };

    [Fact]
    public void Report_EveryStep_IsOneLineThatReadsBack()
    {
        var told = new List<int>();
        using (var log = new TrainingLog(File, next: new Relay(s => told.Add(s.Step))))
            for (var i = 1; i <= 3; i++) log.Report(Step(i));
        Assert.Equal(3, System.IO.File.ReadAllLines(File).Length);
        var steps = TrainingLog.Read(File);
        Assert.Equal([1, 2, 3], steps.Select(s => s.Step));
        Assert.Equal([1, 2, 3], told);
        Assert.Equal(0.5, steps[2].Rollouts!.Rewards["accuracy"]);
        Assert.Equal(Step(1).Warnings, steps[0].Warnings);
    }

    [Fact]
    public void Open_AfterACrash_KeepsWhatTheResumedRunDoesNotRepeat()
    {
        using (var log = new TrainingLog(File))
            for (var i = 1; i <= 4; i++) log.Report(Step(i));
        System.IO.File.AppendAllText(File, "{\"step\":5,\"tot");
        Assert.Equal(4, TrainingLog.Read(File).Count);
        using (var log = new TrainingLog(File, lastKeptStep: 2)) log.Report(Step(3));
        Assert.Equal([1, 2, 3], TrainingLog.Read(File).Select(s => s.Step));
        using (new TrainingLog(File)) Assert.Empty(TrainingLog.Read(File));
    }

    [Fact]
    public void Read_DamagedLine_IsNamed()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        System.IO.File.WriteAllText(File, "nonsense\n{}\n");
        Assert.Contains("line 1", Assert.Throws<W2srFormatException>(() => TrainingLog.Read(File)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private sealed class Relay(Action<TrainingStep> tell) : IProgress<TrainingStep>
    {
        public void Report(TrainingStep value) => tell(value);
    }
}
