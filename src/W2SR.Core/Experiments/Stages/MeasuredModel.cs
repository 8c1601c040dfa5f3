namespace W2SR.Core.Experiments.Stages;

/// <summary>One model of the tables, with the stages behind it.</summary>
/// <param name="Seed">Seed of the run.</param>
/// <param name="Name">Its name there.</param>
/// <param name="Role">"base", "teacher" or "student".</param>
/// <param name="Made">The stage that made it.</param>
internal sealed record MeasuredModel(ulong Seed, string Name, string Role, Stage Made)
{
    /// <summary>Name of the model that it was made of; null for a base.</summary>
    public string? Origin { get; init; }

    /// <summary>The arm whose student it is.</summary>
    public Arm? Arm { get; init; }

    /// <summary>The stage that wrote its traces.</summary>
    public Stage? Traces { get; init; }

    /// <summary>The stage that made its teacher.</summary>
    public Stage? Teacher { get; init; }

    /// <summary>The stage that measured it.</summary>
    public Stage Measurement { get; init; } = null!;
}
