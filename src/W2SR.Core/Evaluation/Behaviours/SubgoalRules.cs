using System.Text.RegularExpressions;
using W2SR.Core.Common;

namespace W2SR.Core.Evaluation.Behaviours;

/// <summary>Plans: a task that is split, parts that are announced, headings that name a part's purpose.</summary>
internal static partial class SubgoalRules
{
    private const string Quantity = "(number|cost|price|area|volume|perimeter|length|width|height|radius|mean|variance|average|sum|total|amount|distance|speed|time|money|profit|revenue|income|expenses?|share|discount|tax|tip|interest|semiperimeter|circumference|probability|rent|food|earnings|savings|spending)";
    private const int FewestParts = 2; // one "then" or one heading is no plan

    public static IEnumerable<TextSpan> Find(TraceText text)
    {
        TextSpan[] parts =
        [
            .. text.FindAll([Ordered1(), Ordered2()], Ranked()),
            .. text.FindAll([Heading1(), Heading2(), Heading3(), BoldHeading(), Label(), Announced()], NoPart()),
            .. text.FindAll(Inline(), Premise()),
            .. text.FindAll(OrderedNoun(), Claims()),
            .. BelowHeading(text),
        ];
        return
        [
            .. text.FindAll([Split1(), Split2(), Split3()]),
            .. text.FindAll([PartNow1(), PartNow2(), PartNow3(), PartNow4(), PartNow5(), PartNow6()]),
            .. text.FindAll([Things(), NowNeeded()]),
            .. parts.DistinctBy(p => text.SentenceAt(p.Start)).Count() >= FewestParts ? parts : [],
        ];
    }

    /// <summary>"Step 1" on a line of its own, and below it what is done there.</summary>
    private static IEnumerable<TextSpan> BelowHeading(TraceText text)
    {
        for (int i = 0; i + 1 < text.Sentences.Count; i++)
            if (Numbered().IsMatch(text.Sentences[i].Text) && Purpose().Match(text.Sentences[i + 1].Text) is { Success: true } m) yield return text.Sentences[i + 1].Span(m);
    }

    [GeneratedRegex(@"\b(break|breaking|broken) (this|it|that|things|everything|the \w+|our \w+)( \w+)? (down|up|into)\b|\bbreak(ing)? down the (problem|task|question|calculation|solution|steps)\b|\b(split|divide|decompose|separate|cut|organi[sz]e|splitting|dividing) (this|it|the|my|our)( \w+)? ?(problem|task|figure|question|calculation|sum|computation|region|shape|solution|work|integral|count|proof|argument|area|job) (\w+ )?(into|up|in|down)\b|\bdecompose (this|it)\b|\b(we|i|let's|let us|let me|can|i'll|we'll)( can| could| will)? (split|break|separate|decompose|partition|cut) (up )?(the|this|it|our|that|everything) [^.]*\b(by|into|up|down|according|depending)\b|\b(we|i|let's|let us|let me) (can |could |will )?divide (the|this|it) [^.]* into\b", TraceText.Rules)]
    private static partial Regex Split1();

    [GeneratedRegex(@"\b(we|i|i'll|we'll|let's|this|it|can|solution|calculation)\b.*\bin (two|three|four|several|a few|\d|small|smaller) (\w+ )?(steps|stages|parts|phases)\b|\b(into|smaller|following|these) (\w+ )?(steps|stages|phases)\b|\b(two|three|four|several|a few|\d) (\w+ )?(steps|stages|phases)\W*:|\b(two|three|four|several|a few|\d) ((main|separate|simple|basic|small|easy|key) (steps|stages|phases)|(\w+ )?(sub-?(parts?|steps?|cases?|totals?)|tasks|things (to|we|i)))\b|\bsub-?(problem|goal|task|question)s?\b|\b(the|my|our|here is (the|my|a)|here's (the|my|a)) (game ?plan|plan|strategy|roadmap|outline)( is|:| of attack|\.)|^[^a-z0-9]*(plan|strategy|outline|roadmap|approach|steps)\W*(:|$)", TraceText.Rules)]
    private static partial Regex Split2();

    [GeneratedRegex(@"\b(proceed|go|do (this|it)|solve (this|it)|work) (as follows|in (steps|stages|parts)|piece by piece|part by part)\b|\bfollow(ing)? (these|the|the following) steps\b|\bin the following (steps|order|stages|way)\b|\bthe first part\b.*\bsecond\b|\b(first|second|next|last|other|remaining|final|main) ((sub-?)?(step|task|goal|job|order of business) is|(sub-?)?(step|task|thing|goal|job|order of business|piece|item|quantity)( i need is| we need is| to find is|:| to (find|figure|compute|determine|calculate|work)| i| to do| will be|,|\.))|\bthe (first|second|next|last) part (is|asks|of the|costs?|:|comes|now)", TraceText.Rules)]
    private static partial Regex Split3();

    [GeneratedRegex(TraceText.Opening + @"(first(ly)?|to begin( with)?|to start( with| off)?|for starters|before anything else|first of all|next( up)?|second(ly)?|third(ly)?|as a (first|second|next) step|after that|afterwards|then|finally|lastly|last|now|the next step),? (we|i|let's|let us|let me|i'll|we'll|one)( \w+)? ?(need|want|have|should|must|will|can|'ll|am going|going|shall)? ?(to |now |also |first )*" + TraceText.Find + @" (the|how|what|out|a|an|its|his|her|their|each|both|all|that|this|\$?[a-z]\W)", TraceText.Rules)]
    private static partial Regex PartNow1();

    [GeneratedRegex(TraceText.Opening + @"next,? (comes|up|is|for|the|we|i|let's|" + TraceText.Act + @")\b", TraceText.Rules)]
    private static partial Regex PartNow2();

    [GeneratedRegex(@"\bnow (for|on to|onto|to|comes|turn to|we turn to|let's turn to|let's move on|we move on|move on|that (we|i) (have|know|'ve|got|found|can))\b( the)?|^\W*(once|after) (the|that|this|it|these|both|all) [^,.]{0,30}(is|are) (found|known|computed|determined|calculated|done|settled|solved|obtained)\b|\b(once|after|when|as soon as) (we|i) (have|know|get|find|got|found|'ve|computed?|had)\b.*\b(we|i|it|can|will|'ll)\b|\b(with|having) (that|this|these|it|both|those|the \w+) (in hand|done|out of the way|settled|found|known|computed|at hand|ready)\b", TraceText.Rules)]
    private static partial Regex PartNow3();

    [GeneratedRegex(@"\bhaving (found|computed|determined|established|calculated|got|obtained)\b|\b(all|what|the only thing|everything) (that )?(remains|is left|'s left|left)( to do)?( now)?( is)? (to|\w+ing|the)\b|\bit (only )?remains to\b|^[^a-z0-9]*now,? the [a-z ]{3,30}[:.]|\b(let me|let's|let us|i'll|we'll|we will|i will|i am going to|we) (start|begin) (with|by|from)\b|\b(we|i) (treat|handle|compute|count|consider|deal with|look at|find) [^.]*\bseparately\b|\b(i'll|we'll|let's|let me|let us|i will|we will) (do|handle|tackle|deal with|take|treat|consider|look at|work on|find|compute|calculate|get|figure out|count|add|determine|list|solve|work out|sort out|see|convert|subtract) [^.]*\b(first|to begin with|to start|separately|one (by|at) (one|a time)|later|afterwards|before)\b", TraceText.Rules)]
    private static partial Regex PartNow4();

    [GeneratedRegex(@"\b(let me|let's|let us|i'll|we'll|i will|we will|i should|we should) first " + TraceText.Act + @"\b", TraceText.Rules)]
    private static partial Regex PartNow5();

    [GeneratedRegex(@"\b(we|i) first " + TraceText.Find + @"\b|^\W*(part|piece|stage|section) (one|two|three|four|1|2|3|4|i|ii|a|b) is\b|^\W*((so|okay|ok|well|now)\W+)*(first|next)( of all| off| up)?,? (i|we)( will|'ll)?( just| only| also)? (need|want|get|look for|have) (to know |to find )?(the|how|what|both|a|an|its|his|her|their|all)\b|^\W*((so|okay|ok|well)\W+)*first(ly)?,? " + TraceText.Find + @" (the|how|what|out|his|her|its|their|each|both)\b|^\W*(\w+ ){0,4}first\W*:|\b(first|start by|begin by|starting by)( [\w']+)?,? " + TraceText.Act + @"\b.*\b(then|after that|next|and finally|before)\b|\bcomes (first|next|last)\b", TraceText.Rules)]
    private static partial Regex PartNow6();

    [GeneratedRegex(TraceText.Opening + @"(first(ly)?|second(ly)?|third(ly)?|fourth|next|then|finally|lastly|last|after that|afterwards|to begin with|to start|now|at the end|in the end),? ((we|i|let's|let us|let me|i'll|we'll|you|one)( can| could| must| should| will| need| want| have|'ll| may| now| then)?( to)? )?" + TraceText.Act + @"\b", TraceText.Rules)]
    private static partial Regex Ordered1();

    [GeneratedRegex(TraceText.Opening + "(we|i|i'll|we'll|let me|let's|let us)( will| must| can)? (first|then|next|finally|now|also have to|still have to|still need to) " + TraceText.Act + @"\b", TraceText.Rules)]
    private static partial Regex Ordered2();

    [GeneratedRegex(@"^[^a-z0-9]*((step|part|stage|phase) (\d+|one|two|three|four|five|[ivx]+|[abc])\W+|\(?\d{1,2}[.)]\W+|#+ +|[-*•] +\W*)(we |let's |let us |to |i |now |first,? |then |next,? |finally,? )?(will |need to |must |can )?" + TraceText.Act + @"\b", TraceText.Rules)]
    private static partial Regex Heading1();

    [GeneratedRegex(@"^[^a-z0-9]*(find|compute|calculate|determine|figure out|work out|evaluate|convert)\b.*[:=]|^[^a-z0-9]*(step|stage|phase) (\d+|one|two|three|four|five)\W+[a-z][^=\d]{3,80}\W*$", TraceText.Rules)]
    private static partial Regex Heading2();

    [GeneratedRegex(@"\W(step|stage) (\d+|one|two|three|four)\W+" + TraceText.Act + @"\b|^\W*#+ +[a-z][^=\d]{3,80}$", TraceText.Rules)]
    private static partial Regex Heading3();

    [GeneratedRegex(@"^\W*(\d+[.)]\W+)?\*\*(step \d+\W+|\d+[.)]\W+|\([a-z0-9]\) )?[a-z][a-z ,'-]{3,60}[.:]?(\*\*|$)", TraceText.Rules)]
    private static partial Regex BoldHeading();

    [GeneratedRegex(@"^\W*(final |the )?(zero|one|two|three|four|five|six|exactly|for|if|when|with|final answer|answer|result|explanation|solution|so|now|then|hence|thus|check|verification|verify|sum|let|we get|we have|this gives|which gives|that is|option|where|yes|no|given|note|remark|case|option|possibility|problem|question|asked|wanted|known|unknown|example|conclusion|reasoning|proof|therefore)\b", TraceText.Rules)]
    private static partial Regex NoPart();

    [GeneratedRegex(@"[,;:] (and )?(then|next|finally|after that|now) (we |i |i'll |we'll |let's )?(need to |have to |must |can |will )?" + TraceText.Act + @"\b", TraceText.Rules)]
    private static partial Regex Inline();

    [GeneratedRegex(@"^\W*(\(?\d[.)]\W+)?(the |his |her |their |each |total |first |second )?" + Quantity + @"s?( [a-z']+){0,6}( \(?\$?[a-z]\$?\)?)?( in [a-z]+)?(, [a-z' ]+)?:\W", TraceText.Rules)]
    private static partial Regex Label();

    [GeneratedRegex(@"\b(let's|let me|let us|we|i|i'll|we'll|i can|we can|we should|we must|i should|i must|we need to|i need to|we have to|we want to)( now| then| also| next| first| will)? (find|compute|calculate|determine|figure out|work out) (the|how|what|his|her|its|their|both|each|out|when|where|whether)\b", TraceText.Rules)]
    private static partial Regex Announced();

    [GeneratedRegex(@"^\W*((okay|ok|so|and|now|well|alright)\W+)*(first(ly)?|second(ly)?|third(ly)?|next|then|finally|lastly|last|after that|first (off|up|of all)|to (start|begin)( with| off)?)(\W*:|,? \W?[a-z0-9' ]{1,40}:|,? (for the|for|how|what|comes|come|up|of all)\b|,? (the|his|her|its|their) [a-z' -]{2,40}[:.,]|,? (the|his|her|its|their) [^:.]{2,40}:)", TraceText.Rules)]
    private static partial Regex OrderedNoun();

    [GeneratedRegex(@"\b(need|want|do|find|compute|calculate|are|have|has|consists? of|into|requires?) (two|three|four|several|2|3|4) (\w+ )?(things|quantities|numbers to|tasks|steps|jobs|ingredients)\b|\b(part|piece|bit|step|thing) by (part|piece|bit|step|thing)\W|^\W*(starting|start|begin|beginning|i start|we start|we begin|i begin)( off)? (with the|by|with \w+ing)\b|\b(for|until) later\b|\bone part at a time\b|\b(leave|save) .* (for )?(later|last)\b|\bfirst,? (\w+ ){0,2}(find|compute|calculate|determine|get|count|work out|figure out|take|do|the)\b.*[,;] (and )?then\b.*\b(then|finally|add|subtract)\b", TraceText.Rules)]
    private static partial Regex Things();

    [GeneratedRegex(@"\bnow (we|i) (just |only |still |also )?(need|want|must|have to|turn|look|go|move|do|find|compute|calculate|determine|can find|can compute|can calculate)\b|\b(we|i) (still|also) need( to)?\b|\b(next|last) (comes|come|we need|i need|up)\b|^\W*(and |then )?(next|last) (is|are) the\b|\bnext (i|we|let's) |\bon to (the|part)\b|\bthat leaves (only )?(the|finding)\b|\ball (that's|that is|we have|i have) left( to do)?( is)? (to|\w+ing)\b|\b(what's|what is) left( now)? (is|to)\b", TraceText.Rules)]
    private static partial Regex NowNeeded();

    // "First place gets 50 dollars"
    [GeneratedRegex(@"\b(first|second|third|fourth|last|next) (place|round|set|square|form|list|count|state|sum|total|answer|order|take|draw|check|group|figure)s?( \w+)? (is|are|was|gets?|has|had|wins?|won|scored?|goes|costs?|of|and|in|pays?|receives?|earn\w*|took|takes|gives?|holds?)\b", TraceText.Rules)]
    private static partial Regex Ranked();

    [GeneratedRegex(@"^\W*((okay|ok|so|and|now|well|alright)\W+)*\w+,? (the|his|her|its|their) [a-z' -]*\b(is|are|was|were|has|have|had|will|can|gets?|gives?|goes|would|becomes|costs?|took|takes|must|should)\b", TraceText.Rules)]
    private static partial Regex Claims();

    [GeneratedRegex(@"^\W*((and|so|but)\W+)*(if|when|since|because|suppose|assume|let|given|for|where)\b", TraceText.Rules)]
    private static partial Regex Premise();

    [GeneratedRegex(@"^\W*(step|part|stage) (\d+|one|two|three|four|five)\W*$", TraceText.Rules)]
    private static partial Regex Numbered();

    [GeneratedRegex(@"^\W*(we |let's |let us |to |i |now |first,? |then |next,? |finally,? )?(will |need to |must |can )?" + TraceText.Act + @"\b", TraceText.Rules)]
    private static partial Regex Purpose();
}
