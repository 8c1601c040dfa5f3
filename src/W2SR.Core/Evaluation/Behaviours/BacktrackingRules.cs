using System.Text.RegularExpressions;
using W2SR.Core.Common;

namespace W2SR.Core.Evaluation.Behaviours;

/// <summary>Turns in so many words: an admitted slip, a result or a way that is given up. Those that show only in what follows are in <see cref="Turns"/>.</summary>
internal static partial class BacktrackingRules
{
    private const int SentencesOfCandidate = 2;
    private const int SentencesOfCheck = 5;

    public static IEnumerable<TextSpan> Find(TraceText text)
    {
        var reassurances = new Reassurances(text);
        bool hasTrials = text.IsNumberGame || TrialCalculations.Find(text).Count > 0;
        // A line of a list of trials is left out of it: "- 50 + 25 = 75, but we must use 7"
        bool IsTrial(TextSpan span) => hasTrials && TrialCalculations.IsLine(text.SentenceOf(span));
        return
        [
            .. text.FindAll([Admission1(), Admission2()]),
            .. text.FindAll([Disowned1(), Disowned2(), Disowned3(), Disowned4()], Supposed()).Where(s => !IsCandidate(text, s)),
            .. text.FindAll([GivenUp1(), GivenUp2(), Unwieldy()]),
            .. text.FindAll(GivenUp3()).Where(s => !IsConfirmed(text, s)),
            .. text.FindAll(Dropped(), Root()).Where(s => !IsCandidate(text, s)),
            .. text.FindAll(GivenUp4()).Where(s => !IsTrial(s)),
            .. text.FindAll(Slip(), Others()).Where(s => !(Rereading().IsMatch(text.Text.AsSpan(s.Start, s.Length)) && reassurances.Follow(text.SentenceAt(s.Start)))),
            .. text.FindAll([Shortfall(), Reread(), Missed()], Others()),
            .. text.FindAll(Revision(), Sides()),
            .. text.FindAll(OtherWay(), Check()),
            .. text.FindAll(Retraction()),
            .. Turns.Find(text),
            .. AbandonedResults.Find(text).Where(s => !IsTrial(s)),
            .. Recalculation.FindCorrected(text),
            .. text.FindAll(Mended()),
        ];
    }

    /// <summary>"For x = 2: 3 is not -3. This is not valid." leaves a candidate out.</summary>
    private static bool IsCandidate(TraceText text, TextSpan span) =>
        text.Sentences.Take(text.SentenceAt(span.Start) + 1).TakeLast(SentencesOfCandidate).Any(s => Candidate().IsMatch(s.Text));

    /// <summary>"I don't trust it, so let me redo it with averages. ... Same number.": a check.</summary>
    private static bool IsConfirmed(TraceText text, TextSpan span)
    {
        int at = text.SentenceAt(span.Start);
        return Unsure().IsMatch(text.Sentences[at].Text) || text.Sentences.Skip(at).Take(SentencesOfCheck).Any(s => Same().IsMatch(s.Text));
    }

    [GeneratedRegex(@"\b(don't|do not|not|never) (\w+ )?(trust|sure|certain)\b|\bto be (\w+ )?(sure|safe|certain)\b|\b(check|verif)", TraceText.Rules)]
    private static partial Regex Unsure();

    [GeneratedRegex(@"\bsame (number|result|answer|total|value|thing|count|sum|figure|as before)\b|\b(the )?same\W*$|\bas before\b|\b(agree|coincide|confirm)s?\b", TraceText.Rules)]
    private static partial Regex Same();

    // "1/4 is too small and I'm throwing it out", "So I drop 36", "Mistake in the sum, it's 18", "The sign went astray", "My sum left the zero out"
    [GeneratedRegex(@"\b(i|we|let me|let's|let us)('m|'re|'ll| am| are| will| must| have to| can| should|'ve| have)?( to| now| just| therefore| better)* (drop|scrap|toss|throw|cross"
        + @"|strike|abandon|withdraw|retract|erase|delete|undo|replace|reject|discard|ditch|bin|dismiss|set|put|take)(p?ing|s?ing|ed)? (it|this|that|them|those|\W?\d[\d/.,]*|(the|my"
        + @"|our|that|this) (\d[\d/.,]*|first|last|old|earlier|whole|answer|result|equation|idea|total|sum|count|value|number|line|claim|formula|calculation|guess|attempt))( \w+)?( out"
        + @"| away| aside| back| by| with|,? (because|since|as|and|for|so)|\W*$|[.,;:])"
        + @"|(^|[.;:—–] ?)\W*((oh|ah|hmm|oops|wait)\W+)*(a |an |my |there's a |there is a )?(mistake|error|slip|typo|blunder)( in| there| here|\W*$|[:,.])"
        + @"|\b(sign|term|factor|zero|digit|unit|exponent|decimal point|minus|carry)s? (went|got|was|were|has been|is) (astray|lost|dropped|missing|flipped|wrong|forgotten|swapped"
        + @"|mixed up|left out|misplaced)\b"
        + @"|\bmy (sum|count|total|calculation|equation|formula|answer|result|list|reading|setup|first \w+)( \w+)? (left|forgot|misses|missed|skipped|ignored|ignores|leaves|counts"
        + @"|counted|forgets|has|had|used|uses) .*(out\b|twice|double|wrong|too|instead|not|\d)", TraceText.Rules)]
    private static partial Regex Dropped();

    [GeneratedRegex(@"\b(negative|positive|roots?|extraneous|solutions?|domain|candidate|case|option|digit|integer|back (into|in)|(put|set|plug) it (in|into|equal|to))\b"
        + @"|\b[a-z] ?= ?-?\d", TraceText.Rules)]
    private static partial Regex Root();

    [GeneratedRegex(@"^\W*((for|if|when|with|at|try|case) )?\W*[a-z]\W{0,4}= ?\W{0,3}\d[^:=]{0,8}:", TraceText.Rules)]
    private static partial Regex Candidate();

    // "One might average the speeds, but this is incorrect"
    [GeneratedRegex(@"\b(one|you|some|someone|people|many|a student) (might|may|could|would|can) (be tempted|think|try|average|say|guess|believe|assume|expect|argue|just|simply|also)\b", TraceText.Rules)]
    private static partial Regex Supposed();

    // "He made a mistake on 3 of the 20 questions"
    [GeneratedRegex(@"\b(he|she|they|students?|teacher|who) (\w+ )?(makes?|made|had|has|have) (an?|one|two|three|some|no|\d+) (\w+ )?(mistakes?|errors?)\b|\b(he|she|who|students?"
        + @"|teacher|cashier|clerk) (\w+ )?(wrongly|mistakenly|erroneously|accidentally)\b", TraceText.Rules)]
    private static partial Regex Others();

    [GeneratedRegex(@"^re-?read", TraceText.Rules)]
    private static partial Regex Rereading();

    // "## Step 3: Correct the common ratio"
    [GeneratedRegex(@"^[^a-z0-9]*((step|part) \w+\W+)(correct|fix|revise|correcting|fixing|revising) (the|my|our|this|that) ", TraceText.Rules)]
    private static partial Regex Mended();

    [GeneratedRegex(@"\b(i|we)( have|'ve| must have| had| may have)? (accidentally |mistakenly |wrongly |just |incorrectly |simply |also |only |apparently )*(made (a|an|some"
        + @"|the) (\w+ )?(mistake|error|slip|blunder)|forgot|forgotten|misread|mis-?\w+ed|miscounted|miscalculated|mixed ((it|that|this|them|those) )?up|swapped|confused|overlooked|missed|neglected|ignored|messed up"
        + @"|double[- ]?counted|over-?counted|under-?counted|dropped|counted .* (twice|double)|lost (a|the)|used the wrong|got (it|that|this) wrong|slipped|mistook|left (it|them|that|this"
        + @"|those|these|him|her|one|some|that one|this one|the \w+) out|left out (the|a|one|some|that|those|two|both))\b", TraceText.Rules)]
    private static partial Regex Admission1();

    [GeneratedRegex(@"\b(i|we) ((did|have)(n't| not) (yet )?(count|include|account|consider|subtract|add|notice|see|read|use|multipl|divid|take|realis|realiz|think|pay|check|look)|failed to"
        + @"|should(n't| not)? have|should not have|was wrong|were wrong|was mistaken|take (that|it|this) back)\b|\b(i|we) (shouldn't|should not|can't|cannot) just\b|\bmy (mistake|bad|error|fault)\b|\bdid (i|we) (really )?(miss|forget"
        + @"|overlook|skip|misread)\b|\b(i|we) (was|were) about to (write|say|answer|put|give|box)\b|\b(i|we) (almost|nearly) (forgot|missed|overlooked|wrote|fell)\b|\b(i|we)('m| am|'re"
        + @"| are|'ve been| have been| was| were) (mixing up|confusing|forgetting|ignoring|overlooking|neglecting|(double|over|under)[- ]?counting|counting [^.]* (twice|double)|missing (the"
        + @"|a|one|some|that|out))\b|\b(silly|sign|arithmetic|careless|stupid) (mistake|error|slip)\b|^[^a-z0-9]*((oh|ah|oops|sorry|no)\W+)*(forgot|misread|miscounted|sorry|correction"
        + @"|scratch that)\b|\b(at first|initially|originally|mistakenly|wrongly|erroneously),? (i|we) |\b(i|we) (at first|initially|originally|mistakenly|wrongly|erroneously|first thought"
        + @"|thought|was thinking|were thinking|had assumed) .*\b(but|however|wrong|which is not|actually)\b", TraceText.Rules)]
    private static partial Regex Admission2();

    [GeneratedRegex(@"\b(that|this|it|which|result|answer|value|count|total|sum|calculation|above|earlier|previous|claim|statement|conclusion|figure|sign|formula|approach|assumption|method"
        + @"|step|guess|reasoning|equation|what (i|we) (did|wrote|said))( \w+)?( is|'s| was| were| are| must be| has to be| looks| seems| cannot be| can't be) (\w+ )?(wrong|incorrect"
        + @"|mistaken|a mistake|an error|untrue|off|backwards|upside down|not (right|correct|valid|what)|nonsense|too (many|much|few))\b", TraceText.Rules)]
    private static partial Regex Disowned1();

    [GeneratedRegex(@"\b(that|this|it|which|value|answer|result|count|total|sum|figure)( \w+)?( is|'s| was)(n't| not) (quite |actually |really )?(right|correct|valid|what (was|is|the|we))\b"
        + @"|\b(that|this|it|which|value|answer|result|count|total|sum|figure)( \w+)? (cannot|can't|could not|couldn't|can not) (possibly )?be (right|correct|true|the answer)\b|\b(is"
        + @"|was) a mistake( here)?\b|\bsomething('s| is| must be| went| has gone) (\w+ )?(off|wrong|amiss)\b", TraceText.Rules)]
    private static partial Regex Disowned2();

    [GeneratedRegex(@"\b(previous|earlier|above|last|initial|old|first) (value|answer|result|count|total|guess|attempt|assumption|calculation|computation|formula|estimate|figure|idea"
        + @"|approach|line|try|claim)\b.*\b(wrong|not|incorrect|has to go|must go|too|mis\w+|off|replaced?|discard\w*|revised?|fails?|useless|forget|invalid|corrected|false|untrue|premature"
        + @"|nonsense)\b|\b(value|answer|result|count|total|idea|guess|one|that) (has|needs|had|have) to (go|be (corrected|changed|revised|replaced|thrown))\b", TraceText.Rules)]
    private static partial Regex Disowned3();

    [GeneratedRegex(@"\b(value|answer|result|count)s? (is|was) (thus |therefore |then )?(withdrawn|discarded|rejected|void)\b", TraceText.Rules)]
    private static partial Regex Disowned4();

    [GeneratedRegex(@"\b(maybe|so|let's|better|rather|just|i'll|well|can|could)( just| better)? (forget|skip|drop|leave out) (about )?(the )?(\w+)( \w+)?( altogether| entirely)? and\b"
        + @"|\b(scrap|scratch|strike|forget|discard|abandon|withdraw|toss|nix|disregard|ignore) (that|about (that|this|it)|this|it|the (idea|previous|last|above|whole)|my|what)\b|\b(throw"
        + @"|cross|toss) (that|this|it) (away|out)\b|\bnever ?mind\b|\bon second thought|\bdead end\b|\b(leads?|gets?|going|get|goes) (\w+ )?nowhere\b|\b(doesn't|does not|won't"
        + @"|not) (really )?(seem to )?(lead|leading|get|getting|go|going|bring|take) (me |us )?(very |too )?(anywhere|any further|somewhere|far)\b|\bgive up (on )?(this|that)\b", TraceText.Rules)]
    private static partial Regex GivenUp1();

    [GeneratedRegex(@"\b(approach|method|way|idea|route|attempt|substitution|factoring|plan|path|strategy|formula|symmetry|rule|theorem|shortcut|trick|guessing)\b.*\b(doesn't|does not|won't"
        + @"|isn't going to|is not going to|didn't|cannot|can't|fails?|failed|too) (really )?(work|help|lead|apply|messy|complicated|long|hold|get|slow|hard|tedious|here|cumbersome)\b"
        + @"|\b(getting|gets|got|looks|becomes|is) (too |very |really |rather |quite |a bit |pretty )?(messy|ugly|unwieldy|out of hand|hairy|tedious|painful|complicated|long"
        + @"|long-winded|lengthy|awkward|nasty|clumsy|cumbersome)\b|\b(makes?"
        + @"|made) it worse\b|\b(tried|attempted)\b[^.]*\bbut\b[^.]*(\bnot|n't|\bnever) (\w+ )?(work|help|factor|lead|hold|apply)|\b(tried|trying|started|began|attempted)\b.*\b((it|that|this) (got|gets|becomes|became|went|goes|is|was) (\w+ )?(worse|messy|messier|ugly|uglier|wrong|nowhere"
        + @"|stuck|longer|complicated|harder)|got stuck)\b", TraceText.Rules)]
    private static partial Regex GivenUp2();

    [GeneratedRegex(@"\b(let me|let's|let us|i'll|i will|we must|we should|i should|we have to|i have to|have to|need to|i need to|we need to|must|better|i'd better) (just |now "
        + @"|quickly )?(redo|start (over|again|from scratch|afresh)|go back|backtrack|rethink|reconsider|correct (that|this|it|my|the)|fix (that|this|it|my)|try again|do (it|this"
        + @"|that) (again|over|properly)|recount|revise|change (my|the) (approach|answer|mind)|switch|back up)\b|\bstart(ing)? (over|from scratch|afresh)\b", TraceText.Rules)]
    private static partial Regex GivenUp3();

    [GeneratedRegex(@"\b(but|yet|oh|however,? (this|that|it|we|i))\b.*\b(counts?|counted|counting)\b.*\b(twice|double|two times|more than once)\b|\b(but|however)\b.*\bso\b.*\b(wrong"
        + @"|mistake|too (many|much|few"
        + @"|high|low|large|small)|really|actually|instead|incorrect|overcount)\b|\bbut\b[^.]*\b(one|we|you|i) (has to|have to|must|should|need to) (take|use|apply|work with)\b|\b(approach"
        + @"|method|law|theorem|formula|idea|way|rule|option|that one|this one|route)( of \w+)? ?(is|'s) out\b|\bshould have been\b|\bshould (actually |really |instead )?be\b.*\b(not"
        + @"|instead|rather than)\b|\b(turns|turned) out to be (wrong|false|incorrect)\b|\brather than [^.]*\bas (i|we) (did|wrote|had|said)\b|\b(correcting|fixing) (this|that|it|my"
        + @"|the)\b", TraceText.Rules)]
    private static partial Regex GivenUp4();

    [GeneratedRegex(@"\b(let me|let's|let us|we'll|we|i'll|i|better|try|use|using|can|should) .*\binstead\W*($|:|,)|\binstead,? (let|we|i'll|i|use|try|consider|look|think|count|take)\b"
        + @"|\b(what|how) about (doing|solving|using|working|setting)\b|\b(try|use|take|find|look for|think of|need|switch to) (a |an |some |to a )?(another|different|other|new|better|easier|simpler|cleaner|smarter|something else"
        + @"|alternative)( \w+)?\b|\b(there's|there is|there must be|is there|there has to be) (a|an) (\w+ )?(better|easier|simpler|cleaner|smarter|quicker|nicer) (way|approach|method"
        + @"|idea)\b|(^|[:;—–] ?)[^a-z0-9]*((ok|okay|so|hmm|alright|well|right|let me try|let's try|try|maybe|here's)\W+)*(a |an )?(different|another|new|better|second) (approach|way|idea"
        + @"|attempt|try|tack|plan|strategy|route)(\W*$|[:.!,;—–]| (would|could|might|is)\b| to (do|solve|approach|go|tackle|attack|find|compute))", TraceText.Rules)]
    private static partial Regex OtherWay();

    [GeneratedRegex(@"\b(verif\w+|check\w*|confirm\w*|to be sure|make sure|different (number|value|color|colour|case)s?|another (number|value|case|pair)|same|he|she|they)\b", TraceText.Rules)]
    private static partial Regex Check();

    [GeneratedRegex(@"\b\d+\W*[,;—–-]+ ?(er|sorry|i mean|rather|or rather)\b|\bor rather\b|\b(from|with|used|using|took|by) the wrong [a-z]+|\bthe wrong (way|one|number|formula|value"
        + @"|sign|order|thing|question|equation|quantity|side|base"
        + @"|height|direction|place|answer|unit|units|exponent|angle|set|variable|denominator|total|row|column|figure)\b|\b(wrongly|mistakenly|erroneously)\b|\b(is|was|'s|(these|those|they"
        + @"|both) (are|were)|(must|has to|have to) be) (just |simply |plain |clearly |obviously |also |all )?(wrong|incorrect|mistaken|nonsense)\b|\b(my|the) (mistake|slip|oversight"
        + @"|miscount|miscalculation|misreading)\b|\b(but|so) actually\b|\b(it|that|this) actually (is|was|should|has|must|means|says|asks|comes|gives)\b|\b(though|but|hmm|oh"
        + @"|wait)\b.*\bactually\b|\b(it|that|this|which|sign|answer|result|exponent|denominator|term|there) (should|ought to) (((really|actually|instead|then|only) )+(be|read|have)|read"
        + @"|have)\b|\b(that|this|which|sign|exponent|denominator|term) should be\b|\bi (take|took) (that|it|this) back\b|\bchang(e|ed|ing) my mind\b|\bnot (the|a|\d+"
        + @"|quite)( [^\s,;]+){0,3} but (the|a|an|only|\W?\d)|\b(looking|reading) (back|again|closer)\b|\bgoing back to the (problem|question|text|statement|start|beginning)\b"
        + @"|\bre-?read\w*\b", TraceText.Rules)]
    private static partial Regex Slip();

    [GeneratedRegex(@"\b(that|this|it|which)( \w+)? (ignores|neglects|forgets|omits|overlooks|disregards|overcounts?|undercounts?|(double[- ]?counts?|treats) (the|some|each|every|all|those"
        + @"|both|it|them|two|one|\d)|leaves out|misses|skips|(ignor|neglect|overcount|undercount|double[- ]?count|skipp)ed|left out)\b|\b(i|we)( \w+)? ((ignor|neglect|overcount|undercount"
        + @"|skipp)ed|left out)\b|\b(that|this|it|i|we)( \w+)? (does|did|have|has|had)(n't| not) (account|include|take|taken|consider|count|use|used|subtract|add|divide|notice|see|read"
        + @"|accounted|considered|included|counted|subtracted)|\b(that|this)( is|'s| was) ((only|merely) (the|for|one|half|what|per|a)|just (for|one|half|per))\b|\b(that|this|it"
        + @"|which)( \w+)? (can't|cannot|could not|couldn't) (possibly )?be\W*($|[,;:!?—]|(since|because|as|so|it|what|right|correct|true)\b)|\b(makes no|does not make"
        + @"|doesn't make) (\w+ )?sense\b|\bnot the (final )?(answer|total|result|right)\b|\b(that|this|it)( is|'s| was) not (how|what|true|the case|allowed|enough to)\b", TraceText.Rules)]
    private static partial Regex Shortfall();

    [GeneratedRegex(@"\b(too (long|messy|complicated|slow|hard|tedious|cumbersome|much work|many (cases|terms|unknowns|numbers|possibilities)))\b|\bgoing to (be|get) (very |too |really )?(long|messy|ugly|tedious|painful|complicated)\b|\b(would|will|'d) take (too long|forever"
        + @"|ages|a while)\b|\b(doesn't|does not|won't|didn't|isn't going to|not going to) (\w+ )?(do the trick|cut it|fly|get (us|me) |bring (us|me) |do it\b|be of (any )?(use|help))"
        + @"|\b(hopeless|stuck|unhelpful|useless|tedious|no use|not helpful|not useful|no help)\b|\b(doesn't|does not|isn't|won't|not) (really )?(help|helping|simplify"
        + @"|pan out|go anywhere|look (right|promising|good|nice))\b|\b(better|easier|simpler|quicker|smarter|cleaner|nicer)( \w+)? (way|idea|:)|\b(better|quicker|smarter|cleaner"
        + @"|nicer)( \w+)? if we\b|\b(better|easier|simpler):|^\W*((hmm+|but|ok|so)\W+)*(nah|meh)\b|\bi('d| would) (much )?rather (look|use|try|do|not|go|work|count|take|avoid|just)\b"
        + @"|^\W*(so )?(use|try|work|count|go|take|look|think|consider|do|back)\b.*\binstead\b|\binstead,? (let|we|i) |\b(was|is) a (waste|bad idea|mess|wrong turn|dead end|dead-end)\b"
        + @"|\b(is|was) (no fun|pointless|silly|not worth|clumsy|awkward|a dead end|not the way)\b|\b(i|we)('ve| have)?( got| counted| added| included| used| took"
        + @"| subtracted)( \w+){1,3} twice\b|^\W*((so|ok|okay|alright|let's|let me|go|going)\W+)*(back to (the (start|beginning|drawing)|square one)|back up)\b|\b(drop|abandon|quit"
        + @"|give up)( on)? ((this|that|it)\b|the (\w+ )?(idea|approach|way|method|route|attempt|plan|try|guess|stuff|cases?|casework|formula|calculation|algebra|recursion|integral))"
        + @"|\bleave (this|that|the) (idea|approach|way|method|route|attempt|plan|try|guess)\b", TraceText.Rules)]
    private static partial Regex Unwieldy();

    [GeneratedRegex(@"\b(i|we)('d| had|'ve| have)? (\w+ )?(been \w+ing|had|wrote|written|used|said|put|took|taken|called|assumed|treated|read|typed|guessed|computed|calculated|plugged"
        + @"|multiplied|added|divided|subtracted|counted|started|set|applied|forgot|included|ignored)\b.*\b(but|should|instead|rather|whereas|when (it's|it is|in fact|really|actually)"
        + @"|wrong|wrongly|twice|by mistake|too (early|soon"
        + @"|often|many|much))\b"
        + @"|\b(scratch|scrap|strike|retract|ditch|withdraw) (the|that|my|our)\b|\b(have to|has to|must|need to|needs to|should|let me|let's|i'll) ((withdraw|retract|revise|take back"
        + @"|correct|undo|reconsider|rethink|re-?evaluate|revisit) (that|this|it|the|my|our|what|\W)|(drop|fix|replace|discard) ((that|this|it|my|our|what)\b|[""“]))"
        + @"|\b(i|we)('d| was| were| had| would have)( been)? (going|about|planning|planned|tempted|inclined|trying|hoping|hoped|intended|meant) to\b[^.]*\bbut\b|\b(is not|isn't"
        + @"|was not|wasn't) what (the \w+|we|i|they|it) (\w+ )?(describes?|says?|said|asks?|asked|means?|meant)\b|\b(asked|wanted|needed)( for)?,? (and|but) (i|we)('ve| have)? (just "
        + @"|only )?(found|computed|calculated|counted|gave|used|took|solved|answered)\b|\bmake (that|it) \W?\d|\bi mean,? (\W?-?\d|\W?[a-z]\W? ?=|minus|plus)|\b(nvm|correction|erratum"
        + @"|scratch that)\b\W*:|\bedit\W*:.*(\d|\b(wrong|should|forgot|instead|meant"
        + @"|mistake)\b)|\b(upon|on|with|at|after) (a |an )?(closer|re-?reading|re-?examination|further|second|re-?examining|reflection|better) ?(look|inspection|reading|thought|reflection"
        + @"|examination)?\b"
        + @"|(^|[,;:—–] ?|\b(so|and|but|then|hence|thus|therefore|actually|with|use|using|wait|no|that) )\W*the (correct|proper) (derivative|integral|probability|area|perimeter|volume|time"
        + @"|speed|price|length|distance|exponent|equation|calculation|average|amount|cost|angle|factor"
        + @"|limit|value|count|number|formula|equation|sum|total|sign|figure|expression|way|result|rate|price|one)\b|\bright (number|value|count|figure|formula|total) (is|would"
        + @"|should)", TraceText.Rules)]
    private static partial Regex Revision();

    // "That is the mean of the speeds though", "3/2, 5/3 — no it isn't", "Minutes are asked for, not hours"
    [GeneratedRegex(@"\b(that|this|it|those|these)( is|'s| was| are| were| counts?| gives?| would be| includes?| has| assumes?)\b[^.;:!?]* though\b"
        + @"|\bno,? (it|that|they|this|he|she|there)( is not|'s not| are not|'re not| isn't| aren't| doesn't| don't| can't| won't| wasn't)"
        + @"|\b(is|are|was|were) (asked|wanted|needed|required)( for)?, not\b|\b(so|let me|let's|i'll|try|do|take) [^.]*\bthe other way (round|around)\b|\bi can't (add|count|read|multiply"
        + @"|subtract|divide)\b|\b(those|these|they|that|which|it) (sums?|adds?|totals?)( up)? to [^.;]{1,20}, (which is )?(too|more than|less than|over|above)\b", TraceText.Rules)]
    private static partial Regex Retraction();

    // "I think I set it up backwards"
    [GeneratedRegex(@"\b(i|we) (think |must have |probably |may have |might have |have )?(i )?(have )?(set|got|did|put|took|wrote|read|mixed|had|copied|solved|applied|used|treated) (it|this"
        + @"|that|them|things|the \w+|my \w+)( \w+)? (backwards|wrong|wrongly|up wrong|up wrongly|the wrong way|upside down|incorrectly|reversed|twice|in the wrong)\b", TraceText.Rules)]
    private static partial Regex Reread();

    // "That's missing the 1/2", "that's the losing ones, not the winning ones", "it isn't arithmetic, so we try ..."
    [GeneratedRegex(@"\b(that|this|it|which)('s| is| was| only| just)? (missing|leaving out|forgetting|ignoring) (the|a|an|one|some|all|that|those|half)\b|\b(that|this|which)('s| is| was"
        + @"| gives| counts| covers| includes| assumes| would be| is only| is just)( only| just)? [^.?!]{3,60}, (and )?not (the|what|a|an|for|of|just|how|per)\b"
        + @"|\b(what|the one|the thing) (i|we)('ve| have)? (just )?(found|computed|calculated|have|counted|got|did|solved|wrote)( here| so far| above)? (is|was|are) (only|just|not|actually"
        + @"|really|the)\b|\b(not|n't|fails?)\b[^.?!]*([;:—–] ?(so |therefore |hence )?|, (so|therefore|hence) )(we|i|let me|let's|let us) (try|switch to|turn to|go with|resort to|fall back)\b"
        + @"|\b(i|we)('m| am|'re| are)? (answering|solving|computing|counting|looking at|using) the wrong\b|\b(we|i|you) (should|must|have to|need to) [^.?!,]{2,40}, (and )?not\b|\b(that"
        + @"|this|it) would make [^.?!]{3,60}\b(impossible|contradict\w*|nonsense|which (is|can't|cannot))\b|\b(but|however),? (that|this|it) (is|was|gives|counts|would be|would only be|works|covers"
        + @"|holds) [^.?!]{0,50}\b(only|just|single)\b|\b(assumption|claim|statement|guess|conclusion|idea)( \w+)? (is|was|must be|has to be) (\w+ )?false\b|\b(that"
        + @"|this) would (only )?be (with|for|if|true|correct|right|when|only|enough)\b|\bi stand corrected\b|\b(taken|removed|subtracted)( off| out| away)? (two times|twice)\b|\b(impossible|nonsense|absurd)\W{1,3}(so |hence )?(let me|let's|let us) (look|re|go|see what)|\b(revised|corrected|updated) (answer|result|total|value|count|calculation"
        + @"|equation|sum)\b|\b(strike|scrap|scratch) (that|this)\b|\b(have|has|had|need|needs|should) to be (halved|doubled|divided by two|redone|subtracted again"
        + @"|taken out again)\b", TraceText.Rules)]
    private static partial Regex Missed();

    // ... and "we used the formula but it could also be factored"
    [GeneratedRegex(@"\bleft\b.*\bright\b|\b(could|can|might|may) (also|equally|just as well)\b|\bone (could|can|might)\b|\b(would|will) (be|give|get|yield) the same\b", TraceText.Rules)]
    private static partial Regex Sides();
}
