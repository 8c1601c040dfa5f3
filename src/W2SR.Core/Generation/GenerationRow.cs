using W2SR.Core.Common;

namespace W2SR.Core.Generation;

/// <summary>One running sequence of a batch.</summary>
internal sealed class GenerationRow
{
    private readonly List<int> ids = [];
    private readonly List<float>? logProbs;
    private readonly RepetitionDetector repetition = new();
    private readonly StopRules rules;
    private readonly StopStringWatch? watch;

    public GenerationRow(int index, GenerationRequest request, StopRules rules, bool withLogProbs)
    {
        Index = index;
        Request = request;
        this.rules = rules;
        logProbs = withLogProbs ? [] : null;
        Seen = rules.Sampling.RepetitionPenalty != 1 ? [.. request.PromptIds] : null;
        watch = rules.Watch();
    }

    /// <summary>Which of the caller's requests it is.</summary>
    public int Index { get; }

    public GenerationRequest Request { get; }

    /// <summary>Prompt and new ids so far, for the repetition penalty; null without one.</summary>
    public List<int>? Seen { get; }

    /// <summary>The id that was drawn last.</summary>
    public int Last => ids[^1];

    /// <summary>Null while it runs.</summary>
    public FinishReason? Reason { get; private set; }

    public bool IsDone => Reason is not null;

    public void Add(int id, float? logProb)
    {
        ids.Add(id);
        Seen?.Add(id);
        if (logProb is { } value) logProbs?.Add(value);
        var repeats = repetition.Add(ids);
        if (rules.EndIds.Contains(id) || watch?.Add(id) == true) Reason = FinishReason.Stop;
        else if (ids.Count >= (Request.MaxNewTokens ?? rules.Sampling.MaxNewTokens)) Reason = FinishReason.Length;
        else if (Request.PromptIds.Length + ids.Count >= rules.ContextLength) Reason = FinishReason.ContextLimit;
        else if (repeats && rules.Sampling.StopAtRepetition) Reason = FinishReason.Repetition;
    }

    public GeneratedSequence Finish() => new([.. ids], Reason!.Value, logProbs?.ToArray())
    {
        HasRepetition = repetition.HasFired,
        TextBeforeStop = watch?.TextBeforeStop,
    };
}
