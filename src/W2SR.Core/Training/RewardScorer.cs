using W2SR.Core.Verification;

namespace W2SR.Core.Training;

/// <summary>What rewards said about some responses.</summary>
/// <param name="Rewards">One list for each reward, NaN where it said nothing.</param>
/// <param name="Failures">A sentence for each failure.</param>
/// <param name="HasAnswer">Whether the verifier found an answer in each response; null where none judges.</param>
internal sealed record RewardScores(double[][] Rewards, List<string> Failures, bool?[] HasAnswer);

/// <summary>Runs rewards over responses. One that throws, hangs or gives infinity leaves its sample unscored and is named; a reward that fails on all stops the run.</summary>
internal sealed class RewardScorer(IReadOnlyList<RewardPart> parts, GrpoRewardOptions options)
{
    public IReadOnlyList<double> Weights { get; } = [.. parts.Select(p => p.Weight)];

    /// <summary>Scores.</summary>
    /// <exception cref="RewardFailedException">A reward failed on every response.</exception>
    public RewardScores Score(IReadOnlyList<RewardSample> samples, CancellationToken cancellationToken)
    {
        var scores = new RewardScores(new double[parts.Count][], [], new bool?[samples.Count]);
        for (var f = 0; f < parts.Count; f++)
            scores.Rewards[f] = parts[f].Verifier is { } verifier
                ? Judge(verifier, samples, scores.HasAnswer)
                : Ask(parts[f], samples, scores.Failures, cancellationToken);
        return scores;
    }

    private static double[] Judge(IVerifier verifier, IReadOnlyList<RewardSample> samples, bool?[] hasAnswer)
    {
        var values = new double[samples.Count];
        for (var i = 0; i < values.Length; i++)
        {
            var outcome = verifier.Verify(samples[i].Problem, samples[i].Response).Outcome;
            values[i] = outcome switch { VerdictOutcome.Correct => 1, VerdictOutcome.Unverifiable => double.NaN, _ => 0 };
            hasAnswer[i] = outcome != VerdictOutcome.NoAnswer;
        }
        return values;
    }

    private double[] Ask(RewardPart part, IReadOnlyList<RewardSample> samples, List<string> failures, CancellationToken cancellationToken)
    {
        var values = new double[samples.Count];
        var failed = 0;
        (int Index, string Problem, Exception? Cause)? first = null;
        // Some at a time: a reward that hangs then costs one timeout, not one for each sample.
        foreach (var chunk in Enumerable.Range(0, samples.Count).Chunk(options.Parallelism))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var outcomes = Task.WhenAll(chunk.Select(i => TryScore(part, samples[i], cancellationToken))).GetAwaiter().GetResult();
            foreach (var (i, (value, problem, cause)) in chunk.Zip(outcomes))
            {
                values[i] = value;
                if (problem is null) continue;
                failed++;
                first ??= (i, problem, cause);
                failures.Add($"Reward '{part.Name}' left out {samples[i].Name}: {problem}");
            }
            if (failed == chunk[^1] + 1 && first is { } f)
                throw new RewardFailedException(part.Name, samples[f.Index].Name, f.Problem, f.Cause);
        }
        return values;
    }

    private async Task<(double Value, string? Problem, Exception? Cause)> TryScore(RewardPart part, RewardSample sample, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            // On a thread of its own, since code that never awaits could hang before it hands out a task, and since waiting for a free thread is not the
            // reward's fault; waited for from outside, since it need not heed the token.
            var asked = Task.Factory.StartNew(() => part.Score!(sample, patience.Token), patience.Token, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            var value = await asked.Unwrap().WaitAsync(options.Timeout, cancellationToken).ConfigureAwait(false);
            return value is { } v && double.IsInfinity(v) ? (double.NaN, $"it gave {v}.", null) : (value ?? double.NaN, null, null);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (TimeoutException e)
        {
            await patience.CancelAsync().ConfigureAwait(false);
            return (double.NaN, $"it took longer than {options.Timeout.TotalSeconds:0.###} s.", e);
        }
        catch (Exception e)
        {
            return (double.NaN, $"it threw {e.GetType().Name}: {e.Message}", e);
        }
    }
}
