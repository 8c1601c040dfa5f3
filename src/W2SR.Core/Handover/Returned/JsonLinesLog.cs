using System.Globalization;
using System.Text.Json;
using W2SR.Core.Common;

namespace W2SR.Core.Handover.Returned;

/// <summary>Reads LLaMA-Factory's <c>trainer_log.jsonl</c> and verl's file logger.</summary>
internal static class JsonLinesLog
{
    public static EngineLog Read(string path)
    {
        var (lines, notNumbers, torn) = Lines(path);
        if (lines.Count == 0) throw new W2srFormatException(path, null, "is empty.");
        return lines[0].TryGetProperty("data", out _) ? OfVerl(path, lines, notNumbers, torn)
            : lines[0].TryGetProperty("current_steps", out _) ? OfLlamaFactory(path, lines, notNumbers, torn)
            : throw new W2srFormatException(path, "line 1", "has neither current_steps (LLaMA-Factory) nor step and data (verl); this is another log.");
    }

    public static bool IsVerl(string path) =>
        File.ReadLines(path).FirstOrDefault() is { } first && first.StartsWith("{\"step\"", StringComparison.Ordinal) && first.Contains("\"data\"", StringComparison.Ordinal);

    private static EngineLog OfLlamaFactory(string path, List<JsonElement> lines, int notNumbers, bool torn)
    {
        var steps = new SortedDictionary<int, EngineLogStep>();
        int? planned = null;
        TimeSpan? elapsed = null;
        foreach (var line in lines)
        {
            var step = Step(path, line, "current_steps");
            planned = (int?)line.Number("total_steps") ?? planned;
            if (line.Text("elapsed_time") is { } time && TimeSpan.TryParse(time, CultureInfo.InvariantCulture, out var span) && span > TimeSpan.Zero) elapsed = span;
            var known = steps.GetValueOrDefault(step) ?? new EngineLogStep(step);
            steps[step] = known with
            {
                Epoch = line.Number("epoch") ?? known.Epoch,
                Loss = line.Number("loss") ?? known.Loss,
                LearningRate = line.Number("lr") ?? known.LearningRate,
                ValidationLoss = line.Number("eval_loss") ?? known.ValidationLoss,
                Reward = line.Number("reward") ?? known.Reward,
            };
        }
        return new EngineLog(path, "trainer_log", [.. steps.Values])
        {
            PlannedSteps = planned,
            WallTime = elapsed,
            Findings = [.. TrainerState.Findings(steps.Values, planned, notNumbers), .. Torn(torn), "This log has no gradient norms; trainer_state.json has them."],
        };
    }

    private static EngineLog OfVerl(string path, List<JsonElement> lines, int notNumbers, bool torn)
    {
        var steps = new SortedDictionary<int, EngineLogStep>();
        foreach (var line in lines)
        {
            if (!line.TryGetProperty("data", out var data)) throw new W2srFormatException(path, null, "has a line without data.");
            var step = Step(path, line, "step");
            double? First(params string[] keys) => keys.Select(k => data.Number(k)).FirstOrDefault(v => v is not null);
            var known = steps.GetValueOrDefault(step) ?? new EngineLogStep(step);
            steps[step] = known with
            {
                Loss = First("train/loss", "actor/pg_loss") ?? known.Loss,
                GradientNorm = First("train/grad_norm", "actor/grad_norm") ?? known.GradientNorm,
                LearningRate = First("train/lr", "actor/lr") ?? known.LearningRate,
                ValidationLoss = First("val/loss") ?? known.ValidationLoss,
                Tokens = (long?)First("train/global_tokens", "perf/total_num_tokens") ?? known.Tokens,
                Seconds = First("timing_s/step", "perf/time_per_step") ?? known.Seconds,
                Reward = First("critic/score/mean", "critic/rewards/mean") ?? known.Reward,
                Kl = First("actor/kl_loss", "actor/ppo_kl") ?? known.Kl,
                MeanLength = First("response_length/mean") ?? known.MeanLength,
                CutOffShare = First("response_length/clip_ratio") ?? known.CutOffShare,
            };
        }
        // verl logs the rate that the scheduler has set for the next step.
        EngineLogStep[] logged = [.. steps.Values.Where(s => s.Step > 0)];
        EngineLogStep[] moved = [.. logged.Select((s, i) => s with { LearningRate = i > 0 && logged[i - 1].Step == s.Step - 1 ? logged[i - 1].LearningRate : null })];
        return new EngineLog(path, "verl", moved)
        {
            WallTime = moved.All(s => s.Seconds is not null) ? TimeSpan.FromSeconds(moved.Sum(s => s.Seconds!.Value)) : null,
            Findings = [.. TrainerState.Findings(moved, null, notNumbers), .. Torn(torn), "verl logs the learning rate after each step; it is moved to its step, so that of the first step is unknown.",
                .. logged.Length > 0 && logged[0].Step > 1 ? [$"The log begins at step {logged[0].Step}: verl overwrites it when a run is resumed."] : Array.Empty<string>()],
        };
    }

    private static string[] Torn(bool torn) => torn ? ["The last line was cut off while it was written; it is left out."] : [];

    private static int Step(string path, JsonElement line, string key) =>
        line.Number(key) is >= 0 and <= int.MaxValue and var number && number == Math.Truncate(number) ? (int)number : throw new W2srFormatException(path, key, "is absent or no step in one of the lines.");

    private static (List<JsonElement> Lines, int NotNumbers, bool IsTorn) Lines(string path)
    {
        var text = File.ReadAllText(path);
        var whole = text.Length == 0 || text[^1] == '\n';
        string[] lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var (result, notNumbers) = (new List<JsonElement>(lines.Length), 0);
        for (var i = 0; i < lines.Length; i++)
        {
            try
            {
                var (root, count) = PythonJson.Parse(lines[i], path, $"line {i + 1}");
                result.Add(root.ValueKind == JsonValueKind.Object ? root : throw new W2srFormatException(path, $"line {i + 1}", "is not an object."));
                notNumbers += count;
            }
            catch (W2srFormatException) when (i == lines.Length - 1 && i > 0 && !whole)
            {
                return (result, notNumbers, true); // the run died, or goes on, while it wrote this line
            }
        }
        return (result, notNumbers, false);
    }
}
