namespace W2SR.Core.Training;

/// <summary>Where a training keeps what it needs to go on after a crash. A run with the same options and data resumes by itself.</summary>
public sealed record TrainingStateOptions
{
    /// <summary>A folder of its own for each run.</summary>
    public required string Folder { get; init; }

    /// <summary>Optimizer steps between checkpoints; there is always one after the last. Default 100.</summary>
    public int EverySteps { get; init; } = 100;

    /// <summary>Checkpoints that are kept, besides the one with the lowest validation loss. Default 2.</summary>
    public int KeepLast { get; init; } = 2;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">A value lies outside its range.</exception>
    public void Validate()
    {
        ArgumentException.ThrowIfNullOrEmpty(Folder);
        ArgumentOutOfRangeException.ThrowIfLessThan(EverySteps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(KeepLast, 1);
    }
}
