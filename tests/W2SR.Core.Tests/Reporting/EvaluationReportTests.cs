using System.Text.Json.Nodes;
using W2SR.Core.Evaluation;
using W2SR.Core.Problems;
using W2SR.Reporting;

namespace W2SR.Core.Tests.Reporting;

/// <summary>Reports of evaluations alone.</summary>
public sealed class EvaluationReportTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("w2sr-report-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Out(string name) => Path.Combine(folder, name);

    private static (string, bool) Half(Problem p, int sample) => (p.Id.GetHashCode(StringComparison.Ordinal), sample) switch
    {
        _ when p.Level == 1 && sample == 3 => ("Let me think. Wait, let me check this", true),
        _ when p.Level == 1 || sample == 0 => ($"We add.\nLet me verify: adding once more gives {p.Answer} again, so it fits.\nThe answer is \\boxed{{{p.Answer}}}.", false),
        _ => ("It is \\boxed{0}.", false),
    };

    private static (string, bool) Never(Problem p, int sample) => ($"I guess 1 for {p.Id}, the answer is 1", false);

    [Fact]
    public void ToHtml_AnEvaluation_ShowsTheNumbersOfItsMetrics()
    {
        var result = EvaluationFolders.Write(Out("a"), "a model", EvaluationFolders.Sums(20), 4, Half);
        var metrics = EvaluationMetrics.Compute(result);
        var page = new ReportPage(RunReport.ToHtml(RunReport.Read([Out("a")])));
        page.AssertStandsAlone();
        var accuracy = Assert.Single(page.Table("accuracy"));
        Assert.Equal((metrics.Accuracy.Value, metrics.Accuracy.Interval.Low, metrics.Accuracy.Interval.High, metrics.CutOff.Value),
            (ReportPage.Number(accuracy["accuracy"]), ReportPage.Number(accuracy["low"]), ReportPage.Number(accuracy["high"]), ReportPage.Number(accuracy["cut off"])));
        Assert.Equal(0.5, metrics.Accuracy.Value, 12); // level 1: 3 of 4, level 2: 1 of 4
        var passAtK = page.Table("pass-at-k").Select(r => (r["measure"], r["k"], ReportPage.Number(r["value"]), ReportPage.Number(r["high"])));
        Assert.Equal(metrics.PassAtK.Select(e => ("pass@k", e.Name, e.Estimate.Value, e.Estimate.Interval.High)).Concat(metrics.MajorityAtK.Select(e => ("maj@k", e.Name, e.Estimate.Value, e.Estimate.Interval.High))), passAtK);
        Assert.Equal(metrics.ByLevel.Select(e => (e.Name, e.Estimate.Value)), page.Table("by-part").Select(r => (r["part"], ReportPage.Number(r["accuracy"]))));
        var outcomes = Assert.Single(page.Table("outcomes"));
        Assert.Equal(("40", "30", "10"), (outcomes["right"], outcomes["wrong"], outcomes["no answer"]));
        // 3 of 4 samples of level 1 and the first of level 2 say that a check came out; the cut ones only announce one.
        Assert.Equal(40 / 80.0, ReportPage.Number(page.Table("behaviours").Single(r => r["behaviour"] == "verification")["responses that show it"]), 12);
        Assert.Contains(page.Table("provenance-evaluations"), r => r["what"] == "made by: model" && r["value"] == "hash of a model");
    }

    [Fact]
    public void Write_TwiceFromOneFolder_GivesTheSameBytesAndEachFiguresData()
    {
        EvaluationFolders.Write(Out("a"), "a", EvaluationFolders.Sums(12), 2, Half);
        foreach (var target in new[] { "one", "two" }) RunReport.Write(RunReport.Read([Out("a")]), Out(target));
        var files = Directory.GetFiles(Out("one"), "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Out("one"), f)).ToArray();
        Assert.Superset(new HashSet<string> { "report.html", "report.md", "figures/accuracy.csv", "figures/accuracy.json", "figures/accuracy.svg", "figures/pass-at-k.svg" }, files.ToHashSet());
        Assert.All(files, f => Assert.Equal(File.ReadAllBytes(Path.Combine(Out("one"), f)), File.ReadAllBytes(Path.Combine(Out("two"), f))));

        var json = JsonNode.Parse(File.ReadAllText(Path.Combine(Out("one"), "figures/accuracy.json")))!["rows"]![0]!;
        var csv = File.ReadAllLines(Path.Combine(Out("one"), "figures/accuracy.csv"));
        Assert.Equal((double)json["accuracy"]!, ReportPage.Number(csv[1].Split(',')[Array.IndexOf(csv[0].Split(','), "accuracy")]));
        var markdown = File.ReadAllText(Path.Combine(Out("one"), "report.md"));
        Assert.Contains("](figures/accuracy.svg)", markdown, StringComparison.Ordinal);
        var svg = System.Xml.Linq.XDocument.Load(Path.Combine(Out("one"), "figures/accuracy.svg"));
        Assert.DoesNotContain("var(--", svg.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_TwoEvaluations_ComparesThemOrSaysWhyNot()
    {
        EvaluationFolders.Write(Out("a"), "one", EvaluationFolders.Sums(20), 2, Half);
        EvaluationFolders.Write(Out("b"), "two", EvaluationFolders.Sums(20), 2, Never);
        EvaluationFolders.Write(Out("c"), "two", EvaluationFolders.Sums(21), 2, Never);
        var page = new ReportPage(RunReport.ToHtml(RunReport.Read([Out("a"), Out("b"), Out("c")])));
        page.AssertStandsAlone();
        Assert.Equal(["one", "two (b)", "two (c)"], page.Table("accuracy").Select(r => r["model"]));
        var difference = Assert.Single(page.Table("differences"));
        Assert.Equal(-0.75, ReportPage.Number(difference["left minus right"]), 12); // level 1: both samples right, level 2: the first
        Assert.Contains("one and two (c)", page.Html.Replace("two (c) and one", "one and two (c)", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("were not measured alike: problems", page.Html, StringComparison.Ordinal);
        Assert.Equal([null, null], page.Traces()["models"]!.AsArray().Take(2).Select(m => m!["base"]));
    }

    [Theory]
    [InlineData("</script><script>document.title='owned'</script>")]
    [InlineData("<!--<script>")]
    [InlineData("\"><img src=x onerror=\"document.title='owned'\"><svg onload=alert(1)>")]
    [InlineData("]]>&lt;&#x3c;script&#x3e; \u2028\u2029\u0000\u001b[31m \\u003cscript\\u003e ${7*7} {{constructor}}")]
    [InlineData("lone half \ud83d and \ude00, whole \ud83d\ude00, right to left \u202e")]
    public void ToHtml_HostileText_StaysText(string hostile)
    {
        var problem = new Problem("id " + hostile.Replace("\ud83d and", "", StringComparison.Ordinal).Replace("\ude00,", "", StringComparison.Ordinal), "Q " + Clean(hostile), "4");
        EvaluationFolders.Write(Out("a"), "model " + Clean(hostile), [problem], 2, (_, s) => (Clean(hostile) + (s == 0 ? "\nThe answer is \\boxed{4}" : ""), false));
        var report = RunReport.Read([Out("a")]);
        var page = new ReportPage(RunReport.ToHtml(report with { Confirmed = [hostile], Remarks = [hostile] }));
        page.AssertStandsAlone();
        var pieces = page.Traces()["problems"]![0]!["responses"]![0]![0]!["pieces"]!.AsArray();
        Assert.Equal(Clean(hostile) + "\nThe answer is \\boxed{4}", string.Concat(pieces.Select(p => (string?)p![1])));
        Assert.Equal("4", (string?)pieces.Single(p => (int)p![0]! == 1)![1]);
        Assert.DoesNotContain("<script", RunReport.ToMarkdown(report with { Confirmed = [hostile] }), StringComparison.OrdinalIgnoreCase);

        static string Clean(string text) => System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text)); // a store holds Unicode text only
    }

    [Fact]
    public void ToHtml_VeryLongHostileResponses_KeepsThePageSmallAndTheAnswerInSight()
    {
        // 300 problems x 4 samples x 100,000 characters, of which each needs six bytes in the page.
        EvaluationFolders.Write(Out("a"), "a", EvaluationFolders.Sums(300), 4, (p, s) => (new string('<', 100_000 + s) + $"The answer is \\boxed{{{p.Answer}}}", false));
        var report = RunReport.Read([Out("a")]);
        var page = new ReportPage(RunReport.ToHtml(report));
        page.AssertStandsAlone();
        Assert.Equal(300, report.Browser!.Problems.Count + report.Browser.Omitted);
        Assert.InRange(report.Browser.Problems.Count, 1, 299);
        var response = page.Traces()["problems"]![0]!["responses"]![0]![0]!;
        Assert.Contains(response["pieces"]!.AsArray(), p => (int)p![0]! == 2 && ((string?)p[1])!.Contains("characters left out", StringComparison.Ordinal));
        Assert.Contains(response["pieces"]!.AsArray(), p => (int)p![0]! == 1);
    }

    [Fact]
    public void Read_OneProblemAllWrong_ShowsNoNumberThatIsNone()
    {
        EvaluationFolders.Write(Out("a"), "a", EvaluationFolders.Sums(1), 1, Never);
        EvaluationFolders.Write(Out("b"), "b", EvaluationFolders.Sums(1), 1, Never);
        var page = new ReportPage(RunReport.ToHtml(RunReport.Read([Out("a"), Out("b")])));
        page.AssertStandsAlone();
        Assert.False(page.Has("pass-at-k"));
        Assert.Equal("not defined", Assert.Single(page.Table("differences"))["smallest detectable"]);
    }

    [Fact]
    public void Read_NothingToReport_SaysWhatWasLookedFor()
    {
        Assert.Contains("is no folder", Assert.Throws<DirectoryNotFoundException>(() => RunReport.Read([Out("absent")])).Message, StringComparison.Ordinal);
        Directory.CreateDirectory(Out("empty"));
        Assert.Contains("result-VERIFIER.json", Assert.Throws<InvalidOperationException>(() => RunReport.Read([Out("empty")])).Message, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(Out("empty"), "responses.jsonl"), "");
        Assert.Contains("interrupted, or is still running", Assert.Throws<InvalidOperationException>(() => RunReport.Read([Out("empty")])).Message, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(Out("empty"), "result-math-1.json"), "{");
        Assert.Contains("is damaged", Assert.Throws<W2SR.Core.Common.W2srFormatException>(() => RunReport.Read([Out("empty")])).Message, StringComparison.Ordinal);
    }
}
