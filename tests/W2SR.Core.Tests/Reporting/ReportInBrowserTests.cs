using W2SR.Core.Tests.Infrastructure;
using W2SR.Reporting;

namespace W2SR.Core.Tests.Reporting;

/// <summary>The page as its reader meets it: in a browser.</summary>
public sealed class ReportInBrowserTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("w2sr-browser-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [SkippableFact]
    public void Open_ReportWithHostileTraces_RunsItsOwnScriptAndNoOther()
    {
        const string hostile = "</script><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">";
        var run = Path.Combine(folder, "run");
        EvaluationFolders.Write(run, hostile, EvaluationFolders.Sums(30), 2, (p, s) => (hostile + (s == 0 ? $" \\boxed{{{p.Answer}}}" : ""), s == 1));
        RunReport.Write(RunReport.Read([run]), run);
        var page = Path.Combine(run, RunReport.HtmlFile);
        var (document, console) = Chromium.Open(page);
        Assert.Empty(console);
        Assert.DoesNotContain("<title>owned", document, StringComparison.Ordinal);
        Assert.Contains("<title>Evaluation of &lt;/script&gt;", document, StringComparison.Ordinal);
        Assert.Equal(10, document.Split("class=\"problem\"").Length - 1); // the first ten problems, made by the script
        Assert.Contains("30 of 30 problems", document, StringComparison.Ordinal);
        Assert.Contains("<mark>2</mark>", document, StringComparison.Ordinal);

        // A link chooses what is shown: the second sample of each problem was cut off, and one question holds "17 + 17".
        Assert.Contains("30 of 30 problems", Chromium.Open(page, "#filter=cut%20off").Document, StringComparison.Ordinal);
        Assert.Contains(">0 of 30 problems", Chromium.Open(page, "#filter=wrong").Document, StringComparison.Ordinal);
        Assert.Contains(">1 of 30 problems", Chromium.Open(page, "#search=17%20%2B%2017").Document, StringComparison.Ordinal);

        // What this test looks for would be seen: a script that fails, and a request that the policy stops.
        var broken = Path.Combine(run, "broken.html");
        File.WriteAllText(broken, File.ReadAllText(page).Replace("\"use strict\";", "\"use strict\"; ", StringComparison.Ordinal).Replace("</main>", "<img src=\"http://127.0.0.1:1/x\"></main>", StringComparison.Ordinal));
        Assert.True(Chromium.Open(broken).Console.Count >= 2);
    }
}
