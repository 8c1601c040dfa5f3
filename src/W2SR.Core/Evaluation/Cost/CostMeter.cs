using System.Diagnostics;

namespace W2SR.Core.Evaluation.Cost;

/// <summary>Measures wall time and, coarsely, the process's memory while a stage runs. Dispose ends the sampling.</summary>
public sealed class CostMeter : IDisposable
{
    private readonly TimeProvider clock;
    private readonly long start;
    private readonly ITimer timer;
    private long peak;

    /// <summary>Starts measuring.</summary>
    /// <param name="clock">Null for the system's clock.</param>
    public CostMeter(TimeProvider? clock = null)
    {
        this.clock = clock ?? TimeProvider.System;
        start = this.clock.GetTimestamp();
        Sample();
        timer = this.clock.CreateTimer(_ => Sample(), null, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(0.5));
    }

    /// <summary>The entry with the time since the start, and the largest working set seen (host memory, sampled twice a second; a GPU's is not in it).</summary>
    public CostEntry Complete(CostEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        Sample();
        return entry with { WallTime = clock.GetElapsedTime(start), PeakMemoryBytes = Interlocked.Read(ref peak) };
    }

    /// <inheritdoc/>
    public void Dispose() => timer.Dispose();

    private void Sample()
    {
        using var process = Process.GetCurrentProcess();
        var now = process.WorkingSet64;
        for (var seen = Interlocked.Read(ref peak); now > seen;)
        {
            var before = Interlocked.CompareExchange(ref peak, now, seen);
            if (before == seen) break;
            seen = before;
        }
    }
}
