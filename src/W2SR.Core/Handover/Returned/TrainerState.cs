using System.Text.Json;
using W2SR.Core.Common;

namespace W2SR.Core.Handover.Returned;

/// <summary>Reads <c>trainer_state.json</c> of the Hugging Face trainer, as LLaMA-Factory and TRL leave it.</summary>
internal static class TrainerState
{
    public static EngineLog Read(string path)
    {
        var (root, notNumbers) = PythonJson.Parse(File.ReadAllText(path), path, null);
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("log_history", out var history) || history.ValueKind != JsonValueKind.Array)
            throw new W2srFormatException(path, "log_history", "is absent: this is not a trainer_state.json.");
        var steps = new SortedDictionary<int, EngineLogStep>();
        JsonElement? summary = null;
        double? seen = 0;
        foreach (var entry in history.EnumerateArray())
        {
            if (entry.Number("step") is not { } number || number < 0 || number != Math.Truncate(number)) throw new W2srFormatException(path, "log_history", "has an entry without a step.");
            var key = (int)number;
            if (entry.TryGetProperty("train_runtime", out _)) summary = entry;
            else if (entry.TryGetProperty("eval_loss", out _)) steps[key] = Of(steps, key) with { ValidationLoss = entry.Number("eval_loss") };
            else
            {
                var tokens = entry.Number("num_tokens"); // so far, over all steps
                steps[key] = Of(steps, key) with
                {
                    Epoch = entry.Number("epoch"),
                    Loss = entry.Number("loss"),
                    GradientNorm = entry.Number("grad_norm"),
                    LearningRate = entry.Number("learning_rate"),
                    Tokens = tokens - seen is >= 0 and var more ? (long)more : null,
                    Seconds = entry.Number("step_time"),
                    Reward = entry.Number("reward"),
                    Kl = entry.Number("kl"),
                    MeanLength = entry.Number("completions/mean_length"),
                    CutOffShare = entry.Number("completions/clipped_ratio"),
                    UniformGroups = entry.Number("frac_reward_zero_std"),
                };
                seen = tokens ?? seen;
            }
        }
        var planned = (int?)root.Number("max_steps");
        return new EngineLog(path, "trainer_state", [.. steps.Values])
        {
            PlannedSteps = planned,
            WallTime = summary?.Number("train_runtime") is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            EngineFlops = root.Number("total_flos") is > 0 and var flops ? flops : null,
            Findings = Findings(steps.Values, planned, notNumbers),
        };
    }

    public static List<string> Findings(IEnumerable<EngineLogStep> steps, int? planned, int notNumbers)
    {
        var findings = new List<string>();
        if (notNumbers > 0) findings.Add($"{notNumbers} logged values are NaN or infinite; they are left out.");
        var last = steps.LastOrDefault()?.Step ?? 0;
        if (planned is > 0 && last < planned) findings.Add($"The log ends at step {last} of {planned}: the run was stopped, or is still going.");
        if (planned is > 0 && last > planned) findings.Add($"The log has {last} steps where {planned} were planned; the engine finished its pass over the data.");
        return findings;
    }

    private static EngineLogStep Of(SortedDictionary<int, EngineLogStep> steps, int step) => steps.GetValueOrDefault(step) ?? new EngineLogStep(step);
}
