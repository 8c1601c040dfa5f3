using W2SR.Core.Common;
using W2SR.Core.Experiments;
using W2SR.Core.Tests.Infrastructure;

namespace W2SR.Core.Tests.Experiments;

[Collection(TensorCountingCollection.Name)]
public sealed class WeakToStrongExperimentTests : IDisposable
{
    private static readonly WeakToStrongOptions Small = WeakToStrongOptions.Quick with
    {
        Weak = WeakToStrongOptions.Quick.Weak with { PretrainSteps = 40 },
        Strong = WeakToStrongOptions.Quick.Strong with { HiddenSize = 32, PretrainSteps = 40 },
        GrpoSteps = 2,
        TracesPerVariant = 60,
        TestProblems = 60,
    };

    private readonly string folder = Directory.CreateTempSubdirectory("w2sr-experiment-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Run_TeacherThatNeverReasons_ReportsThatTheClaimDidNotHold()
    {
        var results = new WeakToStrongExperiment(Small with { TeacherReasons = false }).Run(folder);
        Assert.Contains(results.NotConfirmed, c => c.StartsWith("The teacher does not reason", StringComparison.Ordinal));
        Assert.DoesNotContain(results.Confirmed, c => c.StartsWith("W2SR (", StringComparison.Ordinal));
        Assert.Contains("did not", WeakToStrongReport.Headline(results), StringComparison.Ordinal);
        Assert.Equal(["W2SR", "W2SR-P", "W2SR-N", "non-reasoner", "gold", "format-only"], results.Rgr.Select(r => r.Variant));
        Assert.All(results.Rgr, r => Assert.True(r.Point is null == r.UndefinedBecause is not null));
    }

    [Fact]
    public void Run_CancelledAndCalledAgain_EqualsAnUninterruptedRun()
    {
        string whole = Path.Combine(folder, "whole"), cut = Path.Combine(folder, "cut");
        var expected = Timeless(new WeakToStrongExperiment(Small).Run(whole));
        for (var stages = 3; ; stages += 7)
        {
            using var cancel = new CancellationTokenSource();
            var done = 0;
            var progress = new Relay(p =>
            {
                if (p.IsDone && Interlocked.Increment(ref done) >= stages) cancel.Cancel();
            });
            try
            {
                Assert.Equal(expected, Timeless(new WeakToStrongExperiment(Small).Run(cut, progress, cancellationToken: cancel.Token)));
                break;
            }
            catch (OperationCanceledException)
            {
                Assert.Null(WeakToStrongExperiment.FindResults(cut));
            }
        }
        Assert.NotEqual(expected, Timeless(new WeakToStrongExperiment(Small with { Seed = 2 }).Run(Path.Combine(folder, "other"))));
    }

    [Fact]
    public void Run_FolderOfAnotherSeed_IsRefusedByName()
    {
        RunFolder.Open(folder, new Dictionary<string, string> { ["seed"] = "1" }).Dispose();
        var error = Assert.Throws<InvalidOperationException>(() => RunFolder.Open(folder, new Dictionary<string, string> { ["seed"] = "2" }));
        Assert.Contains("seed was 1 and is now 2", error.Message, StringComparison.Ordinal);
        using var open = RunFolder.Open(folder, new Dictionary<string, string> { ["seed"] = "1" });
        Assert.Contains("another process", Assert.Throws<IOException>(() => RunFolder.Open(folder, new Dictionary<string, string> { ["seed"] = "1" })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FindResults_DamagedFile_SaysWhatToDo()
    {
        File.WriteAllText(Path.Combine(folder, "results.json"), "{\"version\": ");
        Assert.Contains("Delete it", Assert.Throws<W2srFormatException>(() => WeakToStrongExperiment.FindResults(folder)).Message, StringComparison.Ordinal);
    }

    /// <summary>Everything but the wall times.</summary>
    private static string Timeless(WeakToStrongResults results)
    {
        static IReadOnlyList<ModelRow> Strip(IReadOnlyList<ModelRow> rows) => [.. rows.Select(r => r with { TrainSeconds = 0 })];
        return System.Text.Json.JsonSerializer.Serialize(results with
        {
            Models = Strip(results.Models),
            CostSeconds = new CostRatios(0, 0, 0),
            OtherTemperatures = [.. results.OtherTemperatures.Select(t => t with { Models = Strip(t.Models) })],
        });
    }

    private sealed class Relay(Action<StageProgress> tell) : IProgress<StageProgress>
    {
        public void Report(StageProgress value) => tell(value);
    }
}
