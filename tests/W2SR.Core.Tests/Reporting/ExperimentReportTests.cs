using System.Text.Json.Nodes;
using W2SR.Core.Experiments;
using W2SR.Core.Tests.Experiments;
using W2SR.Core.Tests.Infrastructure;
using W2SR.Reporting;

namespace W2SR.Core.Tests.Reporting;

/// <summary>Reports of experiments: every number is that of <c>results.json</c>.</summary>
[Collection(TensorCountingCollection.Name)]
public sealed class ExperimentReportTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("w2sr-experiment-report-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Out(string name) => Path.Combine(folder, name);

    private static JsonNode Results(string run) => JsonNode.Parse(File.ReadAllText(Path.Combine(run, "results.json")))!;

    /// <summary>Holds a table's column against a field of the result, row by row; null in the result is words in the table.</summary>
    private static void AssertColumn(IReadOnlyList<IReadOnlyDictionary<string, string>> table, string column, IEnumerable<JsonNode?> expected)
    {
        var values = expected.ToArray();
        Assert.Equal(values.Length, table.Count);
        for (var i = 0; i < values.Length; i++)
        {
            var shown = table[i][column];
            if (values[i] is null) Assert.False(double.TryParse(shown, out _), $"{column}, row {i}: {shown} where the result has nothing");
            else if (values[i]!.GetValueKind() == System.Text.Json.JsonValueKind.String) Assert.Equal((string?)values[i], shown);
            else Assert.Equal((double)values[i]!, ReportPage.Number(shown));
        }
    }

    [Fact]
    public void ToHtml_AnExperiment_ShowsTheNumbersOfResultsJson()
    {
        new Experiment(TinyExperiment.File).Run(Out("run"));
        var results = Results(Out("run"));
        RunReport.Write(RunReport.Read([Out("run")]), Out("run/report"));
        var page = new ReportPage(File.ReadAllText(Out("run/report/report.html")));
        page.AssertStandsAlone();

        IEnumerable<JsonNode?> Field(string table, string name) => results[table]!.AsArray().Select(r => r![name]);
        foreach (var (column, field) in new[] { ("model", "name"), ("parameters", "parameters"), ("accuracy", "accuracy"), ("low", "low"), ("high", "high"), ("3+ moves", "accuracyLongRoutes"), ("reasons", "reasons"),
            ("cut off", "cutOff"), ("mean length", "meanLength"), ("training seconds", "trainSeconds"), ("training operations", "trainFlops") })
            AssertColumn(page.Table("accuracy"), column, Field("models", field));
        foreach (var (column, field) in new[] { ("arm", "variant"), ("RGR", "point"), ("low", "low"), ("high", "high") }) AssertColumn(page.Table("rgr"), column, Field("rgr", field));
        Assert.All(page.Table("rgr"), r => Assert.Equal(r["RGR"] == "undefined", r["undefined because"].Length > 0));
        foreach (var (column, field) in new[] { ("left", "left"), ("left minus right", "point"), ("low", "low"), ("high", "high"), ("p", "pValue"), ("p (Holm)", "adjustedPValue") })
            AssertColumn(page.Table("differences"), column, Field("differences", field));
        foreach (var (unit, field) in new[] { ("operations", "flops"), ("wall time", "seconds"), ("tokens", "tokens") })
            foreach (var (column, part) in new[] { ("student training", "studentTraining"), ("with traces", "withTraces"), ("with teacher", "withTeacher") })
                AssertColumn([.. page.Table("cost-ratios").Where(r => r["unit"] == unit)], column, results["costs"]!.AsArray().Select(c => c![field]![part]));
        foreach (var (column, field) in new[] { ("stage", "name"), ("key", "key"), ("tokens written", "tokensGenerated"), ("tokens trained", "tokensTrained"), ("operations", "flops"), ("seconds", "seconds"), ("peak memory", "peakMemoryBytes") })
            AssertColumn(page.Table("provenance-stages"), column, Field("stages", field));
        AssertColumn(page.Table("temperature-0"), "accuracy", results["otherTemperatures"]![0]!["models"]!.AsArray().Select(m => m!["accuracy"]));
        foreach (var (column, field) in new[] { ("written", "written"), ("right", "correct"), ("used", "used") }) AssertColumn(page.Table("traces-used"), column, Field("traces", field));

        double Accuracy(string model) => (double)results["models"]!.AsArray().Single(m => (string?)m!["name"] == model)!["accuracy"]!;
        Assert.Equal(["teacher", "student", "W2SR", "RL (ceiling)", "teacher", "student", "W2SR", "RL (ceiling)"], page.Table("four-bars").Select(r => r["bar"]));
        Assert.All(page.Table("four-bars").Concat(page.Table("accuracy-over-cost")), r => Assert.Equal(Accuracy(r["model"]), ReportPage.Number(r["accuracy"])));
        Assert.All(page.Table("teacher-size"), r => Assert.Equal(Accuracy(r["student"]), ReportPage.Number(r["student's accuracy"])));
        Assert.All(page.Table("teacher-size"), r => Assert.Equal(Accuracy(r["teacher"]), ReportPage.Number(r["teacher's accuracy"])));
        foreach (var claim in results["confirmed"]!.AsArray().Concat(results["notConfirmed"]!.AsArray())) Assert.Contains(System.Net.WebUtility.HtmlEncode((string)claim!), page.Html, StringComparison.Ordinal);

        // Training curves are those of the metrics; the trace browser knows base and teacher, and its verdicts add up to the accuracy.
        var step = File.ReadLines(Path.Combine(Out("run"), (string)results["trainings"]!.AsArray().First(t => (string?)t!["model"] == "W2SR")!["metrics"]!)).Select(l => JsonNode.Parse(l)!).ToArray();
        Assert.Equal(step.Select(s => (double)s["loss"]!), page.Table("training-loss").Where(r => r["model"] == "W2SR").Select(r => ReportPage.Number(r["loss"])));
        Assert.True(page.Has("training-reward"));
        var models = page.Traces()["models"]!.AsArray();
        var (index, problems) = (models.Select((m, i) => (Name: (string)m!["name"]!, i)).ToDictionary(m => m.Name, m => m.i), page.Traces()["problems"]!.AsArray());
        Assert.Equal((index["strong"], index["teacher"]), ((int)models[index["W2SR"]]!["base"]!, (int)models[index["W2SR"]]!["teacher"]!));
        Assert.Equal(40, problems.Count);
        Assert.All(index, m => Assert.Equal(Accuracy(m.Key), problems.Average(p => p!["responses"]![m.Value]!.AsArray().Average(s => (string?)s!["outcome"] == "right" ? 1.0 : 0)), 12));
    }

    [Fact]
    public void ToHtml_SeveralSeedsWithoutReinforcement_SaysThatRgrIsUndefinedAndWhatIsMissing()
    {
        var file = TinyExperiment.File with { Seeds = [5, 6], JudgesClaims = false, Arms = [TinyExperiment.File.Arms[1] with { Traces = [4, 8, 16] }] };
        new Experiment(file).Run(Out("run"));
        var results = Results(Out("run"));
        foreach (var measured in Directory.GetDirectories(Out("run/stages"), "measurement-*")) Directory.Delete(measured, recursive: true);
        var page = new ReportPage(RunReport.ToHtml(RunReport.Read([Out("run")])));
        page.AssertStandsAlone();
        Assert.Contains("RGR has no ceiling", page.Html, StringComparison.Ordinal);
        Assert.All(page.Table("rgr"), r => Assert.Equal("undefined", r["RGR"]));
        Assert.Contains("folders are not there any more", page.Html, StringComparison.Ordinal);
        foreach (var (column, field) in new[] { ("model", "model"), ("accuracy", "accuracy"), ("lowest", "lowest"), ("highest", "highest"), ("RGR", "rgr") })
            AssertColumn(page.Table("across-seeds"), column, results["acrossSeeds"]!.AsArray().Select(r => r![field]));
        Assert.Equal(["4", "8", "16", "4", "8", "16"], page.Table("traces").Select(r => r["number of traces"]));
        Assert.False(page.Has("four-bars") && page.Table("four-bars").Any(r => r["bar"] == "RL (ceiling)"));
        Assert.DoesNotContain("traces-data", page.Html.Replace("getElementById(\"traces-data\")", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_UnfinishedOrDamagedRun_SaysWhatToDo()
    {
        Directory.CreateDirectory(Out("run"));
        File.WriteAllText(Out("run/experiment.json"), "{}");
        Assert.Contains("still running", Assert.Throws<InvalidOperationException>(() => RunReport.Read([Out("run")])).Message, StringComparison.Ordinal);
        File.WriteAllText(Out("run/results.json"), "{");
        Assert.Contains("is damaged", Assert.Throws<W2SR.Core.Common.W2srFormatException>(() => RunReport.Read([Out("run")])).Message, StringComparison.Ordinal);
    }
}
