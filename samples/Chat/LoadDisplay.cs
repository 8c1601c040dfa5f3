using Spectre.Console;
using W2SR.Core.Checkpoints;
using W2SR.Core.Reasoners;

namespace W2SR.Samples.Chat;

/// <summary>A bar while the model is read, on a terminal; nothing elsewhere.</summary>
internal static class LoadDisplay
{
    public static async Task<LocalStudent> LoadAsync(string path, LoadOptions options, CancellationToken cancellation)
    {
        var student = Console.IsOutputRedirected || !AnsiConsole.Profile.Capabilities.Interactive
            ? await LocalStudent.LoadAsync(path, options, null, cancellation)
            : await AnsiConsole.Progress().AutoClear(true).StartAsync(async context =>
            {
                var task = context.AddTask("loading " + Markup.Escape(Path.GetFileName(Path.TrimEndingDirectorySeparator(path))));
                return await LocalStudent.LoadAsync(path, options, new Bar(task), cancellation);
            });
        foreach (var warning in student.LoadWarnings) Console.Error.WriteLine("warning: " + warning);
        return student;
    }

    private sealed class Bar(ProgressTask task) : IProgress<LoadProgress>
    {
        public void Report(LoadProgress value) => task.Value = value.TotalBytes == 0 ? 100 : 100.0 * value.Bytes / value.TotalBytes;
    }
}
