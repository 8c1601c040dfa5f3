using System.Text.RegularExpressions;

namespace W2SR.Core.Evaluation.Behaviours;

/// <summary>
/// Finds behaviours in English mathematical text by wording alone: deterministic, linear in the length, without a model, a clock or a culture.
/// It says what a text announces, not whether it does it well.
/// </summary>
public static partial class BehaviourDetector
{
    private const int FewestCases = 2;

    /// <summary>All spans, in the order of the text. Overlapping spans of one behaviour are one.</summary>
    /// <param name="response">What the model wrote.</param>
    public static IReadOnlyList<BehaviourSpan> Detect(string response)
    {
        ArgumentNullException.ThrowIfNull(response);
        var spans = new List<BehaviourSpan>();
        void Add(Behaviour behaviour, Regex rule, int fewest = 1)
        {
            var found = rule.Matches(response);
            if (found.Count >= fewest) spans.AddRange(found.Select(m => new BehaviourSpan(behaviour, m.Index, m.Length)));
        }
        Add(Behaviour.Verification, Verification());
        Add(Behaviour.Backtracking, Backtracking());
        Add(Behaviour.Subgoals, Subgoals());
        Add(Behaviour.Subgoals, NumberedSteps(), FewestCases); // one "first" is no plan
        Add(Behaviour.BackwardChaining, BackwardChaining());
        Add(Behaviour.Enumeration, Enumeration());
        Add(Behaviour.Enumeration, NumberedCases(), FewestCases);
        Add(Behaviour.Restating, Restating());
        return Merge(spans.OrderBy(s => s.Start).ThenBy(s => s.Behaviour));
    }

    /// <summary>How often each behaviour was found; behaviours that were not are 0.</summary>
    public static IReadOnlyDictionary<Behaviour, int> Count(string response)
    {
        var spans = Detect(response);
        return Enum.GetValues<Behaviour>().ToDictionary(b => b, b => spans.Count(s => s.Behaviour == b));
    }

    private static List<BehaviourSpan> Merge(IEnumerable<BehaviourSpan> spans)
    {
        var last = new Dictionary<Behaviour, BehaviourSpan>();
        var merged = new List<BehaviourSpan>();
        foreach (var span in spans)
        {
            if (last.TryGetValue(span.Behaviour, out var before) && span.Start < before.Start + before.Length)
            {
                var whole = before with { Length = Math.Max(before.Length, span.Start + span.Length - before.Start) };
                merged[merged.IndexOf(before)] = last[span.Behaviour] = whole;
                continue;
            }
            merged.Add(last[span.Behaviour] = span);
        }
        return merged;
    }

    private const RegexOptions Rules = RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    [GeneratedRegex(@"\b(let me|let's|let us|to|we can|i'll|i should|we should) (quickly )?(double[- ]?check|verify|re-?check|check (this|that|it|the|my|our|if|whether|by)\b|confirm)" +
        @"|\b(let me|let's|to) check\b|\b(checking|verifying|substituting (back|this back|it back)|plugging (it |this |these |them )?back|sanity check|double[- ]check(ing)?)\b|(^|[.!?\n]\s*)check: " +
        @"|\b(which|this|that) (matches|agrees with|checks out|is consistent with|is as expected)\b|\bas expected\b|\bit (works|checks out)\b", Rules)]
    private static partial Regex Verification();

    [GeneratedRegex(@"\b(wait|hold on|oops|hmm)\b[,.!]? *(,|\.|-)? *(no|that|this|let me|let's|i (made|forgot|misread|miscounted|think)|actually|the|but|we|it)\b" +
        @"|\bi (made (a|an) (mistake|error)|misread|miscounted|forgot)\b|\bactually,? (no|that's wrong|that is wrong)\b|\b(that|this)('s| is) (not right|wrong|incorrect|not correct)\b" +
        @"|\b(let me|let's|let us|we|i'll|i) (try|use|take) (again|another|a different|something else)\b|\b(let me|let's) (start over|go back|backtrack|rethink|reconsider)\b" +
        @"|\b(does(n't| not) (work|lead)|dead end|my earlier \w+ (is|was) wrong|made it worse|makes it worse)\b", Rules)]
    private static partial Regex Backtracking();

    [GeneratedRegex(@"\b(break|split|divide|decompose) (this|it|the (problem|task|figure|question|calculation|sum)|things) (down|up|into)\b|\bbreak(ing)? (this|it) down\b" +
        @"|\bthe first part\b|\bstep[- ]by[- ]step plan\b", Rules)]
    private static partial Regex Subgoals();

    [GeneratedRegex(@"\bstep \d+\s*[:.)]|(^|[.!?\n]\s*)(first|second|third|next|then|finally|lastly)(ly)?,? (we|i|let's|let us|let me|find|compute|calculate|determine|subtract|add|divide|multiply|solve)\b|(^|[.!?\n]\s*)then (divide|add|subtract|multiply)\b", Rules)]
    private static partial Regex NumberedSteps();

    [GeneratedRegex(@"\bwork(ing)? backwards?\b|\bour goal is\b|\bit suffices to\b|\b(to|in order to) (find|get|know|compute|determine|obtain)\b[^.!?\n]{1,60}\bwe (first )?need\b" +
        @"|\bfor (this|that) (it suffices|we need|to be the case)\b|\bwhich requires\b|\bstarting from the (end|goal|answer)\b|\bwe must have had\b", Rules)]
    private static partial Regex BackwardChaining();

    [GeneratedRegex(@"\b(list|enumerate|go through) (all|each|every|the (possibilities|cases|options|pairs|divisors|outcomes))\b|\b(try|check|consider) (each|every|all|small) (case|value|possibilit|option|number)" +
        @"|\b(two|three|four|several) cases\b", Rules)]
    private static partial Regex Enumeration();

    [GeneratedRegex(@"\b(case|option|possibility) (\d+|[ivx]+|[abc])\s*[:.)]|(^|[.!?\n]\s*)(if|for|when|try|suppose|with) (the \w+ is \d+|[a-z] ?= ?-?\d+)", Rules)]
    private static partial Regex NumberedCases();

    [GeneratedRegex(@"\b(the (problem|question) (says|states|asks|is asking|gives|tells)|we('re| are) (given|asked|told)|let me (understand|restate|re-read|reread|rephrase)|in other words, (the problem|we)|we (need|want|have) to find\b|we're looking for)", Rules)]
    private static partial Regex Restating();
}
