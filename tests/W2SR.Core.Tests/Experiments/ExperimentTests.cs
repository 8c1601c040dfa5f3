using W2SR.Core.Common;
using W2SR.Core.Experiments;
using W2SR.Core.Experiments.Stages;
using W2SR.Core.Tests.Infrastructure;

namespace W2SR.Core.Tests.Experiments;

[Collection(TensorCountingCollection.Name)]
public sealed class ExperimentTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("w2sr-experiment-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Out(string name) => Path.Combine(folder, name);

    private static ExperimentFile Parse(Action<System.Text.Json.Nodes.JsonObject> change) => ExperimentFile.Parse(TinyExperiment.Changed(change), "tiny.json");

    [Fact]
    public void Run_CancelledAndCalledAgain_EqualsAnUninterruptedRun_AndFinishesNoStageTwice()
    {
        new Experiment(TinyExperiment.File).Run(Out("whole"));
        var expected = TinyExperiment.Timeless(Out("whole"));
        for (var stages = 3; ; stages += 7)
        {
            using var cancel = new CancellationTokenSource();
            var done = 0;
            var progress = new Relay(p =>
            {
                if (p is { IsDone: true, IsKept: false } && Interlocked.Increment(ref done) >= stages) cancel.Cancel();
            });
            try
            {
                new Experiment(TinyExperiment.File).Run(Out("cut"), progress, cancellationToken: cancel.Token);
                break;
            }
            catch (OperationCanceledException)
            {
                Assert.Null(Experiment.FindResults(Out("cut")));
            }
        }
        Assert.Equal(expected, TinyExperiment.Timeless(Out("cut")));
        Assert.All(TinyExperiment.TimesFinished(Path.Combine(Out("cut"), "stages")), t => Assert.Equal(1, t.Value));
        new Experiment(TinyExperiment.File with { Seeds = [6] }).Run(Out("other"));
        Assert.NotEqual(expected, TinyExperiment.Timeless(Out("other")));
    }

    [Fact]
    public void Run_ArmAddedLater_DoesOnlyItsOwnStages()
    {
        var (first, cache) = (TinyExperiment.File with { Arms = [.. TinyExperiment.File.Arms.Take(2)] }, Out("stages"));
        Assert.Equal(0, new Experiment(first).Plan(Out("run"), cache, measuresSpeed: false).Stages.Count(s => s.IsKept));
        new Experiment(first).Run(Out("run"), cache: cache);
        Assert.Equal(0, new Experiment(first).Plan(Out("run"), cache, measuresSpeed: false).ToDo);

        // Another arm from the same traces: one training, one measurement. Another experiment may use the same stages.
        var more = first with { Name = "more", Arms = [.. first.Arms, TinyExperiment.File.Arms[3]] };
        var plan = new Experiment(more).Plan(Out("more"), cache, measuresSpeed: false);
        Assert.Equal(["shuffled", "measure shuffled"], plan.Stages.Where(s => !s.IsKept).Select(s => s.Name));
        var told = new List<string>();
        new Experiment(more).Run(Out("more"), new Relay(p =>
        {
            lock (told)
                if (p is { IsDone: true, IsKept: false }) told.Add(p.Stage);
        }), cache);
        Assert.Equal(["shuffled", "measure shuffled"], told);
        Assert.All(TinyExperiment.TimesFinished(cache), t => Assert.Equal(1, t.Value));

        // Another fine-tuning rate trains students and the plain teacher anew and leaves bases, the reasoner and its traces alone.
        var faster = first with { Name = "faster", Training = first.Training with { Sft = first.Training.Sft with { LearningRate = 2e-3 } } };
        Assert.Equal(["plain", "measure plain", "W2SR", "measure W2SR"], new Experiment(faster).Plan(Out("faster"), cache, measuresSpeed: false).Stages.Where(s => !s.IsKept).Select(s => s.Name).Order(new InOrderOf("plain", "measure plain", "W2SR", "measure W2SR")));
        Assert.All(new Experiment(first with { Seeds = [6] }).Plan(Out("seed"), cache, measuresSpeed: false).Stages, s => Assert.False(s.IsKept));
    }

    [Fact]
    public void Build_AnotherVersion_SharesNoKey()
    {
        var mine = ExperimentGraph.Build(TinyExperiment.File).Stages.Select(s => s.Key).ToHashSet();
        Assert.Equal(mine.Count, ExperimentGraph.Build(TinyExperiment.File).Stages.Count(s => mine.Contains(s.Key)));
        Assert.DoesNotContain(ExperimentGraph.Build(TinyExperiment.File, "99.0.0").Stages, s => mine.Contains(s.Key));
        Assert.DoesNotContain(ExperimentGraph.Build(TinyExperiment.File with { Seeds = [77] }).Stages, s => mine.Contains(s.Key));
    }

    [Fact]
    public void Run_RecordOfAnotherVersionUnderThisKey_IsRefusedByName()
    {
        var file = TinyExperiment.File with { Arms = [.. TinyExperiment.File.Arms.Take(1)] };
        new Experiment(file).Run(Out("run"));
        var record = Directory.EnumerateFiles(Path.Combine(Out("run"), "stages"), "stage.json", SearchOption.AllDirectories).First();
        File.WriteAllText(record, File.ReadAllText(record).Replace($"\"version\": \"{Experiment.Version}\"", "\"version\": \"0.0.1\"", StringComparison.Ordinal));
        var error = Assert.Throws<W2srFormatException>(() => new Experiment(file).Run(Out("run")));
        Assert.Contains("version 0.0.1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_UntrainedTeacherAndNoGain_SaysWhatDidNotHold_AndNeverNaN()
    {
        // The teacher is the base as it is, everything is as good as untrained: no gain to recover, and most responses show no work.
        var file = Parse(root =>
        {
            foreach (var name in (string[])["weak", "strong"]) root["bases"]![name]!["architecture"]!["pretrainSteps"] = 1;
            root["teachers"]!["teacher"]!["training"] = "none";
            root["training"]!["reinforcement"]!["steps"] = 1;
            root["training"]!["reinforcement"]!["learningRate"] = 1e-9;
        });
        var results = new Experiment(file).Run(Out("run"));
        Assert.Contains(results.NotConfirmed, c => c.StartsWith("The teacher does not reason", StringComparison.Ordinal));
        Assert.Contains("did not", ExperimentReport.Headline(results), StringComparison.Ordinal);
        Assert.All(results.Rgr, r => Assert.True(r.Point is null == r.UndefinedBecause is not null));
        Assert.All(results.Rgr, r => Assert.Contains("no gain to recover", r.UndefinedBecause, StringComparison.Ordinal));
        Assert.DoesNotContain("NaN", File.ReadAllText(Path.Combine(Out("run"), "report.md")) + File.ReadAllText(Path.Combine(Out("run"), "results.json")), StringComparison.Ordinal);
        // Every trace is wrong: the positive variant would have nothing, the negative one everything.
        Assert.Equal(16, results.Traces.Single(t => t.Arm == "W2SR-N").Used);
    }

    [Fact]
    public void Run_VariantWithoutTraces_IsTheBaseAndSaysSo()
    {
        var file = Parse(root =>
        {
            foreach (var name in (string[])["weak", "strong"]) root["bases"]![name]!["architecture"]!["pretrainSteps"] = 1;
            root["arms"]!.AsArray()[1]!["variant"] = "positive";
            root["routes"]!["world"]!["places"] = 400; // so many answers that an untrained model never hits the right one
        });
        var results = new Experiment(file with { Arms = [file.Arms[1]] }).Run(Out("run"));
        Assert.Equal(0, results.Traces.Single().Used);
        Assert.Contains(results.Trainings.Single(t => t.Model == "W2SR").Findings, f => f.Contains("Only 0 of 16 traces", StringComparison.Ordinal));
        Assert.Equal(results.Models.Single(m => m.Name == "strong").Accuracy, results.Models.Single(m => m.Name == "W2SR").Accuracy);
        Assert.Contains("no ceiling", results.Rgr.Single().UndefinedBecause, StringComparison.Ordinal);
        Assert.Empty(results.Costs);
    }

    [Fact]
    public void Run_OneProblem_IsUndefinedNotNaN()
    {
        var file = Parse(root => root["routes"]!["testProblems"] = 1);
        var results = new Experiment(file with { Arms = [.. file.Arms.Take(2)] }).Run(Out("run"));
        Assert.Contains("One problem", results.Rgr.Single().UndefinedBecause, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", File.ReadAllText(Path.Combine(Out("run"), "report.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_Results_LeadToVerdictsCurvesAndTraces()
    {
        var results = new Experiment(TinyExperiment.File).Run(Out("run"));
        Assert.Equal(["weak", "teacher", "plain", "strong", "RL", "W2SR", "W2SR-N", "shuffled", "from plain", "self", "gold", "format-only"], results.Models.Select(m => m.Name));
        string At(string path) => Path.Combine(Out("run"), path);
        foreach (var row in results.Evaluations)
        {
            var evaluation = Core.Evaluation.EvaluationStore.FindResult(At(row.Folder), row.Verifier)!;
            Assert.Equal(40, evaluation.Samples.Count);
            Assert.Equal(Core.Problems.BenchmarkFile.ReadAll(At(row.Problems)).Select(p => p.Id), evaluation.Samples.Select(s => s.ProblemId));
            if (row.Temperature == results.PrimaryTemperature)
                Assert.Equal(results.Models.Single(m => m.Name == row.Model).Accuracy, evaluation.Accuracy());
        }
        Assert.All(results.Trainings, t => Assert.NotEmpty(File.ReadLines(At(t.Metrics!))));
        Assert.All(results.Traces, t => Assert.Equal(t.Written, Core.Traces.TraceStore.Read(At(t.File)).Count));
        Assert.Equal(64, results.Traces.Single(t => t.Arm == "W2SR-N").Written);

        // The ledger's stages are those behind the rows: what RL costs is its stage over the student's, by hand.
        double Flops(string stage) => results.Stages.Single(s => s.Name == stage).Flops;
        var cost = results.Costs.Single(c => c.Arm == "W2SR").Flops;
        Assert.Equal(Flops("RL") / Flops("W2SR"), cost.StudentTraining!.Value, 9);
        Assert.Equal(Flops("RL") / (Flops("W2SR") + Flops("16 traces of teacher")), cost.WithTraces!.Value, 9);
        Assert.Equal(Flops("RL") / (Flops("W2SR") + Flops("16 traces of teacher") + Flops("teacher")), cost.WithTeacher!.Value, 9);
        Assert.Null(results.Costs.Single(c => c.Arm == "gold").Flops.WithTraces);
        Assert.Equal(results.Models.Select(m => m.Name), Experiment.FindResults(Out("run"))!.Models.Select(m => m.Name));
    }

    [Fact]
    public void Plan_NothingDone_ForetellsWhatIsThenCounted()
    {
        var plan = new Experiment(TinyExperiment.File).Plan(Out("run"), measuresSpeed: true);
        Assert.False(Directory.Exists(Out("run")));
        Assert.True(plan.ExpectedSeconds > 0);
        var results = new Experiment(TinyExperiment.File).Run(Out("run"));
        // Pre-training and fine-tuning on direct answers have known lengths; a sample of problems stands for all of them.
        foreach (var name in (string[])["weak", "strong", "plain"])
        {
            var (planned, done) = (plan.Stages.Single(s => s.Name == name), results.Stages.Single(s => s.Name == name));
            Assert.InRange(planned.Flops / done.Flops, 0.9, 1.1);
            Assert.InRange(planned.TokensTrained / done.TokensTrained, 0.9, 1.1);
        }
        var after = new Experiment(TinyExperiment.File).Plan(Out("run"), measuresSpeed: false);
        Assert.Equal((0, 0.0), (after.ToDo, after.ExpectedSeconds!.Value));
        Assert.Equal(results.Stages.Select(s => s.Flops), after.Stages.Select(s => s.Flops));
    }

    [Fact]
    public void Open_FolderOfOtherSeeds_IsRefusedByName()
    {
        RunFolder.Open(folder, new Dictionary<string, string> { ["seeds"] = "1" }).Dispose();
        var error = Assert.Throws<InvalidOperationException>(() => RunFolder.Open(folder, new Dictionary<string, string> { ["seeds"] = "2" }));
        Assert.Contains("seeds was 1 and is now 2", error.Message, StringComparison.Ordinal);
        using var open = RunFolder.Open(folder, new Dictionary<string, string> { ["seeds"] = "1" });
        Assert.Contains("another process", Assert.Throws<IOException>(() => RunFolder.Open(folder, new Dictionary<string, string> { ["seeds"] = "1" })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FindResults_DamagedFile_SaysWhatToDo()
    {
        File.WriteAllText(Path.Combine(folder, "results.json"), "{\"version\": ");
        Assert.Contains("Run the experiment again", Assert.Throws<W2srFormatException>(() => Experiment.FindResults(folder)).Message, StringComparison.Ordinal);
    }

    private sealed class Relay(Action<StageProgress> tell) : IProgress<StageProgress>
    {
        public void Report(StageProgress value) => tell(value);
    }

    private sealed class InOrderOf(params string[] names) : IComparer<string>
    {
        public int Compare(string? x, string? y) => Array.IndexOf(names, x).CompareTo(Array.IndexOf(names, y));
    }
}
