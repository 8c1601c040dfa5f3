namespace W2SR.Core.Experiments.Results;

/// <summary>What an experiment found (<c>results.json</c>). Times and memory apart, it depends on the experiment's file and the version alone.</summary>
public sealed record ExperimentResults
{
    /// <summary>Version of this form of result.</summary>
    public int Schema { get; init; } = 1;

    /// <summary>Name of the experiment.</summary>
    public required string Name { get; init; }

    /// <summary>Library version.</summary>
    public required string Version { get; init; }

    /// <summary>Library version with the commit that it was built from.</summary>
    public required string Build { get; init; }

    /// <summary>The experiment, every setting written out.</summary>
    public required ExperimentFile Settings { get; init; }

    /// <summary>Seeds.</summary>
    public required IReadOnlyList<ulong> Seeds { get; init; }

    /// <summary>The temperature that <see cref="Models"/> and <see cref="Rgr"/> are about.</summary>
    public required double PrimaryTemperature { get; init; }

    /// <summary>Held-out problems of an evaluation.</summary>
    public required int TestProblems { get; init; }

    /// <summary>The models at the primary temperature.</summary>
    public required IReadOnlyList<ModelRow> Models { get; init; }

    /// <summary>RGR of each arm that is not reinforcement learning itself.</summary>
    public required IReadOnlyList<RgrRow> Rgr { get; init; }

    /// <summary>Paired differences that separate content from format.</summary>
    public required IReadOnlyList<DifferenceRow> Differences { get; init; }

    /// <summary>What reinforcement learning costs against each arm.</summary>
    public required IReadOnlyList<CostRow> Costs { get; init; }

    /// <summary>Claims that the run bears out, in words; empty where none were judged.</summary>
    public required IReadOnlyList<string> Confirmed { get; init; }

    /// <summary>Claims that it does not bear out, in words.</summary>
    public required IReadOnlyList<string> NotConfirmed { get; init; }

    /// <summary>The other temperatures.</summary>
    public required IReadOnlyList<TemperatureRow> OtherTemperatures { get; init; }

    /// <summary>Every model over all seeds.</summary>
    public required IReadOnlyList<SeedSummary> AcrossSeeds { get; init; }

    /// <summary>Where responses and verdicts lie.</summary>
    public required IReadOnlyList<EvaluationRow> Evaluations { get; init; }

    /// <summary>Where training curves lie.</summary>
    public required IReadOnlyList<TrainingRow> Trainings { get; init; }

    /// <summary>Where traces lie.</summary>
    public required IReadOnlyList<TracesRow> Traces { get; init; }

    /// <summary>Every stage: ledger and provenance.</summary>
    public required IReadOnlyList<StageRow> Stages { get; init; }
}
