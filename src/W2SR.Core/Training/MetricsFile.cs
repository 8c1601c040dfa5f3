using System.Text;
using System.Text.Json;
using W2SR.Core.Common;

namespace W2SR.Core.Training;

/// <summary>One JSON line for each step. On resuming, lines of steps that are done again are taken out first.</summary>
internal sealed class MetricsFile : IDisposable
{
    private readonly StreamWriter writer;

    public MetricsFile(string path, int stepsDone)
    {
        if (File.Exists(path))
        {
            var kept = File.ReadLines(path).Where(l => StepOf(l) is { } step && step <= stepsDone).ToArray();
            AtomicFile.WriteText(path, string.Concat(kept.Select(l => l + "\n")));
        }
        else if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder) Directory.CreateDirectory(folder);
        writer = new StreamWriter(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read), new UTF8Encoding(false)) { AutoFlush = true, NewLine = "\n" };
    }

    public void Append(TrainingStep step) => writer.WriteLine(JsonSerializer.Serialize(step, W2srJson.Line));

    public void Dispose() => writer.Dispose();

    private static int? StepOf(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return json.RootElement.GetProperty("step").GetInt32();
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null; // a line that a crash cut off
        }
    }
}
