using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using W2SR.Core.Common;
using W2SR.Core.Evaluation;
using W2SR.Core.Experiments;
using W2SR.Core.Experiments.Results;
using W2SR.Core.Handover;
using W2SR.Core.Handover.Returned;
using W2SR.Core.Verification;
using W2SR.Reporting;

namespace W2SR.Samples.Handover;

/// <summary><c>round-trip ENGINE</c>: traces out, the engine's results back, RGR and a report, in one folder.</summary>
internal static class RoundTripCommand
{
    private static readonly Argument<string> Engine = new("engine") { Description = "The engine that fine-tunes on the traces: llamafactory, trl, verl." };
    private static readonly Option<string?> Before = new("--before") { Description = "Responses of the student before training, as FORM:FILE (llamafactory, trl, verl, vllm, lighteval)." };
    private static readonly Option<string?> After = new("--after") { Description = "Responses of the student that the engine fine-tuned, as FORM:FILE." };
    private static readonly Option<string?> Rl = new("--rl") { Description = "Responses of the same student after reinforcement learning, as FORM:FILE." };
    private static readonly Option<string?> Log = new("--log") { Description = "The fine-tuning's log, or the output folder that it lies in, for the report's training curve." };
    private static readonly Option<string?> RlLog = new("--rl-log") { Description = "The same of reinforcement learning." };
    private static readonly Option<string?> Test = new("--test") { Description = "Problems that were answered, when they are others than those of the traces." };
    private static readonly Option<bool> Force = new("--force") { Description = "Compares results that were not measured alike, and says in results and report what differs." };
    private static readonly Option<string> Output = new("--out") { Description = "Folder of everything: handover, before, after, rl, round-trip.json, report.", DefaultValueFactory = _ => "round-trip" };

    public static Command Create()
    {
        Engine.AcceptOnlyFromAmong(ExportCommand.FineTuning);
        var command = new Command("round-trip", "The whole way in one folder: exports the traces, and, once the engine's results are named, judges them and writes RGR and a report.")
        {
            Engine, Before, After, Rl, Log, RlLog, Test, JudgeCommand.Answered, Force, Output,
        };
        foreach (var option in ExportCommand.FineTuningOptions.Concat(SamplingArguments.All)) command.Add(option);
        command.SetAction(parsed => Commands.Run(() => Run(parsed)));
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var output = parsed.GetValue(Output)!;
        ResponseFile?[] named = [.. new[] { Before, After, Rl }.Select(o => parsed.GetValue(o) is { } text ? ResponseFile.Parse(o.Name, text) : null)];
        var isComplete = named.All(n => n is not null);
        if (!isComplete && named.Any(n => n is not null)) throw new ArgumentException("RGR needs the student before training, fine-tuned, and after reinforcement learning: name all of --before, --after and --rl, or none to export only.");
        var sampling = SamplingArguments.Read(parsed);
        var handover = Export(parsed, Path.Combine(output, "handover"));
        if (!isComplete)
        {
            Console.WriteLine("Next: run it, let the student answer before training, fine-tuned and after reinforcement learning, and give this command again with --before, --after and --rl.");
            return 0;
        }
        var judge = new ReturnedJudge
        {
            Handover = handover,
            Sampling = sampling,
            ProblemFile = parsed.GetValue(Test),
            TokenizerFolder = ExportCommand.TokenizerOf(parsed),
            AnsweredOnly = parsed.GetValue(JudgeCommand.Answered),
        };
        string[] folders = ["before", "after", "rl"], names = ["before", NameOf(ExportCommand.SelectionOf(parsed)), "RL"];
        EvaluationResult[] results = [.. named.Select((n, i) => judge.Judge(n!.Form, n.Path, names[i], Path.Combine(output, folders[i])))];
        var force = parsed.GetValue(Force);
        var rgr = RgrMetric.Compute(results[0], results[1], results[2], force: force);
        var found = new RoundTripResults
        {
            Version = Experiment.Version,
            Engine = handover.Manifest.Engine,
            Counts = handover.Manifest.Counts,
            Source = handover.Manifest.Source,
            Models = [.. results.Select((r, i) => RoundTripModel.Of(r, named[i]!.Path, folders[i]))],
            Rgr = rgr,
            Trainings = [.. new[] { Curve(parsed.GetValue(Log), names[1], StageKind.Teaching, output), Curve(parsed.GetValue(RlLog), names[2], StageKind.Reinforcement, output) }.OfType<TrainingRow>()],
        };
        var report = RunReport.ReadRecovery(Path.Combine(output, folders[0]), [Path.Combine(output, folders[1])], Path.Combine(output, folders[2]), new ReportOptions
        {
            Title = $"{names[1]} on {handover.Manifest.Engine}",
            ForcesComparison = force,
        });
        report = report with
        {
            Figures = [.. report.Figures, .. RunReport.TrainingCurves(found.Trainings, output)],
            Remarks = [.. report.Remarks, .. handover.Manifest.Warnings, .. found.Trainings.SelectMany(t => t.Findings.Select(f => $"{t.Model}: {f}"))],
        };
        RunReport.Write(report, Path.Combine(output, "report"));
        AtomicFile.WriteText(Path.Combine(output, "round-trip.json"), JsonSerializer.Serialize(found, W2srJson.Indented) + "\n");
        RgrCommand.Show(results, rgr);
        Console.WriteLine($"In {Path.GetFullPath(output)}: round-trip.json, {Path.Combine("report", RunReport.HtmlFile)}, {Path.Combine("report", RunReport.MarkdownFile)}.");
        return 0;
    }

    /// <summary>The hand-over: a new one, or the one that is there already (an engine may have worked in it) if the same would be written again.</summary>
    private static HandoverFolder Export(ParseResult parsed, string folder)
    {
        var engine = parsed.GetValue(Engine)!;
        if (!Directory.Exists(folder))
        {
            ExportCommand.Show(ExportCommand.Export(parsed, engine, folder));
            return HandoverFolder.Open(folder);
        }
        var there = HandoverFolder.Open(folder);
        var scratch = Directory.CreateTempSubdirectory("w2sr-round-trip-");
        try
        {
            var again = ExportCommand.Export(parsed, engine, Path.Combine(scratch.FullName, "handover")).Manifest;
            var others = again.Files.Except(there.Manifest.Files).Concat(there.Manifest.Files.Except(again.Files)).Select(f => f.Path).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
            if (others.Length > 0 || again.Engine != there.Manifest.Engine)
                throw new InvalidOperationException($"{folder} was handed over from other traces, problems or settings (another {string.Join(", ", others)}). Choose another --out, or give the arguments that it was exported with.");
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
        Console.WriteLine($"{folder} is there already, from the same traces, problems and settings.");
        return there;
    }

    /// <summary>An engine's log as a curve of ours; null where none was named.</summary>
    private static TrainingRow? Curve(string? log, string model, StageKind kind, string output)
    {
        if (log is null) return null;
        var (run, file) = (ReturnedRuns.ToTrainingRun(EngineLog.Read(log)), kind == StageKind.Teaching ? "training.jsonl" : "rl-training.jsonl");
        AtomicFile.WriteText(Path.Combine(output, file), string.Concat(run.Steps.Select(s => JsonSerializer.Serialize(s, W2srJson.Line) + "\n")));
        return new TrainingRow(0, model, kind, file, run.Findings);
    }

    private static string NameOf(TraceSelection selection) => selection switch
    {
        TraceSelection.Positive => "W2SR-P",
        TraceSelection.Negative => "W2SR-N",
        _ => "W2SR",
    };
}
