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
}
