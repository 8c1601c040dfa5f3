using System.Globalization;
using Spectre.Console;
using W2SR.Core.Experiments;
using W2SR.Core.Experiments.Results;

namespace W2SR.Samples.Experiments;

/// <summary>Bars on a terminal, plain lines elsewhere.</summary>
internal static class StageDisplay
{
    public static ExperimentResults Show(Func<IProgress<StageProgress>, ExperimentResults> run)
    {
        if (!AnsiConsole.Profile.Capabilities.Interactive || Console.IsOutputRedirected) return run(new PlainLines());
        return AnsiConsole.Progress()
            .HideCompleted(false)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn())
            .Start(context => run(new Bars(context)));
    }

    private static string Left(TimeSpan time) => time < TimeSpan.FromSeconds(1) ? "" : string.Create(CultureInfo.InvariantCulture, $", {time.TotalSeconds:F0} s left");

    private sealed class Bars(ProgressContext context) : IProgress<StageProgress>
    {
        private readonly Dictionary<string, ProgressTask> tasks = [];

        public void Report(StageProgress value)
        {
            lock (tasks)
            {
                if (!tasks.TryGetValue(value.Stage, out var task)) tasks[value.Stage] = task = context.AddTask(value.Stage);
                var isPartial = value.Total > 1 || value.IsDone;
                task.Value = isPartial ? 100.0 * value.Step / value.Total : 0;
                task.Description = Markup.Escape(value.IsKept ? $"{value.Stage}: kept" : value.IsDone ? value.Stage : $"{value.Stage}: {value.Detail}{Left(value.Remaining)}");
            }
        }
    }

    private sealed class PlainLines : IProgress<StageProgress>
    {
        private readonly Dictionary<string, int> tenths = [];

        public void Report(StageProgress value)
        {
            lock (tenths)
            {
                // At most ten lines a stage: logs are read by people, too.
                var tenth = value.IsDone ? 10 : 10 * value.Step / value.Total;
                if (tenths.TryGetValue(value.Stage, out var last) && last == tenth) return;
                tenths[value.Stage] = tenth;
                Console.WriteLine(value.IsKept ? $"{value.Stage}: kept" : value.IsDone ? $"{value.Stage}: done" : $"{value.Stage}: step {value.Step} of {value.Total} {value.Detail}{Left(value.Remaining)}");
            }
        }
    }
}
