using W2SR.Core.Common;

namespace W2SR.Core.Generation;

/// <summary>One running sequence of a batch.</summary>
internal sealed class GenerationRow(int index, GenerationRequest request, bool withLogProbs, bool withHistory)
{
    private readonly List<int> ids = [];
    private readonly List<float>? logProbs = withLogProbs ? [] : null;

    /// <summary>Which of the caller's requests it is.</summary>
    public int Index { get; } = index;

    public GenerationRequest Request { get; } = request;

    /// <summary>Prompt and new ids so far, for the repetition penalty; null without one.</summary>
    public List<int>? Seen { get; } = withHistory ? [.. request.PromptIds] : null;

    /// <summary>Null while it runs.</summary>
    public FinishReason? Reason { get; private set; }

    public bool IsDone => Reason is not null;

    public void Add(int id, float? logProb, HashSet<int> ends, int maxNewTokens, int contextLength)
    {
        ids.Add(id);
        Seen?.Add(id);
        if (logProb is { } value) logProbs?.Add(value);
        if (ends.Contains(id)) Reason = FinishReason.Stop;
        else if (ids.Count >= maxNewTokens) Reason = FinishReason.Length;
        else if (Request.PromptIds.Length + ids.Count >= contextLength) Reason = FinishReason.ContextLimit;
    }

    public GeneratedSequence Finish() => new([.. ids], Reason!.Value, logProbs?.ToArray());
}
