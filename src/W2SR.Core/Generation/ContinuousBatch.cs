using W2SR.Core.Models;
using static TorchSharp.torch;

namespace W2SR.Core.Generation;

/// <summary>The rows that run together, the prompts that wait, and the cache between them. One call of a generator.</summary>
internal sealed class ContinuousBatch : IDisposable
{
    // Fewer padded prompt tokens than this are not worth a pass of their own while rows are free and others run.
    private const int LeastPromptTokens = 128;

    private readonly CausalLm model;
    private readonly GeneratorOptions options;
    private readonly StopRules rules;
    private readonly IReadOnlyList<GenerationRequest> requests;
    private readonly bool withLogProbs;
    private readonly Action<int, GeneratedSequence> finished;
    private readonly PromptQueue waiting;
    private readonly Queue<(int Prompt, int Request)> read = new(); // of the reader's prompts, when they are read
    private readonly List<GenerationRow> rows = [];
    private readonly KvCache cache;
    private readonly IDecoder decoder;
    private readonly int maxRows;
    private PromptReader? reader;
    private Queue<int>[] readerRequests = [];

    public ContinuousBatch(
        CausalLm model, GeneratorOptions options, StopRules rules, IReadOnlyList<GenerationRequest> requests, bool withLogProbs, Action<int, GeneratedSequence> finished)
    {
        (this.model, this.options, this.rules, this.requests, this.withLogProbs, this.finished) = (model, options, rules, requests, withLogProbs, finished);
        waiting = new PromptQueue(requests);
        var places = requests.Max(Places);
        var longestPrompt = requests.Max(r => r.PromptIds.Length);
        maxRows = GenerationMemoryPlan.Create(model, options, requests.Count, longestPrompt, places).Rows;
        cache = new KvCache(model, maxRows, longestPrompt, places);
        cache.Use(0);
        decoder = model.CreateDecoder(options.UsesOperators);
    }

    /// <summary>True when every request is finished.</summary>
    public bool IsDone => rows.Count == 0 && reader is null && waiting.IsEmpty;

    /// <summary>Rows that run.</summary>
    public int RunningRows => rows.Count;

    /// <summary>Bytes of caches, buffers and logits that are kept from step to step.</summary>
    public long HeldBytes => cache.Bytes + (reader?.HeldBytes ?? 0) + decoder.HeldBytes;

    /// <summary>Reads a chunk of prompts where there is room for them, then adds a token to every running row.</summary>
    /// <returns>The token of the first row, or null when none was drawn.</returns>
    public GeneratedToken? Step()
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        GeneratedToken? first = null;
        if (rows.Count > 0)
        {
            Draw(decoder.Next([.. rows.Select(r => r.Last)], cache), rows);                             // [B, V]
            first = new GeneratedToken(rows[0].Last, rows[0].Reason);
        }
        var holes = HandOut();
        ReadPrompts(maxRows - rows.Count + holes.Count);
        var started = Start(holes);
        Close(holes);
        return first ?? (started is { } row ? new GeneratedToken(row.Last, row.Reason) : null);
    }

    public void Dispose()
    {
        reader?.Dispose();
        decoder.Dispose();
        cache.Dispose();
    }

    private int Places(GenerationRequest request) =>
        (int)Math.Min(rules.ContextLength, (long)request.PromptIds.Length + (request.MaxNewTokens ?? rules.Sampling.MaxNewTokens));

    private void Draw(Tensor logits, List<GenerationRow> drawing)
    {
        var uniforms = new double[drawing.Count];
        if (!rules.Sampling.IsGreedy)
            for (var i = 0; i < uniforms.Length; i++) uniforms[i] = drawing[i].Request.Random.NextUniform();
        var previous = rules.Sampling.RepetitionPenalty == 1 ? null : drawing.Select(r => (IReadOnlyCollection<int>)r.Seen!).ToArray();
        var drawn = TokenSampler.Sample(logits, uniforms, rules.Sampling, withLogProbs, previous);
        for (var i = 0; i < uniforms.Length; i++) drawing[i].Add(drawn.Ids[i], drawn.LogProbs?[i]);
    }

    /// <summary>Gives finished rows to the caller and returns their places, the last one first.</summary>
    private List<int> HandOut()
    {
        var holes = new List<int>();
        for (var i = rows.Count - 1; i >= 0; i--)
            if (rows[i].IsDone)
            {
                finished(rows[i].Index, rows[i].Finish());
                holes.Add(i);
            }
        return holes;
    }

    private void ReadPrompts(int freeRows)
    {
        if (reader is null)
        {
            var isIdle = freeRows == maxRows;
            if (waiting.IsEmpty || freeRows == 0) return;
            if (!isIdle && freeRows * 4 < maxRows && waiting.TokensFor(freeRows) < LeastPromptTokens) return;
            (var prompts, readerRequests) = waiting.Take(freeRows, options.PromptTokensAtOnce);
            reader = new PromptReader(model, decoder, prompts, options.PromptTokensAtOnce);
        }
        if (reader.Logits is not null || !reader.Advance()) return;
        for (var prompt = 0; prompt < readerRequests.Length; prompt++)
            while (readerRequests[prompt].TryDequeue(out var request)) read.Enqueue((prompt, request));
    }

    /// <summary>Puts samples of the prompts that are read into the holes, then behind the last row, and draws their first tokens.</summary>
    private GenerationRow? Start(List<int> holes)
    {
        if (reader?.Logits is null) return null;
        List<int> targets = [], prompts = [];
        var starting = new List<GenerationRow>();
        while (read.Count > 0 && (holes.Count > 0 || rows.Count < maxRows))
        {
            var (prompt, request) = read.Dequeue();
            var row = new GenerationRow(request, requests[request], rules, withLogProbs);
            prompts.Add(prompt);
            starting.Add(row);
            if (holes.Count > 0)
            {
                targets.Add(holes[^1]);
                rows[holes[^1]] = row;
                holes.RemoveAt(holes.Count - 1);
            }
            else
            {
                targets.Add(rows.Count);
                rows.Add(row);
            }
        }
        if (starting.Count == 0) return null;
        if (rows.Count > cache.Lengths.Length) cache.Use(rows.Count);
        cache.Put([.. targets], reader.Cache, [.. prompts]);
        Draw(reader.Logits.index_select(0, tensor(prompts.ConvertAll(p => (long)p).ToArray(), device: model.Target.Device)), starting);
        if (read.Count == 0)
        {
            reader.Dispose();
            reader = null;
        }
        // A first token may be the last one already.
        for (var i = 0; i < starting.Count; i++)
            if (starting[i].IsDone)
            {
                finished(starting[i].Index, starting[i].Finish());
                holes.Add(targets[i]);
            }
        holes.Sort(static (a, b) => b.CompareTo(a));
        return starting[0];
    }

    /// <summary>Moves the last rows into holes that nobody took, so that the rows in use stay the first ones.</summary>
    private void Close(List<int> holes)
    {
        foreach (var hole in holes)
        {
            var last = rows.Count - 1;
            if (hole != last)
            {
                cache.Move(last, hole);
                rows[hole] = rows[last];
            }
            rows.RemoveAt(last);
        }
        if (rows.Count != cache.Lengths.Length) cache.Use(rows.Count);
    }
}
