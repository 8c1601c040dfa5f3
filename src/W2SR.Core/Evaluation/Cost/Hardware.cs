namespace W2SR.Core.Evaluation.Cost;

/// <summary>Hardware that costs are scaled to. All numbers are the user's; the library knows no prices.</summary>
/// <param name="Name">For the report.</param>
/// <param name="PeakFlopsPerSecond">Peak operations a second of one device at the precision used, such as 1e15.</param>
/// <param name="Utilization">Share of the peak that is reached, from 0 (exclusive) to 1; 0.3 to 0.5 is usual in training.</param>
/// <param name="PricePerHour">Price of one device for an hour, in any currency.</param>
public sealed record Hardware(string Name, double PeakFlopsPerSecond, double Utilization, double PricePerHour)
{
    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value lies outside its range.</exception>
    public void Validate()
    {
        if (!(double.IsFinite(PeakFlopsPerSecond) && PeakFlopsPerSecond > 0)) throw new ArgumentOutOfRangeException(nameof(PeakFlopsPerSecond), PeakFlopsPerSecond, "The peak must be above 0.");
        if (!(Utilization is > 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(Utilization), Utilization, "The utilization must lie above 0 and at most at 1.");
        if (!(double.IsFinite(PricePerHour) && PricePerHour >= 0)) throw new ArgumentOutOfRangeException(nameof(PricePerHour), PricePerHour, "The price must not be negative.");
    }
}
