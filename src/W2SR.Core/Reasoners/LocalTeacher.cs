using W2SR.Core.Checkpoints;
using W2SR.Core.Common;
using W2SR.Core.Problems;
using W2SR.Core.Prompts;
using W2SR.Core.Traces;

namespace W2SR.Core.Reasoners;

/// <summary>A model on this machine that writes traces for others to learn from, and is not trained itself. Owns the model. Not thread-safe.</summary>
public sealed class LocalTeacher : ITeacher, IDisposable
{
    private readonly LocalStudent reasoner;

    private LocalTeacher(LocalStudent reasoner) => this.reasoner = reasoner;

    /// <inheritdoc/>
    public string Name => reasoner.Name;

    /// <inheritdoc/>
    public long? ParameterCount => reasoner.ParameterCount;

    /// <inheritdoc cref="LocalStudent.LoadWarnings"/>
    public IReadOnlyList<string> LoadWarnings => reasoner.LoadWarnings;

    /// <inheritdoc cref="LocalStudent.LoadAsync"/>
    public static async Task<LocalTeacher> LoadAsync(
        string path, LoadOptions? options = null, IProgress<LoadProgress>? progress = null, CancellationToken cancellationToken = default) =>
        new(await LocalStudent.LoadAsync(path, options, progress, cancellationToken).ConfigureAwait(false));

    /// <inheritdoc/>
    public Task<IReadOnlyList<Trace>> SolveAsync(
        IReadOnlyList<Problem> problems, SamplingOptions sampling, CancellationToken cancellationToken = default) =>
        reasoner.SolveAsync(problems, sampling, cancellationToken);

    /// <inheritdoc/>
    public Task SolveAsync(IReadOnlyList<SampleRequest> samples, SamplingOptions sampling, ISampleSink sink, CancellationToken cancellationToken = default) =>
        reasoner.SolveAsync(samples, sampling, sink, cancellationToken);

    /// <inheritdoc cref="LocalStudent.Respond"/>
    public IEnumerable<ResponsePiece> Respond(
        IReadOnlyList<ChatMessage> messages, SamplingOptions sampling, int sample = 0, CancellationToken cancellationToken = default) =>
        reasoner.Respond(messages, sampling, sample, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => reasoner.Dispose();
}
