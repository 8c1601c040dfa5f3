using System.Text.RegularExpressions;
using W2SR.Core.Common;

namespace W2SR.Core.Evaluation.Behaviours;

/// <summary>What a goal requires, by classes of words: an aim, a duty and a thing to be known, or a thing that is wanted and not there.</summary>
internal static partial class Requirements
{
    /// <summary>"..., neither is stated": after what is wanted or needed, that it is not there.</summary>
    public static IEnumerable<TextSpan> Lacking(TraceText text) =>
        text.Sentences.SelectMany((s, i) => NotGiven().Matches(s.Text).Where(_ => Sought().IsMatch(s.Text) || i > 0 && Sought().IsMatch(text.Sentences[i - 1].Text)).Select(m => s.Span(m)));

    private const string Aim = @"(\bif (we|i|one|you) (want|wanted|wish|would like|'d like|am to|are to)|\b(in order )?to (know|find|get|say|tell|determine|compute|calculate|work out"
        + @"|figure out|see|have|reach|obtain|answer|decide)|\bfor|\bbefore (we|i|one|you)( can| could)?)\b";

    private const string Known = "(known|found|determined|worked out|computed|calculated|obtained|established|settled|had|available|in hand|at hand)";

    // "for the volume one must have the area of the base", "If I want that time, two things have to be known"
    [GeneratedRegex(Aim + @" [^.;:=]*\b(we|i|one|you|he|she|they|(the )?[a-z]+)(('ve| have| has)( first)? got to|( \w+)? (must|needs? to|have to|has to|ought to|(will|would|'d) (have"
        + @"|need) to))( first)? (have|know|get|be (given|told)|learn|see|get hold of|come by|find) (the|a|an|both|its|his|her|their|how|what|which|when|two|that|out)\b"
        + @"|\b(has|have|must|needs?|ought) (to )?(first )?be (" + Known + @"|drawn|read off|taken|derived)( out)?( first|,? before| from the| out of the)\b"
        + @"|\b(two|three|several|some) (things|quantities|numbers|facts|pieces|lengths|values) (have to|must|need to|are to|need) (be )?(" + Known + @"|first)"
        + @"|" + Aim + @" [^.;:=]*[,;] (the|a|both|two|his|her|their|its) [^.;:=]*\b(is|are) (first )?(needed|required|missing|lacking|wanted)\b", TraceText.Rules)]
    internal static partial Regex Required1();

    // "The area can be obtained once the ratio is known", "that, in turn, requires ...", "the radius would come out of the height", "what I'm lacking is the time"
    [GeneratedRegex(@"\b(can|could|will|would|follows?|comes?|drops? out|falls? out|is (easy|immediate|clear|simple)) [^.;=]*\b(once|when|as soon as|if|after"
        + @"|provided( that)?) [^.;=]{3,60}\b(is|are|were|was|has been|have been) " + Known + @"\b"
        + @"|\b(hangs?|hinges?) on (both|how|what|whether|it|that|them|these|two|knowing)\b|\bin turn,?( \w+){0,2} (requires?|needs?|depends?|calls?|takes?|comes?|hinges?|follows?"
        + @"|rests?|wants?|asks?)\b"
        + @"|\b(would|will|could|must|has to|have to|'d|needs to) (come|follow|be (drawn|read|found|obtained|taken|got|had))( out)? (of|from) the\b"
        + @"|\b(what|all( that)?|(the )?(\w+ )?(thing|piece|quantity|number|part|link)s?)( that)?( i| we| it)?('m|'re|'s| am| are| is)? (still |really |only |then )*(lacking|missing"
        + @"|short of|lack)( here| now| at the bottom[^.]*)? (is|are)\b"
        + @"|(^|[.;] ?)\W*(required|needed|missing|lacking)( for (that|it|this))?( (is|are))?:|\bwhich number,? [^?]*\b(makes?|gives?|leaves?|becomes)\b[^?]*\?|\bwhat(ever)? (would"
        + @"|could|might|will|can) (\w+ )?(give|tell|get|lead|bring|yield) (me|us)\b|\b(we|i)('ve)? (have|know|got|have got) neither\b", TraceText.Rules)]
    internal static partial Regex Required2();

    [GeneratedRegex(@"\b(gives?|gave|tells?|told|states?|says?|names?)( us| me)? (neither|none|nothing)\b|\b(neither|none|nothing|not one|nobody|no one)\b[^.;]*\b(given|gave|stated"
        + @"|states|known|told|tells|mentioned|written|stands in|says|in the (text|problem|question|statement))\b"
        + @"|(\b(is|are|was|were) not|\b(is|are|was|were)n't) (\w+ )?(given|stated|told|known|mentioned|there|listed|named)( yet| outright| directly)?(\W*$|[.,;:]| (so|but|and)\b)"
        + @"|\b(problem|text|story|question|statement|exercise)( \w+)? (does not|doesn't|do not|didn't|never|nowhere) (\w+ )?(says?|tells?|gives?|states?|mentions?|names?)( us"
        + @"| me)?( (them|it|that|those|this|how (many|much|long|far)|the \w+)\b|\W*$)"
        + @"|\b(we|i|he|she) (don't|do not|doesn't|haven't|have not) (yet )?(have|know|got|found)( yet)? (either|it|them|that|those|any of|one)\b", TraceText.Rules)]
    private static partial Regex NotGiven();

    [GeneratedRegex(@"\b(needs?|needed|requires?|wants?|wanted|know|find|lack\w*|must|have to|has to|depends|missing|goal|asked|for (that|this|it|the)|would)\b|\b(is"
        + @"|equals) [a-z ]+ (times|plus|minus|over|divided by|and|per) [a-z]", TraceText.Rules)]
    private static partial Regex Sought();
}
