using System.Text.Json.Nodes;
using W2SR.Core.Tests.Infrastructure;

namespace W2SR.Core.Tests.Samples;

/// <summary>The evaluation sample as its user meets it.</summary>
[Collection(TensorCountingCollection.Name)]
public sealed class EvaluateTests : IDisposable
{
    private static readonly string Program = ChildProcess.Program("samples/Evaluate", "Evaluate.dll");
    private readonly string folder = Directory.CreateTempSubdirectory("w2sr-evaluate-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Out(string name) => Path.Combine(folder, name);

    private string Benchmark()
    {
        File.WriteAllLines(Out("sums.jsonl"), Enumerable.Range(1, 6).Select(i => $$"""{"id":"sum-{{i}}","question":"What is {{i}} + {{i}}?","answer":"{{2 * i}}","level":{{1 + i % 2}}}"""));
        return Out("sums.jsonl");
    }

    private (int Code, string Output, string Error) Run(string target, params string[] more) => ChildProcess.Run(Program,
        [Benchmark(), "--model", OracleData.File("gguf/tiny-qwen2-q8_0.gguf"), "--out", Out(target), "--samples", "2", "--max-tokens", "6", .. more]);

    [SkippableTheory]
    [InlineData(true)] // the same batches again
    [InlineData(false)] // what the model allows: on our kernels each response by itself
    public void Run_ResponsesTornByAKill_GoesOnToTheSameFiles(bool inChunks)
    {
        string[] chunk = inChunks ? ["--chunk", "2"] : [];
        var (code, output, error) = Run("whole", chunk);
        Assert.True(code == 0, error);
        Assert.Contains("tiny-qwen2-q8_0 on 6 problems, 12 responses", output, StringComparison.Ordinal);
        Assert.Contains("pass@2", output, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllLines(Out("whole/problems.jsonl")).Length, File.ReadAllLines(Benchmark()).Length);

        // As a kill leaves it: four responses and a torn one, nothing judged.
        Directory.CreateDirectory(Out("killed"));
        File.Copy(Out("whole/responses.jsonl.manifest.json"), Out("killed/responses.jsonl.manifest.json"));
        var lines = File.ReadAllLines(Out("whole/responses.jsonl"));
        File.WriteAllText(Out("killed/responses.jsonl"), string.Concat(lines[..4].Select(l => l + "\n")) + lines[4][..20]);
        Assert.Equal(0, Run("killed", chunk).Code);
        // Single responses are kept in the order in which they end, which is the batch's affair.
        Assert.Equal(lines.Order(StringComparer.Ordinal), File.ReadAllLines(Out("killed/responses.jsonl")).Order(StringComparer.Ordinal));
        if (inChunks) Assert.Equal(lines, File.ReadAllLines(Out("killed/responses.jsonl")));
        foreach (var file in new[] { "verdicts-math-1.jsonl", "result-math-1.json", "problems.jsonl", "evaluation.json" })
            Assert.Equal(File.ReadAllText(Out("whole/" + file)), File.ReadAllText(Out("killed/" + file)));

        var evaluation = JsonNode.Parse(File.ReadAllText(Out("whole/evaluation.json")))!;
        Assert.Equal(12, (int)evaluation["responses"]!);
        Assert.Equal(["1", "2"], evaluation["metrics"]!["passAtK"]!.AsArray().Select(e => (string?)e!["name"]));

        var other = Run("whole", [.. chunk, "--temperature", "0"]);
        Assert.NotEqual(0, other.Code);
        Assert.Contains("was made under other settings: sampling was", other.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_BadInput_EndsWithAMessageAndAnExitCode()
    {
        File.WriteAllText(Out("strange.jsonl"), """{"text":"Q"}""");
        foreach (var (arguments, message) in new (string[], string)[]
        {
            ([Benchmark(), "--model", "no/such/model"], "neither a model folder"),
            ([Benchmark(), "--model", "http://localhost:1/v1"], "--server-model"),
            ([Out("strange.jsonl"), "--model", "x"], "no known benchmark"),
            ([Benchmark(), "--model", "x", "--samples", "0"], "SamplesPerProblem"),
            ([Benchmark()], "--model"),
        })
        {
            var (code, output, error) = ChildProcess.Run(Program, arguments);
            Assert.NotEqual(0, code);
            Assert.Contains(message, error, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", error + output, StringComparison.Ordinal);
        }
    }
}
