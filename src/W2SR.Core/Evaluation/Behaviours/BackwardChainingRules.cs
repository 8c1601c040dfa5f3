using System.Text.RegularExpressions;
using W2SR.Core.Common;

namespace W2SR.Core.Evaluation.Behaviours;

/// <summary>Goals first: what a wanted quantity needs, and chains that run from the end to the start.</summary>
internal static partial class BackwardChainingRules
{
    private const int FewestLinks = 2;

    public static IEnumerable<TextSpan> Find(TraceText text)
    {
        TextSpan[] links = [.. text.FindAll(Before())];
        return
        [
            .. text.FindAll([Needs1(), Needs2(), Needs3(), Depends(), Missing(), Unknowns(), Impossible()], WholeProblem()),
            .. text.FindAll([Asks(), Wants()], WholeProblem()).Where(s => !IsQuestion(text, s) && !Domain().IsMatch(text.SentenceOf(s).Text)),
            .. text.FindAll(WholeNeeds()),
            .. text.FindAll(Reduces()),
            .. text.FindAll([FromTheEnd1(), FromTheEnd2()], Checks()),
            .. text.FindAll([Conditional(), Chain()], Domain()),
            .. text.FindAll(Knowing(), Domain()),
            .. GoalThenNeed(text),
            .. text.FindAll([Requirements.Required1(), Requirements.Required2()], Domain()),
            .. Requirements.Lacking(text),
            .. OperandsToFind(text),
            .. links.Length >= FewestLinks ? links : [],
        ];
    }

    /// <summary>A sentence that names the goal, and one after it that says what would do.</summary>
    private static IEnumerable<TextSpan> GoalThenNeed(TraceText text)
    {
        for (int i = 0; i + 1 < text.Sentences.Count; i++)
        {
            var m = Goal().Match(text.Sentences[i].Text);
            if (m.Success && (Need().IsMatch(text.Sentences[i].Text[(m.Index + m.Length)..]) || Need().IsMatch(text.Sentences[i + 1].Text)))
                yield return text.Sentences[i].Span(m);
        }
    }

    // the first sentence behind <think>
    private static bool IsQuestion(TraceText text, TextSpan span) => text.SentenceAt(span.Start) is <= 1 and var at && Begins().IsMatch(text.Sentences[at].Text);

    /// <summary>"To determine how many are left, we need to subtract the number of eggs used", where the next step finds that number.</summary>
    private static IEnumerable<TextSpan> OperandsToFind(TraceText text)
    {
        for (int i = 0; i + 1 < text.Sentences.Count; i++)
            if (Operands().Match(text.Sentences[i].Text) is { Success: true } m && text.Sentences.Skip(i + 1).Take(2).Any(s => FindsFirst().IsMatch(s.Text))) yield return text.Sentences[i].Span(m);
    }

    private const string Thing = @"(to know|to find|to have|to get|to test|to check|to examine|to show|to determine|to calculate|to compute|to figure out|the|a|an|both|two|its|their|his|her"
        + @"|this|that|only|at least|how|what|which|when|whether|\W?[a-z]\W|\W{0,3}(sin|cos|tan|log|frac|angle|overline|vec)|(f|g)\()";

    [GeneratedRegex(@"\b(to|in order to|before we can|before i can|if we want to|if i want to|for us to) (be able to )?" + "(find|compute|calculate|determine|figure out|work out|evaluate"
        + "|get|obtain|know|reach|have|apply|use|show|prove|answer|solve)" + @" .*\b(we|i|one|you|it)('ll|'d| will| would)? (first |therefore |only |just |also |still |must |have to |do |then )*(need|needs|require|requires|know) (first )?" + Thing +
        @"|\bto (find|know|compute|calculate|determine|get|see|show|prove|establish) [^.]*\b(we|i|one) (first |only |just )*(have to|must|need to) (first |only |just )*(find|know|determine|calculate|compute|figure out|show|prove|establish)\b|\bfor (that|this|it|which|the|a|an|its|\W?[a-z]\W)( [^.,]*)?,? (we|i|one)('ll|'d| will| would)? (first |therefore |only |just |also |still |in turn )*(need|require|have to know|must know|would have to know|should know|want|would need|lack|miss)\b|\bin order for\b.*\b(we|i) (need|want|require)\b|\bfor .* to (be|have|hold|vanish|equal|divide|work|happen|agree|exist)\b.*\b(we|i|this|that|which|it) (need|want|require)s?\b|\b(so|and) that (will|would) (need|require)", TraceText.Rules)]
    private static partial Regex Needs1();

    [GeneratedRegex(@"\b(which|this|that)( in turn| would| will| also)? (requires?|needs?|depends? on|calls? for) (knowing|finding|solving|computing|determining|calculating|proving|showing"
        + @"|the|a|that|us|\W?[a-z]\W)|\b(needs|requires|require|need) (knowing|knowledge of)\b|\bwhat('s| is) (missing|needed|required|lacking)( is|\W)|\bwhat (do|would|must|should|could"
        + @"|can) (we|i|one) (need|have to know|know to|use to get|require)|\bwhat (determines|fixes|controls|decides)\b|\bwhat (would|could|will) (give|get|yield|tell|lead|produce|make|let|allow|help)\b"
        + @"|\b(all|what|everything) (that )?(we|i) need (now )?is\b|\b(isn't|is not|aren't|are not) (given|known)( \w+)?,? (so|and so|but) (we|i|it|that|the)\b|\b(we|i)('re| are|'m| am) (still "
        + @"|only )?missing\b|\bthe missing (piece|ingredient|quantity)\b", TraceText.Rules)]
    private static partial Regex Needs2();

    [GeneratedRegex(@"\bif (only )?(we|i) (knew|had|could (find|get|show)|can (find|show|get)|find|know)\b.*\b(the \w+ would|(we|i|then|it)('d| could| would| can|'ll| will| are| am)|follows|(is|would be"
        + @"|will be) (easy|done|immediate|known|clear|simple)|(drops|falls) out)\b|\bto (find|get|know|compute|determine|obtain) (it|that|this|these|them|the \w+|\W?[a-z]\W?)( \w+)?,? (we"
        + @"|i) (need|first need|must know)\b|\b(we|i)('d| would| could) (know|have|get|find|tell|say|be (done|able)|finish)\b[^.;=]{0,40}\b(if|once|as soon as|provided) (we|i|the|both"
        + @"|only|it|its|that|these|those)\b|\b(we|i) (can|could|will) (only )?(find|get|compute|know|determine|answer|solve|say|tell"
        + @"|calculate|read off) .*\b(once|if|as soon as|only when|provided) (we|i) (know|have|find|had|knew)\b", TraceText.Rules)]
    private static partial Regex Needs3();

    // "for that both sides are necessary", "only the height is unknown", "she wants 90, which means the scores have to add up to 360"
    [GeneratedRegex(@"\bfor (that|this|it|which)\b[^.!?]*\b(is|are) (\w+ )?(necessary|needed|required)\b|\bonly (the|its|their|his|her|one|two|a|an) [^.,;]{1,60} (is|are) (still )?(unknown"
        + @"|missing|lacking|needed|open|required|necessary|relevant)\b|\b(we|i) (only|just) (really |have to |need |to )*(need|know|care about) (to know |about )?(the|its|a|how|what|which"
        + @"|whether|\W?[a-z]\W)"
        + @"|\b(what|all|everything) (we|i) (have|need) to (guarantee|ensure|arrange|make sure)\b|\bwhat (has|have|needs?|ought) to (be true|hold|happen)\b|\bwhat (must|would have to"
        + @"|will have to|had to|does it take|do we need) (to )?(be|hold|happen)\b"
        + @"|\b(wants?|to (get|reach|have|win|earn|finish|be|make)) [^.!?]*, (which|this|that) means (that )?[^.!?]*\b(has to|have to|must|needs?)\b|\bmeans [^.!?]{1,20} before (it|that|this|the)\b"
        + @"|\b(can be|could be|is|are) (found|read off|computed|determined|calculated|known|obtained) (if|once|when|as soon as) (we|i|one) (know|have|find)\b|\b(nice|good|useful|helpful"
        + @"|handy|necessary|important) to (know|have) (the|its|both|how|angle|what|\W?[a-z]\W)", TraceText.Rules)]
    private static partial Regex Missing();

    // "To solve this problem, we need to ..." opens any answer; "we need to add" names an operation, not a need.
    [GeneratedRegex(@"\bto (solve|answer|approach|tackle|do) (this|the|it|our)\b|\bneed(s)? to (add|subtract|multiply|divide|use|apply|solve|simplify|isolate|rearrange|factor|square|plug"
        + @"|substitute|set up|follow|take|sum|combine|convert"
        + @"|count)\b|^\W*(but|hmm+|wait|oh|no)\b.*\b(question|problem|they) (\w+ )?(wants?|asks?)\b|\b(defined|make sense|makes sense|meaningful|well-defined)\b[^.]*\b(need|must|require"
        + @"|has to|have to)", TraceText.Rules)]
    private static partial Regex WholeProblem();

    [GeneratedRegex(@"\bsuffices?\b|\b(it is|it's|is|be|would be|it will be) (enough|sufficient) (to|if|that|for us)( (know|show|find|prove|check|determine|compute|have|see|get|we|i))?\b"
        + @"|\b(reduces|reduce|comes down|boils down) to (the|a)\b|\b(reduces|reduce|comes down|boils down|amounts) to (finding|showing|proving|knowing|computing|determining|counting"
        + @"|calculating|solving|whether|how)\b|\bfollows (if|once) (we|i)\b", TraceText.Rules)]
    private static partial Regex Reduces();

    [GeneratedRegex(@"\b(work|working|go|going|reason|reasoning|think|thinking|count|counting|run|trace|tracing|start|move|look|step|solve|walk|read|unwind)(ing)? (it |this |things "
        + @"|everything |that |the steps )?(in reverse|backwards?)\b|\bbackwards? (from|through|to)\b|\b(work|working|going|counting|count|reasoning|reckoning|calculating"
        + @"|thinking) back (from|to|through|step|by)\b|\bfrom the (answer|end|result|goal|final \w+) back\b|\bback (to|towards) the (start|beginning)\b|\bin reverse\W*[:.,]|\b(start"
        + @"|starting|begin|beginning|go|going|work|working) from the end\b|\b(looking|look"
        + @"|think|thinking|start|starting|begin|beginning) (at|about|with|from) the (last|final) (step|move|stage|day|turn|round|operation)\b|\binverse (operations|steps)\b|\bunwind"
        + @"|\b(start|starting|begin|beginning|work|working|going|think|thinking|from|about) (\w+ )?(from |with |at |about |of )?(the )(end|goal|last (step|move|day|line|one)|final (\w+)"
        + @"|answer|desired|target|conclusion|end result|result) (of|and|backwards?|we|state|amount|number|,|:|result|position)|\b(undo|undoing|invert|inverting) (the|each|every|all|his|her"
        + @"|these|this|that|it|them)\b|\b(reverse|reversing) (the|each|every|all|his|her|these|this) (\w+ )?(steps?|operations?|process|calculations?|procedure|actions?|moves?|changes?"
        + @"|increase|discount|doubling|halving|last|final|story|events?)\b", TraceText.Rules)]
    private static partial Regex FromTheEnd1();

    [GeneratedRegex(@"\bmust have (had|been|come|started|held|contained|numbered|begun)\b|\b(could|can|might|would|must) (have )?(come|came|be|stand|been|happen) (right |just |immediately "
        + @"|directly )?before\b|\b(going|stepping|moving) back\b.*\b(had|was|were|must|step)\b|\b(going|stepping|working|moving) back (all the way|one|a step|step by step|another)\b"
        + @"|\b(one step (back|before)|(a|one|two|three) (step|year|day|round|stage|stop|month|week|hour|move|turn|jump|game|minute)s? earlier)\b|\bprevious (number|amount|value|step"
        + @"|state)( \w+)? (has to|must|had to|would)\b|\b(the|its) (predecessor|step before|number before"
        + @"|previous state)\b|\b(what|which (number|value|step|state|position|move|numbers|values|states|positions)) (\w+ )?(leads?|led|gets|gives|brings|produces|comes) (us )?(to|into"
        + @"|before) (the|it|this|that|\d+)\b", TraceText.Rules)]
    private static partial Regex FromTheEnd2();

    [GeneratedRegex(@"(^|[,;.] |\band |\bso )[^a-z0-9]*(and |so |right |just )?(before|ahead of|prior to|preceding) (that|this|it|him|her|them|then|the (last|final|second|third|first"
        + @"|previous)|(he|she|they) (gave|spent|lost|bought"
        + @"|ate|sold|got|paid|doubled|took)|\d+[:,]|halving|doubling|adding|giving|spending|buying|losing|getting|multiplying|dividing|subtracting|the \d+ (was|were))\b?[^,;.]*(\b(had|was"
        + @"|were|there|have|must|been|it|she|he|they)\b|:|\d)", TraceText.Rules)]
    private static partial Regex Before();

    [GeneratedRegex(@"\b(our|the|my|final|ultimate) (final |ultimate |main )?(goal|target|aim|objective)( here)? is\b|\b(we|i) (ultimately |finally |eventually |really )?(want|need"
        + @"|are after|are looking for|wish|'re after)\b|\b(want|wanted|sought)( quantity| value)? is\b|^\W*((so|now|hmm|okay)\W+)*(how|when) (could|can|would|will|does) (the|it|this|that|a"
        + @"|an|n|x) [^?]*\?", TraceText.Rules)]
    private static partial Regex Goal();

    [GeneratedRegex(@"\b(for (that|this|it|which),? |so |thus |hence |therefore |then |and )(what )?(we|i|it)('d| would| will| first| only| just)* (need|require|must know|must find"
        + @"|have to find|have to know)s? (the|how|what|which|to know|a\b|an\b|its|both|first|to find|\W?[a-z]\W)|\bthat (needs|requires|depends on|means (we|i) (need|must))\b|\b(suffices"
        + @"|would do|would give|is determined by|depends on)\b|\bwhat could\b|\bwhat (do|would) (we|i) need\b|\bwould have to (be|have|vanish|divide|hold|equal)\b|\bexactly when\b", TraceText.Rules)]
    private static partial Regex Need();

    [GeneratedRegex(@"\b((i|we)( \w+)? (want|need (the|an?|its|his|her|to know)|are after|are looking for)|(question|problem|it|they) (wants|asks)|('re|'m) (after|looking for)|(the|our"
        + @"|my) (\w+ )?(goal|target))\b.*[,;:] ?(so|and so|which means|that means|hence|thus|therefore|and for (that|this|it|the|\W?[a-z]\W)|but for that|and that|for that|i|we|which"
        + @"|and to get|and)\b.*\b(need|needs|must|have to|requires?|takes)\b|\b(we|i|one)('d| would|'ll| will)? (first |only |just |also |still )*(have to|must|need to|should"
        + @"|ought to) (first )?know\b|\b(depends|hinges|rests) (only |just |entirely )?on\b.*\b(so|need|find)\b|\b(what|all that|only thing|thing|all) ?('s| is| are)? (still "
        + @"|now )?(that's |that is )?(needed|required|missing|lacking)\b|\bthe (\w+ )?(radius|height|base|slope|rate|speed|width|length|angle|volume|area|probability|mean|sum|product"
        + @"|number|side|diagonal|discriminant|derivative|exponent|coefficient|intercept|time|distance|price|cost|total) (\w+ )?(is|are) (first |still |therefore |thus )?(needed|required"
        + @"|missing)\b|\b(must|has to|have to|had to) have (been|had|come|started)\b|\bin order that\b[^.!?]*\b(must|has to|have to|needs?)\b|\bthe question (becomes|is now|then becomes)\b"
        + @"|\bthe key is\b|\b(determined|known|found|fixed|settled|computed) (as soon as|once)\b|\bas soon as .*\bknown\b|\b(after|want|wanted|goal|need|target"
        + @"|like)\b.*\bdepends (only )?on\b|\b(so|but|and) what about (the|its|h)\b|\b(has|have|had|needs) to (be|have) .* (in|at) the end\b|\bso what( is|'s|) (we|i) need\b", TraceText.Rules)]
    private static partial Regex Wants();

    [GeneratedRegex(@"\b(where|how) (do|can|could|would|does|might) (we|i|one|that|it|this)( ever)? (get|find|come|obtain|reach|end up|know)\b.*\?|\b(to|for|if|so that|since|because"
        + @"|before)\b.*\b(we|i|one)('d| would| will|'ll)? (\w+ )?(need|require) (the|both|its|an?|two|his|her|their|\W?[a-z]\W|\W?[A-Z]\()|\b(ends?|ended|finish(es|ed)?|left) (up )?(with"
        + @"|at|on)\b.*\bbefore\b|\b(to|in order to) ((end up|end|finish|arrive|land) (with|at|on|in|up)|be left with|have \d+ left)\b.*\b(must|need|needs|has to|have to|had to)\b|\b(so|thus|hence|therefore),? (i"
        + @"|we|you) (first )?need (the|its|both|to know|her|his) |\bfor (that|this) (i|we|one) |\b(desired|required|wanted|final) \w+ (needs|requires|comes from|is found from|follows from)\b"
        + @"|\b(get|comes?|obtain(ed)?|follow(s)?|found) (it |that |this )?(only )?from .*\b(which|so|and) .*\bneed", TraceText.Rules)]
    private static partial Regex Asks();

    [GeneratedRegex(@"\b(all|what) (we|i|one|you) (still |really |now |only )?(have|has|need|needs|must)( to)?( do)? (is|to) (to )?(show|find|prove|know|check|get|establish)\b"
        + @"|\b(the )?(question|problem|answer|formula|goal|target|theorem|rule|law|claim|equation|volume|area|perimeter|speed|probability|mean|average|slope|cost|profit|distance|interest"
        + @"|length|height|sum|product|number|total|time|rate|price|value)( here| then| now| itself)? (only |really |just |also |then )*(needs|requires|calls for|depends on|hinges on"
        + @"|is determined by)\b"
        + @"|\bthe (answer|formula|volume|area|perimeter|speed|probability|mean|average|slope|cost|profit|distance|interest|length|height|sum|product|total|rate)( here| then"
        + @"| itself)? (only |just |also )?(asks for|wants|rests on|comes down to|builds on)\b|\bdepends on how (many|much|long|far|big|fast|high|old)\b|\b(number|amount|cost|price"
        + @"|total|area|volume|length|time|distance|speed|profit|value|probability|sum|size"
        + @"|rate)( of [a-z' ]{1,25}| he [a-z]+| she [a-z]+| they [a-z]+) (only |itself )?(depends on|hinges on|is determined by)\b|\b(so|then|but|and|now) what('s| is| are| would be) (the"
        + @"|its|his|her|\W?[a-z]\W)[^.!]*\?|\b(would|will) follow (from|if|once|as soon)\b|\bfollows from\b.*\bso\b.*\b(show|prove|need|enough)\b", TraceText.Rules)]
    private static partial Regex Depends();

    // "For tangency, the equation must have one solution", "To be divisible by 6 it has to be divisible by 2 and 3"
    [GeneratedRegex(TraceText.Opening + @"(in order )?for (the |a |an |both |two |this |that |these |all |any |its |\W*[a-z0-9(\\])[^.!?,]* to [a-z]+\b[^.!?]*\b(must|had to|needs?|has to|have to"
        + @"|requires?|suffices?|necessary|sufficient|enough|only [^.!?]{1,40} matters?|matters?|better be|had better)\b"
        + @"|" + TraceText.Opening + @"for (tangency|continuity|divisibility|equality|convergence|perpendicularity|parallelism|symmetry|a (right angle|minimum|maximum|tie|win|double root"
        + @"|solution|tangent)|real roots|this|that)\b[^.!?]*\b(must|needs?|has to|have to|requires?)\b"
        + @"|" + TraceText.Opening + @"to (be|have|end in|form|vanish|maximi[sz]e|minimi[sz]e|satisfy|contain|ensure|guarantee|avoid|divide) [^.!?]*\b(it|they|x|n|k|m|we|the \w+|one"
        + @"|this)\W{0,3} (must|needs?|has to|have to|requires?)\b|" + TraceText.Opening + @"to (be|have|end in|form|vanish|give|leave|maximi[sz]e|minimi[sz]e|satisfy|contain|ensure"
        + @"|guarantee|avoid|win|end|finish|divide) [^.!?,]{1,40}, ((the|a|an) \w+( \w+)?|\W*[a-z0-9^+() \\$-]{1,12}|one|each|both|all|he|she|they|it|we|you) (must|has to|have to"
        + @"|needs? to)\b|\ball that('s| is) left (is|to show|to prove) that\b", TraceText.Rules)]
    private static partial Regex Conditional();

    [GeneratedRegex(@"(^|[.,;:] |\band )\W*for [^.,;\d]{1,40},? (we|i|one)('d| would| will|'ll)? (\w+ )?(need|require)\b|\b(which|that|it|these|those|and|this) (we|i|one)('d| would| can"
        + @"| could)? (get|find|obtain|compute|know|read off)( it| this| that)? from\b"
        + @"|\b(so|hence|thus|therefore|and|then|now) (the|its|his|her|their|a|an|both|only|two|sin|cos|tan|log|\W?[a-z]\W)[^.,;\d]{0,25} (is|are) (first |therefore |all )?(needed|required"
        + @"|what (we|i) need)\b|\bto (obtain|get|find|know) (it|this|that|them), |\b(would|will) (do|suffice|be enough)(\W*$|[.,;:])", TraceText.Rules)]
    private static partial Regex Chain();

    // "what we don't know is the rate; we get it from ...", "which only takes the sum", "so we only need r"
    [GeneratedRegex(@"\bwhat (we|i) (don't|do not) (yet |still )?(know|have)( yet)? (is|are)\b|\b(is|are) (still )?(unknown|not known|not given|missing)\b[^.]{0,30}[.,;:—] ?(so |but "
        + @"|and )*(we|i|it|they) (can|could|must|need|have to|get|find|has to)\b"
        + @"|\b(that|this|it|which|and)( one)? (only|just) (takes|needs|involves|requires|uses|calls for) (the|its|a|an|knowing|both|two|one|\W?[a-z]\W)|\b(takes|needs|involves"
        + @"|requires) (only|just|nothing but|no more than) (the|its|a|an|knowing|both|two|one)\b"
        + @"|\b(so|hence|thus|therefore|and|then|now|means) (we|i|all (we|i))( just| only| still| first| really| now)* need( now)?( is)? (\W{0,4}[a-z]\W{1,3}(and\b|\.|,|first|$|=)|\\[a-z]"
        + @"|to (know|find|get|determine|figure out|have) [^.]*\b(first|before (that|we|i))\W*($|[.,;:!)])|(two|three|both) (things|quantities|numbers|lengths|values|pieces))"
        + @"|\bif (only (we|i)|(we|i) only (knew|had))\b|\bknowing [^.,;]{1,50}( alone)? (would|will|gives|lets|allows|tells|is (all|enough|sufficient)|makes)\b|\b(would|could) (follow|be known|be found"
        + @"|be immediate|be easy) (if|once|from|as soon)\b", TraceText.Rules)]
    private static partial Regex Unknowns();

    // "we can't find the rate without the distance", "before computing the tip the bill has to be known"
    [GeneratedRegex(@"\b(can't|cannot|can not|couldn't|can (only|just)|is impossible to|not possible to) (find|get|compute|calculate|determine|know|tell|work out|figure out|say"
        + @"|answer) [^.]*\b(without|until|unless|before|once|if|when|after) (we|i|the|knowing|finding|its|both|having|\W?[a-z]\W|a|an)\b"
        + @"|\bbefore (finding|computing|calculating|determining|getting|(we|i) (can|could) \w+|we (find|compute|calculate|get|determine|know|work out)|i (find|compute|calculate|get|determine|know"
        + @"|work out)) [^.]*\b(need|needs|needed|must|have to|has to|should|require|requires|required)\b"
        + @"|\bto (do so|do that|do this|get there|this end|that end|achieve (this|that|it)|accomplish (this|that)),? (we|i|it|one|there|the) [^.]{0,20}\b(need|needs|must|have to|has to"
        + @"|require|requires|know|suffices)\b|\bthe (question|problem|task)( now| then)? (is|becomes|reduces to|comes down to)( therefore| then| now)? (when|whether|how to get|what makes"
        + @"|which \w+ makes|for which)\b"
        + @"|\bfrom (which|that) [^.]* (would|will|can) (follow|be (read|found|obtained|computed))\b|\bwhat (really |only )?(matters|counts|decides)( here| now)? is\b|\bto (show|prove|see"
        + @"|establish|conclude) [^.]*, (it remains|it is (enough|sufficient|left)|we (must|only have to|need only|have to)|one (must|needs|has to))\b|\b(easier|easy|simpler?|possible"
        + @"|straightforward) (if|once|when) (we|i) (know|knew|have|had|find|found)\b|\b(need|must|have)( to)? (first )?(find|determine|know|calculate|compute|get) [^.]* before (we|i|it"
        + @"|one) (can|could|know|get|find)\b|\b(to|in order to) (find|calculate|compute|determine|get|know|work out) [^.]*, [^.]*\b(must|has to|have to|needs? to) (first )?be (known|found"
        + @"|determined|computed|calculated|given)\b|^\W*(in order )?to (find|calculate|compute|determine|get|know|work out) [^.=]*, [^.=]*\b(is|are) (first )?(needed|required|necessary)\b|\bwhat (we|i)( would|'d|'ll| will| still| first| really| also)+ need\b|\bthe (real|key|main|only|actual) question (is|here)\b"
        + @"|\bwhat (information|quantities|data|ingredients?|pieces?|facts|numbers) (do|would|are|is|will) (we|i|needed|necessary|required|missing)\b", TraceText.Rules)]
    private static partial Regex Impossible();

    // "To solve the problem, we need to find the price of one notebook and one pen": quantities on the way
    [GeneratedRegex(@"\bto (solve|answer) (this|the) (problem|question|exercise),? (we|i)( will| would)? (first )?(need|have|must)( to)? (first )?(find|know|determine|calculate|compute"
        + @"|figure out|have) [^.]*\b(and|first|each|one|per|before|then)\b", TraceText.Rules)]
    private static partial Regex WholeNeeds();

    // "For the logs to be defined we need x > 6" limits x and asks for nothing.
    [GeneratedRegex(@"\b(must|has to|have to|needs? to) (be (an? )?(\w+ )?(divisors?|multiples?|factors?|divisible|\d+ or \d)\b|divide)|\b(defined|make sense|makes sense|meaningful|well-defined|(be|is|are|to be|both) (non-?negative|positive|real|valid))\b[^.]*\b(need|must|require|has to|have to)"
        + @"|\b(need|require|must have)s? \W*[a-z][^ ,.;]{0,8} ?([^ ,.;]{1,3} )?\W{0,2}(<|>|≤|≥|≠|\\l|\\g|\\ne)", TraceText.Rules)]
    private static partial Regex Domain();

    // "Let me verify by going backwards" checks.
    [GeneratedRegex(@"\b(verif\w+|check\w*|confirm\w*)\b", TraceText.Rules)]
    private static partial Regex Checks();

    // "To know how many boxes to buy, the class has to know how many cookies are eaten", "once we know the height, the area is immediate", "costs, neither of which is given"
    [GeneratedRegex(@"\b(to|in order to|before (he|she|they|we) can) (know|find out|figure out|tell|say|determine|calculate|find|compute|decide) [^.]*,? ((the|a|an|his|her"
        + @"|their) )?\w+( \w+)? (first )?(has|have|needs?|must|had|ought)( to)? (first )?(know|find out|figure out|determine|calculate|work out|be known|find|compute) (first )?(the|how"
        + @"|what|which|when|both|his|her|their|its)\b"
        + @"|\b(once|if|as soon as) (we|i|you|one) (know|knew)\b [^.]*, [^.]*\b(is|are|will|can|could|would|follows?|get|have|immediate|easy|done|comes)\b|\b(neither|none|not all"
        + @"|only one) of (which|these|them) (is|are) (given|known|there)\b|\b(is|are) not (there|given|known|available) yet\b|\bisn't (there|given|known) yet\b"
        + @"|\bfor the [a-z ]{1,30},? you (need|have|must)( to)? know\b|\bfor (that|those|them) (how|the number|what)\b", TraceText.Rules)]
    private static partial Regex Knowing();

    [GeneratedRegex(@"\bto (find|determine|calculate|compute|figure out|know|get) [^.\d]*\b(we|i|you|one) (first )?(need|have|must)( to)? (add|subtract|multiply|divide|sum|combine"
        + @"|compare) (up )?(the|his|her|their|its|both) [^.\d]*\.", TraceText.Rules)]
    private static partial Regex Operands();

    // "1. Calculate the number of eggs used"
    [GeneratedRegex(@"^[^a-z0-9]*((1[.)]|step 1|first(ly)?|to begin( with)?|to start( with)?|so|let's|let us|let me)\W+)+((let's|let us|we|i)( need to| have to| must| will"
        + @"|'ll)?( first)? )?(start by |begin by )?(find|finding|calculate|calculating|determine|determining|compute|computing|figure out|work out)( out)? (the|how|his|her|their"
        + @"|its)\b", TraceText.Rules)]
    private static partial Regex FindsFirst();

    // "Okay, so we need the smallest number with ...", "I need to know how many ...": the question itself
    [GeneratedRegex(@"^\W*((ok|okay|alright|all right|right|hmm+|well)\W+)+so (we|i) need the\b|^\W*((ok|okay|alright|right|hmm+|well|so)\W+)*(we|i) (need|want|have|would like"
        + @"|must) (to )?know (how|what|the|which|when)\b[^,;:]*$", TraceText.Rules)]
    private static partial Regex Begins();
}
