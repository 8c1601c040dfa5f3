using System.Text.Json;
using W2SR.Core.Tests.Infrastructure;

namespace W2SR.Core.Tests.Samples;

/// <summary>The sample as its user runs it: a process of its own, files in and out, exit codes and messages.</summary>
public sealed class AuditVerifierTests : IDisposable
{
    private static readonly string Program = ChildProcess.Program("samples/AuditVerifier", "AuditVerifier.dll");

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("w2sr-audit-");

    public void Dispose() => folder.Delete(recursive: true);

    private string Place(string name, params string[] lines)
    {
        var path = Path.Combine(folder.FullName, name);
        if (lines.Length > 0) File.WriteAllLines(path, lines);
        return path;
    }

    private static (int Code, string Output, string Error) Run(params string[] arguments) => ChildProcess.Run(Program, arguments);

    [Fact]
    public void Pairs_Lines_GiveOneVerdictEachInOrder()
    {
        var input = Place("pairs.jsonl",
            """{"id": "a", "gold": "\\frac{1}{2}", "pred": "So \\boxed{0.5}."}""",
            """{"id": "b", "gold": "7", "pred": "\\boxed{8}"}""",
            """{"id": "c", "gold": "7", "pred": "\\boxed{}"}""",
            "",
            """{"id": "d", "gold": "", "pred": "7", "note": "unknown fields do not matter"}""",
            """{"id": 5, "gold": 7, "pred": 7}""");
        var output = Place("verdicts.jsonl");
        var (code, text, error) = Run("pairs", "--in", input, "--out", output);
        Assert.Equal((0, ""), (code, error));
        var verdicts = File.ReadLines(output).Select(l => JsonElement.Parse(l)).ToArray();
        Assert.Equal(["a", "b", "c", "d", "5"], verdicts.Select(v => v.GetProperty("id").GetString()));
        Assert.Equal(["correct", "incorrect", "noAnswer", "unverifiable", "correct"], verdicts.Select(v => v.GetProperty("verdict").GetString()));
        Assert.Equal(["id", "verdict", "tier", "extraction", "goldNormal", "predNormal", "reason"], verdicts[0].EnumerateObject().Select(p => p.Name));
        Assert.Equal(("exact", "boxed", @"\frac{1}{2}", "0.5"), (verdicts[0].GetProperty("tier").GetString(), verdicts[0].GetProperty("extraction").GetString(),
            verdicts[0].GetProperty("goldNormal").GetString(), verdicts[0].GetProperty("predNormal").GetString()));
        Assert.Equal(JsonValueKind.Null, verdicts[2].GetProperty("predNormal").ValueKind);
        Assert.Contains("correct: 2", text, StringComparison.Ordinal);
        Assert.Matches("^[0-9]+ verdicts per second$", text.TrimEnd().Split('\n')[^1]);
        Assert.Equal(["pairs.jsonl", "verdicts.jsonl"], folder.EnumerateFiles().Select(f => f.Name).Order());
    }

    [Fact]
    public void Traces_File_ListsWhereValueAndTextDisagree()
    {
        var problems = Place("problems.jsonl", """{"id": "p1", "answer": "\\frac{1}{2}"}""", """{"id": "p2", "answer": "7"}""");
        var traces = Place("traces.jsonl",
            """{"problemId": "p1", "response": "\\boxed{0.50}"}""",
            """{"problemId": "p2", "response": "\\boxed{7}\nuser: and then?\n\\boxed{9}"}""",
            """{"problemId": "p2", "response": "\\boxed{9}"}""");
        var (code, text, error) = Run("traces", traces, "--problems", problems);
        Assert.Equal((0, ""), (code, error));
        Assert.Contains(@"p1 | reference \frac{1}{2} | answer 0.50 | ours Correct (Exact) | MATH not equal", text, StringComparison.Ordinal);
        Assert.DoesNotContain("p2 |", text, StringComparison.Ordinal);
        Assert.Contains("3 traces: correct 2 by value, 1 by MATH's normaliser, 1 disagreements, 0 references not understood, 1 invented turns", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"id\": \"a\", \"gold\": \"7\"}", "line 2: no 'pred'")]
    [InlineData("{\"gold\": \"7\", \"pred\": \"7\"}", "line 2: no 'id'")]
    [InlineData("[1, 2]", "line 2: expected an object")]
    [InlineData("{\"id\": \"a\", ", "line 2: not JSON")]
    public void Pairs_BadLine_NamesItAndWritesNothing(string line, string message)
    {
        var input = Place("pairs.jsonl", """{"id": "a", "gold": "7", "pred": "7"}""", line);
        var output = Place("verdicts.jsonl");
        var (code, _, error) = Run("pairs", "--in", input, "--out", output);
        Assert.Equal(1, code);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.False(File.Exists(output));
    }

    [Fact]
    public void Run_MissingFileOrReference_SaysWhatToDo()
    {
        var (code, _, error) = Run("pairs", "--in", Place("absent.jsonl"), "--out", Place("verdicts.jsonl"));
        Assert.Equal(1, code);
        Assert.Contains("absent.jsonl", error, StringComparison.Ordinal);
        (code, _, error) = Run("traces", Place("traces.jsonl", """{"problemId": "p9", "response": "7"}"""));
        Assert.Equal(1, code);
        Assert.Contains("no reference for 'p9'. Give the problems with --problems.", error, StringComparison.Ordinal);
        Assert.NotEqual(0, Run("pairs").Code);
    }
}
