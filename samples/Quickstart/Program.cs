using System.CommandLine;
using Spectre.Console;
using W2SR.Core.Experiments;
using W2SR.Core.Tensors;
using W2SR.Samples.Experiments;

var seed = new Option<ulong>("--seed") { Description = "Seed of the run: another seed gives other numbers.", DefaultValueFactory = _ => 101 };
var folder = new Option<string?>("--out") { Description = "Run folder. A second call with the same folder goes on, or shows the finished result at once. Default: quickstart-run-SEED." };
var quick = new Option<bool>("--quick") { Description = "The same code in under a minute, trained too little for the claims to hold." };
var root = new RootCommand("Weak reasoners' traces make a stronger student reason: the W2SR paper's experiment, trained on this machine's CPU.") { seed, folder, quick };
root.SetAction((parsed, cancellation) => Task.Run(() => Run(parsed.GetValue(seed), parsed.GetValue(folder), parsed.GetValue(quick), cancellation), CancellationToken.None));
return await root.Parse(args).InvokeAsync();

static int Run(ulong seed, string? folder, bool quick, CancellationToken cancellation)
{
    var path = folder ?? (quick ? $"quickstart-run-quick-{seed}" : $"quickstart-run-{seed}");
    try
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
    catch (OperationCanceledException)
    {
        return Fail($"Stopped. Finished stages are kept; the same command goes on from there ({path}).", 130);
    }
    catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException or ArgumentException or TorchRuntimeException)
    {
        return Fail(e.Message, 1);
    }
}

static int Fail(string message, int code)
{
    Console.Error.WriteLine(message);
    return code;
}
