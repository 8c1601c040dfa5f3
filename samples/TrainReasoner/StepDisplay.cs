using System.Globalization;
using Spectre.Console;
using W2SR.Core.Training;

namespace W2SR.Samples.TrainReasoner;

/// <summary>A bar on a terminal, some twenty lines elsewhere; warnings always.</summary>
internal static class StepDisplay
{
    public static TrainingRun Show(string name, int steps, Func<IProgress<TrainingStep>, TrainingRun> run)
    {
        if (!AnsiConsole.Profile.Capabilities.Interactive || Console.IsOutputRedirected)
            return run(new Relay(step =>
            {
                if (step.Step == 1 || step.Step == steps || step.Step % Math.Max(1, steps / 20) == 0) Console.WriteLine($"{name} {step.Step}/{steps}: {Describe(step)}");
                foreach (var warning in step.Warnings) Console.WriteLine($"  step {step.Step}: {warning}");
            }));
        return AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn())
            .Start(context =>
            {
                var task = context.AddTask(name, maxValue: steps);
                return run(new Relay(step =>
                {
                    task.Value = step.Step;
                    task.Description = Markup.Escape($"{name}: {Describe(step)}");
                    foreach (var warning in step.Warnings) Console.WriteLine($"step {step.Step}: {warning}");
                }));
            });
    }

    private static string Describe(TrainingStep step) => step.Rollouts is { } r
        ? string.Create(CultureInfo.InvariantCulture,
            $"reward {step.Reward:F3}, no variance {100 * step.UniformGroups:F0}%, length {r.MeanLength:F1}, entropy {r.Entropy:F3}, {r.RolloutTokensPerSecond:F0} tokens/s written, {r.UpdateTokensPerSecond:F0} learned, {step.Remaining.TotalSeconds:F0} s left")
        : string.Create(CultureInfo.InvariantCulture, $"loss {step.Loss:F3}, {step.Remaining.TotalSeconds:F0} s left");

    private sealed class Relay(Action<TrainingStep> tell) : IProgress<TrainingStep>
    {
        public void Report(TrainingStep value) => tell(value);
    }
}
