using TorchSharp;
using W2SR.Core.Common;
using W2SR.Core.Models;
using W2SR.Core.Tensors;
using static TorchSharp.torch;

namespace W2SR.Core.Generation;

/// <summary>
/// Generates many sequences together: prompts are read once, then every step adds one token to each running row; rows that ended leave
/// the batch as soon as half of it is idle. Knows token ids only.
/// </summary>
/// <param name="model">The model; borrowed.</param>
/// <param name="endIds">Ids that end a sequence.</param>
/// <param name="maxRows">Rows that run at the same time at most.</param>
/// <param name="maxCacheBytes">Bytes that their keys and values may grow to; fewer rows run together where they could need more. Default 4 GiB.</param>
public sealed class SequenceGenerator(CausalLm model, IReadOnlyList<int> endIds, int maxRows = 512, long maxCacheBytes = 4L << 30)
{
    private readonly HashSet<int> ends = [.. endIds];

    /// <summary>Generates one sequence for each request.</summary>
    /// <param name="requests">The prompts.</param>
    /// <param name="sampling">How to draw; its seed and sample count are not looked at, each request has its own stream.</param>
    /// <param name="withLogProbs">Also returns the log-probability of each drawn token.</param>
    /// <param name="cancellationToken">Stops between tokens.</param>
    /// <returns>The sequences in the order of the requests.</returns>
    /// <exception cref="ArgumentException">A prompt is empty or leaves no room in the model's context.</exception>
    public IReadOnlyList<GeneratedSequence> Generate(
        IReadOnlyList<GenerationRequest> requests, SamplingOptions sampling, bool withLogProbs = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        ArgumentNullException.ThrowIfNull(sampling);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxRows, 1);
        sampling.Validate();
        foreach (var request in requests) Check(request);

        var results = new GeneratedSequence[requests.Count];
        // Prompts of like length together: less padding to read, and rows that tend to end together.
        var order = Enumerable.Range(0, requests.Count).OrderBy(i => requests[i].PromptIds.Length).ToArray();
        foreach (var rows in order.Chunk(RowsTogether(requests, sampling)))
            RunBatch(rows, requests, sampling, withLogProbs, results, cancellationToken);
        return results;
    }

    /// <summary>Generates one sequence and hands out each token as soon as it is drawn; the same tokens as <see cref="Generate"/> gives.</summary>
    /// <param name="request">The prompt.</param>
    /// <param name="sampling">How to draw; its seed and sample count are not looked at.</param>
    /// <param name="cancellationToken">Stops between tokens.</param>
    /// <returns>Tokens, drawn as they are asked for; the last one carries the reason. Enumerate it on one thread.</returns>
    /// <exception cref="ArgumentException">The prompt is empty or leaves no room in the model's context.</exception>
    public IEnumerable<GeneratedToken> Stream(GenerationRequest request, SamplingOptions sampling, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(sampling);
        sampling.Validate();
        Check(request);
        return Run();

        IEnumerable<GeneratedToken> Run()
        {
            GenerationRow[] rows = [new GenerationRow(0, request, withLogProbs: false, sampling.RepetitionPenalty != 1)];
            using var cache = new KvCache(model, 1, request.PromptIds.Length, Places(request, sampling));
            int? last = null;
            while (!rows[0].IsDone)
            {
                cancellationToken.ThrowIfCancellationRequested();
                last = Step(rows, last is { } id ? [id] : null, cache, sampling, withLogProbs: false)[0]; // scopes open and close inside, never over a yield
                yield return new GeneratedToken(last.Value, rows[0].Reason);
            }
        }
    }

    private int Places(GenerationRequest request, SamplingOptions sampling) =>
        (int)Math.Min(model.Config.ContextLength, (long)request.PromptIds.Length + sampling.MaxNewTokens);

    private int RowsTogether(IReadOnlyList<GenerationRequest> requests, SamplingOptions sampling)
    {
        if (requests.Count == 0) return 1;
        var largest = KvCache.BytesOfRow(model, requests.Max(r => Places(r, sampling)));
        return (int)Math.Clamp(maxCacheBytes / largest, 1, maxRows);
    }

    private void Check(GenerationRequest request)
    {
        if (request.PromptIds.Length == 0) throw new ArgumentException("A prompt is empty; a model needs at least one token to continue.");
        if (request.PromptIds.Length >= model.Config.ContextLength)
            throw new ArgumentException(
                $"A prompt of {request.PromptIds.Length} tokens leaves no room in the model's context of {model.Config.ContextLength}.");
        foreach (var id in request.PromptIds)
            if ((uint)id >= (uint)model.Config.VocabularySize)
                throw new ArgumentException($"Token id {id} lies outside the model's vocabulary of {model.Config.VocabularySize}. Is the tokenizer this model's?");
    }

    private void RunBatch(
        int[] rows, IReadOnlyList<GenerationRequest> requests, SamplingOptions sampling, bool withLogProbs,
        GeneratedSequence[] results, CancellationToken cancellationToken)
    {
        var states = Array.ConvertAll(rows, row => new GenerationRow(row, requests[row], withLogProbs, sampling.RepetitionPenalty != 1));
        var longest = states.Max(s => s.Request.PromptIds.Length);
        var limit = states.Max(s => Places(s.Request, sampling));
        using var cache = new KvCache(model, states.Length, longest, limit);
        int[]? last = null;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            last = Step(states, last, cache, sampling, withLogProbs);
            var running = Enumerable.Range(0, states.Length).Where(i => !states[i].IsDone).ToArray();
            foreach (var state in states)
                if (state.IsDone) results[state.Index] ??= state.Finish();
            if (running.Length == 0) return;
            // A cache that is full for a finished row must not be written beyond its end, so such rows leave at once.
            if (running.Length * 2 <= states.Length || (running.Length < states.Length && cache.Lengths.Max() >= limit - 1))
            {
                cache.Keep(running);
                states = Array.ConvertAll(running, i => states[i]);
                last = Array.ConvertAll(running, i => last[i]);
            }
        }
    }

    /// <summary>Draws one token for each row: after reading the prompts where <paramref name="last"/> is null, otherwise after one more token of each.</summary>
    private int[] Step(GenerationRow[] states, int[]? last, KvCache cache, SamplingOptions sampling, bool withLogProbs)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var hidden = last is null ? ReadPrompts(states, cache) : model.DecodeStep(last, cache);   // [B, C]
        var drawn = Draw(model.Project(hidden), states, sampling, withLogProbs);
        for (var i = 0; i < states.Length; i++)
            if (!states[i].IsDone) states[i].Add(drawn.Ids[i], drawn.LogProbs?[i], ends, sampling.MaxNewTokens, model.Config.ContextLength);
        return drawn.Ids;
    }

    private static SampledTokens Draw(Tensor logits, GenerationRow[] states, SamplingOptions sampling, bool withLogProbs)
    {
        var uniforms = new double[states.Length];
        if (!sampling.IsGreedy)
            for (var i = 0; i < states.Length; i++)
                uniforms[i] = states[i].IsDone ? 0 : states[i].Request.Random.NextUniform();
        var previous = sampling.RepetitionPenalty == 1 ? null : Array.ConvertAll(states, s => (IReadOnlyCollection<int>)s.Seen!);
        return TokenSampler.Sample(logits, uniforms, sampling, withLogProbs, previous);
    }

    /// <summary>Reads right-padded prompts and gives the hidden state of each row's last prompt token.</summary>
    private Tensor ReadPrompts(GenerationRow[] states, KvCache cache)
    {
        var longest = states.Max(s => s.Request.PromptIds.Length);
        var ids = new long[states.Length * longest];
        var lastPlaces = new long[states.Length];
        for (var i = 0; i < states.Length; i++)
        {
            var prompt = states[i].Request.PromptIds;
            for (var t = 0; t < prompt.Length; t++) ids[i * longest + t] = prompt[t];
            lastPlaces[i] = (long)i * longest + prompt.Length - 1;
            cache.Lengths[i] = prompt.Length;
        }
        var device = model.Target.Device;
        var hidden = model.Hidden(tensor(ids, [states.Length, longest], device: device), cache);
        return hidden.view(-1, model.Config.HiddenSize).index_select(0, tensor(lastPlaces, device: device));
    }
}
