using System.Globalization;
using System.Text.Json;
using W2SR.Core.Common;
using W2SR.Core.Experiments;
using W2SR.Core.Experiments.Results;
using W2SR.Reporting.Charts;

namespace W2SR.Reporting.Figures;

/// <summary>Training curves from the metrics that trainings write.</summary>
internal static class TrainingFigures
{
    private const int MostLines = 7;

    /// <summary>Losses of fine-tuning and rewards of reinforcement learning; empty where no metrics were kept.</summary>
    public static IEnumerable<Figure> Of(IReadOnlyList<TrainingRow> trainings, string folder)
    {
        var kept = trainings.Where(t => t.Metrics is not null).DistinctBy(t => t.Metrics).ToArray();
        if (Curve(kept.Where(t => t.Kind is StageKind.Teaching or StageKind.DirectAnswers), folder, "loss", "training-loss", "Loss of fine-tuning", "Mean loss per supervised token of each step.") is { } loss) yield return loss;
        if (Curve(kept.Where(t => t.Kind == StageKind.Reinforcement), folder, "reward", "training-reward", "Reward of reinforcement learning", "Mean reward of each step's rollouts.") is { } reward) yield return reward;
    }

    private static Figure? Curve(IEnumerable<TrainingRow> trainings, string folder, string key, string id, string title, string caption)
    {
        var curves = trainings.Select(t => (t.Model, Points: Read(Path.Combine(folder, t.Metrics!), key))).Where(c => c.Points.Count > 0).ToArray();
        if (curves.Length == 0) return null;
        var data = DataTable.Of(["model", "step", key], from c in curves from p in c.Points select (IReadOnlyList<Cell>)[Cell.Of(c.Model), Cell.Count(p.Step), Cell.Number(p.Value, 4)]);
        var lines = curves.Take(MostLines).Select((c, i) => new ChartLine(c.Model, [.. c.Points.Select(p => ((double)p.Step, p.Value, (double?)null, (double?)null))], EvaluationFigures.Series(i))).ToArray();
        return new Figure(id, title, caption + (curves.Length > MostLines ? string.Create(CultureInfo.InvariantCulture, $" The first {MostLines} of {curves.Length} are drawn.") : ""), data,
            LineChart.Draw(id, title, "step", key, lines, isShare: false));
    }

    private static List<(int Step, double Value)> Read(string file, string key)
    {
        var points = new List<(int, double)>();
        if (!File.Exists(file)) return points;
        var number = 0;
        foreach (var line in File.ReadLines(file))
        {
            number++;
            try
            {
                using var json = JsonDocument.Parse(line);
                if (json.RootElement.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Number) points.Add((json.RootElement.GetProperty("step").GetInt32(), value.GetDouble()));
            }
            catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
            {
                throw new W2srFormatException(file, string.Create(CultureInfo.InvariantCulture, $"line {number}"), "is no training step: " + e.Message, e);
            }
        }
        return points;
    }
}
