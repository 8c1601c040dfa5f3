using System.Text.Json;
using W2SR.Core.Tests.Handover;
using W2SR.Core.Tests.Infrastructure;
using W2SR.Core.Traces;

namespace W2SR.Core.Tests.Samples;

/// <summary>The way out and back on the command line, as docs/handover.md shows it, over what the engines left behind.</summary>
public sealed class HandoverSampleTests
{
    [SkippableFact]
    public void Sample_ExportCheckCurveJudgeRgr_GoTheWholeWay()
    {
        using var scratch = new ScratchFolder();
        var problems = HandoverOracle.Problems();
        File.WriteAllLines(scratch["problems.jsonl"], problems.Select(p => JsonSerializer.Serialize(new { id = p.Id, question = p.Question, answer = p.Answer })));
        using (var store = TraceStore.Open(scratch["traces.jsonl"], new Dictionary<string, string> { ["teacher"] = "abc" })) store.Append(HandoverOracle.Traces());
        var lf = scratch["lf"];
        string[] export = ["export", "llamafactory", "--problems", scratch["problems.jsonl"], "--traces", scratch["traces.jsonl"], "--tokenizer", HandoverOracle.ModelFolder, "--student", "STUDENT_DIR", "--out", lf];
        Assert.Contains("2278 tokens", Run(0, export), StringComparison.Ordinal); // 147 + 160 + ... + 914, as the engines counted
        Trees.AssertSameYaml(OracleData.Handover("llamafactory/sft.w2sr.yaml"), File.ReadAllText(Path.Combine(lf, "sft.w2sr.yaml")));
        Assert.Contains("9 rows in data/w2sr_messages.jsonl, 9 of them led back to the 9 traces", Run(0, "check", lf), StringComparison.Ordinal);

        Directory.CreateDirectory(Path.Combine(lf, "out"));
        foreach (var file in Directory.GetFiles(OracleData.Handover("llamafactory/returned"))) File.Copy(file, Path.Combine(lf, "out", Path.GetFileName(file)));
        Assert.Contains("6.8853", Run(0, "curve", Path.Combine(lf, "out")), StringComparison.Ordinal);
        Assert.Contains("(out)", Run(1, export), StringComparison.Ordinal); // results are not written over

        string Judge(string form, string file, string name, int tokens) =>
            Run(0, "judge", form, file, "--handover", lf, "--name", name, "--out", scratch["e-" + name], "--answered", "--max-tokens", $"{tokens}", "--tokenizer", HandoverOracle.ModelFolder);
        Assert.Contains("w2sr: 3 responses to 3 problems, accuracy 0.0%", Judge("llamafactory", Path.Combine(lf, "out/generated_predictions.jsonl"), "w2sr", 16), StringComparison.Ordinal);
        foreach (var (name, isRight) in (ReadOnlySpan<(string, bool)>)[("before", false), ("rl", true), ("longer", true)])
            File.WriteAllLines(scratch[name + ".jsonl"], problems.Take(3).Select(p => JsonSerializer.Serialize(new
            {
                custom_id = p.Id,
                response = new { status_code = 200, body = new { choices = new[] { new { index = 0, message = new { content = isRight ? $"\\boxed{{{p.Answer}}}" : "no" }, finish_reason = "stop" } } } },
            })));
        Judge("vllm", scratch["before.jsonl"], "before", 16);
        Assert.Contains("accuracy 100.0%", Judge("vllm", scratch["rl.jsonl"], "rl", 16), StringComparison.Ordinal);
        Judge("vllm", scratch["longer.jsonl"], "longer", 32);
        Assert.Contains("RGR 0.00", Run(0, "rgr", scratch["e-before"], scratch["e-w2sr"], scratch["e-rl"], "--out", scratch["rgr.json"]), StringComparison.Ordinal);
        Assert.Equal(0, JsonDocument.Parse(File.ReadAllText(scratch["rgr.json"])).RootElement.GetProperty("rgr").GetProperty("point").GetDouble());
        Assert.Contains("RGR is undefined: ", Run(0, "rgr", scratch["e-rl"], scratch["e-before"], scratch["e-w2sr"]), StringComparison.Ordinal);
        Assert.Contains("16 against 32", Run(1, "rgr", scratch["e-before"], scratch["e-w2sr"], scratch["e-longer"]), StringComparison.Ordinal);
        File.AppendAllText(Path.Combine(lf, "sft.w2sr.yaml"), "# edited\n");
        Assert.Contains("sft.w2sr.yaml: was changed after the export", Run(1, "check", lf), StringComparison.Ordinal);
    }

    private static string Run(int code, params string[] arguments)
    {
        var (actual, output, error) = ChildProcess.Run(ChildProcess.Program("samples/Handover", "Handover.dll"), arguments);
        Assert.True(actual == code, $"exit code {actual} for {string.Join(' ', arguments)}: {output}{error}");
        return output + error;
    }
}
