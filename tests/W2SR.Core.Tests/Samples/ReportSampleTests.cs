using W2SR.Core.Tests.Infrastructure;
using W2SR.Core.Tests.Reporting;

namespace W2SR.Core.Tests.Samples;

/// <summary>The report sample as its user meets it.</summary>
public sealed class ReportSampleTests : IDisposable
{
    private static readonly string Program = ChildProcess.Program("samples/Report", "w2sr-report.dll");
    private readonly string folder = Directory.CreateTempSubdirectory("w2sr-report-sample-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Run_AnEvaluation_WritesTheReportAndSaysWhere()
    {
        var run = Path.Combine(folder, "run");
        EvaluationFolders.Write(run, "a", EvaluationFolders.Sums(8), 2, (p, s) => ($"\\boxed{{{(s == 0 ? p.Answer : "1")}}}", false));
        var (code, output, error) = ChildProcess.Run(Program, [run, "--title", "Mine & yours"]);
        Assert.True(code == 0, error);
        Assert.Contains("a answers 50.0% of 8 problems right", output, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(run, "report"), output, StringComparison.Ordinal);
        Assert.Contains("<h1>Mine &amp; yours</h1>", File.ReadAllText(Path.Combine(run, "report", "report.html")), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(run, "report", "figures", "accuracy.csv")));
    }

    [Fact]
    public void Run_BadInput_EndsWithAMessageAndAnExitCode()
    {
        foreach (var (arguments, message) in new (string[], string)[]
        {
            ([Path.Combine(folder, "absent")], "is no folder"),
            ([folder], "result-VERIFIER.json"),
            ([folder, "--max-problems=-1"], "MaxProblems"),
            ([], "Required argument missing"),
        })
        {
            var (code, output, error) = ChildProcess.Run(Program, arguments);
            Assert.NotEqual(0, code);
            Assert.Contains(message, error, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", error + output, StringComparison.Ordinal);
        }
    }
}
