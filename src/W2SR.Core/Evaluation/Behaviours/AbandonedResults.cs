using System.Text.RegularExpressions;
using W2SR.Core.Common;

namespace W2SR.Core.Evaluation.Behaviours;

/// <summary>Results that a text leaves behind: those that cannot be, that the problem's words do not allow, or that nothing speaks of after a doubt.</summary>
internal static partial class AbandonedResults
{
    private const int SentencesAfter = 2;

    public static IEnumerable<TextSpan> Find(TraceText text)
    {
        var reassurances = new Reassurances(text);
        return [.. Refusals(text), .. Quotations(text, reassurances), .. Reminders(text, reassurances), .. Dropped(text)];
    }

    /// <summary>"60 * 40 = 2400 km. That is not possible. 60 * 40/60 = 40 km": a result that cannot be, and the calculation again.</summary>
    private static IEnumerable<TextSpan> Refusals(TraceText text)
    {
        for (int i = 1; i < text.Sentences.Count; i++)
        {
            var sentence = text.Sentences[i];
            bool supposed = Supposition().IsMatch(text.Sentences[i - 1].Text) || Supposition().IsMatch(sentence.Text);
            if (Impossible().Match(sentence.Text) is { Success: true } m && !supposed && (i + 1 < text.Sentences.Count && Afresh().IsMatch(text.Sentences[i + 1].Text) || Turns.Redoes(text, sentence.Start + m.Index, text.Sentences[Math.Min(i + SentencesAfter, text.Sentences.Count - 1)].End))) yield return sentence.Span(m);
            if (No().Match(sentence.Text) is { Success: true } no && !IsAsked(text.Sentences[i - 1].Text) && !Reassurances.Reassures(sentence.Text)) yield return sentence.Span(no);
        }
    }

    // "= 24?" is a result, "Is it 24?" a question
    private static bool IsAsked(string sentence) => sentence.TrimEnd().EndsWith('?') && (!sentence.Contains('=', StringComparison.Ordinal) || Asks().IsMatch(sentence));

    /// <summary>After a result, words of the problem in quotation marks, and something that changes by them.</summary>
    private static IEnumerable<TextSpan> Quotations(TraceText text, Reassurances reassurances)
    {
        int first = text.Equations.Where(e => e is { HasOperator: true, HasUnknown: false }).Select(e => e.Start).DefaultIfEmpty(int.MaxValue).First();
        for (int i = 1; i < text.Sentences.Count; i++)
        {
            var sentence = text.Sentences[i];
            if (sentence.Start < first || reassurances.Stands(i) || Equations.Numbers(text.Sentences[i - 1].Text).Length == 0 && reassurances.Stands(i - 1) || Quote().Match(sentence.Text) is not { Success: true } m) continue;
            string[] after = [sentence.Text[(m.Index + m.Length)..], .. text.Sentences.Skip(i + 1).Take(SentencesAfter).Select(s => s.Text)];
            if (!after.Any(s => Reassurances.Reassures(s)) && after.Any(s => Changes().IsMatch(s))) yield return sentence.Span(m);
        }
    }

    /// <summary>"Hmm, the question asks about the area though"</summary>
    private static IEnumerable<TextSpan> Reminders(TraceText text, Reassurances reassurances)
    {
        for (int i = 0; i < text.Sentences.Count; i++)
            if (Reminder().Match(text.Sentences[i].Text) is { Success: true } m && !reassurances.Follow(i)) yield return text.Sentences[i].Span(m);
    }

    /// <summary>"There are 120 ways. But that treats two balls as different. Dividing by 2 gives 60": a result, a doubt, another number, and no word of the result from there on.</summary>
    private static IEnumerable<TextSpan> Dropped(TraceText text)
    {
        var lastMentions = Equations.LastMentions(text.Text);
        var results = Result().Matches(text.Text).Select(m => (At: m.Groups["n"].Index, Value: m.Groups["n"].Value, IsCalculated: false)).Concat(text.Equations.Where(e => e.HasOperator && !e.HasUnknown).Select(e => (At: e.ValueStart, e.Value, IsCalculated: true))).OrderBy(r => r.At).ToArray();
        int next = 0;
        for (int i = 0; i < text.Sentences.Count; i++)
        {
            var sentence = text.Sentences[i];
            if (Doubt().Match(sentence.Text) is not { Success: true } m || Plan().IsMatch(sentence.Text)) continue;
            int at = sentence.Start + m.Index + (m.Value.TrimEnd() is [.., '.' or '…'] ? m.Length : 0);
            while (next < results.Length && results[next].At < at) next++;
            if (next == 0) continue;
            var (resultAt, value, _) = results[next - 1];
            int from = text.SentenceAt(resultAt);
            int end = text.Sentences[Math.Min(i + SentencesAfter, text.Sentences.Count - 1)].End;
            if (i - from > 1 || text.Answers.Contains(value) || lastMentions.GetValueOrDefault(value) > at || Candidate().IsMatch(text.Sentences[from].Text) || Candidate().IsMatch(sentence.Text)) continue;
            if (next < results.Length && results[next].At < end && results[next].Value != value && (results[next].IsCalculated || !text.Mentions(results[next].Value, at)) || Other().Match(text.Text[at..end]) is { Success: true } o && !text.Mentions(o.Groups["n"].Value, at)) yield return sentence.Span(m);
        }
    }

    [GeneratedRegex(@"^\W*((hmm+|but|oh|wait|well|no|so|and|however|yet)\W+)*(that|this|it|which|\d+ \w+)( \w+)? ?(is|'s|was|seems|looks|can't be|cannot be|isn't|must be|would be"
        + @"|sounds) (\w+ )?(not )?(possible|impossible|absurd|negative|too|ridiculous|strange|weird|odd|unrealistic|unreasonable|right|correct|nonsense|(more|less|slower|faster|bigger"
        + @"|smaller|larger|longer|shorter|higher|lower|older|younger|heavier) than|a lot|huge|tiny"
        + @"|off)\b", TraceText.Rules)]
    private static partial Regex Impossible();

    [GeneratedRegex(@"\b(if|suppose|assume|assuming|case|when|try|trying|testing|candidate|option|would)\b", TraceText.Rules)]
    private static partial Regex Supposition();

    // "No, the square has 4 sides"
    [GeneratedRegex(@"^\W*((hmm|oh|but|ah|so)\W+)*(no|not quite) ?[,:;!—–-]", TraceText.Rules)]
    private static partial Regex No();

    [GeneratedRegex(@"[""“][^""“”]{6,}[""”]", TraceText.Rules)]
    private static partial Regex Quote();

    [GeneratedRegex(@"(^|[.!?]\s)\W*(oh|ah|ok|okay|right|so|then|hence|therefore|ugh|hmm|that|this|i|we|which|but)\b.*(\bnot\b|n't\b|\bonly\b|\balso\b|\binstead\b|\bhave to\b|\bneed\b"
        + @"|\bmust\b|\bchanges\b|\bexclude|\bdrop\b|\bout\b|\bleft\b|\b(it's|it is|that's|makes|leaves|gives) \W?\d)", TraceText.Rules)]
    private static partial Regex Changes();

    [GeneratedRegex(@"^\W*((so|okay)\W+)*(hmm+|wait|oh|ah|no|hm|oops|but|however|but wait|hold on)\b.*\b(question|problem|they|it|text|statement)( \w+)? (asks?|wants?|says?|is about|asked"
        + @"|wanted|said|mentions?|mentioned|is asking|means?)\b"
        + @"|\b(question|problem|they|text|statement)( \w+)? (asks?|wants?|says?|asked|wanted|said|means?)\b.*\b(though|not (the|that|what)|instead|rather than)\b", TraceText.Rules)]
    private static partial Regex Reminder();

    [GeneratedRegex(@"(=|≈|\bis|\bwas|\bbe|\bgets?|\bgot|\bgives?|\bare|\bso|\bleaves?|\bmakes?|\bthen|\bsays?|\btakes|\bcosts|\bhas|\bhave|\bobtain|\byields) (about |only |exactly "
        + @"|just )?[$\\(]{0,3}(?<n>\d+(\.\d+)?)", TraceText.Rules)]
    private static partial Regex Result();

    [GeneratedRegex(@"(=|\bis|\bare|\bget|\bso|\bgives|\bmakes) ?[$\\(]{0,3}\d+(\.\d+)?( [a-z]+)?(\.\.\.|…)\s*$|(^|\.\.\. ?|[,;:—–-] ?)\W*((so|and|okay|ok|oh|but)\W+)*(hmm+|hm|oh|wait"
        + @"|hold on|hang on|actually|ah|ugh|oops|sorry|er|but|however|except|(i|we) should( have)?|though\W|let me (re-?\w+|(add|count|compute|do|try|multiply"
        + @"|calculate)( \w+){0,3} again))\b", TraceText.Rules)]
    private static partial Regex Doubt();

    // a step that goes on
    [GeneratedRegex(@"^\W*((hmm+|okay|ok|but|oh|so|well)\W+)*(and|now|next|then|let me (see|think|find|compute|calculate|start|check|verify|double|list|also|first|just|write|get|set"
        + @"|consider)|let's|how|what|why|first|also|we (also )?(need|want|have|know)|i (also )?(need|want|have|know)|in addition|maybe)\b", TraceText.Rules)]
    private static partial Regex Plan();

    [GeneratedRegex(@"\b(if|suppose|assume|case|try|trying|test|testing|candidate|option|too (small|big|large|low|high|few|many)|works|fails|no good|check|verify|prime|extraneous|rejected?"
        + @"|satisf\w+)\b|\b[a-z] ?= ?-?\d+ ?[:,]|^\W*\d+ ?:|\b(no|yes)\b\W*$", TraceText.Rules)]
    private static partial Regex Candidate();

    [GeneratedRegex(@"(=|\bis|\bare|\bget|\bgives|\bso|\bleaves|\bmakes|\bthen|\bactually|\bonly|\bbe|\bto) (only |about |really |actually |then )?[$\\(]{0,3}(?<n>\d+(\.\d+)?)", TraceText.Rules)]
    private static partial Regex Other();

    [GeneratedRegex(@"\bre-?(check|examin|visit|consider|calculat|comput|read|do|work|think)(e|ing|s)? (the|my|our|this|that|it)\b|\b(mistake|error|instead|correct(ed|ly)?)\b"
        + @"|\bshould be\b", TraceText.Rules)]
    private static partial Regex Afresh();

    [GeneratedRegex(@"^\W*((hmm+|wait|but|so|oh|okay|and|or|well|hold on)\W+)*(is|are|was|does|do|did|could|can|should|what|how|which|why|will|would|isn't|doesn't|must)\b", TraceText.Rules)]
    private static partial Regex Asks();
}
