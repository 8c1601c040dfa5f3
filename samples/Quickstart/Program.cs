using System.CommandLine;
using Spectre.Console;
using W2SR.Core.Experiments;
using W2SR.Core.Tensors;
using W2SR.Samples;
using W2SR.Samples.Experiments;

var seed = new Option<ulong>("--seed") { Description = "Seed of the run: another seed gives other numbers.", DefaultValueFactory = _ => 101 };
var folder = new Option<string?>("--out") { Description = "Run folder. A second call with the same folder goes on, or shows the finished result at once. Default: quickstart-run-SEED." };
var quick = new Option<bool>("--quick") { Description = "The same code in under a minute, trained too little for the claims to hold." };
var root = new RootCommand("Weak reasoners' traces make a stronger student reason: the W2SR paper's experiment, trained on this machine's CPU.") { seed, folder, quick };
root.SetAction((parsed, cancellation) =>
{
    var (number, isQuick) = (parsed.GetValue(seed), parsed.GetValue(quick));
    var path = parsed.GetValue(folder) ?? (isQuick ? $"quickstart-run-quick-{number}" : $"quickstart-run-{number}");
    return LongRun.RunAsync(() => Run(number, path, isQuick, cancellation), $"Stopped. Finished stages are kept; the same command goes on from there ({path}).");
});
return await LongRun.InvokeAsync(root, args);

static int Run(ulong seed, string path, bool quick, CancellationToken cancellation)
{
    AnsiConsole.WriteLine($"W2SR {Experiment.Version}, {TorchRuntime.Describe()}");
    var name = quick ? "quickstart-quick.json" : "quickstart.json";
    using var text = new StreamReader(typeof(StageDisplay).Assembly.GetManifestResourceStream(name)!);
    var experiment = new Experiment(ExperimentFile.Parse(text.ReadToEnd(), name) with { Seeds = [seed] });
    var results = StageDisplay.Show(progress => experiment.Run(path, progress, cancellationToken: cancellation));
    ResultTables.Show(results);
    AnsiConsole.WriteLine($"Written to {Path.GetFullPath(path)}: results.json, report.md, stages with traces and verdicts.");
    AnsiConsole.WriteLine($"As a page with figures and single traces: dotnet run -c Release --project samples/Report -- {path}");
    return 0;
}
