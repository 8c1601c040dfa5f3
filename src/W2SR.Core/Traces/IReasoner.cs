using W2SR.Core.Common;
using W2SR.Core.Problems;

namespace W2SR.Core.Traces;

/// <summary>Something that answers problems with reasoning traces: a local model, or a server.</summary>
public interface IReasoner
{
    /// <summary>Name for traces, manifests and reports.</summary>
    string Name { get; }

    /// <summary>Answers problems.</summary>
    /// <param name="problems">The problems; their ids are unique.</param>
    /// <param name="sampling">How to draw; <see cref="SamplingOptions.SamplesPerProblem"/> traces for each problem.</param>
    /// <param name="cancellationToken">Stops between tokens; nothing is returned then.</param>
    /// <returns>The traces problem by problem, samples in order.</returns>
    Task<IReadOnlyList<Trace>> SolveAsync(
        IReadOnlyList<Problem> problems, SamplingOptions sampling, CancellationToken cancellationToken = default);

    /// <summary>Makes single samples and hands each out as soon as it is finished.</summary>
    /// <param name="samples">The samples; no two alike.</param>
    /// <param name="sampling">How to draw; a sample does not depend on which others are asked for.</param>
    /// <param name="sink">Gets every sample once, finished or failed, in any order.</param>
    /// <param name="cancellationToken">Stops between tokens; what was handed out stays valid.</param>
    /// <remarks>By default all samples of the problems are made together and those that were asked for are handed out at the end.</remarks>
    async Task SolveAsync(IReadOnlyList<SampleRequest> samples, SamplingOptions sampling, ISampleSink sink, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(sink);
        var wanted = samples.Select(s => (s.Problem.Id, s.SampleIndex)).ToHashSet();
        var traces = await SolveAsync([.. samples.Select(s => s.Problem).DistinctBy(p => p.Id)], sampling, cancellationToken).ConfigureAwait(false);
        foreach (var trace in traces.Where(t => wanted.Contains((t.ProblemId, t.SampleIndex)))) sink.Finished(trace);
    }
}
