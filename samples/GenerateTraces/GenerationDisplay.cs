using System.Globalization;
using Spectre.Console;
using W2SR.Core.Traces;

namespace W2SR.Samples.GenerateTraces;

/// <summary>A bar on a terminal, a line every few seconds elsewhere.</summary>
internal static class GenerationDisplay
{
    public static async Task<IReadOnlyList<Trace>> ShowAsync(Func<IProgress<TraceProgress>, Task<IReadOnlyList<Trace>>> run, Action<TraceProgress> heard)
    {
        if (!AnsiConsole.Profile.Capabilities.Interactive || Console.IsOutputRedirected) return await run(new PlainLines(heard));
        return await AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn())
            .StartAsync(context => run(new Bar(context.AddTask("traces"), heard)));
    }

    private static string Describe(TraceProgress value) => string.Create(CultureInfo.InvariantCulture,
        $"{value.Done} of {value.Total} traces, {value.TokensPerSecond:F0} tokens/s, {value.Remaining:hh\\:mm\\:ss} left");

    private sealed class Bar(ProgressTask task, Action<TraceProgress> heard) : IProgress<TraceProgress>
    {
        public void Report(TraceProgress value)
        {
            heard(value);
            task.Value = 100.0 * value.Done / value.Total;
            task.Description = Describe(value);
        }
    }

    private sealed class PlainLines(Action<TraceProgress> heard) : IProgress<TraceProgress>
    {
        private long? last;

        public void Report(TraceProgress value)
        {
            heard(value);
            if (value.Done < value.Total && Environment.TickCount64 - last < 5000) return; // the first one at once
            last = Environment.TickCount64;
            Console.WriteLine(Describe(value));
        }
    }
}
