namespace W2SR.Core.Traces;

/// <summary>What one call of <see cref="TraceGenerator"/> has and lacks: puts samples into the store before it tells of them.</summary>
internal sealed class SampleLedger : ISampleSink, IDisposable
{
    private readonly Lock gate = new();
    private readonly IReadOnlyList<SampleRequest> wanted;
    private readonly HashSet<(string, int)> names;
    private readonly Dictionary<(string, int), Trace> traces = [];
    private readonly List<SampleFailure> failures = [];
    private readonly TraceStore? store;
    private readonly IProgress<TraceProgress>? progress;
    private readonly TimeProvider clock;
    private readonly long start;
    private long tokens;
    private int made;
    private bool isClosed;

    public SampleLedger(IReadOnlyList<SampleRequest> wanted, TraceStore? store, IProgress<TraceProgress>? progress, TimeProvider clock)
    {
        (this.wanted, this.store, this.progress, this.clock) = (wanted, store, progress, clock);
        names = [.. wanted.Select(Name)];
        start = clock.GetTimestamp();
        if (store is not null)
            foreach (var sample in wanted)
                if (store.Find(sample.Problem.Id, sample.SampleIndex) is { } trace) traces.Add(Name(sample), trace);
        if (traces.Count > 0) Tell();
    }

    public bool Has(SampleRequest sample)
    {
        lock (gate) return traces.ContainsKey(Name(sample));
    }

    public void Finished(Trace trace) => Finished([trace]);

    public void Finished(IReadOnlyList<Trace> fresh)
    {
        lock (gate)
        {
            if (isClosed) return; // a straggler after a failure: its sample is made again by the next call
            foreach (var trace in fresh)
                if (!names.Contains((trace.ProblemId, trace.SampleIndex)))
                    throw new InvalidOperationException($"A reasoner returned sample {trace.SampleIndex} of problem '{trace.ProblemId}', which nobody asked for.");
            // What is there already stays as it is: a later call sees what the store holds.
            Trace[] added = [.. fresh.Where(t => !traces.ContainsKey((t.ProblemId, t.SampleIndex)))];
            store?.Append(added);
            foreach (var trace in added) traces.Add((trace.ProblemId, trace.SampleIndex), trace);
            tokens += fresh.Sum(t => (long)t.ResponseTokens);
            made += fresh.Count;
            Tell();
        }
    }

    public void Failed(SampleFailure failure)
    {
        lock (gate)
            if (!isClosed) failures.Add(failure);
    }

    /// <summary>All traces in the order of the requests.</summary>
    public IReadOnlyList<Trace> Complete(string reasoner)
    {
        lock (gate)
        {
            if (failures.Count > 0) throw new TraceGenerationException(failures, wanted.Count);
            var absent = wanted.Where(s => !traces.ContainsKey(Name(s))).ToArray();
            if (absent.Length > 0)
                throw new InvalidOperationException(
                    $"'{reasoner}' was asked for {wanted.Count} samples and left out {absent.Length} of them, sample {absent[0].SampleIndex} of problem '{absent[0].Problem.Id}' first.");
            return [.. wanted.Select(s => traces[Name(s)])];
        }
    }

    public void Dispose()
    {
        lock (gate) isClosed = true;
    }

    private static (string, int) Name(SampleRequest sample) => (sample.Problem.Id, sample.SampleIndex);

    private void Tell()
    {
        var seconds = clock.GetElapsedTime(start).TotalSeconds;
        var remaining = made == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(seconds / made * (wanted.Count - traces.Count));
        progress?.Report(new TraceProgress(traces.Count, wanted.Count, seconds > 0 ? tokens / seconds : 0, remaining));
    }
}
