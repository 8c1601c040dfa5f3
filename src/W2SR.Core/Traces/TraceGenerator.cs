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
    /// <exception cref="ArgumentException">No problems, an id that appears twice, or a problem without a question; the message names them.</exception>
    /// <exception cref="IOException">The store cannot be written, as on a full disk; what was stored before stays.</exception>
    /// <exception cref="TraceGenerationException">Some samples failed; the others are stored.</exception>
    public async Task<IReadOnlyList<Trace>> GenerateAsync(
        IReadOnlyList<Problem> problems, TraceStore? store = null, IProgress<TraceProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reasoner);
        ArgumentNullException.ThrowIfNull(sampling);
        ArgumentNullException.ThrowIfNull(problems);
        if (chunkSize is { } size) ArgumentOutOfRangeException.ThrowIfLessThan(size, 1, nameof(chunkSize));
        sampling.Validate();
        Check(problems);

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

    private static void Check(IReadOnlyList<Problem> problems)
    {
        if (problems.Count == 0) throw new ArgumentException("There are no problems to answer. Is the file empty, or a limit 0?", nameof(problems));
        var repeated = problems.GroupBy(p => p.Id, StringComparer.Ordinal).Where(g => g.Count() > 1).Select(g => $"'{g.Key}' appears {g.Count()} times").ToArray();
        if (repeated.Length > 0) throw new ArgumentException($"Traces are kept by problem id, so ids must be unique: {Some(repeated)}.", nameof(problems));
        var empty = problems.Where(p => string.IsNullOrWhiteSpace(p.Question)).Select(p => $"'{p.Id}'").ToArray();
        if (empty.Length > 0) throw new ArgumentException($"A problem needs a question; {Some(empty)} {(empty.Length == 1 ? "has" : "have")} none.", nameof(problems));
    }

    private static string Some(string[] names) => string.Join(", ", names.Take(5)) + (names.Length > 5 ? $" and {names.Length - 5} more" : "");
}
