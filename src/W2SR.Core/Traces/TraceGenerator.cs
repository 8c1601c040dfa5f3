using W2SR.Core.Common;
using W2SR.Core.Problems;

namespace W2SR.Core.Traces;

/// <summary>Lets a reasoner answer problems, chunk by chunk, into a store that a later call goes on from.</summary>
/// <param name="reasoner">Who answers: usually an <see cref="ITeacher"/>.</param>
/// <param name="sampling">How it draws.</param>
/// <param name="chunkSize">Problems handed over together. Chunks are fixed by the list of problems, so a resumed run has the same batches as an uninterrupted one.</param>
/// <param name="clock">The clock of the progress; null for the system's.</param>
public sealed class TraceGenerator(IReasoner reasoner, SamplingOptions sampling, int chunkSize = 256, TimeProvider? clock = null)
{
    private readonly TimeProvider clock = clock ?? TimeProvider.System;

    /// <summary>Generates what the store does not have yet.</summary>
    /// <param name="problems">The problems; ids must be unique.</param>
    /// <param name="store">Receives each finished chunk and gives back what it has; null keeps everything in memory only.</param>
    /// <param name="progress">Told after each chunk.</param>
    /// <param name="cancellationToken">Stops between tokens; finished chunks stay in the store.</param>
    /// <returns>All traces, problem by problem, samples in order.</returns>
    /// <exception cref="ArgumentException">No problems, or an id that appears twice.</exception>
    public async Task<IReadOnlyList<Trace>> GenerateAsync(
        IReadOnlyList<Problem> problems, TraceStore? store = null, IProgress<TraceProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reasoner);
        ArgumentNullException.ThrowIfNull(sampling);
        ArgumentNullException.ThrowIfNull(problems);
        ArgumentOutOfRangeException.ThrowIfZero(problems.Count);
        ArgumentOutOfRangeException.ThrowIfLessThan(chunkSize, 1);
        sampling.Validate();
        if (problems.GroupBy(p => p.Id, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } repeated)
            throw new ArgumentException($"The problem id '{repeated.Key}' appears {repeated.Count()} times; traces are kept by id.", nameof(problems));

        var traces = new List<Trace>(problems.Count * sampling.SamplesPerProblem);
        var start = clock.GetTimestamp();
        long tokens = 0;
        var made = 0;
        foreach (var chunk in problems.Chunk(chunkSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            traces.AddRange(Stored(chunk, store) ?? await MakeAsync(chunk).ConfigureAwait(false));
            var seconds = clock.GetElapsedTime(start).TotalSeconds;
            var total = problems.Count * sampling.SamplesPerProblem;
            var remaining = made == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(seconds / made * (total - traces.Count));
            progress?.Report(new TraceProgress(traces.Count, total, seconds > 0 ? tokens / seconds : 0, remaining));
        }
        return traces;

        async Task<IReadOnlyList<Trace>> MakeAsync(Problem[] chunk)
        {
            // The whole chunk again, even if some of it is stored: the batch, and so every rounding, is that of an uninterrupted run.
            var fresh = await reasoner.SolveAsync(chunk, sampling, cancellationToken).ConfigureAwait(false);
            RequireComplete(chunk, fresh);
            tokens += fresh.Sum(t => (long)t.ResponseTokens);
            made += fresh.Count;
            if (store is null) return fresh;
            store.Append([.. fresh.Where(t => !store.Contains(t.ProblemId, t.SampleIndex))]);
            return Stored(chunk, store)!; // what the store holds is what a later call will see
        }
    }

    private void RequireComplete(Problem[] chunk, IReadOnlyList<Trace> traces)
    {
        var expected = chunk.SelectMany(p => Enumerable.Range(0, sampling.SamplesPerProblem).Select(s => (p.Id, s)));
        if (!expected.SequenceEqual(traces.Select(t => (t.ProblemId, t.SampleIndex))))
            throw new InvalidOperationException(
                $"'{reasoner.Name}' was asked for {sampling.SamplesPerProblem} samples of each of {chunk.Length} problems and returned {traces.Count} traces that are not these, in order.");
    }

    private List<Trace>? Stored(Problem[] chunk, TraceStore? store)
    {
        if (store is null) return null;
        var found = new List<Trace>(chunk.Length * sampling.SamplesPerProblem);
        foreach (var problem in chunk)
            for (var sample = 0; sample < sampling.SamplesPerProblem; sample++)
            {
                if (store.Find(problem.Id, sample) is not { } trace) return null;
                found.Add(trace);
            }
        return found;
    }
}
