using System.Text.RegularExpressions;
using W2SR.Core.Experiments;
using W2SR.Core.Experiments.Results;
using W2SR.Core.Tests.Infrastructure;
using W2SR.Core.Tests.Reporting;
using W2SR.Reporting;

namespace W2SR.Core.Tests.Experiments;

/// <summary>Experiments in which nothing can be told apart: every answer right, every answer wrong, nothing there. They end with words, not with numbers that are none.</summary>
[Collection(TensorCountingCollection.Name)]
public sealed partial class DegenerateExperimentTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("w2sr-degenerate-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Out(string name) => Path.Combine(folder, name);

    /// <summary>Every model says 7, before and after whatever training; the problems' answer is the given one.</summary>
    private ExperimentFile Saying7(int answer)
    {
        ScriptedCheckpoint.Write(Out("model"), "\\boxed{7}");
        File.WriteAllLines(Out("train.jsonl"), Enumerable.Range(0, 20).Select(i => $$"""{"id": "t{{i}}", "question": "Train {{i}}", "answer": "{{answer}}", "solution": "\\boxed{ {{answer}} }"}"""));
        File.WriteAllLines(Out("test.jsonl"), Enumerable.Range(0, 6).Select(i => $$"""{"id": "e{{i}}", "question": "Test {{i}}", "answer": "{{answer}}"}"""));
        return ExperimentFile.Parse($$"""
            {
              "name": "all alike", "seeds": [3, 4],
              "benchmarks": { "train": "{{Out("train.jsonl")}}", "test": ["{{Out("test.jsonl")}}"], "prompt": "{problem} =", "maxNewTokens": 12, "chunkSize": 4, "usesChatTemplate": false },
              "bases": { "model": { "checkpoint": "{{Out("model")}}" } },
              "arms": [
                { "name": "RL", "students": ["model"], "variant": "reinforcement" },
                { "name": "W2SR", "students": ["model"], "teachers": ["model"], "traces": [8] },
                { "name": "W2SR-P", "students": ["model"], "teachers": ["model"], "variant": "positive", "traces": [4] },
                { "name": "W2SR-N", "students": ["model"], "teachers": ["model"], "variant": "negative", "traces": [4] },
                { "name": "shuffled", "students": ["model"], "teachers": ["model"], "variant": "shuffledAnswers", "traces": [8] }
              ],
              "training": {
                "sft": { "learningRate": 1e-5, "epochs": 1, "batchSize": 4 },
                "reinforcement": { "steps": 2, "problemsPerStep": 2, "groupSize": 2, "maxNewTokens": 12, "loss": { "type": "dapo" } }
              },
              "evaluation": { "temperatures": [0.6, 0.0], "samplesPerProblem": 2 },
              "judgesClaims": true
            }
            """, "degenerate.json");
    }

    [Theory]
    [InlineData(7, 1.0)]
    [InlineData(8, 0.0)]
    public void Run_EveryAnswerRightOrEveryAnswerWrong_IsUndefinedInWordsEverywhere(int answer, double accuracy)
    {
        var results = new Experiment(Saying7(answer)).Run(Out("run"));
        Assert.Equal(12, results.Models.Count); // the model and five arms, on two seeds
        Assert.All(results.Models, m => Assert.Equal(accuracy, m.Accuracy));
        Assert.Equal(8, results.Rgr.Count);
        Assert.All(results.Rgr.Concat(results.OtherTemperatures.Single().Rgr), AssertUndefined);
        Assert.All(results.AcrossSeeds, a => Assert.Null(a.Rgr));
        Assert.All(results.Differences, d => Assert.Equal((0.0, 0.0, 0.0, 1.0), (d.Point, d.Low, d.High, d.PValue)));
        // One of the two selections finds nothing to learn from, and says so.
        Assert.Contains(results.Trainings.Single(t => t.Seed == 3 && t.Model == (accuracy > 0 ? "W2SR-N" : "W2SR-P")).Findings, f => f.StartsWith("Only 0 of ", StringComparison.Ordinal));
        Assert.Contains(results.NotConfirmed, c => c.Contains("RGR of W2SR is undefined: ", StringComparison.Ordinal));

        RunReport.Write(RunReport.Read([Out("run")]), Out("report"));
        var page = new ReportPage(File.ReadAllText(Out("report/report.html")));
        page.AssertStandsAlone();
        Assert.All(page.Table("rgr"), r => Assert.Equal(("undefined", "undefined"), (r["RGR"], r["low"])));
        Assert.All(page.Table("rgr"), r => Assert.Contains("no gain to recover", r["undefined because"], StringComparison.Ordinal));
        string[] written = [Path.Combine(Out("run"), "results.json"), Path.Combine(Out("run"), "report.md"), .. Directory.GetFiles(Out("report"), "*", SearchOption.AllDirectories)];
        Assert.Contains(written, f => f.EndsWith("accuracy-over-cost.svg", StringComparison.Ordinal));
        Assert.All(written, f => Assert.False(NoNumber().IsMatch(File.ReadAllText(f)), $"{f} has NaN or Infinity"));
    }

    [Fact]
    public void Run_ResultOfADoneStageIsMissing_NamesTheFolderAndWhatToDo()
    {
        var file = Saying7(7) with { Seeds = [3] };
        file = file with { Arms = [.. file.Arms.Take(2)] };
        new Experiment(file).Run(Out("run"));
        var whole = TinyExperiment.Timeless(Out("run"));
        var measured = Directory.GetDirectories(Path.Combine(Out("run"), "stages"), "measurement-*").Order(StringComparer.Ordinal).First();
        foreach (var result in Directory.GetFiles(measured, "result-*.json", SearchOption.AllDirectories)) File.Delete(result);
        var message = Assert.Throws<InvalidOperationException>(() => new Experiment(file).Run(Out("run"))).Message;
        Assert.Contains("has no result although its stage is done. Delete " + measured, message, StringComparison.Ordinal);
        // What it advises helps; and a stage that is gone altogether is done again, with the same outcome.
        Directory.Delete(measured, recursive: true);
        Directory.Delete(Directory.GetDirectories(Path.Combine(Out("run"), "stages"), "traces-*").Single(), recursive: true);
        new Experiment(file).Run(Out("run"));
        Assert.Equal(whole, TinyExperiment.Timeless(Out("run")));
    }

    private static void AssertUndefined(RgrRow row)
    {
        Assert.Equal((null, null, null), (row.Point, row.Low, row.High));
        Assert.Contains("RL did not raise the student", row.UndefinedBecause, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\bNaN\b|\bInfinity\b|∞")]
    private static partial Regex NoNumber();
}
