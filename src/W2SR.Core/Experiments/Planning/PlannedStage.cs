namespace W2SR.Core.Experiments.Planning;

/// <summary>One stage before it runs; of a stage that is kept, what it took.</summary>
public sealed record PlannedStage
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>What it does.</summary>
    public required StageKind Kind { get; init; }

    /// <summary>Seed of the run.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Hash of everything that its outcome depends on.</summary>
    public required string Key { get; init; }

    /// <summary>True when it is done already and will not run.</summary>
    public required bool IsKept { get; init; }

    /// <summary>Parameters of the model that it makes or runs.</summary>
    public required long Parameters { get; init; }

    /// <summary>Tokens that a model writes.</summary>
    public required double TokensGenerated { get; init; }

    /// <summary>Tokens that a gradient is taken over.</summary>
    public required double TokensTrained { get; init; }

    /// <summary>Floating-point operations.</summary>
    public required double Flops { get; init; }

    /// <summary>Wall time on this machine; null where nothing tells it.</summary>
    public required double? Seconds { get; init; }
}
