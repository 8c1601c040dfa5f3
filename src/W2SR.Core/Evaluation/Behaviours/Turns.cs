using System.Text.RegularExpressions;
using W2SR.Core.Common;

namespace W2SR.Core.Evaluation.Behaviours;

/// <summary>Turns that show only in what follows: an interjection with a correction, an objection with a conclusion, a claim with another value.</summary>
internal static partial class Turns
{
    private const int SentencesAfter = 2;

    public static IEnumerable<TextSpan> Find(TraceText text) => [.. Interjections(text), .. Objections(text), .. Seeming(text), .. WithdrawnResults(text), .. ChangedClaims(text), .. NewOutcomes(text), .. OtherWays(text)];

    /// <summary>"Wait" and its like, when one of the next sentences corrects something: "wait, let me check" alone turns nothing.</summary>
    private static IEnumerable<TextSpan> Interjections(TraceText text)
    {
        var reassurances = new Reassurances(text);
        int firstNumber = text.Text.AsSpan().IndexOfAnyInRange('0', '9');
        for (int i = 0; i < text.Sentences.Count; i++)
        {
            var sentence = text.Sentences[i];
            bool reassured = reassurances.Follow(i);
            if (!reassured)
                foreach (Match m in Exclamation().Matches(sentence.Text)) yield return sentence.Span(m);
            if (Interjection().Match(sentence.Text) is not { Success: true } word || IsEmphasis(sentence)) continue;
            string rest = sentence.Text[(word.Groups["word"].Index + word.Groups["word"].Length)..];
            if (reassured || firstNumber >= sentence.Start && sentence.Text.TrimEnd().EndsWith('?') || Waiting().IsMatch(sentence.Text) || LeadsToCheck().IsMatch(sentence.Text) || IsSaidAgain(text, sentence, rest)) continue;
            if (Correction().IsMatch(rest) || text.Sentences.Skip(i + 1).Take(SentencesAfter).Any(s => Correction().IsMatch(s.Text))) yield return sentence.Span(word);
        }

        // "Actually" in front of all numbers takes nothing back.
        bool IsEmphasis(Sentence sentence) => (firstNumber < 0 || firstNumber >= sentence.Start) && Emphasis().IsMatch(sentence.Text);
    }

    /// <summary>"Wait, so it is 240 miles at this point."</summary>
    private static bool IsSaidAgain(TraceText text, Sentence sentence, string rest) => Summing().IsMatch(rest) && !Negation().IsMatch(rest) && Equations.Numbers(rest) is { Length: > 0 } numbers && numbers.All(n => text.Mentions(n, sentence.Start));

    /// <summary>After a result, a sentence that objects to it and a conclusion that follows.</summary>
    private static IEnumerable<TextSpan> Objections(TraceText text)
    {
        bool hasResult = false;
        var reassurances = new Reassurances(text);
        for (int i = 0; i < text.Sentences.Count; i++)
        {
            var sentence = text.Sentences[i];
            bool objects = hasResult && !reassurances.Stands(i) && !reassurances.Follow(i) && !Rejection().IsMatch(sentence.Text) && !OtherCase().IsMatch(sentence.Text) && !GoesOn(text, i) && (Doubt().IsMatch(sentence.Text) && !text.Sentences[i - 1].Text.TrimEnd().EndsWith('?')
                || Objection().IsMatch(sentence.Text) && text.Sentences.Skip(i).Take(SentencesAfter).Any(s => Conclusion().IsMatch(s.Text)));
            if (objects) yield return sentence.Span();
            hasResult |= sentence.Text.Contains('=', StringComparison.Ordinal) || Stated().IsMatch(sentence.Text);
        }
    }

    // "120 apples. However, a third of them are not ripe, so 120 / 3 = 40 ...": the result is used, not withdrawn.
    private static bool GoesOn(TraceText text, int sentence)
    {
        int next = text.EquationAt(text.Sentences[sentence].Start);
        return next > 0 && next < text.Equations.Count && text.Equations[next].Start < text.Sentences[sentence].End
            && text.Equations[next] is { HasOperator: true, Operands: [var first, ..] } && first == text.Equations[next - 1].Value;
    }

    /// <summary>"It seems that the answer is 15. But adjacent pairs are excluded, so we get 10": a result that is only said to seem so.</summary>
    private static IEnumerable<TextSpan> Seeming(TraceText text) =>
        text.FindPairs((s, before) => Seems().IsMatch(before.Text) && Against().IsMatch(s.Text) && !OtherCase().IsMatch(s.Text));

    /// <summary>"It doesn't factor. Let me use the formula": a way that leads nowhere, and another one.</summary>
    private static IEnumerable<TextSpan> OtherWays(TraceText text)
    {
        for (int i = 0; i + 1 < text.Sentences.Count; i++)
            if (Stuck().Match(text.Sentences[i].Text) is { Success: true } m && Onward().IsMatch(text.Sentences[i + 1].Text)) yield return text.Sentences[i].Span(m);
    }

    /// <summary>A number that an earlier "= N" gave and that a later "not N" takes back; a candidate that fails takes nothing back.</summary>
    private static IEnumerable<TextSpan> WithdrawnResults(TraceText text)
    {
        var results = new Dictionary<string, int>();
        foreach (Match m in Result().Matches(text.Text)) results.TryAdd(m.Groups["n"].Value, m.Index);
        foreach (var sentence in text.Sentences.Where(s => !Candidate().IsMatch(s.Text)))
            foreach (Match m in Negated().Matches(sentence.Text))
                if (results.TryGetValue(m.Groups["n"].Value, out int at) && at < sentence.Start + m.Index) yield return sentence.Span(m);
    }

    /// <summary>"The answer is 30. Oh, he gives 4 away. So the answer is 26": a turn between two values of one thing.</summary>
    private static IEnumerable<TextSpan> ChangedClaims(TraceText text)
    {
        var claims = text.Sentences.Select(s => Claim().Matches(s.Text).Select(m => (Head: m.Groups["head"].Value, Value: m.Groups["value"].Value)).ToArray()).ToArray();
        var before = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var several = new HashSet<string>(StringComparer.OrdinalIgnoreCase); // "x = 7 ... x = -2": cases
        for (int i = 0; i < claims.Length; i++)
        {
            if (Turn().IsMatch(text.Sentences[i].Text) && !Rejection().IsMatch(text.Sentences[i].Text) && !Approvals.IsTrial(text, text.Sentences[i].Start) && claims.Skip(i).Take(SentencesAfter + 1).Any(s => s.Any(c => !several.Contains(c.Head) && before.TryGetValue(c.Head, out var value) && value != c.Value)))
                yield return text.Sentences[i].Span();
            foreach (var (head, value) in claims[i])
            {
                if (head.Length == 1 && before.TryGetValue(head, out var other) && other != value) several.Add(head);
                before[head] = value;
            }
        }
    }

    /// <summary>"Oh, it is closed on Sunday. So it is 6 days": a startled word after a result, and a number that is new.</summary>
    private static IEnumerable<TextSpan> NewOutcomes(TraceText text)
    {
        bool hasResult = false;
        var reassurances = new Reassurances(text);
        for (int i = 0; i < text.Sentences.Count; i++)
        {
            var sentence = text.Sentences[i];
            var m = i > 0 && text.Sentences[i - 1].Text.EndsWith("...", StringComparison.Ordinal) ? Aside().Match(sentence.Text) : Startle().Match(sentence.Text);
            hasResult |= HasResult().IsMatch(m.Success ? sentence.Text[..m.Index] : sentence.Text);
            if (Hesitation().Match(sentence.Text) is { Success: true } word && Redoes(text, sentence.Start + word.Index, text.Sentences[Math.Min(i + SentencesAfter, text.Sentences.Count - 1)].End)) yield return sentence.Span(word);
            if (!m.Success || reassurances.IsAffirmed(i) || IsSaidAgain(text, sentence, sentence.Text[(m.Index + m.Length)..])) continue;
            int at = sentence.Start + m.Index;
            string[] after = [sentence.Text[m.Index..], .. text.Sentences.Skip(i + 1).Take(SentencesAfter).Select(s => s.Text)];
            bool concludes = after.Any(s => Outcome().Matches(s).Concat(Bare().Matches(s)).Any(o => o.Groups["value"].Value.Split('/').Any(n => !text.Mentions(n, at))));
            if (hasResult && (concludes || Redoes(text, at, sentence.Start + after.Sum(s => s.Length) + m.Index))) yield return sentence.Span(m);
            hasResult |= HasResult().IsMatch(sentence.Text);
        }
    }

    // "25 - 6 = 19. Oh, twice the product. 25 - 12 = 13"
    internal static bool Redoes(TraceText text, int turn, int end)
    {
        int next = text.EquationAt(turn);
        if (next == 0 || Checking().IsMatch(text.Sentences[text.SentenceAt(turn)].Text)) return false;
        var before = text.Equations[next - 1];
        return text.Equations.Skip(next).TakeWhile(e => e.Start < end)
            .Any(e => e.HasOperator && before.HasOperator && e.Value != before.Value && e.Operands is [var first, .., var last] && before.Operands is [var start, .., var end]
                && (first == start || last == end && e.Shape == before.Shape));
    }

    [GeneratedRegex(@"(^[^a-z0-9]*|[,;:—–(?-]\s*|\b(hmm|hm|oh|ah|no|but|so|okay|ok|and|uh|um|well|actually),? )(?<word>wait|hold on|hold it|hang on|hold up|not so fast|just a (moment"
        + @"|second|minute)|one (moment|second))( a (minute|moment|second|sec)"
        + @"| up)?\s*([,.!?—–:;-]|…|\bno\b|\b(but|that|this|it|i|the|is|are|actually|there|we|he|she|they|if|what|a|\d+)\b)|^[^a-z0-9]*(?<word>actually)\b", TraceText.Rules)]
    private static partial Regex Interjection();

    [GeneratedRegex(@"\b(oh,? (wait|right)|ah,? (wait|right)|oops|whoops|ouch|ugh|argh|gah|darn|dang|d'oh|doh|shoot|oh no|uh[- ]oh|hmm+,? no|no,? no|(hmm|oh|but|no|well|wait)[,.]? actually"
        + @"|(no|um+|uh+|er+),? (wait|hang on|hold on)|(um+|uh+|er+),? no|(hmm+|oh|well),? (maybe|perhaps) not)\b|\bwell,? no[,.;]|\bactually,? no\b", TraceText.Rules)]
    private static partial Regex Exclamation();

    [GeneratedRegex(@"\b(no|not|nope|wrong|actually|instead|forgot|forgotten|mis[a-z]+(ed|read|took)|mistake|error|only|rather|miss|missed|missing|forget|twice|double[- ]count|incorrect"
        + @"|should|shouldn't|overlooked|ignored|oops|redo|scratch|too (many|much|few|small|large|big|high|low)|can't|cannot|already|also|again|that means|changes)\b|n't\b|\bso (we|i|he|she"
        + @"|it|that|the \w+) (need|needs|have|has|must|should|only|is|can|becomes)\b", TraceText.Rules)]
    private static partial Regex Correction();

    [GeneratedRegex(@"^\W*((okay|ok)\W+)?(so|then|that's|that is|it's|it is|now)\b", TraceText.Rules)]
    private static partial Regex Summing();

    [GeneratedRegex(@"\b(not|no|only|wrong|instead|should|too|cannot|forgot)\b|n't\b", TraceText.Rules)]
    private static partial Regex Negation();

    [GeneratedRegex(@"(=|\bis|\bget|\bgives|\bare|\bso) ?\$?(?<n>\d+(\.\d+)?)", TraceText.Rules)]
    private static partial Regex Result();

    [GeneratedRegex(@"(\bnot|n't)( be| actually| really| just)? \$?(?<n>\d+(\.\d+)?)", TraceText.Rules)]
    private static partial Regex Negated();

    [GeneratedRegex(@"^\W*(er+m?|uh|sorry|no|nope)\b.*(\bis\b|'s\b|=|\bnot\b|n't\b|\bbut\b)|^\W*(hmm+|hm|oh|ah|mm)\b.*(\bbut\b|\bnot\b|n't\b|\bonly\b|\bif\b|\bthough\b|\bforgot)", TraceText.Rules)]
    private static partial Regex Doubt();

    [GeneratedRegex(@"^\W*(but|however|yet|though|except)\b.*(n't\b|\b(not|no|already|never|has to be|have to be|must be|without)\b)|, though\W*$|^\W*(but|however|yet),? (the|these"
        + @"|those|that|this|it|they|we|each|one)( \w+){0,4} (is|are|was|were|has|have|do|does|can)(n't| not) .*|, but (that|this|it|the|x|n|i|we|one|there)\b.*\b(not|no"
        + @"|n't|only)\b.*\b(so|therefore)\b", TraceText.Rules)]
    private static partial Regex Objection();

    // "That makes 6 ways."
    [GeneratedRegex(@"\b(makes|gives|get|so|that's|there are|leaves|is) (us |about )?\W?\d[\d./]*( [a-z]+){0,2}\W*$", TraceText.Rules)]
    private static partial Regex Stated();

    [GeneratedRegex(@"\b(so|therefore|hence|thus|then|for|with|instead)\b.*(=|\bis\b).*\d|^\W*(we|i|one) (must|have to|should|need to) (use|take|apply|work|look|count|divide|multiply"
        + @"|subtract|add)\b.*\d|^\W*\d[^=]*=\W*\d|\b(so|therefore|hence|thus|instead),? (it's |we get |there are |only )?\W?\d", TraceText.Rules)]
    private static partial Regex Conclusion();

    /// <summary>"The answer is 30": whatever a later sentence may claim to be something else.</summary>
    [GeneratedRegex(@"\b(?<head>(answer|total|result|sum|count|probability|area|volume|distance|cost|price|number of \w+|value|product|difference|profit|remainder|median|mean|average|mode"
        + @"|perimeter|length|speed|time|height|width|side|age|angle|radius|slope|digit|exponent|period|number|amount|percentage|ratio|rate|x|y|n|it))( of [^.;:=\n]{1,30}| \w+)? ?(is|are|="
        + @"|was|must be|should be|would be|comes to|makes|becomes)( [^=.,;:\n]*=)*( now| then| actually| only| just| really)? \W{0,9}(boxed\{)?(?<value>\d+(\.\d+)?)", TraceText.Rules)]
    private static partial Regex Claim();

    [GeneratedRegex(@"^\W*(oh|hmm+|hm|wait|actually|oops|sorry|no|but|however|hold on|hang on|although|ah|er|uh|though)\b", TraceText.Rules)]
    private static partial Regex Turn();

    /// <summary>What a turn ends in: "so it is 6 days".</summary>
    [GeneratedRegex(@"\b(so|then|thus|hence|therefore|now|and it's|and that's|that (makes|leaves|gives))\b[^.=\d]{0,40}\W?(?<value>\d+(\.\d+)?(/\d+)?)", TraceText.Rules)]
    private static partial Regex Outcome();

    [GeneratedRegex(@"(^|\.\.\. ?|[—–-] ?|[,;] )\W*((hmm+|oh|but|so|okay|ah|no)\W+)*(oops|sorry|hold on|hang on|ugh|hmm*,? (but|no|wait|though|actually)\b|(oh|wait|ah"
        + @"|actually)(\W{0,2}[,.!?…:—–-]| (no|but|that|it|i|we|the|this|there|he|she|they|is|yes)\b))", TraceText.Rules)]
    private static partial Regex Startle();

    [GeneratedRegex(@"^\W*(but|no|wait|oh|or|hmm+|actually|except|well)\b", TraceText.Rules)]
    private static partial Regex Aside();

    [GeneratedRegex(@"^\W*(try|trying|test|testing|for|if|when|case|with|is)\b|\bnot 0\b", TraceText.Rules)]
    private static partial Regex Candidate();

    [GeneratedRegex(@"\b(check|verify|confirm)\b|\b(is|was) (that|this|it) (right|correct|true|ok|okay|really)\b", TraceText.Rules)]
    private static partial Regex Checking();

    [GeneratedRegex(@"^[^a-z0-9]*actually\b", TraceText.Rules)]
    private static partial Regex Emphasis();

    [GeneratedRegex(@"\b(cannot|can't|must not|may not) be (negative|zero)\b|(\bnot|n't) satisfy\b|\bextraneous\b|\breject|\bdomain\b|\b(must be|is|are) (positive|non-?negative)\b", TraceText.Rules)]
    private static partial Regex Rejection();

    [GeneratedRegex(@"(^|\.\.\. ?|[—–-] ?|[,;] )\W*(hmm+|hm|ah|oh|forgot|argh|ugh|sorry)\b", TraceText.Rules)]
    private static partial Regex Hesitation();

    [GeneratedRegex(@"^\W*((that's|it's|this is|far|way|much) )*too (many|much|long|slow|messy)\W*$|(\bnot|n't) (\w+ )?(obvious|clear|promising|convenient|useful|usable|strong enough"
        + @"|enough to|any simpler|easier|factor|split|divide|come out|simplify|new information"
        + @"|enough information|nice)\b|^\W*(actually|but|hmm+|though)\b.*\b(which|that) (we|i) (don't|do not) (know|have)\b|\b(is|going|goes|'s) (in circles|circular)\b|\bnothing new\b|\b(same|original) (equation|integral|thing|expression) (again|back)\b|\bback where (we"
        + @"|i) (started|began)\b|\b(that|this|which) (doesn't|does not|won't|didn't|can't|cannot) (\w+ )?(work|apply|help|hold)\b|^\W*(hmm+|ugh)\b.*\b(unknowns|terms|cases|variables"
        + @"|equations|possibilities|steps|computations?)\b|\b(factoring|guessing|substitution|induction|that|this)( \w+)? (doesn't|does not|isn't|won't) (seem|appear|look)( \w+)? (to|like"
        + @"|possible|promising|easy)\b|\btoo (weak|crude|coarse|loose|rough|strong|big a|general)\b", TraceText.Rules)]
    private static partial Regex Stuck();

    [GeneratedRegex(@"^\W*((so|then|ok|okay|hmm|well|alright|right)\W+)*(let me|let's|let us|maybe|perhaps|what if|instead|i'll|i should|we should|i could|we could|how about|alternatively"
        + @"|rather|switch|(a|the|another|some) \w+ (will|would|might|should)( have to)? (do|work|help|be)|it (would|might|may|'d|is|will) (probably )?(be )?(better|easier|simpler"
        + @"|quicker|faster|cleaner|nicer)|quadratic|just|(we|i) (therefore|instead|rather|thus|now"
        + @"|could|can|will|'ll)? ?(prove|strengthen|sharpen|use|try|take|switch|choose|turn|need)( to)?( a| an| the| another)?)\b[^\d=]{5}", TraceText.Rules)]
    private static partial Regex Onward();

    [GeneratedRegex(@"^\W*(?<value>\d+(\.\d+)?)( [a-z]+)?\W*$", TraceText.Rules)]
    private static partial Regex Bare();

    [GeneratedRegex(@"\d", TraceText.Rules)]
    private static partial Regex HasResult();

    [GeneratedRegex(@"^[^?]*\b(seems?|appears?|looks like|suggests|(we|i|you|one|this|that|it) would (then )?(get|give|be|yield|make|have|suggest))\b[^?]*\d[^?]*$", TraceText.Rules)]
    private static partial Regex Seems();

    [GeneratedRegex(@"^\W*(but|however|yet)\b.*\b(so|hence|thus|therefore|only|instead|must|have to|has to)\b.*\d", TraceText.Rules)]
    private static partial Regex Against();

    // "But if n = 41, then ..."
    [GeneratedRegex(@"^\W*(but|however),? (if|when|for) \W*[a-z]\W* ?=", TraceText.Rules)]
    private static partial Regex OtherCase();

    // "Hold on, squaring can bring in roots that fail, so I should plug both in."
    [GeneratedRegex(@"\bextraneous\b|\bwhat (about|if) \W*[a-z]\W? ?=|\b(should|need to|have to|must|let me|let's) (also |still |first )?(plug|substitute|put|insert|test|check|verify"
        + @"|try) (them|these|those|both|each|the (two|roots|solutions|candidates|values))\b", TraceText.Rules)]
    private static partial Regex LeadsToCheck();

    // "Wait 10 minutes"
    [GeneratedRegex(@"\bwait (for )?\d+ (more )?(minutes?|hours?|days?|seconds?|weeks?|mins?)\b", TraceText.Rules)]
    private static partial Regex Waiting();
}
