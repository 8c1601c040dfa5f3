using W2SR.Core.Common;
using W2SR.Core.Models;
using W2SR.Core.Tokens;
using static TorchSharp.torch;

namespace W2SR.Core.Generation;

/// <summary>
/// Generates many sequences with continuous batching: every step adds one token to each running row, the place of a row that ended is taken by
/// the next sequence at once, and a prompt is read once for all of its samples. A sequence depends on its prompt and its own random stream alone.
/// </summary>
/// <param name="model">The model; borrowed.</param>
/// <param name="endIds">Ids that end a sequence.</param>
/// <param name="options">How much is done at once; null for the defaults.</param>
/// <param name="tokenizer">Turns ids into text; needed for stop strings only.</param>
public sealed class SequenceGenerator(CausalLm model, IReadOnlyList<int> endIds, GeneratorOptions? options = null, ITokenizer? tokenizer = null)
{
    private readonly HashSet<int> ends = [.. endIds];
    private readonly GeneratorOptions options = options ?? new GeneratorOptions();

    /// <summary>Generates one sequence for each request.</summary>
    /// <param name="requests">The prompts.</param>
    /// <param name="sampling">How to draw; its seed and sample count are not looked at, each request has its own stream.</param>
    /// <param name="withLogProbs">Also returns the log-probability of each drawn token.</param>
    /// <param name="cancellationToken">Stops between tokens.</param>
    /// <returns>The sequences in the order of the requests.</returns>
    /// <exception cref="ArgumentException">A prompt is empty or leaves no room in the model's context, or stop strings are asked for without a tokenizer.</exception>
    /// <exception cref="InvalidOperationException">The model gives NaN.</exception>
    public IReadOnlyList<GeneratedSequence> Generate(
        IReadOnlyList<GenerationRequest> requests, SamplingOptions sampling, bool withLogProbs = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        var results = new GeneratedSequence[requests.Count];
        Generate(requests, sampling, (i, sequence) => results[i] = sequence, withLogProbs, cancellationToken);
        return results;
    }

    /// <summary>Generates one sequence for each request and hands each out as soon as it is finished.</summary>
    /// <param name="requests">The prompts.</param>
    /// <param name="sampling">How to draw.</param>
    /// <param name="finished">Gets a request's index and its sequence, in the order in which they end, on this thread.</param>
    /// <param name="withLogProbs">Also returns the log-probability of each drawn token.</param>
    /// <param name="cancellationToken">Stops between tokens; what was handed out stays valid.</param>
    /// <exception cref="ArgumentException">A prompt is empty or leaves no room in the model's context, or stop strings are asked for without a tokenizer.</exception>
    /// <exception cref="InvalidOperationException">The model gives NaN.</exception>
    public void Generate(
        IReadOnlyList<GenerationRequest> requests, SamplingOptions sampling, Action<int, GeneratedSequence> finished,
        bool withLogProbs = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        ArgumentNullException.ThrowIfNull(finished);
        var rules = Rules(sampling);
        foreach (var request in requests) Check(request);
        if (requests.Count == 0) return;
        using var batch = new ContinuousBatch(model, options, rules, requests, withLogProbs, finished);
        while (!batch.IsDone)
        {
            cancellationToken.ThrowIfCancellationRequested();
            batch.Step();
        }
    }

    /// <summary>Generates one sequence and hands out each token as soon as it is drawn; the same tokens as <c>Generate</c> gives.</summary>
    /// <param name="request">The prompt.</param>
    /// <param name="sampling">How to draw; its seed and sample count are not looked at.</param>
    /// <param name="cancellationToken">Stops between tokens.</param>
    /// <returns>Tokens, drawn as they are asked for; the last one carries the reason. Enumerate it on one thread.</returns>
    /// <exception cref="ArgumentException">The prompt is empty or leaves no room in the model's context, or stop strings are asked for without a tokenizer.</exception>
    public IEnumerable<GeneratedToken> Stream(GenerationRequest request, SamplingOptions sampling, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var rules = Rules(sampling);
        Check(request);
        return Run();

        IEnumerable<GeneratedToken> Run()
        {
            using var batch = new ContinuousBatch(model, options, rules, [request], withLogProbs: false, (_, _) => { });
            while (!batch.IsDone)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (batch.Step() is { } token) yield return token; // scopes open and close inside, never over a yield
            }
        }
    }

    private StopRules Rules(SamplingOptions sampling)
    {
        ArgumentNullException.ThrowIfNull(sampling);
        sampling.Validate();
        options.Validate();
        if (sampling.StopStrings.Count > 0 && tokenizer is null)
            throw new ArgumentException("Stop strings need the model's tokenizer; give it to the generator.");
        return new StopRules(ends, sampling, model.Config.ContextLength, tokenizer);
    }

    private void Check(GenerationRequest request)
    {
        if (request.PromptIds.Length == 0) throw new ArgumentException("A prompt is empty; a model needs at least one token to continue.");
        if (request.PromptIds.Length >= model.Config.ContextLength)
            throw new ArgumentException(
                $"A prompt of {request.PromptIds.Length} tokens leaves no room in the model's context of {model.Config.ContextLength}.");
        if (request.MaxNewTokens is < 1) throw new ArgumentException($"A request asks for {request.MaxNewTokens} new tokens; at least one is generated.");
        foreach (var id in request.PromptIds)
            if ((uint)id >= (uint)model.Config.VocabularySize)
                throw new ArgumentException($"Token id {id} lies outside the model's vocabulary of {model.Config.VocabularySize}. Is the tokenizer this model's?");
    }
}
