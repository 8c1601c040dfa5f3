using System.CommandLine;
using Spectre.Console;
using W2SR.Core.Experiments;
using W2SR.Core.Experiments.Planning;
using W2SR.Core.Tensors;
using W2SR.Samples;
using W2SR.Samples.Experiments;

var file = new Argument<string>("file") { Description = "The experiment: bases, teachers and arms as JSON (docs/experiments.md; examples lie in samples/WeakToStrong/experiments)." };
var folder = new Option<string?>("--out") { Description = "Run folder for results.json and report.md. A second call with the same folder goes on where the first was stopped. Default: the file's name with -run." };
var cache = new Option<string?>("--cache") { Description = "Folder of the stages, to be shared by experiments that have stages in common. Default: stages, inside the run folder." };
var seed = new Option<ulong[]>("--seed") { Description = "Seed in place of the file's; may be given several times." };
var plan = new Option<bool>("--plan") { Description = "Shows what would run and what is kept, with tokens, operations and expected time, and runs nothing." };
var root = new RootCommand("Weak-to-strong experiments from one file, each stage kept and never done twice.") { file, folder, cache, seed, plan };
root.SetAction((parsed, cancellation) =>
{
    var path = parsed.GetValue(folder) ?? Path.GetFileNameWithoutExtension(parsed.GetValue(file)!) + "-run";
    return LongRun.RunAsync(() => Run(parsed.GetValue(file)!, path, parsed.GetValue(cache), parsed.GetValue(seed) ?? [], parsed.GetValue(plan), cancellation),
        $"Stopped. Finished stages are kept; the same command goes on from there ({path}).");
});
return await LongRun.InvokeAsync(root, args);

static int Run(string file, string path, string? cache, ulong[] seeds, bool planOnly, CancellationToken cancellation)
{
    if (LargeRunFile.Recognises(File.ReadAllText(file)))
    {
        if (!planOnly) return LongRun.Fail($"{file} describes a run for machines that are not here: --plan shows what it takes (docs/experiments.md).");
        LargeRunTable.Show(LargeRunFile.Parse(File.ReadAllText(file), file));
        return 0;
    }
    var settings = ExperimentFile.Load(file);
    if (seeds.Length > 0) settings = settings with { Seeds = seeds };
    var experiment = new Experiment(settings);
    AnsiConsole.WriteLine($"W2SR {Experiment.Version}, {TorchRuntime.Describe()}");
    if (planOnly)
    {
        PlanTable.Show(experiment.Plan(path, cache));
        return 0;
    }
    var results = StageDisplay.Show(progress => experiment.Run(path, progress, cache, cancellation));
    ResultTables.Show(results);
    AnsiConsole.WriteLine($"Written to {Path.GetFullPath(path)}: results.json, report.md.");
    AnsiConsole.WriteLine($"As a page with figures and single traces: dotnet run -c Release --project samples/Report -- {path}");
    return 0;
}
