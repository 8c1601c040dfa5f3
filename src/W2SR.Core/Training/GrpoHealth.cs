using System.Globalization;

namespace W2SR.Core.Training;

/// <summary>Watches a GRPO run for the ways in which it fails without an error, and says so in plain words. Each warning comes once in <see cref="Pause"/> steps at most.</summary>
/// <remarks>The thresholds are stated, with their reasons, in docs/grpo.md.</remarks>
internal sealed class GrpoHealth(GrpoOptions options, IReadOnlyList<RewardPart> parts)
{
    /// <summary>Steps for which a warning that was given is not repeated.</summary>
    public const int Pause = 10;

    private const int Window = 3, LongWindow = 5;
    private readonly List<TrainingStep> steps = [];
    private readonly Dictionary<string, int> lastGiven = new(StringComparer.Ordinal);

    private delegate string? Check(TrainingStep step, RolloutMetrics now);

    /// <summary>Takes a step in.</summary>
    /// <returns>What is out of the ordinary in it.</returns>
    public IReadOnlyList<string> Observe(TrainingStep step)
    {
        steps.Add(step);
        if (step.Rollouts is not { } now) return [];
        var warnings = new List<string>();
        foreach (var (name, check) in new (string, Check)[]
        {
            ("unscored", Unscored), ("variance", NoVariance), ("stop", StopTokenLost), ("length", LengthExplosion), ("entropy", EntropyCollapse), ("hacking", RewardHacking),
            ("kl", KlBlowUp), ("clip", MostlyClipped), ("sampler", SamplerDiffers),
        })
        {
            if (lastGiven.TryGetValue(name, out var given) && steps.Count - given < Pause) continue;
            if (check(step, now) is not { } text) continue;
            lastGiven[name] = steps.Count;
            warnings.Add(text);
        }
        return warnings;
    }

    /// <summary>Whether the reward moved, over the whole run.</summary>
    public IReadOnlyList<string> Conclude()
    {
        var known = steps.Where(s => s.Reward is not null && s.Rollouts is not null).ToArray();
        if (known.Length < 2) return ["Too few steps to say whether the reward moved."];
        var width = Math.Max(1, known.Length / 4);
        TrainingStep[] first = known[..width], last = known[^width..];
        double before = first.Average(s => s.Reward!.Value), after = last.Average(s => s.Reward!.Value);
        // Responses of one problem are alike, so problems are what is counted, not responses.
        var error = Math.Sqrt(first.Concat(last).Average(s => Math.Pow(s.Rollouts!.RewardSpread, 2)) * 2 / (width * options.ProblemsPerStep));
        var window = width == 1 ? "step" : $"{width} steps";
        if (Math.Abs(after - before) > 2 * error)
            return [Text($"The reward {(after > before ? "rose" : "fell")} from {before:F3} in the first {window} to {after:F3} in the last.")];
        return [Text($"The reward did not move: {before:F3} in the first {window}, {after:F3} in the last; a difference below {2 * error:F3} can be chance. {Likely()}")];
    }

    private string Likely()
    {
        var uniform = steps.Average(s => s.UniformGroups ?? 0);
        if (uniform > 0.5) return Text($"{uniform:P0} of groups had no variance: {Cause(steps[^1].Rollouts!)}");
        return steps.Average(s => s.GradientNorm) < 1e-3
            ? "Gradients were tiny; is the learning rate or the loss scale too small?"
            : "Try a higher learning rate or more steps; look at a few responses to see what the reward sees.";
    }

    private string? Unscored(TrainingStep step, RolloutMetrics now)
    {
        var responses = (double)now.Rounds * options.ProblemsPerStep * options.GroupSize; // at most: later rounds may be shorter
        return now.Unscored > 0.5 * responses
            ? Text($"No reward said anything about {now.Unscored} of {responses:F0} responses (null or NaN), so nothing is learned from them. Do the reference answers parse, and does every reward give a number?")
            : null;
    }

    private string? NoVariance(TrainingStep step, RolloutMetrics now) => step.UniformGroups < 0.9
        ? null
        : Text($"{step.UniformGroups:P0} of groups had no variance, so next to nothing was learned: {Cause(now)}");

    private string Cause(RolloutMetrics now)
    {
        if (now.UniformHighGroups > now.UniformLowGroups) return "the problems are too easy. Take harder ones, or draw solved ones less often (SettledProblemChance).";
        if (now.TruncatedShare > 0.5) return Text($"{now.TruncatedShare:P0} of responses were cut off at {options.MaxNewTokens} tokens. Raise MaxNewTokens, or ask for shorter answers.");
        if (now.NoAnswerShare > 0.8) return Text($"no answer was found in {now.NoAnswerShare:P0} of responses, so the format is never reached. Show the model the format first (prompt or SFT), or reward it.");
        if (Collapsed(now)) return Text($"the policy has collapsed ({now.Entropy:F3} nats a token, against {StartEntropy:F3} at the start), so the responses of a group are alike. Go back to an earlier checkpoint, and lower the learning rate or raise the temperature.");
        return "the problems are too hard. Start with easier ones, take more samples for each (GroupSize), or train on worked solutions first.";
    }

    private string? StopTokenLost(TrainingStep step, RolloutMetrics now)
    {
        if (now.TruncatedShare < 0.9) return null;
        var start = Start(r => r.TruncatedShare);
        return start < 0.5
            ? Text($"The model has lost its stop token: {now.TruncatedShare:P0} of responses are cut off, against {start:P0} at the start. Lower the learning rate, or go back to an earlier checkpoint.")
            : Text($"{now.TruncatedShare:P0} of responses are cut off at {options.MaxNewTokens} tokens, from the start on. Raise MaxNewTokens, or check that the model knows its stop token.");
    }

    private string? LengthExplosion(TrainingStep step, RolloutMetrics now)
    {
        var start = Start(r => r.MeanLength);
        return steps.Count > Window && now.MeanLength > 2 * start && now.TruncatedShare > Start(r => r.TruncatedShare) + 0.2
            ? Text($"Length explosion: responses have {now.MeanLength:F0} tokens on average, against {start:F0} at the start, and {now.TruncatedShare:P0} are cut off. Punish over-long responses, or use DrGrpo's divisor.")
            : null;
    }

    private string? EntropyCollapse(TrainingStep step, RolloutMetrics now)
    {
        return Collapsed(now) && now.UniformHighGroups < 0.25
            ? Text($"Entropy collapse: {now.Entropy:F3} nats for each token, against {StartEntropy:F3} at the start, though not all is solved (reward {step.Reward:F3}). Raise ClipHigh, lower the learning rate, or add an entropy bonus.")
            : null;
    }

    private double StartEntropy => Start(r => r.Entropy ?? double.NaN);

    private bool Collapsed(RolloutMetrics now) => steps.Count > Window && now.Entropy < 0.15 * StartEntropy;

    private string? RewardHacking(TrainingStep step, RolloutMetrics now)
    {
        if (parts.Count < 2 || steps.Count < 2 * LongWindow) return null;
        double Change(string name)
        {
            double Mean(IEnumerable<TrainingStep> of) => of.Average(s => s.Rollouts?.Rewards.GetValueOrDefault(name, double.NaN) ?? double.NaN);
            return Mean(steps.TakeLast(LongWindow)) - Mean(steps.Take(LongWindow));
        }
        // The first reward is the one that training is about; the others are there to help it.
        var main = Change(parts[0].Name);
        foreach (var part in parts.Skip(1).Where(p => p.Weight > 0))
            if (Change(part.Name) is > 0.15 and var up && main < 0.02)
                return Text($"Reward hacking? '{part.Name}' rose by {up:F2} since the start while '{parts[0].Name}' changed by {main:F2}. Look at responses, and weigh '{part.Name}' less.");
        return null;
    }

    private string? KlBlowUp(TrainingStep step, RolloutMetrics now)
    {
        if (step.Kl is not { } kl) return null;
        var before = steps.SkipLast(1).TakeLast(LongWindow).Select(s => s.Kl ?? 0).DefaultIfEmpty(kl).Average();
        return kl > 0.5 || (kl > 0.05 && kl > 10 * before)
            ? Text($"KL blow-up: the policy is {kl:F3} nats a token from its reference ({before:F3} before). Lower the learning rate or raise Beta.")
            : null;
    }

    private static string? MostlyClipped(TrainingStep step, RolloutMetrics now) => now.ClippedLow + now.ClippedHigh is > 0.3 and var share
        ? Text($"{share:P0} of importance ratios were clipped: the updates of one step go too far. Lower the learning rate, or take fewer updates or passes.")
        : null;

    private static string? SamplerDiffers(TrainingStep step, RolloutMetrics now) => now.SamplerMismatch > 0.02
        ? Text($"Sampler and trainer differ by {now.SamplerMismatch:F3} nats a token on average (at most {now.LargestSamplerMismatch:F2}). Use SamplerCorrection, or compute both in one precision.")
        : null;

    private double Start(Func<RolloutMetrics, double> value) => steps.Take(Window).Where(s => s.Rollouts is not null).Average(s => value(s.Rollouts!));

    private static string Text(FormattableString text) => text.ToString(PercentFormat);

    private static readonly CultureInfo PercentFormat = WithTightPercent();

    private static CultureInfo WithTightPercent()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.PercentPositivePattern = 1; // 95%, not 95 %
        culture.NumberFormat.PercentNegativePattern = 1;
        return culture;
    }
}
