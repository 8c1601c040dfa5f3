using System.Globalization;
using Spectre.Console;
using W2SR.Core.Training;

namespace W2SR.Samples.FineTune;

/// <summary>A bar with the numbers of the last step on a terminal, plain lines elsewhere.</summary>
internal static class StepDisplay
{
    public static TrainingRun Show(Func<IProgress<TrainingStep>, TrainingRun> run)
    {
        if (!AnsiConsole.Profile.Capabilities.Interactive || Console.IsOutputRedirected) return run(new Lines());
        return AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn())
            .Start(context => run(new Bar(context.AddTask("fine-tuning"))));
    }

    public static void Summarise(TrainingRun run)
    {
        var table = new Table().AddColumns("step", "loss", "validation loss");
        foreach (var step in run.Steps.Where(s => s.ValidationLoss is not null))
            table.AddRow($"{step.Step}", Number(step.Loss), Number(step.ValidationLoss!.Value));
        if (table.Rows.Count > 0) AnsiConsole.Write(table);
        if (run.StopCheck is { } check)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{check.Problems} held-out answers at temperature {check.Temperature}: {100 * check.Before:F0}% ended by themselves before, {100 * check.After:F0}% after."));
        foreach (var finding in run.Findings) Console.WriteLine(finding);
    }

    private static string Number(double value) => value.ToString("F4", CultureInfo.InvariantCulture);

    private static string Describe(TrainingStep step) => string.Create(CultureInfo.InvariantCulture,
        $"step {step.Step} of {step.TotalSteps}: loss {step.Loss:F4}, rate {step.LearningRate:E1}, gradient {step.GradientNorm:F2}, {step.TokensPerSecond:F0} tokens/s, " +
        $"{100 * step.SupervisedShare:F0}% supervised, {step.PeakMemoryBytes / 1e9:F1} GB, {step.Remaining:h\\:mm\\:ss} left{(step.ValidationLoss is { } loss ? $", validation {loss:F4}" : "")}");

    private sealed class Bar(ProgressTask task) : IProgress<TrainingStep>
    {
        public void Report(TrainingStep value)
        {
            task.MaxValue = value.TotalSteps;
            task.Value = value.Step;
            task.Description = Markup.Escape(Describe(value));
        }
    }

    private sealed class Lines : IProgress<TrainingStep>
    {
        public void Report(TrainingStep value) => Console.WriteLine(Describe(value));
    }
}
