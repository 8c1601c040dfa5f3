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

    /// <summary><see cref="SolveAsync"/> without the task: the work is this thread's in either case.</summary>
    public IReadOnlyList<Trace> Solve(IReadOnlyList<Problem> problems, SamplingOptions sampling, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(problems);
        ArgumentNullException.ThrowIfNull(sampling);
        sampling.Validate();
        var requests = new List<GenerationRequest>(problems.Count * sampling.SamplesPerProblem);
        foreach (var problem in problems)
        {
            var prompt = EncodePrompt(problem);
            for (var sample = 0; sample < sampling.SamplesPerProblem; sample++)
                requests.Add(new GenerationRequest(prompt, new RandomStream(sampling.Seed, problem.Id, sample)));
        }
        var sequences = generator.Generate(requests, sampling, withLogProbs: false, cancellationToken);
        var traces = new Trace[requests.Count];
        for (var i = 0; i < traces.Length; i++)
            traces[i] = ToTrace(problems[i / sampling.SamplesPerProblem].Id, i % sampling.SamplesPerProblem, requests[i].PromptIds.Length, sequences[i]);
        return traces;
    }

    /// <inheritdoc/>
    public void Dispose() => Model.Dispose();

    private Trace ToTrace(string problemId, int sampleIndex, int promptTokens, GeneratedSequence sequence) => new()
    {
        ProblemId = problemId,
        SampleIndex = sampleIndex,
        Response = sequence.TextBeforeStop ?? Tokenizer.Decode(sequence.Ids),
        FinishReason = sequence.FinishReason,
        Reasoner = Name,
        PromptTokens = promptTokens,
        ResponseTokens = sequence.Ids.Length,
    };
}
