namespace W2SR.Core.Benchmarks.Ratios;

/// <summary>An end-to-end comparison, built so that higher is better.</summary>
/// <param name="Name">Its name; `ratios PREFIX` runs all that begin alike.</param>
/// <param name="Goal">What it should reach.</param>
/// <param name="Unit">What is divided by what.</param>
/// <param name="Settings">What was measured.</param>
/// <param name="Measure">Runs it; arms in turn, so that a drift of the machine meets both.</param>
internal sealed record Ratio(string Name, double Goal, string Unit, string Settings, Func<double> Measure)
{
    /// <summary>Runs only where a prefix asks for this group by name; null: with every prefix that fits.</summary>
    public string? Group { get; init; }

    /// <summary>Arms that a memory ratio runs in processes of their own.</summary>
    public IReadOnlyDictionary<string, Action> Arms { get; init; } = new Dictionary<string, Action>();
}
