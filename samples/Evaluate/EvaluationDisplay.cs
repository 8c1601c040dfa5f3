using System.Globalization;
using Spectre.Console;
using W2SR.Core.Traces;

namespace W2SR.Samples.Evaluate;

/// <summary>A bar on a terminal, lines elsewhere: one for each finished chunk, forty at most where single responses are kept.</summary>
internal static class EvaluationDisplay
{
    public static async Task<T> ShowAsync<T>(Func<IProgress<TraceProgress>, Task<T>> run)
    {
        if (!AnsiConsole.Profile.Capabilities.Interactive || Console.IsOutputRedirected) return await run(new PlainLines());
        return await AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new SpinnerColumn())
            .StartAsync(context => run(new Bar(context.AddTask("first problems"))));
    }

    private static string Describe(TraceProgress value) => string.Create(CultureInfo.InvariantCulture,
        $"{value.Done} of {value.Total} responses, {value.TokensPerSecond:F0} tokens/s, {value.Remaining:hh\\:mm\\:ss} left");

    private sealed class Bar(ProgressTask task) : IProgress<TraceProgress>
    {
        public void Report(TraceProgress value)
        {
            task.Value = 100.0 * value.Done / value.Total;
            task.Description = Describe(value);
        }
    }

    private sealed class PlainLines : IProgress<TraceProgress>
    {
        private int last = -1;

        public void Report(TraceProgress value)
        {
            if (value.Done == last || (last >= 0 && value.Done < value.Total && value.Done - last < value.Total / 40.0)) return;
            last = value.Done;
            Console.WriteLine(Describe(value));
        }
    }
}
