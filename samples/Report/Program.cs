using System.CommandLine;
using W2SR.Reporting;

var folders = new Argument<string[]>("folder") { Description = "The run folder of an experiment (Quickstart, WeakToStrong), or the folder of an evaluation (Evaluate); several evaluations are shown side by side.", Arity = ArgumentArity.OneOrMore };
var output = new Option<string?>("--out") { Description = "Where the report goes. Default: a folder named report inside the first folder." };
var title = new Option<string?>("--title") { Description = "Title. Default: the run's own name." };
var problems = new Option<int>("--max-problems") { Description = "Problems in the browser of single traces at most; 0 leaves it out.", DefaultValueFactory = _ => new ReportOptions().MaxProblems };
var recovery = new Option<bool>("--rgr") { Description = "The first folder is an evaluation of the student before training, the last one of the same student after reinforcement learning; those between get their RGR." };
var root = new RootCommand("Makes a report of a run: one page that needs no network (report.html), the same in Markdown, and the data of every figure as CSV, JSON and SVG.") { folders, output, title, problems, recovery };
root.SetAction(parsed => Run(parsed.GetValue(folders)!, parsed.GetValue(output), new ReportOptions { Title = parsed.GetValue(title), MaxProblems = parsed.GetValue(problems) }, parsed.GetValue(recovery)));
return await root.Parse(args).InvokeAsync();

static int Run(string[] folders, string? output, ReportOptions options, bool isRecovery)
{
    try
    {
        if (isRecovery && folders.Length < 3) throw new ArgumentException("--rgr needs three evaluation folders or more: the student before training, taught, and after reinforcement learning.");
        var report = isRecovery ? RunReport.ReadRecovery(folders[0], folders[1..^1], folders[^1], options) : RunReport.Read(folders, options);
        var target = Path.GetFullPath(output ?? Path.Combine(folders[0], "report"));
        RunReport.Write(report, target);
        Console.WriteLine(report.Headline);
        Console.WriteLine($"Written to {target}: {RunReport.HtmlFile} ({new FileInfo(Path.Combine(target, RunReport.HtmlFile)).Length / 1024.0:F0} KB), {RunReport.MarkdownFile}, {RunReport.FigureFolder}/.");
        return 0;
    }
    catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException or ArgumentException)
    {
        Console.Error.WriteLine(e.Message);
        return 1;
    }
}
