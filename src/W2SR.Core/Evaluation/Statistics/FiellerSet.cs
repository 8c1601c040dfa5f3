namespace W2SR.Core.Evaluation.Statistics;

/// <summary>The ratios that paired data do not contradict.</summary>
/// <param name="Kind">Its shape; anything but <see cref="FiellerKind.Bounded"/> means that the denominator's own interval contains 0.</param>
/// <param name="Low">Lower end of the interval, or upper end of the left part; null when it is everything.</param>
/// <param name="High">Upper end of the interval, or lower end of the right part; null when it is everything.</param>
public sealed record FiellerSet(FiellerKind Kind, double? Low, double? High)
{
    /// <summary>True when a ratio is in the set.</summary>
    public bool Contains(double ratio) => Kind switch
    {
        FiellerKind.Bounded => ratio >= Low && ratio <= High,
        FiellerKind.Outside => ratio <= Low || ratio >= High,
        _ => true,
    };
}
