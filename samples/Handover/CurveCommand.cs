using System.CommandLine;
using Spectre.Console;
using W2SR.Core.Handover.Returned;

namespace W2SR.Samples.Handover;

/// <summary><c>curve PATH</c>: what an engine logged, and the models that it saved.</summary>
internal static class CurveCommand
{
    private static readonly Argument<string> Log = new("path") { Description = "trainer_state.json, trainer_log.jsonl, verl's EXPERIMENT.jsonl, or an output folder." };

    public static Command Create()
    {
        var command = new Command("curve", "Shows the training curve of LLaMA-Factory, TRL or verl, and the models in an output folder.") { Log };
        command.SetAction(parsed => Commands.Run(() => Show(parsed.GetValue(Log)!)));
        return command;
    }

    private static int Show(string path)
    {
        var log = EngineLog.Read(path);
        var table = new Table().AddColumns("step", "loss", "validation loss", "learning rate", "gradient norm", "tokens", "reward").Title(Markup.Escape(log.Path));
        var every = Math.Max(1, log.Steps.Count / 20);
        foreach (var (step, i) in log.Steps.Select((s, i) => (s, i)).Where(p => p.i % every == 0 || p.i == log.Steps.Count - 1))
            table.AddRow($"{step.Step}", Commands.Number(step.Loss), Commands.Number(step.ValidationLoss), Commands.Number(step.LearningRate), Commands.Number(step.GradientNorm), $"{step.Tokens?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "-"}", Commands.Number(step.Reward));
        AnsiConsole.Write(table);
        if (log.WallTime is { } time) AnsiConsole.WriteLine($"Wall time {time}.");
        foreach (var finding in log.Findings) AnsiConsole.WriteLine("Look at: " + finding);
        if (!Directory.Exists(path)) return 0;
        try
        {
            foreach (var model in EngineCheckpoint.Find(path)) AnsiConsole.WriteLine($"{model.Form}{(model.Step is { } step ? $", step {step}" : ", final")}: {model.Path}{(model.Advice is null ? "" : " " + model.Advice)}");
        }
        catch (W2SR.Core.Common.W2srFormatException e)
        {
            AnsiConsole.WriteLine(e.Message);
        }
        return 0;
    }
}
