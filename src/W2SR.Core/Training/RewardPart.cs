using W2SR.Core.Verification;

namespace W2SR.Core.Training;

/// <summary>One of the rewards that a response gets. Its name stands in metrics and messages.</summary>
/// <remarks>NaN or null means "nothing to say about this response": it is left out, not counted as zero.</remarks>
public sealed class RewardPart
{
    private RewardPart(string name, double weight, IVerifier? verifier, Func<RewardSample, CancellationToken, Task<double?>>? score)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (!double.IsFinite(weight)) throw new ArgumentOutOfRangeException(nameof(weight), weight, $"The weight of reward '{name}' must be a number.");
        (Name, Weight, Verifier, Score) = (name, weight, verifier, score);
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Factor in the sum of all rewards.</summary>
    public double Weight { get; }

    /// <summary>Judges on the trainer's thread, since verifiers are bounded and never throw; null for one's own rewards.</summary>
    internal IVerifier? Verifier { get; }

    /// <summary>Runs on a thread of its own, under the timeout; null where a verifier judges.</summary>
    internal Func<RewardSample, CancellationToken, Task<double?>>? Score { get; }

    /// <summary>1 for a correct answer, 0 otherwise; left out where the reference answer itself is not understood.</summary>
    public static RewardPart Accuracy(IVerifier verifier, double weight = 1)
    {
        ArgumentNullException.ThrowIfNull(verifier);
        return new("accuracy", weight, verifier, null);
    }

    /// <summary>A reward of one's own that computes at once. Called from several threads at a time.</summary>
    public static RewardPart From(string name, Func<RewardSample, double?> score, double weight = 1)
    {
        ArgumentNullException.ThrowIfNull(score);
        return new(name, weight, null, (sample, _) => Task.FromResult(score(sample)));
    }

    /// <summary>A reward of one's own that waits for something, such as a judge on another machine. Called from several threads at a time.</summary>
    public static RewardPart FromAsync(string name, Func<RewardSample, CancellationToken, Task<double?>> score, double weight = 1)
    {
        ArgumentNullException.ThrowIfNull(score);
        return new(name, weight, null, score);
    }
}
