namespace W2SR.Core.Experiments.Planning;

/// <summary>Devices of one kind, with what their datasheet and their renter say. The library knows no prices; all numbers are the user's.</summary>
public sealed record GpuCluster
{
    /// <summary>Name for the table.</summary>
    public required string Name { get; init; }

    /// <summary>Devices.</summary>
    public required int Count { get; init; }

    /// <summary>Peak of dense bfloat16 products, in TFLOP/s.</summary>
    public required double PeakTeraflops { get; init; }

    /// <summary>Bandwidth of the memory, in GB/s.</summary>
    public required double BandwidthGigabytes { get; init; }

    /// <summary>Memory of one device, in GB (10^9 bytes).</summary>
    public required double MemoryGigabytes { get; init; }

    /// <summary>Price of one device for an hour, in any currency; null leaves money out.</summary>
    public double? PricePerHour { get; init; }

    /// <summary>Share of the peak that training reaches (MFU). Default 0.4.</summary>
    public double TrainingUtilization { get; init; } = 0.4;

    /// <summary>Share of the bandwidth, and of the peak, that decoding reaches. Default 0.5.</summary>
    public double DecodingUtilization { get; init; } = 0.5;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">A value lies outside its range.</exception>
    public void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Name);
        ArgumentOutOfRangeException.ThrowIfLessThan(Count, 1);
        foreach (var (name, value) in new[] { ("peakTeraflops", PeakTeraflops), ("bandwidthGigabytes", BandwidthGigabytes), ("memoryGigabytes", MemoryGigabytes) })
            if (!(value > 0 && double.IsFinite(value))) throw new ArgumentException($"{name} is {value}; it must be positive.");
        if (PricePerHour is { } price && !(price >= 0 && double.IsFinite(price))) throw new ArgumentException($"pricePerHour is {price}; it must not be negative.");
        foreach (var (name, value) in new[] { ("trainingUtilization", TrainingUtilization), ("decodingUtilization", DecodingUtilization) })
            if (!(value is > 0 and <= 1)) throw new ArgumentException($"{name} is {value}; it must lie above 0 and at most at 1.");
    }
}
