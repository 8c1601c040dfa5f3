using System.Text.RegularExpressions;

namespace W2SR.Core.Evaluation.Behaviours;

/// <summary>Turns: an interjection with a correction, an admitted slip, a result or a way that is given up.</summary>
internal static partial class BacktrackingRules
{
    private const int SentencesAfter = 2;

    public static IEnumerable<TextSpan> Find(TraceText text) =>
        [.. Interjections(text), .. text.FindAll([Admission1(), Admission2()]), .. text.FindAll([Disowned1(), Disowned2(), Disowned3(), Disowned4()]), .. text.FindAll([GivenUp1(), GivenUp2(), GivenUp3(), GivenUp4()]), .. text.FindAll(OtherWay(), Check()), .. text.FindAll([Slip(), Shortfall(), Unwieldy()]), .. WithdrawnResults(text), .. Objections(text), .. Recalculation.FindCorrected(text.Text)];

    /// <summary>"Wait" and its like, when one of the next sentences corrects something: "wait, let me check" alone turns nothing.</summary>
    private static IEnumerable<TextSpan> Interjections(TraceText text)
    {
        for (int i = 0; i < text.Sentences.Count; i++)
        {
            var sentence = text.Sentences[i];
            var m = Interjection().Match(sentence.Text);
            if (!m.Success) continue;
            if (Correction().IsMatch(sentence.Text[m.Index..]) || text.Sentences.Skip(i + 1).Take(SentencesAfter).Any(s => Correction().IsMatch(s.Text)))
                yield return new(sentence.Start + m.Index, m.Length);
        }
    }

    /// <summary>After a result, a sentence that objects to it and a conclusion that follows.</summary>
    private static IEnumerable<TextSpan> Objections(TraceText text)
    {
        bool hasResult = false;
        for (int i = 0; i < text.Sentences.Count; i++)
        {
            var sentence = text.Sentences[i];
            bool objects = hasResult && (Doubt().IsMatch(sentence.Text) && !text.Sentences[i - 1].Text.TrimEnd().EndsWith('?')
                || Objection().IsMatch(sentence.Text) && text.Sentences.Skip(i).Take(SentencesAfter).Any(s => Conclusion().IsMatch(s.Text)));
            if (objects) yield return new(sentence.Start, sentence.Text.Length);
            hasResult |= sentence.Text.Contains('=', StringComparison.Ordinal);
        }
    }

    /// <summary>A number that an earlier "= N" gave and that a later "not N" takes back.</summary>
    private static IEnumerable<TextSpan> WithdrawnResults(TraceText text)
    {
        var results = new Dictionary<string, int>();
        foreach (Match m in Result().Matches(text.Text)) results.TryAdd(m.Groups["n"].Value, m.Index);
        foreach (Match m in Negated().Matches(text.Text))
            if (results.TryGetValue(m.Groups["n"].Value, out int at) && at < m.Index) yield return new(m.Index, m.Length);
    }

    [GeneratedRegex(@"(^[^a-z0-9]*|[,;:—–(?-]\s*|\b(hmm|hm|oh|ah|no|but|so|okay|ok|and|uh|um|well|actually),? )(wait|hold on|hang on|hold up)( a (minute|moment|second|sec)| up| no)?\s*([,.!?—–:;-]|…|\bno\b|\b(but|that|this|it|i|the|is|are|actually|there|we|he|she|they|if|what|a|\d+)\b)|\b(oops|whoops|ouch|oh no|uh[- ]oh|hmm+,? no|no,? no|(hmm|oh|but|no|well|wait)[,.]? actually|no,? (wait|hang on|hold on))\b|^[^a-z0-9]*actually\b|\bactually,? no\b", TraceText.Rules)]
    private static partial Regex Interjection();

    [GeneratedRegex(@"\b(no|not|nope|wrong|actually|instead|forgot|forgotten|mis[a-z]+(ed|read|took)|mistake|error|only|rather|missed|missing|twice|double[- ]count|incorrect|should|shouldn't|overlooked|ignored|oops|redo|scratch|too (many|much|few|small|large|big|high|low)|can't|cannot|already|also|again)\b|n't\b", TraceText.Rules)]
    private static partial Regex Correction();

    [GeneratedRegex(@"\b(i|we)( have|'ve| must have| had| may have)? (accidentally |mistakenly |wrongly |just |incorrectly |simply |also |only |apparently )*(made (a|an|some|the) (\w+ )?(mistake|error|slip|blunder)|forgot|forgotten|misread|mis-?\w+ed|miscounted|miscalculated|mixed up|swapped|confused|overlooked|missed|neglected|ignored|messed up|double[- ]?counted|over-?counted|under-?counted|dropped|counted .* (twice|double)|lost (a|the)|used the wrong|got (it|that|this) wrong|slipped|mistook)\b", TraceText.Rules)]
    private static partial Regex Admission1();

    [GeneratedRegex(@"\b(i|we) (did(n't| not)|have(n't| not)|failed to|should(n't| not)? have|should not have|was wrong|were wrong|was mistaken|take (that|it|this) back)\b|\bmy (mistake|bad|error|fault)\b|\b(silly|sign|arithmetic|careless|stupid) (mistake|error|slip)\b|^[^a-z0-9]*((oh|ah|oops|sorry|no)\W+)*(forgot|misread|miscounted|sorry|correction|scratch that)\b|\b(at first|initially|originally|mistakenly|wrongly|erroneously),? (i|we) |\b(i|we) (at first|initially|originally|mistakenly|wrongly|erroneously|first thought|thought|was thinking|were thinking|had assumed) .*\b(but|however|wrong|which is not|actually)\b", TraceText.Rules)]
    private static partial Regex Admission2();

    [GeneratedRegex(@"\b(that|this|it|which|result|answer|value|count|total|sum|calculation|above|earlier|previous|figure|sign|formula|approach|assumption|method|step|guess|reasoning|equation|what (i|we) (did|wrote|said))( \w+)?( is|'s| was| were| are| must be| has to be| looks| seems| cannot be| can't be) (\w+ )?(wrong|incorrect|mistaken|a mistake|an error|false|off|not (right|correct|valid|what)|nonsense|too (many|much|few))\b", TraceText.Rules)]
    private static partial Regex Disowned1();

    [GeneratedRegex(@"\b(that|this|it|which|value|answer|result|count|total|sum|figure)( \w+)?( is|'s| was)(n't| not) (quite |actually |really )?(right|correct|valid|what (was|is|the|we))\b|\b(that|this|it|which|value|answer|result|count|total|sum|figure)( \w+)? (cannot|can't|could not|couldn't|can not) (possibly )?be (right|correct|true|the answer)\b|\b(is|was) a mistake( here)?\b|\bsomething('s| is| must be| went| has gone) (\w+ )?(off|wrong|amiss)\b", TraceText.Rules)]
    private static partial Regex Disowned2();

    [GeneratedRegex(@"\b(previous|earlier|above|last|initial|old|first) (value|answer|result|count|total|guess|attempt|assumption|calculation|computation|formula|estimate|figure|idea|approach|line|try|claim)\b.*\b(wrong|not|incorrect|has to go|must go|too|mis\w+|off|replaced?|discard\w*|revised?|fails?|useless|forget|invalid|corrected)\b|\b(value|answer|result|count|total|idea|guess|one|that) (has|needs|had|have) to (go|be (corrected|changed|revised|replaced|thrown))\b", TraceText.Rules)]
    private static partial Regex Disowned3();

    [GeneratedRegex(@"\b(value|answer|result|count)s? (is|was) (thus |therefore |then )?(withdrawn|discarded|rejected|void)\b", TraceText.Rules)]
    private static partial Regex Disowned4();

    [GeneratedRegex(@"\b(scrap|scratch|strike|forget|discard|abandon|undo|withdraw|toss|nix|disregard|ignore) (that|about (that|this|it)|this|it|the (idea|previous|last|above|whole)|my|what)\b|\b(throw|cross|toss) (that|this|it) (away|out)\b|\bnever ?mind\b|\bon second thought|\bdead end\b|\b(leads?|gets?|going|get|goes) (\w+ )?nowhere\b|\b(doesn't|does not|won't|not) (really )?(seem to )?(lead|leading|get|getting|go|going) (me |us )?(anywhere|any further|somewhere)\b|\bgive up (on )?(this|that)\b", TraceText.Rules)]
    private static partial Regex GivenUp1();

    [GeneratedRegex(@"\b(approach|method|way|idea|route|attempt|substitution|factoring|plan|path|strategy|formula|symmetry|rule|theorem|shortcut|trick|guessing)\b.*\b(doesn't|does not|won't|isn't going to|is not going to|didn't|cannot|can't|fails?|failed|too) (really )?(work|help|lead|apply|messy|complicated|long|hold|get|slow|hard|tedious|here|cumbersome)\b|\b(getting|gets|got|looks|becomes|is) (too |very |really |rather |quite |a bit |pretty )?(messy|ugly|unwieldy|out of hand|hairy|tedious|painful|complicated)\b|\b(makes?|made) it worse\b|\bno good[,.;:]", TraceText.Rules)]
    private static partial Regex GivenUp2();

    [GeneratedRegex(@"\b(let me|let's|let us|i'll|i will|we must|we should|i should|we have to|i have to|have to|need to|i need to|we need to|must|better|i'd better) (just |now |quickly )?(redo|start (over|again|from scratch|afresh)|go back|backtrack|rethink|reconsider|correct (that|this|it|my|the)|fix (that|this|it|my)|try again|do (it|this|that) (again|over|properly)|recount|revise|change (my|the) (approach|answer|mind)|switch|back up)\b|\bstart(ing)? (over|from scratch|afresh)\b", TraceText.Rules)]
    private static partial Regex GivenUp3();

    [GeneratedRegex(@"\b(but|however|yet|oh)\b.*\b(counts?|counted|counting)\b.*\b(twice|double|two times|more than once)\b|\b(but|however)\b.*\bso\b.*\b(wrong|mistake|too (many|much|few|high|low|large|small)|really|actually|instead|incorrect|overcount)\b|\bshould have been\b|\bshould (actually |really |instead )?be\b.*\b(not|instead|rather than)\b|\b(turns|turned) out to be (wrong|false|incorrect)\b|\brather than [^.]*\bas (i|we) (did|wrote|had|said)\b|\b(correcting|fixing) (this|that|it|my|the)\b", TraceText.Rules)]
    private static partial Regex GivenUp4();

    [GeneratedRegex(@"\b(let me|let's|let us|we'll|we|i'll|i|better|try|use|using|can|should) .*\binstead\W*($|:|,)|\binstead,? (let|we|i'll|i|use|try|consider|look|think|count|take)\b|\b(try|use|take|find|look for|think of|need|switch to) (a |an |some |to a )?(another|different|other|new|better|easier|simpler|cleaner|smarter|something else|alternative)( \w+)?\b|\b(there's|there is|there must be|is there|there has to be) (a|an) (\w+ )?(better|easier|simpler|cleaner|smarter|quicker|nicer) (way|approach|method|idea)\b|^[^a-z0-9]*(a |an )?(different|another|new|better|second) (approach|way|idea|attempt|try)\W", TraceText.Rules)]
    private static partial Regex OtherWay();

    [GeneratedRegex(@"\b(verif\w+|check\w*|confirm\w*|to be sure|make sure|different (number|value|color|colour|case)s?|another (number|value|case|pair)|he|she|they)\b", TraceText.Rules)]
    private static partial Regex Check();

    [GeneratedRegex(@"(=|\bis|\bget|\bgives|\bare|\bso) ?\$?(?<n>\d+(\.\d+)?)", TraceText.Rules)]
    private static partial Regex Result();

    [GeneratedRegex(@"(\bnot|n't)( be| actually| really| equal to| just)? \$?(?<n>\d+(\.\d+)?)", TraceText.Rules)]
    private static partial Regex Negated();

    [GeneratedRegex(@"^\W*((hmm|oh|but|ah|so)\W+)*no[,:;!—–-]|\b\d+\W*[,;—–-]+ ?(er|sorry|i mean|rather|or rather)\b|\bor rather\b|\bthe wrong \w+|\b(wrongly|mistakenly|erroneously)\b|\b(is|was|are|were|'s|be) (just |simply |plain |clearly |obviously |also |all )?(wrong|incorrect|mistaken|nonsense)\b|\b(my|the|an?) (mistake|slip|oversight|typo|miscount|miscalculation|misreading)\b|\b(but|it|that|this|is|are|was|were) actually\b|\b(it|that|this|which|sign|answer|result|exponent|denominator|term|there) (should|ought to) (really |actually |instead |then |only )?(be|read|have)\b|\bi (take|took) (that|it|this) back\b|\bchang(e|ed|ing) my mind\b|\bnot (the|a|\d+|quite)\b[^,;]*\bbut\b|\b(looking|reading|going) (back|again|closer)\b|\bre-?read\w*\b", TraceText.Rules)]
    private static partial Regex Slip();

    [GeneratedRegex(@"\b(that|this|it|which|i|we)( \w+)? (ignore|neglect|forget|overcount|undercount|double[- ]?count|left out|leaves out|skipped)(s|ed)?\b|\b(that|this|it|i|we)( \w+)? (does|did|do|have|has|had)(n't| not) (account|include|take|taken|consider|count|use|used|subtract|add|divide|notice|see|read|accounted|considered|included|counted|subtracted)|\b(that|this)( is|'s| was) (only|just|merely) (the|for|one|half|what|per|a)\b|\b(that|this|it|which)( \w+)? (can't|cannot|could not|couldn't) (possibly )?be\b|\b(makes no|does not make|doesn't make) (\w+ )?sense\b|\bnot the (final )?(answer|total|result|right)\b|\b(that|this|it)( is|'s| was) not (how|what|true|the case|allowed|enough to)\b", TraceText.Rules)]
    private static partial Regex Shortfall();

    [GeneratedRegex(@"\b(too (long|messy|complicated|slow|hard|tedious|cumbersome|much work|many (cases|terms|unknowns|numbers|possibilities)))\b|\b(would|will|'d) take (too long|forever|ages|a while)\b|\b(hopeless|stuck|unhelpful|useless|tedious|no use|not helpful|not useful|no help)\b|\b(doesn't|does not|isn't|won't|not) (really )?(help|helping|simplify|factor|pan out|go anywhere|look (right|promising|good|nice))\b|\b(better|easier|simpler|quicker|smarter|cleaner|nicer)( \w+)? (to|if we|is|way|idea|:)|\b(better|easier|simpler):|^\W*(so )?(use|try|work|count|go|take|look|think|consider|do|back)\b.*\binstead\b|\binstead\b.*\b(let|we|i) |\binstead of [a-z]+ing\b.*\b(i|we|let)\b|\b(is|was) (no fun|pointless|silly|not worth|clumsy|awkward|a dead end|not the way)\b|\b(i|we)('ve| have)?( got)? [^,;]*\btwice\b|\bback (to (the (start|beginning|drawing))|up)\b|\b(drop|abandon|leave|quit|give up)( on)? (this|that|it|the) (idea|approach|way|method|route|attempt|plan|try|guess)?", TraceText.Rules)]
    private static partial Regex Unwieldy();

    [GeneratedRegex(@"^\W*(er+m?|uh|sorry|no|nope)\b.*(\bis\b|'s\b|=|\bnot\b|n't\b|\bbut\b)|^\W*(hmm+|hm|oh|ah|mm)\b.*(\bbut\b|\bnot\b|n't\b|\bonly\b|\bif\b|\bforgot)", TraceText.Rules)]
    private static partial Regex Doubt();

    [GeneratedRegex(@"^\W*(but|however|yet|though|except)\b.*(n't\b|\b(not|no|only|already|never|has to be|have to be|must be|without)\b)|, but .*\b(not|no|n't|only)\b.*\b(so|therefore)\b", TraceText.Rules)]
    private static partial Regex Objection();

    [GeneratedRegex(@"\b(so|therefore|hence|thus|then|for|with|instead)\b.*(=|\bis\b).*\d", TraceText.Rules)]
    private static partial Regex Conclusion();
}
