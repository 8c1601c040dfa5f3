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
/// <param name="maxRows">Rows that run at the same time; bounds memory.</param>
public sealed class SequenceGenerator(CausalLm model, IReadOnlyList<int> endIds, int maxRows = 512)
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
        using var quiet = no_grad();
        foreach (var rows in order.Chunk(maxRows))
            RunBatch(rows, requests, sampling, withLogProbs, results, cancellationToken);
        return results;
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
        var states = Array.ConvertAll(rows, row => new RowState(row, requests[row], withLogProbs, sampling.RepetitionPenalty != 1));
        var longest = states.Max(s => s.Request.PromptIds.Length);
        var capacity = (int)Math.Min(model.Config.ContextLength, (long)longest + sampling.MaxNewTokens);
        using var cache = new KvCache(model, states.Length, capacity);
        var isFirst = true;
        var last = new int[states.Length];
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using (NewDisposeScope())
            {
                var hidden = isFirst ? ReadPrompts(states, cache, longest) : model.DecodeStep(last, cache);   // [B, C]
                var drawn = Draw(model.Project(hidden), states, sampling, withLogProbs);
                for (var i = 0; i < states.Length; i++)
                {
                    last[i] = drawn.Ids[i];
                    if (!states[i].IsDone) states[i].Add(drawn.Ids[i], drawn.LogProbs?[i], ends, sampling.MaxNewTokens, model.Config.ContextLength);
                }
            }
            isFirst = false;
            var running = Enumerable.Range(0, states.Length).Where(i => !states[i].IsDone).ToArray();
            foreach (var state in states)
                if (state.IsDone) results[state.Index] ??= state.Finish();
            if (running.Length == 0) return;
            // A cache that is full for a finished row must not be written beyond its end, so such rows leave at once.
            if (running.Length * 2 <= states.Length || (running.Length < states.Length && cache.Lengths.Max() >= capacity - 1))
            {
                cache.Keep(running);
                states = Array.ConvertAll(running, i => states[i]);
                last = Array.ConvertAll(running, i => last[i]);
            }
        }
    }

    private static SampledTokens Draw(Tensor logits, RowState[] states, SamplingOptions sampling, bool withLogProbs)
    {
        var uniforms = new double[states.Length];
        if (!sampling.IsGreedy)
            for (var i = 0; i < states.Length; i++)
                uniforms[i] = states[i].IsDone ? 0 : states[i].Request.Random.NextUniform();
        var previous = sampling.RepetitionPenalty == 1 ? null : Array.ConvertAll(states, s => s.Seen!.ToArray());
        return TokenSampler.Sample(logits, uniforms, sampling, withLogProbs, previous);
    }

    /// <summary>Reads right-padded prompts and gives the hidden state of each row's last prompt token.</summary>
    private Tensor ReadPrompts(RowState[] states, KvCache cache, int longest)
    {
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

    /// <summary>One running sequence.</summary>
    private sealed class RowState(int index, GenerationRequest request, bool withLogProbs, bool withHistory)
    {
        private readonly List<int> ids = [];
        private readonly List<float>? logProbs = withLogProbs ? [] : null;
        private FinishReason reason;

        public int Index { get; } = index;

        public GenerationRequest Request { get; } = request;

        public List<int>? Seen { get; } = withHistory ? [.. request.PromptIds] : null;

        public bool IsDone { get; private set; }

        public void Add(int id, float? logProb, HashSet<int> ends, int maxNewTokens, int contextLength)
        {
            ids.Add(id);
            Seen?.Add(id);
            if (logProb is { } value) logProbs?.Add(value);
            if (ends.Contains(id)) End(FinishReason.Stop);
            else if (ids.Count >= maxNewTokens) End(FinishReason.Length);
            else if (Request.PromptIds.Length + ids.Count >= contextLength) End(FinishReason.ContextLimit);
        }

        public GeneratedSequence Finish() => new([.. ids], reason, logProbs?.ToArray());

        private void End(FinishReason why)
        {
            reason = why;
            IsDone = true;
        }
    }
}
