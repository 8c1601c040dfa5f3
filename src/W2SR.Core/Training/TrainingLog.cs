using System.Text;
using System.Text.Json;
using W2SR.Core.Common;

namespace W2SR.Core.Training;

/// <summary>Writes every training step as one line of JSON, and passes it on. A line is on its way to the disk before the next step begins.</summary>
public sealed class TrainingLog : IProgress<TrainingStep>, IDisposable
{
    private readonly StreamWriter writer;
    private readonly IProgress<TrainingStep>? next;

    /// <summary>Opens the file.</summary>
    /// <param name="path">The file; its folder is made where it is missing.</param>
    /// <param name="lastKeptStep">Steps after this one are taken out first, since a resumed run writes them again; 0 begins anew.</param>
    /// <param name="next">Told of every step after it was written.</param>
    /// <exception cref="W2srFormatException">The file is there and a line before the last is no training step.</exception>
    public TrainingLog(string path, int lastKeptStep = 0, IProgress<TrainingStep>? next = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfNegative(lastKeptStep);
        this.next = next;
        var kept = lastKeptStep == 0 || !File.Exists(path) ? [] : Read(path).Where(s => s.Step <= lastKeptStep).Select(Line).ToArray();
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        AtomicFile.WriteText(path, string.Concat(kept.Select(l => l + "\n")));
        writer = new StreamWriter(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read), new UTF8Encoding(false)) { AutoFlush = true, NewLine = "\n" };
    }

    /// <summary>Reads the steps of a log. A last line that was cut off by a crash is left out.</summary>
    /// <exception cref="W2srFormatException">Another line is no training step.</exception>
    public static IReadOnlyList<TrainingStep> Read(string path)
    {
        var lines = File.ReadAllLines(path);
        var steps = new List<TrainingStep>(lines.Length);
        for (var i = 0; i < lines.Length; i++)
        {
            try
            {
                steps.Add(JsonSerializer.Deserialize<TrainingStep>(lines[i], W2srJson.Line)!);
            }
            catch (JsonException) when (i == lines.Length - 1)
            {
                break;
            }
            catch (JsonException e)
            {
                throw new W2srFormatException(path, $"line {i + 1}", "is no training step: " + e.Message, e);
            }
        }
        return steps;
    }

    /// <inheritdoc/>
    public void Report(TrainingStep value)
    {
        writer.WriteLine(Line(value));
        next?.Report(value);
    }

    /// <inheritdoc/>
    public void Dispose() => writer.Dispose();

    private static string Line(TrainingStep step) => JsonSerializer.Serialize(step, W2srJson.Line);
}
