using System.Text.Json;
using System.Text.Json.Nodes;
using W2SR.Core.Problems;
using W2SR.Core.Tests.Handover;
using W2SR.Core.Tests.Infrastructure;
using W2SR.Core.Tests.Reporting;
using W2SR.Core.Traces;

namespace W2SR.Core.Tests.Samples;

/// <summary>The whole way in one command: traces out, an engine's results back, RGR, round-trip.json and report.</summary>
public sealed class HandoverRoundTripTests : IDisposable
{
    private readonly ScratchFolder scratch = new();
    private readonly IReadOnlyList<Problem> problems;
    private readonly string[] export;

    public HandoverRoundTripTests()
    {
        problems = HandoverOracle.Problems();
        File.WriteAllLines(scratch["problems.jsonl"], problems.Select(p => JsonSerializer.Serialize(new { id = p.Id, question = p.Question, answer = p.Answer })));
        using (var store = TraceStore.Open(scratch["traces.jsonl"], new Dictionary<string, string> { ["teacher"] = "abc" })) store.Append(HandoverOracle.Traces());
        export = ["round-trip", "llamafactory", "--problems", scratch["problems.jsonl"], "--traces", scratch["traces.jsonl"], "--tokenizer", HandoverOracle.ModelFolder, "--student", "STUDENT_DIR", "--out", scratch["out"]];
    }

    public void Dispose() => scratch.Dispose();

    [SkippableFact]
    public void RoundTrip_StoredResultsOfAnEngine_EndInAReportWithTheNumbersOfResultsJson()
    {
        // First the export alone; the same command goes on once the engine has run.
        Assert.Contains("2278 tokens", Run(0, export), StringComparison.Ordinal);
        Assert.False(File.Exists(scratch["out/round-trip.json"]));
        string[] returned =
        [
            .. export, "--answered", "--max-tokens", "16", "--before", Vllm("before", 3, 0), "--rl", Vllm("rl", 3, 3),
            "--after", "llamafactory:" + OracleData.Handover("llamafactory/returned/generated_predictions.jsonl"),
            "--log", OracleData.Handover("llamafactory/returned"), "--rl-log", OracleData.Handover("trl/returned/grpo-trainer_state.json"),
        ];
        var said = Run(0, returned);
        Assert.Contains("RGR 0.00, 95% 0.00 to 0.00, on 3 problems.", said, StringComparison.Ordinal); // two steps on a random model recover nothing
        var (results, page) = Read();
        Assert.StartsWith("LLaMA-Factory", (string)results["engine"]!, StringComparison.Ordinal);
        Assert.Equal((9, "abc"), ((int)results["counts"]!["training"]!, (string)results["source"]!["store.teacher"]!));
        AssertSameNumbers(results, page);
        // Curves: LLaMA-Factory's losses, TRL's rewards, as the engines logged them.
        Assert.Equal(6.8853349685668945, ReportPage.Number(page.Table("training-loss")[0]["loss"]));
        foreach (var (section, column, file) in new[] { ("training-loss", "loss", "training.jsonl"), ("training-reward", "reward", "rl-training.jsonl") })
            Assert.Equal(File.ReadLines(scratch["out/" + file]).Select(l => (double)JsonNode.Parse(l)![column]!), page.Table(section).Select(r => ReportPage.Number(r[column])));
        Assert.Contains("3 of 3 steps come without a count of tokens", page.Html, StringComparison.Ordinal);
        // The browser leads from a response to what the student said before.
        Assert.Equal([null, 0, 0], page.Traces()["models"]!.AsArray().Select(m => (int?)m!["base"]));

        var first = File.ReadAllText(scratch["out/round-trip.json"]);
        Run(0, returned);
        Assert.Equal(first, File.ReadAllText(scratch["out/round-trip.json"]));
    }

    [SkippableFact]
    public void RoundTrip_ThreeSixNineOfNineRight_RecoversHalf()
    {
        var said = Run(0, [.. export, "--before", Vllm("before", 9, 3), "--after", Vllm("after", 9, 6), "--rl", Vllm("rl", 9, 9)]);
        Assert.Contains("RGR 0.50, 95% ", said, StringComparison.Ordinal);
        var (results, page) = Read();
        Assert.Equal(0.5, (double)results["rgr"]!["point"]!, 12);
        Assert.True((double)results["rgr"]!["interval"]!["low"]! < 0.5 && (double)results["rgr"]!["interval"]!["high"]! > 0.5);
        Assert.Equal([3 / 9.0, 6 / 9.0, 1.0], results["models"]!.AsArray().Select(m => (double)m!["accuracy"]!["value"]!));
        AssertSameNumbers(results, page);
        Assert.Contains("W2SR recovers 50% of reinforcement learning&#39;s gain", page.Html.Replace("&#x27;", "&#39;", StringComparison.Ordinal), StringComparison.Ordinal);
        // The evaluations that it leaves serve the report's own sample, too.
        var (code, output, error) = ChildProcess.Run(ChildProcess.Program("samples/Report", "w2sr-report.dll"), [scratch["out/before"], scratch["out/after"], scratch["out/rl"], "--rgr", "--out", scratch["again"]]);
        Assert.True(code == 0, error);
        Assert.Contains("W2SR recovers 50%", output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void RoundTrip_WhatDoesNotFitTogether_IsRefusedByName()
    {
        Assert.Contains("all of --before, --after and --rl", Run(1, [.. export, "--before", Vllm("before", 9, 0)]), StringComparison.Ordinal);
        Assert.Contains("write FORM:FILE", Run(1, [.. export, "--before", "before.jsonl", "--after", "x", "--rl", "y"]), StringComparison.Ordinal);
        Assert.Contains("there is no file", Run(1, [.. export, "--before", "vllm:" + scratch["absent.jsonl"], "--after", "x", "--rl", "y"]), StringComparison.Ordinal);
        Assert.False(Directory.Exists(scratch["out"]));

        string[] unlike = ["--answered", "--before", Vllm("few", 3, 0), "--after", Vllm("after", 9, 6), "--rl", Vllm("rl", 9, 9)];
        Assert.Contains("were not measured alike: problems", Run(1, [.. export, .. unlike]), StringComparison.Ordinal);
        Run(0, [.. export, .. unlike, "--force"]);
        var (results, page) = Read();
        Assert.Equal(3, (int)results["rgr"]!["problems"]!);
        Assert.Contains("were not measured alike: problems", (string)results["rgr"]!["warnings"]![0]!, StringComparison.Ordinal);
        Assert.Contains("were not measured alike: problems", page.Html, StringComparison.Ordinal);

        Assert.Contains("was handed over from other traces, problems or settings", Run(1, [.. export, "--selection", "Positive"]), StringComparison.Ordinal);
    }

    private static void AssertSameNumbers(JsonNode results, ReportPage page)
    {
        page.AssertStandsAlone();
        var accuracy = page.Table("accuracy");
        Assert.Equal(results["models"]!.AsArray().Select(m => ((string?)m!["name"], (double)m["accuracy"]!["value"]!, (double)m["accuracy"]!["interval"]!["low"]!, (double)m["accuracy"]!["interval"]!["high"]!, (double)m["cutOff"]!)),
            accuracy.Select(r => ((string?)r["model"], ReportPage.Number(r["accuracy"]), ReportPage.Number(r["low"]), ReportPage.Number(r["high"]), ReportPage.Number(r["cut off"]))));
        var rgr = Assert.Single(page.Table("rgr"));
        Assert.Equal(((double)results["rgr"]!["point"]!, (double)results["rgr"]!["interval"]!["low"]!, (double)results["rgr"]!["interval"]!["high"]!),
            (ReportPage.Number(rgr["RGR"]), ReportPage.Number(rgr["low"]), ReportPage.Number(rgr["high"])));
    }

    private (JsonNode Results, ReportPage Page) Read() => (JsonNode.Parse(File.ReadAllText(scratch["out/round-trip.json"]))!, new ReportPage(File.ReadAllText(scratch["out/report/report.html"])));

    /// <summary>What vLLM's batch runner writes for the first problems, of which so many are answered right.</summary>
    private string Vllm(string name, int count, int right)
    {
        File.WriteAllLines(scratch[name + ".jsonl"], problems.Take(count).Select((p, i) => JsonSerializer.Serialize(new
        {
            custom_id = p.Id,
            response = new { status_code = 200, body = new { choices = new[] { new { index = 0, message = new { content = i < right ? $"\\boxed{{{p.Answer}}}" : "no" }, finish_reason = "stop" } } } },
        })));
        return "vllm:" + scratch[name + ".jsonl"];
    }

    private static string Run(int code, params string[] arguments)
    {
        var (actual, output, error) = ChildProcess.Run(ChildProcess.Program("samples/Handover", "Handover.dll"), arguments);
        Assert.True(actual == code, $"exit code {actual} for {string.Join(' ', arguments)}: {output}{error}");
        return output + error;
    }
}
