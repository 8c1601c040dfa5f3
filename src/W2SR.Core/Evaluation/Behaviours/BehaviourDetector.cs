using W2SR.Core.Common;
namespace W2SR.Core.Evaluation.Behaviours;

/// <summary>
/// Finds behaviours in English mathematical text by wording and structure: deterministic, linear in the length, without a model, a clock or a culture.
/// It says what a text announces, not whether it does it well.
/// </summary>
public static class BehaviourDetector
{
    /// <summary>All spans, in the order of the text. Overlapping spans of one behaviour are one.</summary>
    /// <param name="response">What the model wrote.</param>
    public static IReadOnlyList<BehaviourSpan> Detect(string response)
    {
        ArgumentNullException.ThrowIfNull(response);
        var text = new TraceText(response);
        return Merge(Enum.GetValues<Behaviour>().SelectMany(b => Find(b, text).Select(s => new BehaviourSpan(b, s.Start, s.Length)))
            .OrderBy(s => s.Start).ThenBy(s => s.Behaviour));
    }

    /// <summary>How often each behaviour was found; behaviours that were not are 0.</summary>
    public static IReadOnlyDictionary<Behaviour, int> Count(string response)
    {
        var spans = Detect(response);
        return Enum.GetValues<Behaviour>().ToDictionary(b => b, b => spans.Count(s => s.Behaviour == b));
    }

    private static List<BehaviourSpan> Merge(IEnumerable<BehaviourSpan> spans)
    {
        var last = new Dictionary<Behaviour, int>(); // where each behaviour's latest span stands in the result
        var merged = new List<BehaviourSpan>();
        foreach (var span in spans)
        {
            if (last.TryGetValue(span.Behaviour, out var index) && merged[index] is var before && span.Start < before.Start + before.Length)
            {
                merged[index] = before with { Length = Math.Max(before.Length, span.Start + span.Length - before.Start) };
                continue;
            }
            last[span.Behaviour] = merged.Count;
            merged.Add(span);
        }
        return merged;
    }

    private static IEnumerable<TextSpan> Find(Behaviour behaviour, TraceText text) => behaviour switch
    {
        Behaviour.Verification => VerificationRules.Find(text),
        Behaviour.Backtracking => BacktrackingRules.Find(text),
        Behaviour.Subgoals => SubgoalRules.Find(text),
        Behaviour.BackwardChaining => BackwardChainingRules.Find(text),
        Behaviour.Enumeration => EnumerationRules.Find(text),
        Behaviour.Restating => RestatingRules.Find(text),
        _ => throw new ArgumentOutOfRangeException(nameof(behaviour), behaviour, "not a behaviour that has rules"),
    };
}
