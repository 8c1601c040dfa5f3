using System.Text.RegularExpressions;
using W2SR.Core.Common;

namespace W2SR.Core.Evaluation.Behaviours;

/// <summary>Checks: those that are announced, those whose outcome is stated, and calculations that undo an earlier one.</summary>
internal static partial class VerificationRules
{
    private const int SentencesBefore = 3;
    private const int SentencesAfter = 2;

    private const string PlugIn = "(plug(ging)?|substitut(e|ing)|insert(ing)?|testing|test|try it|trying it)";

    // "which matches the pattern", "both sides are equal to 0": steps of solving
    private const string MatchesForm = @"\b(match(es)?|agrees? with|fits) (the|a) (\w+ )?(pattern|form|formula|definition|shape|template|structure)\b";
    // what a calculation ends in, and what it is done by
    private const string Outcome = "(counts?|answers?|numbers?|totals?|values?|figures?|results?|methods?|ways|calculations?|computations?|approaches|routes|amounts?|sums?|estimates?|distances?|times|prices|ages)";

    private const string BothZero = @"\bboth (sides|expressions) (are|become|equal) (both )?(equal to )?(zero|0)\b";

    public static IEnumerable<TextSpan> Find(TraceText text)
    {
        var checks = new AnnouncedChecks(text);
        int firstNumber = text.Text.AsSpan().IndexOfAnyInRange('0', '9'); // in front of it there is no result yet
        return
        [
            .. text.FindAll([Announced1(), Announced2(), Announced3(), Announced4()], Understanding()).Where(s => checks.AreDone(s) && !checks.TestCandidates(s)),
            .. text.FindAll([Outcome1(), Outcome2(), Outcome3(), Outcome6(), Comparison(), Again()], Doubt()).Where(s => s.Start > firstNumber && !checks.AreDeclined(s) && !Approvals.IsTrial(text, s.Start)),
            .. text.FindAll([Outcome4(), Outcome5(), Approval()], Doubt()).Where(s => s.Start > firstNumber && !IsBare(text, s) && !IsBounded(text, s) && !Approvals.IsTrial(text, s.Start) && !Approvals.IsReply(text, s.Start)),
            .. text.FindAll([PutBack(), PutIn()], SolvesOn()),
            .. text.FindAll(Expected(), Doubt()).Where(s => !checks.AreDeclined(s)),
            .. text.FindAll([OtherWay(), Forward(), Misfit(), Agreement()], Doubt()).Where(s => !checks.AreDeclined(s)),
            .. text.FindAll(Valid(), Equating()).Where(s => !IsBounded(text, s)),
            .. text.FindAll(Question(), Equating()).Where(s => !Approvals.IsTrial(text, s.Start)),
            .. text.FindAll(Refuted(), Corrected()),
            .. Approvals.Find(text),
            .. text.Thought([.. SecondWays(text), .. Recalculation.FindPutBack(text)]),
            .. Insertions(text),
            .. SaidByTheProblem(text),
        ];
    }

    /// <summary>"Using Heron: ... = 24": another calculation that ends in the number found before.</summary>
    private static IEnumerable<TextSpan> SecondWays(TraceText text)
    {
        for (int i = 1; i < text.Sentences.Count; i++)
        {
            var sentence = text.Sentences[i];
            if (!SecondWay().IsMatch(sentence.Text) || Solving().IsMatch(sentence.Text)) continue;
            var found = text.Sentences.Skip(Math.Max(0, i - SentencesBefore)).Take(Math.Min(i, SentencesBefore)).Select(s => Equations.Numbers(s.Text)).Where(n => n.Length > 0).Select(n => n[^1]).ToHashSet();
            if (text.Sentences.Skip(i).Take(SentencesAfter).Any(s => Equations.Numbers(s.Text) is [_, .., var last] && text.Answers.Contains(last) && found.Contains(last))) yield return sentence.Span();
        }
    }

    /// <summary>"Plugging in x = 7: sqrt(9) = 3": a value that stood in the text before.</summary>
    private static IEnumerable<TextSpan> Insertions(TraceText text) =>
        text.Sentences.Where(s => !SolvesOn().IsMatch(s.Text) && !Form().IsMatch(s.Text)).SelectMany(s => Inserted().Matches(s.Text).Where(m => text.Mentions(m.Groups["n"].Value, s.Start)).Select(m => s.Span(m)));

    /// <summary>"12 * 2 = 24. And the problem says 24.": the number that the sentence before ends in.</summary>
    private static IEnumerable<TextSpan> SaidByTheProblem(TraceText text) =>
        text.FindPairs((s, before) => Says().IsMatch(s.Text) && Equations.Numbers(s.Text) is [.., var said] && Equations.Numbers(before.Text) is [_, .., var found] && said == found);

    [GeneratedRegex(@"\b(problem|question|text|statement|story|riddle)( \w+)? (says?|said|gives?|gave|states?|wants?|wanted|has|had|asks for|told|tells)\b[^.]*\d", TraceText.Rules)]
    private static partial Regex Says();

    private static bool IsBounded(TraceText text, TextSpan span) => Bounds().IsMatch(text.SentenceOf(span).Text);

    private static bool IsBare(TraceText text, TextSpan span) => Assurance().IsMatch(text.SentenceOf(span).Text);

    // "check" is also a piece of paper and a thing that inspectors do: it counts with a speaker before it or the thing checked after it.
    [GeneratedRegex(@"\b(let me|let's|let us|lets|we can|you can|one can|we could|we may|we should|we will|we'll|we|i'll|i will|i should|i can|i want to|i'd like to|want to|going to"
        + @"|to) ((just|also|now"
        + @"|quickly|briefly|then|easily|always|do|at least) )*((double|cross|sanity|re|spot)[- ]?check|verify|confirm|validate|check (this|that|it|the|my|our|if|whether|by|with|against"
        + @"|again|these|those|both|for consistency)\b|check[,:.;!]|test (this|that|it|the (answer|result|solution|formula|value)|our|my)\b)", TraceText.Rules)]
    private static partial Regex Announced1();

    [GeneratedRegex(@"\b(let me|let's|let us|lets) ((just|also|now|quickly) )*check\b|\b(double|cross|sanity|spot)[- ]?check(s|ed|ing)?\b|\b(a|one|quick|final|rough|reality|another|last"
        + @"|simple) (quick |final |rough |last |more )?check( that|:|,| shows| on|\.| of the| by| is)|\bverif(ying|ication)\b|\b(can|may) be (verified|checked|confirmed)\b", TraceText.Rules)]
    private static partial Regex Announced2();

    [GeneratedRegex(@"^[^a-z0-9]*((step|part) \d+\W+|\d+[.)]\W+)?(so |now |and |then |finally,? )?test(ing)?(:| (this|that|it|our|my|with|by|against)\b| the (answer|result|solution|formula"
        + @"|value|claim|guess)s?\b)|^[^a-z0-9]*((step|part) \d+\W+|\d+[.)]\W+)?(so |now |and |then |finally,? )?(check|checking|verify|confirm|validate)(:| the| that| this| it| our| my"
        + @"| both| (each|all|every)( of)?( the| these)?( solutions?| roots?| equations?| conditions?| results?| values?)?\b( in\b|:|,|\.)| a| an| again|,|\*\*| by| against| if| whether"
        + @"| for|\.|$| with)|\b(to|let me|let's|making|want to|just) make (sure|certain)( about| i\b| we\b| my\b| the\b| it\b| this\b| of (it|this|that)| that (the|this|it|my|we|i|both"
        + @"|all)\b|\W*$|\W? ?[,:.;(–—])|\b(to|let me|let's|want to|just) be (doubly |extra |quite |absolutely )?(on the safe side|safe|thorough|(sure|certain)( about| that| i | we |\W*$"
        + @"|\W? ?[:,.;(–—]))|\bmaking sure\b|\bi (just )?(checked|verified|tested)\b", TraceText.Rules)]
    private static partial Regex Announced3();

    [GeneratedRegex(@"\b(does|do|is|did) (that|this|it|these|the \w+) (really |actually )?(make sense|right\?|correct\?|work\?|add up|fit|check out|seem (right|reasonable)|hold|match"
        + @"|reasonable\?|plausible\?)", TraceText.Rules)]
    private static partial Regex Announced4();

    [GeneratedRegex(@"\b(which|this|that|it|and|these|they|everything|all|both|values?|numbers?|answer|result|total|sum|solutions?|pair) (also |indeed |really |exactly |does |do |all |both "
        + @"|perfectly |nicely |again )*((add(s)? up( correctly| right| nicely| perfectly)?|fits?( nicely| perfectly| well| too| exactly)?( together)?)[.,;!)]|make(s)? (perfect "
        + @"|good )?sense((:| because\b| since\b| as\b|[;—])[^.]*\d)|(match(es)?|agrees?|checks? out|fits? (the|with|what|both|all)|holds? (true|up|too|as well)|confirms?|satisf(y|ies) (the|both|all"
        + @"|every|our|it)|consistent|tall(y|ies))\b)", TraceText.Rules)]
    private static partial Regex Outcome1();

    [GeneratedRegex(@"\b(which|this|that|it|they|everything|answer|result) (also |indeed |really |exactly )*works( out| for|[.,;!])|\bmatch(es|ing)? (the|what|our|my|with) |\bagree(s"
        + @"|ing)? with\b|\bin agreement\b|(\b(is|are|being|be)|'s) (also |indeed |fully |all )?(consistent|compatible)\b|, consistent with\b|\bas (expected|required|desired|needed|stipulated"
        + @"|specified|it should( be)?|they should|claimed|it must|stated|promised|hoped|wanted|demanded|predicted)(\W*$|[,.;:)—–!]| by the (problem|question|condition|statement|equation"
        + @"|text)| (above|before|in the))", TraceText.Rules)]
    private static partial Regex Outcome2();

    [GeneratedRegex(@"\b(both|all|the|two|three|every) (\w+ )?(conditions?|equations?|requirements?|constraints?|methods|ways|results|sides|answers|approaches|clues) ((are"
        + @"|is) (\w+ )?(satisfied|met|fulfilled|equal|true|the same|correct)|hold|agree|match|fit|check out|work|coincide|give the same)", TraceText.Rules)]
    private static partial Regex Outcome3();

    [GeneratedRegex(@"(\b(gives?|get|getting|obtain|yields?|reach|again|also|is|are|have|has)\b|[,;:—–.]|=.*|^|good|yes|okay|ok) ?\W*(exactly )?(the )?same (number|answer|result|value|total"
        + @"|sum|figure|digit|remainder|count|probability)(\W*$|[.,;:!)]| again| too| as (before|above|in|with|earlier))|\b(the same|same) (thing )?as (before|above|earlier)\b|\bsame thing (again|too)\b|^\W*(the )?same thing\W*$|[✓✔✅]|\\checkmark"
        + @"|^[^a-z0-9]*(which is |that is |that's |this is )?(yes|yep|yeah|good|great|correct|right|perfect|nice|it works|exactly|ok|okay)?[^a-z0-9]*(it |this |that |which )?(is "
        + @"|'s )?(correct|works( out)?|checks out|fits|matches|adds up|it works)( too| as well| also)?\W*$", TraceText.Rules)]
    private static partial Regex Outcome4();

    [GeneratedRegex(@"\b(that's|that is|this is|it's|it is|answer is|result is|looks|seems|sounds|must be|solution is|value is|which is|is indeed) (indeed |about |quite |very |certainly "
        + @"|therefore |thus |also )*(correct|right|reasonable|plausible|sensible|realistic|valid|believable|what (we|i) (wanted|expected|needed|started with))[.,;!:)]|\bindeed\b[^.]*\d"
        + @"|\d[^.]*\bindeed\b"
        + @"|\breally (is|are|does|do|has|equals?|gives?|works?|holds?|meets?|adds?|fits?|sums?|divides?)\b", TraceText.Rules)]
    private static partial Regex Outcome5();

    [GeneratedRegex(@"\bconfirming\b|\b(exactly|just|precisely) (what|as|like) (in )?(the|it|we|was|is)\b|\bas the (problem|question|text|statement|puzzle|equation|story|task) (\w+ )?(says|said|states|demands"
        + @"|requires|asks|wants|stated|demanded|asked)\b|\b(back (to|at) (the|our|what)|gives back|get back|recovers?|returns?) (the )?(original|starting|given|initial|total|number|price"
        + @"|amount|we) |(=|\d|\b(gives?|back|get|is)\b)[^.?!]*\b(what|amount|number|price|total|sum) (that )?(we|i|it|he|she|they) (had )?(started|began) (with|from)\b|\b(in"
        + @"|within) the (right|expected) (range|ballpark|area|region|neighbou?rhood|order of magnitude)\b", TraceText.Rules)]
    private static partial Regex Outcome6();

    [GeneratedRegex(@"[^,;.:] (that|which) (all |both |also |then |do )*satisf|\bsatisf(y|ies) (the (case|assumption|range|domain|interval|restriction)\b|\W*[a-z]\W? ?(<|>|≤|≥|\\l|\\g))"
        + @"|\b(find|such that|for which|need|needs|must|want|should|until|whether|let's see) [^,.;:]*\b(satisf|match|agree|consistent|equal|hold|fit)|\b(if|so that) (it|they|this"
        + @"|these|both|all|the \w+|\w)( \w+)? (satisf|match|agree|is consistent|equal|hold|fit)|\b(does(n't| not)|do(n't| not)|isn't|not|never|nobody|cannot|can't) (\w+ )?(match|agree"
        + @"|consistent|check out|add up|make sense|fit|hold|satisfy|work)|\b(values?|numbers?|ones?|integers?|solutions?|pairs?|points?|first|only|last|smallest|largest|case|candidate) (\w+ )?(that|which) (satisf|works?\b|fits?\b|match|holds?\b)"
        + @"|\b(satisfied|met|fulfilled|equal|true|agree) (when|whenever|if|only)\b|\bsystems?\b[^.]*\bconsistent\b|\bagree (mod|if|when)\b|\bworks? out (to|at)\b|" + BothZero + @""
        + @"|\bconsistent with an? |\bonly \W?\d+ (is|does|works|fits|satisf\w+)\b|(\bnot|n't) (\w+ )?what ((is|was|(we|they|i|the \w+)('re| are| were| is| was)?) )?(asked|wanted"
        + @"|wants?|needs?|asks|sought)|^\W*(so|thus|hence|therefore|in conclusion)\b[^=+*/\d]*\d[\d.,]*[^=+*/\d]*, (as (desired|required|wanted|needed|claimed|demanded)"
        + @"|which (satisfies|fits|meets|matches|agrees with) (the|our|all|what)\b[^\d]*)\W*$|\b(since|because|as) [^,.]*\b(parallel|isosceles|symmetr\w*|congruent|similar)\b|\b(has to"
        + @"|have to|must|should|needs? to) (be|equal|have) [^.=]*\bas (required|stated|given|needed|demanded)\b"
        + "|" + MatchesForm + @"|^\W*#.*\bidentify\b|\b(socks?|shoes?"
        + @"|sofa|shirts?|pants|curtains?|outfits?|dress|dresses|tie|hats?)\b", TraceText.Rules)]
    private static partial Regex Doubt();

    [GeneratedRegex(@"\b(substitut|plug|insert|feed)(e|ing|ging)? .*\bback\b|\bput(ting)? (it|this|that|them|these|both|\W?[a-z]\W?( ?= ?\d+)?|\d+|the (value|answer|result|numbers?"
        + @"|solution)s?) back\b|\b(substitut|plug|put|insert)(e|ing|ging|ting)? back\b|\b(in|into|to) the original (equation|expression|condition|problem|statement|inequality|system)"
        + @"|(\bleft[- ]?(hand)?[- ]?(side|branch|piece|part)|\blhs|\bon the left)\b.*\b(right|rhs)\b.*\b(too|as well|also|both|equal|same|match|agree)|\b(equation|condition|left side"
        + @"|lhs) (becomes|reads|gives|turns into) .*\b(true|identity)\b", TraceText.Rules)]
    private static partial Regex PutBack();

    // Back-substitution in a system is part of the solution, not a check.
    [GeneratedRegex(@"\bto (find|get|solve|obtain)\b|= ?\W*boxed|\b(gives?|get|have|find|obtain|yields?)( that| us)? \W*[a-z]\W* ?=|\bwithout (putting|replac)|\bfor [a-z] ?=|\b(so|hence"
        + @"|thus|therefore|then) \W*[a-z]\W* ?=", TraceText.Rules)]
    private static partial Regex SolvesOn();

    [GeneratedRegex(@"\b(another|a second|an alternative|a different|the other|other) (way|method|approach|route|argument|formula)\b.*\b(gives?|yields?|confirm|same|also|agree|again|check"
        + @"|verif|leads? to|gets? (the same|also|\W?\d))|\b(check|verify|compute it|count|do it|doing it|see this|calculate it|recompute|adding) (\w+ )*(another|a second|a different"
        + @"|the other|in another|differently)( way)?\b|\b(count|comput|calculat|add)\w* (it |this |them )?(again|once more|a second time)\b.*\b(=|gives?|get|also|same)"
        + @"|\bestimat\w+\b.*\b(close|near|reasonable|fits|ok|okay|plausible|right)|\bclose to (the|our|my) (answer|result|estimate|value)", TraceText.Rules)]
    private static partial Regex OtherWay();

    [GeneratedRegex(@"=.*[,.;)–—✓-] (all )?(good|fine|ok|okay|great|perfect|yes|yep|correct|nice|right|true|so (that|it|this)( is|'s) (fine|good|ok|okay|right|correct))[.!]?$|^\W*(yes|yep"
        + @"|yup|correct)[,.!]|^\W*(good|great|perfect|nice|fine|excellent|ok|okay|right)\W+(same|that (agrees|matches|fits|works)|it (agrees|matches|fits|works)|both|this (is|agrees"
        + @"|matches|fits|works)|they|everything|all)\b|\b\d[^.?!]*\b(both|all|everything|this|that|it|which|answer|result|these)( \w+)?( is|'s| are) (also |indeed |all )*(fine|good|ok|okay"
        + @"|in order)[.,;!]|\b(both|all|everything|this|that|it|which|answer|result|these)( \w+)?( is|'s| are) (also |indeed |all )*(in order|satisfied|fulfilled|met|true|right|correct"
        + @"|plausible|reasonable|sensible)[.,;!]|\b(so|hence|thus)\b.* (is|are) (correct|right|plausible|reasonable|confirmed)\b|\d[^.?!]*\bso (yes|yep|that fits|that works|it works"
        + @"|all is well|that holds)\W*$|\b(holds true|it fits|they fit|it holds)\b|\b(it|this|that"
        + @"|everything|all) checks( out)?[.,;!)]", TraceText.Rules)]
    private static partial Regex Approval();

    [GeneratedRegex(@"\b(is|=|equals?|gives?|exactly|makes?|totals?|comes to) .*(\d\W{0,3}(just|exactly|which (is|was)( also| exactly| just| indeed)?|that is|as|like|is|matches|equals"
        + @"|and that is)?\W?(the (given|stated|required|prescribed|original) \w+)|\b(exactly|just|precisely) the [^.=]* (in|of|from) the (problem|question|text|story)|\bas (given|stated|in the (problem|question|text))|like the (problem|question) (says|said)|what (was"
        + @"|is) (given|asked|stated|required|wanted)|(the \w+ )?(that )?(we|he|she|they|i) (were supposed|started|began|had at the (start|beginning)|were (given|told)))\b|\b(is|are"
        + @"|would be) (\w+ )?(between|close to|near|less than|more than|larger than|smaller than|greater than)\b.*\b(as (it|they) (should|must)|makes sense|good|reasonable|expected"
        + @"|plausible)\b|\b(see|seeing|ask|look) (if|whether) (this|that|it|the (answer|result|numbers))\b", TraceText.Rules)]
    private static partial Regex Comparison();

    [GeneratedRegex(@"(=|\d|\b(gives?|gets?|got|comes?|yields?|it's|result|answer|both|ways?|again|sides|they)\b)[^.!?]*\bthe same\W*$|(\d|\b(is|gives?|get|yields?))[^.!?]*\bonce more\W*$"
        + @"|\balso (gives?|gets?|got|comes|leads|yields?|equals?) (to )?(the same|\W{0,3}\d)|(=|\b(is|are|gives?|gets?|makes?|comes?|yields?|equals?|totals?|be)\b|'s)[^.]*\b\d+\W* (as well"
        + @"|too|once more|either way)\W*($|,|;)"
        + @"|\b(gives?|get|makes|yields?|says|shows|returns|predicts|produces|=) .*\b(too|as well|again)\b\W*$|\bonce more\b[^.!?]*\d|\b(in accordance|in line|in keeping"
        + @"|in accord) with\b|\bsquares with (the|our|what)\b|\b(was|were|is"
        + @"|are) supposed to (be|have|give|make)\b|\bas (it|they) (has|have|had|ought|needs?) to\b|\bwhat (it|they) (has|have|had|should|ought|needs?)( to)?\b", TraceText.Rules)]
    private static partial Regex Again();

    [GeneratedRegex(@"\b(see|seeing) (whether|if) (it|this|that|they|the)\b|\b(put|putting) (in |it |this |that |them |these |the )*(\W?[a-z]\W? ?= ?-?\d|answer|solution|result).*(="
        + @"|\bgives?\b|\bis\b|\bget\b)|\b" + PlugIn + @" (in |it |this |that |them |these |the |with |for )*(answer|solution"
        + @"|result|out\b|(values?|numbers?) (we|i) (found|got)).*(=|\bgives?\b|\bis\b|\bget\b)|\b(with|for|if|when|at) \W?[a-z]\W? ?= ?-?\d+.*\b(left|side|both|true|indeed|ok|good|fits"
        + @"|works|as)\b", TraceText.Rules)]
    private static partial Regex PutIn();

    [GeneratedRegex(@"\bconfirm (the|his|her|their|an?|my|our) (order|booking|reservation|purchase|seat|payment|appointment|deal)\b|\bunderst(and(ing)?|ood)\b|\bget (this|it) right\b|\b(test|testing|check|checking|try)( out)? (all |each |every |these |some |small |different |possible )*(of )?(the "
        + @"|these )?(answer )?(choices?|options?|candidates?|possibilities|values of|small values|cases)\b"
        + @"|\b(cases|possibilities|options|candidates|values|numbers|primes) (left |remaining |we need |we have )?to (check|test|try|verify)\b|\b(check|test|try)(ing)? ((the|each|every|all"
        + @"|any|some|only|odd|even|small|larger|remaining|other|possible|resulting|next|perfect|two|three|four|five|six) )*(cases|squares|cubes|primes|possibilities|multiples|divisors"
        + @"|integers|pairs|triples|combinations|scenarios)\b|\b(have|need)s? to make sure (that )?[^.]*\b(even|odd|positive|negative|different|distinct|at least|at most|not|no two|never"
        + @"|divisible)\b", TraceText.Rules)]
    private static partial Regex Understanding();

    // "as it should", "which is what one expects"
    [GeneratedRegex(@"\b(as|than|like) (it|they|that|this|one|we|i|you|everything|the \w+)( \w+)? (should|must|ought|expects?|expected)\b|\bwhat (it|they|that|this|the \w+) (should|must"
        + @"|ought|expected)\b|\bwhat (we|i|one|you) expect(ed)?\b"
        + @"|\b(that|this|it|which|these)( is|'s| was| are| equals| gives) (just |exactly |precisely |indeed |also )*what ((we|i|you|it|he|she|they) (had (at first|at the (start|beginning)|originally|initially|to begin|before)|paid|began|started)|(we|i|one|you|it|they|the \w+|\w+) (\w+ )?(expect"
        + @"|suggest|want|need|requir|ask|demand|should|started|gave|says?|said|predict|sees?\b|gets?\b|knows?\b|finds?\b|observe))"
        + @"|\b(both|all|they both|they all|everything) (\w+ )?(hold|fit|match|agree|work|satisf(y|ies)|tally|tallies|come out|check out)(s|es)?\b", TraceText.Rules)]
    private static partial Regex Expected();

    // "running it forward", "the numbers agree with the given ones"
    [GeneratedRegex(@"\b(run|running|go|going|work|working|play|playing|read|reading|trace|tracing|step|stepping|walk|walking|count|counting)(ning)? (it |this |things |that |them |everything )?forwards?\b"
        + @"|\b(does not|doesn't|do not|don't|didn't|did not) (\w+ )?(match|agree with|fit|satisfy|equal|tally with) (the|what|our|my) (given|condition|problem|original|total|statement"
        + @"|stated|required|second|first|other|equation|question|expected|text)"
        + @"|\b(re-?calculat|re-?comput|re-?count|re-?add|re-?check|re-?verif|re-?examin|re-?do)(e|y|ing|ying|ed|ied)?( \w+)*( shows| gives|:|,| yields| and| confirms)", TraceText.Rules)]
    private static partial Regex Forward();

    // "Since 3 > 2, this is a valid solution", "either way it's 24"
    [GeneratedRegex(@"\b(is|are) (a |an |indeed |also |both |therefore |not |thus )*(valid|admissible|acceptable|extraneous|legitimate)( (solution|root|value|answer|candidate|choice)s?\b)"
        + @"|\bis (indeed |also |therefore )?(valid|acceptable)[.,;!)]|\b(extraneous|spurious)\b"
        + @"|\beither way,? (it|we|i|the|this|that|gives?|get|you|is|\d)|\bboth ways (give|lead|agree|yield|we|i|the)|\b(these|they|both|sides|the two|those) (are|come out) (\w+ )?(equal"
        + @"|identical|the same)\b", TraceText.Rules)]
    private static partial Regex Valid();

    // "Is 45 plausible?", "Does 40 satisfy both conditions?"
    [GeneratedRegex(@"^\W*((hmm|so|wait|but|okay|ok|now|well)\W+)*(is|does|do|are|would|will) [^?]{1,50}\b(plausible|reasonable|realistic|sensible|sense|right(\?|,)|correct|work|works|fit"
        + @"|satisfy|hold|match|agree|add up|check out)\b[^?]{0,30}\?"
        + @"|\b(sums?|adds?) (up )?to\b[^.]{0,20}, (good|fine|ok|okay|as|which (is (right|correct|fine|what|the|as|good)|fits|matches|agrees|works|checks)|right|correct|yes|great|perfect)\b"
        + @"|\b(that's|that is|this is|it's|(answer|result|value|total|it) is) (about |roughly )?(right|correct|plausible|reasonable|sensible) (because|since|as)\b[^.]*(="
        + @"|\d[^.]*[^.\d]\d)|\b(let me|let's|to) see (if|whether)\b.*\b(agrees?"
        + @"|match(es)?|works?|fits?|holds?|right|correct|true|same)\b|\b(problem|question|text) (did|does|indeed|really) (say|state|ask|give|want)\b|=\W*\d+\W{0,2}, (which is )?(the|our"
        + @"|his|her|their|its) [^.]*\b(given|start|beginning|originally|original|problem|initial|stated|at first)\b|\breassur|, which (is|was) the (starting|original|initial|given) (number"
        + @"|value|amount|price|total|equation)|\b(answer|result|solution|value) stands\b|=\W*\d+(\.\d+)?\W{0,3}, (just |exactly |precisely )+(the|as|what|like|that)\b|\b(gives?|yields?"
        + @"|returns?) [^.,;]{1,30} back\b|\b(since|because|as)\b[^.]*\b\d+ (is|must be) (right|correct|fine)\b|\bcheck\W{0,3}:|=\W*\d+(\.\d+)?\W{0,3}(just |exactly |which is |the )*same as \W?\d"
        + @"|=\W*\d+[^.]*\b(right|left|other)([ -]hand)?[ -]side (is|equals|gives) (also )?\W?\d"
        + @"|, (which (is|was) )?the \w+ (that )?(we|i|they) (were|was|are) (given|told|started with)\b|\b(gives?|gets? (us |me )?|bring(s)? (us |me )?) ?back (to )?(the (given|original"
        + @"|starting|initial|first|total|number|amount|price|equation|expression|value|integrand|function|polynomial)|what|our)"
        + @"|\bboth (right|correct|true|satisfied|fine)[.;!]|\b(both (\w+ )?are |each (\w+ )?is )(right|correct|true|fine|good|ok|okay|satisfied|met)\b|\ball (are |is )?(correct|true"
        + @"|satisfied|met)\b|\bboth (\w+ )?(sides|expressions|ways|methods|equations|formulas|numbers|results) (evaluate|come|are equal|equal|agree|match|work)|\bboth (\w+ )?(ways|methods"
        + @"|formulas|approaches) (give|yield|lead)"
        + @"|\b(let me|let's|let us|i'll) (\w+ )?(count|add|compute|calculate|multiply|divide|do|work|recount|redo|run|go)\b[^.:]{0,30}\b(again|once more|a second time|another time"
        + @"|differently|another way|a different way|over again)", TraceText.Rules)]
    private static partial Regex Question();

    [GeneratedRegex(@"=\W*\d+(\.\d+)?\W{0,2}, (and |but )?(not|rather than|instead of|≠) \W?\d", TraceText.Rules)]
    private static partial Regex Refuted();

    // "So it should be 1 + 7 = 8, not 56" corrects and compares nothing.
    [GeneratedRegex(@"\b(should|have to|has to|must|need to|meant|forgot|answer|(so|then|thus|hence|therefore) (it|that|this|the|i|we|there))\b|(^|[^a-z])[a-z] ?= ?-?\d", TraceText.Rules)]
    private static partial Regex Corrected();

    // "Since 6 > 5/2, this solution is valid": the bounds of a case
    [GeneratedRegex(@"\b(since|because|as)\b[^=]*(<|>|≤|≥|\\l|\\g)[^.*+]*\b(valid|acceptable|admissible|extraneous|rejected)\b", TraceText.Rules)]
    private static partial Regex Bounds();

    // "So the answer is correct" says it and shows nothing.
    [GeneratedRegex(@"\b(hope|hopefully|trust|let me know|please|not (entirely |quite |so |too )?sure|no idea)\b|^\W*((so|thus|hence|therefore|and|i( am|'m) (\w+ )?(sure|confident"
        + @"|certain)( that)?|i('d)? (think|believe|guess|say|assume)( that)?|we are (sure|confident)( that)?)\W+)*(the|my|our|this|that|it"
        + @"|which)( \w+)?( answer| solution| result| value)?( of [^.]{1,20})? ?(is|'s|must be|seems|looks) (indeed |therefore |thus |surely |definitely |also |about |quite )*(the )?(right|correct"
        + @"|true)( answer| one| result| solution)?(\W{1,3}(i (think|guess|believe|suppose|am sure)|for sure))?\W*$|^[^=+*/]*, which is (correct|right|true)\W*$", TraceText.Rules)]
    private static partial Regex Assurance();

    [GeneratedRegex(@"^\W*((and|or|also|so|but|now|check)\W+)*(alternatively|equivalently|directly|by|using|via|from|with (the|another|a different)|another way|a different way|a second way"
        + @"|the other way|in another way|differently|(we|one|i) (can|could) also|counting|adding|going|computing|calculating|recomputing|or)\b", TraceText.Rules)]
    private static partial Regex SecondWay();

    [GeneratedRegex(@"^\W*(so|thus|hence|therefore|the (final )?answer)\b|boxed|\bfirst\b|\bnext\b|\b(scrap|forget|instead|more direct|better|easier|simpler|faster|quicker|nicer)\b", TraceText.Rules)]
    private static partial Regex Solving();

    [GeneratedRegex(@"\b" + PlugIn + @" (in |it |this |that |them |these |the |n |with |for "
        + @"|value )*(\W{0,3}[a-z]\W{0,2} ?= ?)?[\\(${]{0,3}-?(?<n>\d+(\.\d+)?)\b.*(=|\bgives?\b|\bis\b|\bget\b)", TraceText.Rules)]
    private static partial Regex Inserted();

    // "But that's longer than the ladder itself, so it's wrong too"
    [GeneratedRegex(@"\b(that|this|it|which|\d+( \w+)?)('s| is| was| would be) (even |way |much |far |a lot )*(more|longer|less|bigger|larger|smaller|greater|higher|lower|older|younger"
        + @"|shorter|faster|heavier|above|below|over) (than )?[^.;]*[,;]? ?\b(so|which|and that|and it)\b[^.;]*\b(wrong|impossible|can't|cannot|off|not possible|incorrect|a mistake|an error"
        + @"|nonsense)\b", TraceText.Rules)]
    private static partial Regex Misfit();

    // "The two counts agree", "the same as our count", "comparing by the can also puts it lowest", "a rough guess would also be 42"
    [GeneratedRegex(@"\b(both|the two|these|the|our|two|all( three)?) (\w+ )?" + Outcome + @" (all |also |do |indeed |now |thus |both )*(agree|match|coincide|tally|line up|correspond"
        + @"|(are|come out) ((all|both|exactly|also|indeed) )?(the same|equal|identical|in agreement)|give the same)\b"
        + @"|\bthe two (do |indeed |also )?(agree|match|coincide|tally|are the same)\b|\b(same as|equal to|identical to|agrees? with|match(es)?|coincides? with|confirms) (our|my"
        + @"|the (\w+ )?(first|earlier|previous|above|other|old)) "
        + @"|\b(compar|count|comput|calculat|add|work|divid|multiply|look|check|sort|list|cut|group|draw|subtract)ing\b[^.=]* (also|likewise|again|too) (gives?|yields?|puts?|leads?"
        + @"|makes?|shows?|says?|results?|produces?|comes?|gets?|ends?|brings?|leaves?)\b|(=|\b(is|are|gives?|gets?|makes?|comes? to|count|total|answer)\b)[^.]*\b\d+ also\W*$|\b(as"
        + @"|for) (a )?(comparison|second opinion|cross-?check|double[- ]check|test|counter-?check)\b[^.]*\d|\d[^.]* confirms (the|that|this|it|our|my)\b"
        + @"|\b(plausibility|sanity|reality|consistency) (test|check|argument)\b|\b(am|are|is|'m|'re|'s|gets?|got|back) (back )?(at|to) \W?\d[\d.,]* (again|once more)\b|\bwhich (is"
        + @"|was) ((just |exactly )?what (was|were|had been)|(just|exactly) what (he|she|they)) \w+|, (and|which) \W?\d[\d.,]* (was|were) (indeed |just |exactly )?the \w+"
        + @"|\bthe way [^.,]{2,30} (should|must|has to|have to|ought to)\b|\b(is|are) (exactly |just )?the (one|ones|same|number|ratio|value|numbers) (in|from|of|given in"
        + @"|asked for in) the (question|problem|text|statement|story|exercise|riddle)\b|\bnothing (\w+ )?(looks|seems|is) (off|wrong|amiss)\b|\d\W{0,3}(,| and| —) ?(just|exactly"
        + @"|precisely) (the|what|as|like)\b|\d[^.]*\b(the|what)( \w+)?( that)? (we|i|he|she|they|you) (were|was|are|had been|have been|'d been) (promised|told|given|shown|asked for)\b"
        + @"|\b(rough|quick|crude|ballpark|mental) (guess|estimate|count|calculation)\b[^.]*\d|, (and )?(that|this|which)('s| is| was) (just |exactly )?the (number|amount|price|total"
        + @"|value|sum|figure) (given|stated|from|in the|we were|they|that was)\b", TraceText.Rules)]
    private static partial Regex Agreement();

    // "into y = mx + b": a formula to be solved
    [GeneratedRegex(@"\b(in|into|to) (the )?((equation|formula|form|line) )?\W{0,3}[a-z] ?= ?[^=.:]*[a-z]", TraceText.Rules)]
    private static partial Regex Form();

    // "Setting both sides equal", "Then both sides are equal to 0"
    [GeneratedRegex(MatchesForm + @"|\b(set|sets|setting|put|putting|make|making)( \w+)? (both|the two|these|those|them|two)( \w+)? (equal|the same)\b|\b(equal|identical"
        + @"|the same) (because|since|as|by)\b|" + BothZero, TraceText.Rules)]
    private static partial Regex Equating();
}
