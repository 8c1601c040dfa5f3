using System.Text.Json;
using System.Text.Json.Nodes;
using W2SR.Core.Common;
using W2SR.Core.Handover;
using W2SR.Core.Problems;
using W2SR.Core.Prompts;
using W2SR.Core.Tests.Infrastructure;
using W2SR.Core.Tokens;
using W2SR.Core.Traces;

namespace W2SR.Core.Tests.Handover;

/// <summary>The nine traces that were handed to the engines, as objects of our own, and the student they were handed to.</summary>
internal static class HandoverOracle
{
    public static string ModelFolder => OracleData.Folder("sft/model-qwen2");

    public static IReadOnlyList<Problem> Problems()
    {
        // The engine's file has the answer as "$12$".
        return [.. Lines("trl/data/grpo/train.jsonl").Select(r => new Problem(Text(r, "id"), r["prompt"]![1]!["content"]!.GetValue<string>(), Text(r, "solution").Trim('$')))];
    }

    public static IReadOnlyList<Trace> Traces() => [.. Lines("llamafactory/data/w2sr_alpaca.jsonl").Select(r =>
    {
        var (problem, sample) = HandoverRow.Split(Text(r, "id"))!.Value;
        return new Trace { ProblemId = problem, SampleIndex = sample, Response = Text(r, "output"), FinishReason = FinishReason.Stop, Reasoner = "teacher" };
    })];

    public static StudentText Student()
    {
        var tokenizer = HuggingFaceTokenizer.Load(ModelFolder);
        return new StudentText(ChatTemplateFiles.Load(ModelFolder)!, tokenizer.Encode, ids => tokenizer.Decode(ids), tokenizer.EndIds);
    }

    public static HandoverOptions Options(string student = "STUDENT_DIR") => new() { StudentPath = student, Student = Student() };

    public static IReadOnlyList<JsonObject> Lines(string file) => [.. File.ReadLines(OracleData.Handover(file)).Where(l => l.Length > 0).Select(l => JsonNode.Parse(l)!.AsObject())];

    public static JsonElement Expected(string engine) => JsonDocument.Parse(File.ReadAllBytes(OracleData.Handover(engine + "/expected.json"))).RootElement;

    private static string Text(JsonObject row, string key) => row[key]!.GetValue<string>();
}
