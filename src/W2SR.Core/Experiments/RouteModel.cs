namespace W2SR.Core.Experiments;

/// <summary>A model of a procedural world, trained from nothing.</summary>
public sealed record RouteModel
{
    /// <summary>Width.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Depth.</summary>
    public required int LayerCount { get; init; }

    /// <summary>Attention heads; the width is a multiple of twice their number.</summary>
    public required int HeadCount { get; init; }

    /// <summary>Width of the feed-forward.</summary>
    public required int FeedForwardSize { get; init; }

    /// <summary>Steps of pre-training.</summary>
    public required int PretrainSteps { get; init; }

    /// <summary>Highest learning rate of pre-training.</summary>
    public required double PretrainLearningRate { get; init; }

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">A value lies outside its range.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(LayerCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(HeadCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(FeedForwardSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(PretrainSteps, 1);
        if (HiddenSize < 1 || HiddenSize % (2 * HeadCount) != 0)
            throw new ArgumentException($"hiddenSize {HiddenSize} is not a multiple of twice headCount {HeadCount}: rotary positions turn pairs of numbers in each head.");
        if (!(PretrainLearningRate > 0 && PretrainLearningRate < 1)) throw new ArgumentOutOfRangeException(nameof(PretrainLearningRate), PretrainLearningRate, "It must lie between 0 and 1.");
    }
}
