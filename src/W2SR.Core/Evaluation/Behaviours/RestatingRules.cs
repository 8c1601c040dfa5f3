using System.Text.RegularExpressions;
using W2SR.Core.Common;

namespace W2SR.Core.Evaluation.Behaviours;

/// <summary>The problem in own words: where it is called so, and what is asked at the beginning; what is given is in <see cref="Recitals"/>.</summary>
internal static partial class RestatingRules
{
    private const int FirstSentences = 2;

    public static IEnumerable<TextSpan> Find(TraceText text)
    {
        var opening = new Opening(text);
        var first = opening.Sentences.Take(FirstSentences);
        return
        [
            .. text.FindAll([Named1(), Named2(), Named3(), Told()], Referring()).Where(opening.IsTold),
            .. text.FindAll(Fragment(), Asserts()).Where(s => opening.Holds(s)),
            .. text.FindAll([Wanted(), Scene(), Question(), Shortly()], Part()).Where(s => opening.Holds(s) && !opening.LeadsToNeed(s)),
            .. opening.Spans(opening.Sentences.Take(1), IsTelegram),
            .. text.FindAll(Keywords(), Verbs()).Where(s => opening.Holds(s)),
            .. text.FindAll(Announces()).Where(s => opening.Holds(s) && !opening.LeadsToNeed(s) && !opening.IsNearNeed(s)),
            .. Wishes(opening),
            .. Recitals.Find(opening),
            .. opening.Spans(opening.Sentences.SkipWhile(s => s.Text.StartsWith('#')).Take(1), s => !opening.IsThought && IsAskedWithNumbers(s)),
            .. opening.Spans(first, s => Such().IsMatch(s.Text) && !Part().IsMatch(s.Text)),
            .. opening.Spans(first, s => Task().IsMatch(s.Text) && !Recitals.Item().IsMatch(s.Text) && !Part().IsMatch(s.Text) && !opening.LeadsToNeed(s.Span())),
            .. opening.Spans(opening.Sentences.Skip(1).Where((_, i) => !opening.Sentences[i].Text.TrimEnd().EndsWith("...", StringComparison.Ordinal)), s => Asked().IsMatch(s.Text)),
        ];
    }

    /// <summary>"We want the last digit of 3^20": the problem in short, unless the goal is only named to ask what it needs.</summary>
    private static IEnumerable<TextSpan> Wishes(Opening opening)
    {
        foreach (var (i, sentence) in opening.Sentences.Index())
            if (!(i > 0 && !opening.IsThought && Recitals.Concludes().IsMatch(sentence.Text)) && Wish().Match(sentence.Text) is { Success: true } m && !opening.LeadsToNeed(sentence.Span(m)) && !opening.IsNearNeed(sentence.Span(m)) && !Part().IsMatch(sentence.Text)) yield return sentence.Span(m);
    }

    /// <summary>"Snail, 10 meter well, 3 up by day."</summary>
    private static bool IsTelegram(Sentence sentence) => sentence.Text.AsSpan().Count(',') > 1 && sentence.HasNumber && !Verbs().IsMatch(sentence.Text);

    /// <summary>"What is 15% of 240?" as the first sentence says the question again.</summary>
    private static bool IsAskedWithNumbers(Sentence sentence) => (Asked().IsMatch(sentence.Text) || Told().IsMatch(sentence.Text) || Sentenced().IsMatch(sentence.Text)) && sentence.HasNumber;

    [GeneratedRegex(@"\b(the|this|our|my) (\w+ )?(problem|question|task|exercise|puzzle|statement|prompt|challenge)( here| now)?( is|'s)?( \w+ly)? (says?|states?|asks?|asking|wants?|gives?"
        + @"|tells?|talks|describes|find|determine|compute|to (evaluate|solve|simplify|maximi[sz]e|minimi[sz]e|express|identify|give|get|estimate|list|choose|decide)|to find|to determine"
        + @"|to compute|to calculate|to say|to figure|to work|to count|to show|to prove|how|what|which|whether|about|gave|mentions|specifies|provides|involves|boils|reads|requires|seeks"
        + @"|concerns|deals)\b|\b(we|i)('re| are|'m| am| have been|'ve been| were| was) (basically |essentially |also |being |simply |just )*(given|asked|told|tasked|supposed|required"
        + @"|requested|meant|to (find|determine|say|compute|calculate|work out|figure out|count|show))\b", TraceText.Rules)]
    private static partial Regex Named1();

    [GeneratedRegex(@"\b(being|is|was|it's) (asked|wanted|being asked|sought)( for| here|:|[.,])|\bit (is|'s) (given|known|stated|asked) (that|for|as)\b|\b(let me|let's|let us|i'll"
        + @"|i want to|need to|first|make sure (that )?i|to) (\w+ )?(understand|restate|re-?phrase|paraphrase|parse|re-?read|recap|digest|unpack|see what( is|'s| we| the|) |summari[sz]e"
        + @"|sort out what)\b|\bmake sure (that )?i('ve| have)? (got|get|have|read) (it|this|the (problem|question|setup|facts))\b|\bunderstand(ing)? (the problem|the question|what is (given|asked|known|wanted|going|being|happening|meant)|what we('re| are| have| know)|the given)|\b(i"
        + @"|we) have (this|a|the) (\w+ )?(problem|question|puzzle)\b|\bwhat (we|i) (know|have|are given|are told|need to find|want)( so far| here)? (is|are)\b|\b(they|it|he|she"
        + @"|problem) (want|wants|ask|asks) (me|us|to know|for|how|what)\b", TraceText.Rules)]
    private static partial Regex Named2();

    [GeneratedRegex(@"\b(they|it) (want|wants|ask|asks) (the|which|whether)\b|\b(they|problem|question|text) (tell|tells|give|gives|told|gave) (us|me)\b|^\W*in (the|this|our) (problem"
        + @"|question|task|exercise|puzzle)\b|^[^a-z0-9]*((so|okay|ok|alright|right|now|well|hmm)\W+)*(the |our |my )?(given|given data|given information|known|knowns|data|asked|wanted"
        + @"|unknown|sought|to find|find|facts?|what is given|what is asked|goal|aim|objective|problem|question|restated?|the facts|(the )?setting|information|given in the (problem|question|text)|(the )?(problem|question|task) (restated"
        + @"|restatement|summary|recap|in short)|(restatement|summary|recap)( of the (problem|question))?)( here)?\W*:|\bin (my|my own|your own|plain|simple|simpler|everyday) (words|terms|english"
        + @"|language)\b|\bthe (unknown|quantity we|thing (we|i) (want|need)|given (information|data|facts|values)|situation|setup|set-up|scenario|story|facts)( is|:| are| we|\W+we)"
        + @"|\bfrom the (problem|question|statement|text)( statement)?,? (we|i|it)\b|\b(problem|question|text) (statement )?(is|reads):", TraceText.Rules)]
    private static partial Regex Named3();

    [GeneratedRegex(@"(\bso,? |^[^a-z0-9]*((so|okay|ok|alright)\W+)*)(basically|essentially|in short)\W+(we|the|i|they|find|how|what|an?|there|you|he|she|two|three)\b|\bdealing with (an?"
        + @"|two|three|the)\b|^\W*(sought|wanted|asked)( for)? (is|are)\b|\bit (just |only )?(says|reads) (here|that)\b", TraceText.Rules)]
    private static partial Regex Shortly();

    // "Smallest n such that ..."
    [GeneratedRegex(@"^\W*((so|okay|hmm)\W+)*(the )?(smallest|largest|least|greatest|number of|how many|sum of all|probability|chance)( \w+){0,4} (such that|so that|for which|whose|that)\b"
        + @"|^\W*(find|determine|compute|evaluate|solve for|calculate) (x|n|k|all|every|two|the (smallest|largest|least|greatest|number|value|values|probability|remainder|last|units|maximum"
        + @"|minimum|area|sum))\b[^.:]* (if|such that|for which|with|given|whose|when|where|satisfying|in|between)\b", TraceText.Rules)]
    private static partial Regex Fragment();

    [GeneratedRegex(@"\b(we|i)('d| would| will|'ll)? (basically |just |then |really |now |also |must |have got |'ve got )*((need|have|like|wish|try|got|are trying|am trying|'m trying"
        + @"|'re trying|are going|am going) (to )(find out|find|know|determine|figure out|work out|recover|say|compute|calculate|give|tell|count|show|see how|express|decide|list|estimate"
        + @"|maximi[sz]e|minimi[sz]e|prove)|must (find|determine|recover|compute|calculate|say|figure out|count|work out|give|tell))\b|\byou (just |only )?(want|wish|would like|are asked|have been asked) to (find|know|determine|figure out|work out|compute|calculate)\b|\b(i'm|we're|i am|we are) (trying to|looking for|to)\b"
        + @"|\bin other words\W+(we|i|find|how|what|the (question|problem|task)|they)\b|\bthe (goal|aim|objective) is to\b|\bto (solve|answer) (this|the) (problem|question),? (we|i) (need"
        + @"|have|must|want) to (find|determine|know|calculate)|\b(how (many|much|long|far|old|fast)|what|which)\b[^?]* is (the question|what (we|i|they) (want|need|ask))", TraceText.Rules)]
    private static partial Regex Wanted();

    // "First, we need to find" is a step, "to get the area we need to find" a need.
    [GeneratedRegex(TraceText.Opening + @"(first|firstly|next|then|thus|therefore|hence|finally|second|secondly|lastly|after|now|what (would|do|could)|so what|what|to (find|get|know|compute"
        + @"|determine|obtain|calculate)|for|in order|step|once|before)\b|\bfirst,? (i|we|let|find|compute|calculate|determine|get)\b|\bfirst\b.*\bthen\b|\b(then|next)[, ]+(we|i) |\b(we"
        + @"|i|you) (first|then|next|also)\b|\b(depends? |(not|n't) (\w+ )?(given|known)|unknown|missing)[^.]*\b(so|thus|hence|therefore) (we|i) (need|have|want|must)\b", TraceText.Rules)]
    private static partial Regex Part();

    [GeneratedRegex(@"^\W*(your |the |our |my )?(task|problem|question|goal|given|situation|setup)\W*:|\bthey're (asking|telling)\b|\bhere('s| is) (the|my|our) (problem|question|task|puzzle|exercise|situation|setup)\b|\bwhat do (we|i) (know|want|have)\b|\bbeing asked\b|\b(it"
        + @"|this|that|they) ?(is|are|'s|'re) (basically |just |really )?asking (for|me|us|about|how|what|which|whether)\b|\bit('s| is) (a|basically a|just a) (\w+ )?(question|problem"
        + @"|puzzle|exercise) (about|of|on|where|in which)\b|\b(problem|question) says\b|\b(identify|identifying|list|write down|collect|gather|note) (the )?(given|known|information|facts"
        + @"|data|what (is|was|'s|we're|we are) (given|known|asked|told))\b|\byou( are|'re| have been|'ve been) (given|asked|told)\b|\bwhat('s| is| was|'re| are) (known|given|asked"
        + @"|wanted|being asked|sought"
        + @"|the (problem|question))\b|\bwhat (we|i)( already)? (know|'re given|are given|are told|'re told|'re asked|are asked|'ve got)\b|\bwhat (we|i)('re| are|'m| am) dealing with\b"
        + @"|\b(someone|somebody) (has|buys|sells|is|wants)\b|\b(and|,) (wants|want|asks|ask) (us|me|for the|to know|how|the)\b", TraceText.Rules)]
    private static partial Regex Told();

    [GeneratedRegex(@"\b(first|next|second|third|remaining|last|other|final) (task|problem|question)\b|\b(since|because|as|but|note that|using|recall that) (the (problem|question)|(we"
        + @"|i) (are|were|'re)|(we|i)'re|it is)\b|\b(as|like|what|which is what|just what|matches what|agrees with what) the (problem|question|text|task)\b|\b(as|like) (it is|was|it was"
        + @"|we were|we are|i was) (given|asked|told|stated)\b|\bthe (problem|question) (reduces|becomes|boils|comes|is solved|is now|simplifies)\b", TraceText.Rules)]
    private static partial Regex Referring();

    [GeneratedRegex(@"^\W*((so|okay|ok|right|alright|well)\W+)*(here )?((we|i)('ve| have)( got)? (an?|the|two|three|four|five|some|this|\d+)|there('s| is| are| was|'re)|we know( that)?"
        + @"|what we have) [^=]*\b(wants|asked|after|question|wanted|sought|supposed to|and (want|wish|need|have) to|(we|i)('d)? (want|need|like|have to|must|should|are looking)|they (want|ask)|find|looking for"
        + @"|how (many|much|long|far|fast|old))\b|\b(they|the problem|the question)( are|'re| is|'s) after\b|\b(is|that's) (the question|what('s| is| was) asked|what they (want|ask)"
        + @"|what (we|i)('re| are|'m| am) (asked|to find))\b|\bwe know (that )?.*\b(and|,) (we )?(want|need|have to)\b|\b(given|known) and its .* (sought|wanted|asked)\b|\bis (given"
        + @"|known) and\b.*\b(sought|wanted|asked)\b", TraceText.Rules)]
    private static partial Regex Scene();

    [GeneratedRegex(@"\b(thing|quantity|number|value|amount|unknown) (that is |that's )?(to be (found|determined|computed)|(we|i)('re| are|'m| am) after|(is )?(sought|wanted)|to find"
        + @"|(is )?asked (for|about))\b"
        + @"|[a-z0-9][^?]*[ ,:]how (many|much|long|far|fast|old|tall|big|likely|often)\b[^?]*\?|\b(is|are) (what (we|i|they)('re| are|'m| am)? (want|need|ask|look|after|supposed|interested|to find)|to be (found|determined|computed|calculated)\b|(required|wanted|sought|asked( for)?)\W*$)", TraceText.Rules)]
    private static partial Regex Question();

    [GeneratedRegex(@"\b(we|i|you)('d| would)?( \w+)? (want|need|seek|look for|search for|'re after|'m after|are after|am after|are looking for|'re looking for|'m looking for)( to (find|know|find out|determine|figure out|work out|compute|calculate|say|see))? (((in|at|by|after|for) )?(the"
        + @"|how|which|what|its|whether|when|where) \w+|[a-z]_?\{?\d|[a-z]\W?[(.])|^\W*((so|okay|ok|alright)\W+)*(we|i)('d| would)? (\w+ )?(want|need|'re after|are after) (\\?\W?\d*[a-z0-9]+(\^|\()[^.]*"
        + @"|[^.,]{1,30} ?(>|<|≤|≥|\\leq?|\\geq?) )|\bgiven (that |a |an |the |two |three |\W)[^.]*, (we |i |find|determine|compute|what|how)", TraceText.Rules)]
    private static partial Regex Wish();

    [GeneratedRegex(@"^\W*((so|and|now|q|question|problem)\W+)?(how (many|much|long|far|fast|old|tall|big|likely|often)|what('s| is| are| was) the (chance|probability|odds|area|total|sum|number|value|speed"
        + @"|length|smallest|largest|remainder|maximum|minimum|perimeter|volume|average|cost|price|ratio)|when (do|does|will|is|are)|which( \w+)?( of| is| are| has| one)?|(at|on|in|for|to"
        + @"|with) what|on which|who|whose|by (how|what)|in how|after how|for (how|what|which)|what('s| is| are| was| will| would| did| does| fraction| percent| percentage| number"
        + @"| time)|what [a-z]+ (do|does|did|is|are|will|would|must|can))\b[^?]*\?|^\W*(so )?((the|his|her|their|its) )?(total|cost|price|area|volume|speed|time|age|average|probability"
        + @"|distance|length|width|height|perimeter|number|sum|profit|ratio|percentage"
        + @"|remainder|[a-z]{3,}s)( [a-z]+){0,4}\?", TraceText.Rules)]
    private static partial Regex Asked();

    // "Let me lay out what the question tells us", "What they want is ...", "My job is to say ..."
    [GeneratedRegex(@"\b(lay(ing)? out|writ(e|ing) (down|out)|list(ing)?|collect(ing)?|sum(ming)? up|gather(ing)?|go(ing)? over|not(e|ing)( down)?|put(ting)? down|jot(ting)? down"
        + @"|sort(ing)? out|set(ting)? out|tak(e|ing) stock of|recap(ping)?|organi[sz](e|ing)|pin(ning)? down|consider(ing)?|review(ing)?|spell(ing)? out|repeat(ing)?|picture|pictur(e"
        + @"|ing)) (\w+ )?(what (the|we|i|is|was|'s|it|they)|the (facts?|givens?|data|information|setup|situation|problem|question|story|details|conditions))\b"
        + @"|\bwhat (they|we|i|you|the (problem|question|text))( are|'re|'m| am| is)? (\w+ )?(want(s|ed)?|ask(s|ed)?|after|looking for|asked( for)?|to (find|say|compute)"
        + @"|supposed to \w+)( to (know|find|say)| for| here)? (is|are)\b"
        + @"|\b(i|we) (read|understand|take|see|interpret) (it|this|the (problem|question|task|text|statement|setup))( like this| this way| as follows| to mean|:)|\b(they|he|she"
        + @"|someone)('d| would) like (to (know|find|see|have)|the|me|us)\b|\b(is|are) (the|our) (unknown|target|wanted \w+)\b"
        + @"|\b(my|our|the) (job|task|goal|aim|mission|assignment|question|problem) (here |now )?is (to|how|what|which|whether|about)\b", TraceText.Rules)]
    private static partial Regex Announces();

    // "There is a bag with 2 white marbles, we take two, what is the chance ...?"
    [GeneratedRegex(@"^[^=?]*[,;:—–-] ?(and )?(what|which|how|who|when|where|is|are|does|do|can|find)\b[^=?]*\?\W*$", TraceText.Rules)]
    private static partial Regex Sentenced();

    // "The probability that the first ball is red is 5/8"
    [GeneratedRegex(@"\b(is|are|was|equals?)( also| then| just| about)?\W{0,4}(\\[a-z]|\d)|=", TraceText.Rules)]
    private static partial Regex Asserts();

    // "4-digit, divisible by 4, no repeats.": a problem in keywords
    [GeneratedRegex(@"^\W*((so|okay|ok|alright|hmm|right)\W+)*(a |an |two |three |four |five |six |some )?(\d+|two|three|four|five|six|n)[- ](digit|letter|sided|element|card|dice|die|coin"
        + @"|step|by)\b[^=:]*, [^=:]*[.?]\W*$", TraceText.Rules)]
    private static partial Regex Keywords();

    [GeneratedRegex(@"\b(is|are|can|has|have|must|will|was|were|gives?|means?|costs?|makes?|get|gets|got|go|goes|try|use|works?|take|takes|we|would|be|should|might|so that|hence"
        + @"|if)\b|[=:+*/^\\]", TraceText.Rules)]
    private static partial Regex Verbs();

    // "I need to solve x^2 - 5x = 14 for positive x", "We want to count the ways to make 30 cents", "We want 3-digit numbers where ..."
    [GeneratedRegex(TraceText.Opening + @"(we|i)( are|'re|'m| am)?( just| only| now| really)* (need|want|have|got|going|supposed|trying|must|should|asked|told|looking)( to)? (solve|simplify"
        + @"|evaluate|factor|prove|show|count|express|find|compute|determine|minimi[sz]e|maximi[sz]e|compare|decide|expand|integrate|differentiate|convert|list|pick|choose|arrange|split) [^.?!]{6,}"
        + @"|" + TraceText.Opening + @"(we|i)('d like| want| need|'re looking for| are looking for|'m looking for| am looking for) ((all|every|an?) |\d+[ -](digit|letter"
        + @"|element) )[^.?!]* (where|such that|that|whose|with|for which|of|so that)\b"
        + @"|" + TraceText.Opening + @"(we|i)('ve got| have| are given| got) (the |these |those )?(\w+ )?numbers\b[^.?!=]*\b(need|needs|want|must|have to|to (make|get|reach|form|create|obtain)|target|goal)\b"
        + @"|" + TraceText.Opening + @"(using|use|with)( only| all)?( of)?( the| these| those)? (numbers )?\W{0,2}\d+(, ?\d+)*,?( and \d+)?[^.?!=\d]*\b((we|i) (have|need|want|must)( to)?|make|create|form|build|reach|write|find)\b[^.?!=]*\d"
        + @"|" + TraceText.Opening + @"(finding|counting|computing|calculating|determining|evaluating|solving for|looking for) (the|all|how|an?|every)\b[^.?!:=]{6,}[.?!]\W*$"
        + @"|" + TraceText.Opening + @"(find|determine|compute|evaluate|solve|simplify|how many|prove|show)\b[^.?!:=]{15,}(\d|!)[^.?!:=]{0,20}[.?!]", TraceText.Rules)]
    private static partial Regex Task();

    // "We need primes p such that p + 4 is also prime"
    [GeneratedRegex(TraceText.Opening + @"(we|i)('d like|'re looking for|'re after|'m looking for)?( only| just| now| are| am)* ((need|want|seek|look for|looking for|searching for|search for|after|consider|count) [^.?!=]{2,60}( such that| for which| satisfying) "
        + @"|(need|seek|look for|looking for|searching for|search for|count) [^.?!=]{2,60}[a-z]s( [a-z])? (whose|with|where|that) )", TraceText.Rules)]
    private static partial Regex Such();
}
