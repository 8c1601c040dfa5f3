using W2SR.Core.Checkpoints;
using W2SR.Core.Common;
using W2SR.Core.Generation;
using W2SR.Core.Models;
using W2SR.Core.Problems;
using W2SR.Core.Prompts;
using W2SR.Core.Tokens;
using W2SR.Core.Traces;

namespace W2SR.Core.Reasoners;

/// <summary>A model on this machine that can be trained and saved; a teacher, too. Owns the model. Not thread-safe.</summary>
public sealed class LocalStudent : IStudent, ITeacher
{
    private readonly SequenceGenerator generator;
    private readonly bool usesOperators;
    private readonly ConversationEncoder conversation;
    private readonly CheckpointOrigin? origin;

    /// <summary>Puts a model, its tokenizer and its prompt together.</summary>
    /// <param name="name">Name for traces and reports.</param>
    /// <param name="model">The weights; owned from here on.</param>
    /// <param name="tokenizer">The tokenizer that belongs to them.</param>
    /// <param name="prompt">How a problem is put; null for <see cref="ReasoningPrompt.Paper"/>.</param>
    /// <exception cref="ArgumentException">The tokenizer has ids that the model does not know, or no end token.</exception>
    public LocalStudent(string name, CausalLm model, ITokenizer tokenizer, ReasoningPrompt? prompt = null)
        : this(name, model, tokenizer, new LoadOptions { Prompt = prompt ?? ReasoningPrompt.Paper }, new ConversationEncoder(tokenizer, null, new LoadOptions()), null, [])
    {
    }

    internal LocalStudent(
        string name, CausalLm model, ITokenizer tokenizer, LoadOptions options, ConversationEncoder conversation, CheckpointOrigin? origin,
        IReadOnlyList<string> warnings)
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
        Prompt = options.Prompt;
        LoadWarnings = warnings;
        this.conversation = conversation;
        this.origin = origin;
        generator = new SequenceGenerator(model, tokenizer.EndIds, options.Generator, tokenizer);
        usesOperators = options.Generator.UsesOperators;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public CausalLm Model { get; }

    /// <inheritdoc/>
    public ITokenizer Tokenizer { get; }

    /// <summary>How a problem is put to the model.</summary>
    public ReasoningPrompt Prompt { get; }

    /// <summary>What loading found strange, such as NaN among the weights; empty when there was nothing.</summary>
    public IReadOnlyList<string> LoadWarnings { get; }

    /// <summary>True when prompts go through the checkpoint's chat template.</summary>
    public bool HasChatTemplate => conversation.HasTemplate;

    /// <summary>The checkpoint's chat template; null where prompts do not go through one.</summary>
    public ChatTemplate? ChatTemplate => conversation.Template;

    /// <summary>How the checkpoint's authors would sample, and its ids; null for a model that was not loaded.</summary>
    public GenerationConfig? GenerationDefaults => origin?.Generation;

    /// <summary>True when a sample comes out the same bit for bit in whatever batch (on kernels of our own), so that a run may go on at any sample; else batches must be the same again. See docs/generation.md.</summary>
    public bool IsBatchInvariant => Model.HasKernels && !usesOperators;

    /// <inheritdoc/>
    public long? ParameterCount => Model.ParameterCount;

    /// <summary>Loads a checkpoint.</summary>
    /// <param name="path">A Hugging Face model folder, or a <c>.gguf</c> file.</param>
    /// <param name="options">How it is loaded and used; null for the defaults.</param>
    /// <param name="progress">Told after each tensor.</param>
    /// <param name="cancellationToken">Stops between tensors.</param>
    /// <exception cref="W2srFormatException">There is no such checkpoint, it is damaged, or it needs what W2SR does not have; the message names all that is wrong and what to try.</exception>
    /// <exception cref="InsufficientMemoryException">The weights are larger than this machine's memory.</exception>
    public static Task<LocalStudent> LoadAsync(
        string path, LoadOptions? options = null, IProgress<LoadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new LoadOptions();
        options.Validate();
        return Task.Run(() => CheckpointOpener.Load(path, options, progress, cancellationToken), cancellationToken);
    }

    /// <summary>Writes the model as a Hugging Face folder that W2SR, transformers, vLLM and llama.cpp's converter load.</summary>
    /// <param name="folder">
    /// Created if absent. Written beside it, opened again there and then put in its place in one step: after a crash the folder is as it was, or the new one
    /// and whole. Weights of an earlier save in it are replaced, other files stay. Not the root of a mounted volume.
    /// </param>
    /// <param name="options">Types and shards; null for the defaults.</param>
    /// <param name="cancellationToken">Stops before anything is written.</param>
    /// <returns>Warnings, such as a padding id that also ends texts; empty when there are none.</returns>
    /// <exception cref="ArgumentException">The model or its tokenizer could not be loaded back; nothing was written.</exception>
    public Task<IReadOnlyList<string>> SaveAsync(string folder, SaveOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return Task.Run(() => new CheckpointSaver(Model, Tokenizer, origin, options ?? new SaveOptions()).Save(folder, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public int[] EncodePrompt(Problem problem) => EncodeConversation([ChatMessage.User(Prompt.Render(problem))]);

    /// <summary>The tokens that the model reads before it answers a conversation, through the checkpoint's chat template where it has one.</summary>
    /// <param name="messages">The turns so far; the last one is usually the user's.</param>
    /// <exception cref="ChatTemplateRaisedException">The template refuses these messages.</exception>
    /// <exception cref="W2srFormatException">The template fails on them, or exceeds a limit.</exception>
    public int[] EncodeConversation(IReadOnlyList<ChatMessage> messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return conversation.Encode(messages);
    }

    /// <inheritdoc/>
    public int[] EncodeResponse(Trace trace)
    {
        ArgumentNullException.ThrowIfNull(trace);
        // Encoded apart from the prompt: as one string a token could merge across the border and move the loss mask.
        var ids = Tokenizer.Encode(trace.Response);
        return trace.FinishReason == FinishReason.Stop ? [.. ids, Tokenizer.EndIds[0]] : ids;
    }

    /// <summary>Answers a conversation piece by piece, as the tokens are drawn.</summary>
    /// <param name="messages">The turns so far.</param>
    /// <param name="sampling">How to draw. A stop string ends the response, but may have been handed out by then.</param>
    /// <param name="sample">Which of several answers: each draws its own numbers.</param>
    /// <param name="cancellationToken">Stops between tokens.</param>
    /// <returns>The pieces; joined they are the whole response. Enumerate them on one thread.</returns>
    /// <exception cref="ArgumentException">The conversation leaves no room in the model's context.</exception>
    public IEnumerable<ResponsePiece> Respond(
        IReadOnlyList<ChatMessage> messages, SamplingOptions sampling, int sample = 0, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sampling);
        var request = new GenerationRequest(EncodeConversation(messages), new RandomStream(sampling.Seed, "conversation", sample));
        var tokens = generator.Stream(request, sampling, cancellationToken);
        return Pieces();

        IEnumerable<ResponsePiece> Pieces()
        {
            var decoder = Tokenizer.CreateDecoder();
            var count = 0;
            foreach (var token in tokens)
            {
                var text = decoder.Append(token.Id);
                yield return new ResponsePiece(token.FinishReason is null ? text : text + decoder.Flush(), ++count, token.FinishReason);
            }
        }
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
        Generate(samples, Prompts(samples), sampling, (i, trace) => traces[i] = trace, cancellationToken);
        return traces;
    }

    /// <inheritdoc/>
    public Task SolveAsync(IReadOnlyList<SampleRequest> samples, SamplingOptions sampling, ISampleSink sink, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(sampling);
        ArgumentNullException.ThrowIfNull(sink);
        // One prompt that does not fit must not cost the others their samples.
        var prompts = Prompts(samples);
        bool Fits(SampleRequest sample) => prompts[sample.Problem.Id].Length < Model.Config.ContextLength;
        foreach (var sample in samples.Where(s => !Fits(s)))
            sink.Failed(new SampleFailure(sample.Problem.Id, sample.SampleIndex,
                $"its prompt of {prompts[sample.Problem.Id].Length} tokens leaves no room in the model's context of {Model.Config.ContextLength}"));
        Generate([.. samples.Where(Fits)], prompts, sampling, (_, trace) => sink.Finished(trace), cancellationToken);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose() => Model.Dispose();

    private Dictionary<string, int[]> Prompts(IReadOnlyList<SampleRequest> samples) =>
        samples.Select(s => s.Problem).DistinctBy(p => p.Id).ToDictionary(p => p.Id, EncodePrompt, StringComparer.Ordinal);

    private void Generate(
        SampleRequest[] samples, Dictionary<string, int[]> prompts, SamplingOptions sampling, Action<int, Trace> finished, CancellationToken cancellationToken)
    {
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
