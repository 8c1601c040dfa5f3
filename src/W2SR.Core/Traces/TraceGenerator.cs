using W2SR.Core.Common;
using W2SR.Core.Problems;

namespace W2SR.Core.Traces;

/// <summary>Lets a reasoner answer problems into a store that a later call goes on from, sample by sample.</summary>
/// <param name="reasoner">Who answers: usually an <see cref="ITeacher"/>.</param>
/// <param name="sampling">How it draws.</param>
/// <param name="chunkSize">
/// Null: every sample is stored as soon as it is finished. A number: so many problems are handed over together and stored together, always the
/// same ones; a resumed run then has the batches, and so every rounding, of an uninterrupted one.
/// </param>
/// <param name="clock">The clock of the progress; null for the system's.</param>
public sealed class TraceGenerator(IReasoner reasoner, SamplingOptions sampling, int? chunkSize = null, TimeProvider? clock = null)
{
    private readonly TimeProvider clock = clock ?? TimeProvider.System;

    /// <summary>Generates what the store does not have yet.</summary>
    /// <param name="problems">The problems; ids must be unique.</param>
    /// <param name="store">Receives finished samples and gives back what it has; null keeps everything in memory only.</param>
    /// <param name="progress">Told of samples that are stored; what was told survives the death of the process.</param>
    /// <param name="cancellationToken">Stops between tokens; what was stored stays.</param>
    /// <returns>All traces, problem by problem, samples in order.</returns>
    /// <exception cref="ArgumentException">No problems, or an id that appears twice.</exception>
    /// <exception cref="TraceGenerationException">Some samples failed; the others are stored.</exception>
    public async Task<IReadOnlyList<Trace>> GenerateAsync(
        IReadOnlyList<Problem> problems, TraceStore? store = null, IProgress<TraceProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reasoner);
        ArgumentNullException.ThrowIfNull(sampling);
        ArgumentNullException.ThrowIfNull(problems);
        ArgumentOutOfRangeException.ThrowIfZero(problems.Count);
        if (chunkSize is { } size) ArgumentOutOfRangeException.ThrowIfLessThan(size, 1, nameof(chunkSize));
        sampling.Validate();
        if (problems.GroupBy(p => p.Id, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } repeated)
            throw new ArgumentException($"The problem id '{repeated.Key}' appears {repeated.Count()} times; traces are kept by id.", nameof(problems));

        SampleRequest[] wanted = [.. from p in problems from s in Enumerable.Range(0, sampling.SamplesPerProblem) select new SampleRequest(p, s)];
        using var ledger = new SampleLedger(wanted, store, progress, clock);
        if (chunkSize is not { } together)
        {
            var absent = wanted.Where(s => !ledger.Has(s)).ToArray();
            if (absent.Length > 0) await reasoner.SolveAsync(absent, sampling, ledger, cancellationToken).ConfigureAwait(false);
        }
        else
            foreach (var chunk in problems.Chunk(together))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (chunk.All(p => Enumerable.Range(0, sampling.SamplesPerProblem).All(s => ledger.Has(new SampleRequest(p, s))))) continue;
                // The whole chunk again, even if some of it is stored: the batch is that of an uninterrupted run.
                ledger.Finished(await reasoner.SolveAsync(chunk, sampling, cancellationToken).ConfigureAwait(false));
            }
        return ledger.Complete(reasoner.Name);
    }
}
