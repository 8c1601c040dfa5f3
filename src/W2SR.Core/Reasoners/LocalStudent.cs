using W2SR.Core.Common;
using W2SR.Core.Generation;
using W2SR.Core.Models;
using W2SR.Core.Problems;
using W2SR.Core.Prompts;
using W2SR.Core.Tokens;
using W2SR.Core.Traces;

namespace W2SR.Core.Reasoners;

/// <summary>A model on this machine, as student or as teacher. Owns the model.</summary>
public sealed class LocalStudent : IStudent, ITeacher
{
    private readonly SequenceGenerator generator;

    /// <summary>Puts a model, its tokenizer and its prompt together.</summary>
    /// <param name="name">Name for traces and reports.</param>
    /// <param name="model">The weights; owned from here on.</param>
    /// <param name="tokenizer">The tokenizer that belongs to them.</param>
    /// <param name="prompt">How a problem is put; null for <see cref="ReasoningPrompt.Paper"/>.</param>
    /// <exception cref="ArgumentException">The tokenizer has ids that the model does not know, or no end token.</exception>
    public LocalStudent(string name, CausalLm model, ITokenizer tokenizer, ReasoningPrompt? prompt = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokenizer);
        if (tokenizer.VocabularySize > model.Config.VocabularySize)
            throw new ArgumentException(
                $"The tokenizer has {tokenizer.VocabularySize} ids, the model {model.Config.VocabularySize}. Are both from the same checkpoint?", nameof(tokenizer));
        if (tokenizer.EndIds.Count == 0)
            throw new ArgumentException("The tokenizer names no end token, so nothing that this model writes would ever end.", nameof(tokenizer));
        Name = name;
        Model = model;
        Tokenizer = tokenizer;
        Prompt = prompt ?? ReasoningPrompt.Paper;
        generator = new SequenceGenerator(model, tokenizer.EndIds, tokenizer: tokenizer);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public CausalLm Model { get; }

    /// <inheritdoc/>
    public ITokenizer Tokenizer { get; }

    /// <summary>How a problem is put to the model.</summary>
    public ReasoningPrompt Prompt { get; }

    /// <inheritdoc/>
    public long? ParameterCount => Model.ParameterCount;

    /// <inheritdoc/>
    public int[] EncodePrompt(Problem problem) => Tokenizer.Encode(Prompt.Render(problem));

    /// <inheritdoc/>
    public int[] EncodeResponse(Trace trace)
    {
        ArgumentNullException.ThrowIfNull(trace);
        // Encoded apart from the prompt: as one string a token could merge across the border and move the loss mask.
        var ids = Tokenizer.Encode(trace.Response);
        return trace.FinishReason == FinishReason.Stop ? [.. ids, Tokenizer.EndIds[0]] : ids;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Trace>> SolveAsync(
        IReadOnlyList<Problem> problems, SamplingOptions sampling, CancellationToken cancellationToken = default) =>
        Task.FromResult(Solve(problems, sampling, cancellationToken));

    /// <summary>What <c>SolveAsync</c> does, without the task: the work is this thread's in either case.</summary>
    public IReadOnlyList<Trace> Solve(IReadOnlyList<Problem> problems, SamplingOptions sampling, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(problems);
        ArgumentNullException.ThrowIfNull(sampling);
        sampling.Validate();
        SampleRequest[] samples = [.. from p in problems from index in Enumerable.Range(0, sampling.SamplesPerProblem) select new SampleRequest(p, index)];
        var traces = new Trace[samples.Length];
        Generate(samples, sampling, (i, trace) => traces[i] = trace, cancellationToken);
        return traces;
    }

    /// <inheritdoc/>
    public Task SolveAsync(IReadOnlyList<SampleRequest> samples, SamplingOptions sampling, ISampleSink sink, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(sampling);
        ArgumentNullException.ThrowIfNull(sink);
        Generate(samples, sampling, (_, trace) => sink.Finished(trace), cancellationToken);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose() => Model.Dispose();

    private void Generate(IReadOnlyList<SampleRequest> samples, SamplingOptions sampling, Action<int, Trace> finished, CancellationToken cancellationToken)
    {
        var prompts = samples.Select(s => s.Problem).DistinctBy(p => p.Id).ToDictionary(p => p.Id, EncodePrompt, StringComparer.Ordinal);
        GenerationRequest[] requests =
            [.. samples.Select(s => new GenerationRequest(prompts[s.Problem.Id], new RandomStream(sampling.Seed, s.Problem.Id, s.SampleIndex)))];
        generator.Generate(requests, sampling,
            (i, sequence) => finished(i, ToTrace(samples[i].Problem.Id, samples[i].SampleIndex, requests[i].PromptIds.Length, sequence)),
            cancellationToken: cancellationToken);
    }

    private Trace ToTrace(string problemId, int sampleIndex, int promptTokens, GeneratedSequence sequence) => new()
    {
        ProblemId = problemId,
        SampleIndex = sampleIndex,
        Response = sequence.TextBeforeStop ?? Tokenizer.Decode(sequence.Ids),
        FinishReason = sequence.FinishReason,
        Reasoner = Name,
        PromptTokens = promptTokens,
        ResponseTokens = sequence.Ids.Length,
        HasRepetition = sequence.HasRepetition,
    };
}
