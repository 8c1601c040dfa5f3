using System.Text.RegularExpressions;
using W2SR.Core.Common;

namespace W2SR.Core.Evaluation.Behaviours;

/// <summary>The problem in own words: what is given and what is asked, anywhere when it is called so, else at the beginning only.</summary>
internal static partial class RestatingRules
{
    private const int FirstSentences = 2;
    private const int FewestGivens = 3;

    public static IEnumerable<TextSpan> Find(TraceText text)
    {
        var opening = new Opening(text);
        var first = opening.Sentences.Take(FirstSentences);
        return
        [
            .. text.FindAll([Named1(), Named2(), Named3(), Told()], Referring()).Where(opening.IsTold),
            .. text.FindAll([Wanted(), Scene(), Question(), Shortly(), Fragment()], Part()).Where(s => opening.Holds(s) && !opening.LeadsToNeed(s)),
            .. text.FindAll(Keywords(), Verbs()).Where(s => opening.Holds(s)),
            .. SceneThenWish(opening),
            .. Wishes(opening),
            .. Facts(opening),
            .. FactThenWish(opening),
            .. opening.Spans(opening.Sentences, s => Known().IsMatch(s.Text) && !General().IsMatch(s.Text)),
            .. opening.Spans(first, IsRecital),
            .. opening.Spans(opening.Sentences.SkipWhile(s => s.Text.StartsWith('#')).Take(1), s => IsStock(s) || !opening.IsThought && IsAskedWithNumbers(s)),
            .. opening.Spans(first, s => Such().IsMatch(s.Text) && !Part().IsMatch(s.Text)),
            .. opening.Spans(first, s => Task().IsMatch(s.Text) && !Part().IsMatch(s.Text) && !opening.LeadsToNeed(s.Span())),
            .. opening.Spans(first.Take(1), s => Data().IsMatch(s.Text)),
            .. opening.Spans(first, s => Given().IsMatch(s.Text)),
            .. opening.Spans(opening.Sentences.Skip(1), s => Asked().IsMatch(s.Text)),
        ];
    }

    /// <summary>"We want the last digit of 3^20": the problem in short, unless the goal is only named to ask what it needs.</summary>
    private static IEnumerable<TextSpan> Wishes(Opening opening)
    {
        if (opening.HasNeeds) yield break;
        foreach (var sentence in opening.Sentences)
            if (Wish().Match(sentence.Text) is { Success: true } m && !Part().IsMatch(sentence.Text)) yield return sentence.Span(m);
    }

    /// <summary>A scene in one sentence and what is wanted in one of the next.</summary>
    private static IEnumerable<TextSpan> SceneThenWish(Opening opening)
    {
        string whole = opening.Scene;
        if (Scene().Match(whole) is { Success: true } m && !Part().IsMatch(whole[m.Index..])) yield return new(opening.Sentences[0].Start, opening.Sentences[^1].End);
    }

    /// <summary>A thought that begins with the facts: "Two hikers start at opposite ends of a 24 km trail."</summary>
    private static IEnumerable<TextSpan> Facts(Opening opening)
    {
        if (!opening.IsThought) return [];
        return opening.Spans(opening.Sentences.Take(FirstSentences), sentence =>
        {
            string rest = WithoutLead(sentence);
            return Fact().IsMatch(rest) && !Solving().IsMatch(rest) || Command().IsMatch(rest);
        });
    }

    /// <summary>"A train leaves at 2 pm and another at 3 pm. We want to know when they meet.": also when the wish leads to a need.</summary>
    private static IEnumerable<TextSpan> FactThenWish(Opening opening)
    {
        for (int i = 0; i + 1 < opening.Sentences.Length; i++)
        {
            var (fact, wish) = (opening.Sentences[i], opening.Sentences[i + 1]);
            if (Fact().IsMatch(WithoutLead(fact)) && Sought().IsMatch(wish.Text) && !Part().IsMatch(wish.Text) && opening.Holds(fact.Span()) && opening.Holds(wish.Span())) yield return fact.Span();
        }
    }

    private static string WithoutLead(Sentence sentence) => sentence.Text[Lead().Match(sentence.Text).Length..];

    private static bool IsStock(Sentence sentence) => Stock().IsMatch(sentence.Text) && !General().IsMatch(sentence.Text);

    /// <summary>"What is 15% of 240?" as the first sentence says the question again.</summary>
    private static bool IsAskedWithNumbers(Sentence sentence) => Asked().IsMatch(sentence.Text) && sentence.Text.AsSpan().ContainsAnyInRange('0', '9');

    /// <summary>"The floor is 12 feet long and 9 feet wide, and each tile costs $4.": several givens and no conclusion.</summary>
    private static bool IsRecital(Sentence sentence)
    {
        string rest = WithoutLead(sentence);
        return Number().Count(rest) >= FewestGivens && Fact().IsMatch(rest) && !Solving().IsMatch(rest) && !General().IsMatch(rest) && !Circumstance().IsMatch(rest);
    }

    [GeneratedRegex(@"\b(the|this|our|my) (\w+ )?(problem|question|task|exercise|puzzle|statement|prompt|challenge)( here| now)?( is|'s)?( \w+ly)? (says|say|states|asks|asking|wants|gives"
        + @"|tells|talks|describes|find|determine|compute|to (evaluate|solve|simplify|maximi[sz]e|minimi[sz]e|express|identify|give|get|estimate|list|choose|decide)|to find|to determine"
        + @"|to compute|to calculate|to say|to figure|to work|to count|to show|to prove|how|what|which|whether|about|gave|mentions|specifies|provides|involves|boils|reads|requires|seeks"
        + @"|concerns|deals)\b|\b(we|i)('re| are|'m| am| have been|'ve been| were| was) (basically |essentially |also |being |simply |just )*(given|asked|told|tasked|supposed|required"
        + @"|requested|meant|to (find|determine|say|compute|calculate|work out|figure out|count|show))\b", TraceText.Rules)]
    private static partial Regex Named1();

    [GeneratedRegex(@"\b(being|is|was|it's) (asked|wanted|being asked|sought)( for| here|:|[.,])|\bit (is|'s) (given|known|stated|asked) (that|for|as)\b|\b(let me|let's|let us|i'll"
        + @"|i want to|need to|first|make sure (that )?i|to) (\w+ )?(understand|restate|re-?phrase|paraphrase|parse|re-?read|recap|digest|unpack|see what( is|'s| we| the|) |summari[sz]e"
        + @"|sort out what)\b|\bunderstand(ing)? (the problem|the question|what is (given|asked|known|wanted|going|being|happening|meant)|what we('re| are| have| know)|the given)|\b(i"
        + @"|we) have (this|a|the) (\w+ )?(problem|question|puzzle)\b|\bwhat (we|i) (know|have|are given|are told|need to find|want)( so far| here)? (is|are)\b|\b(they|it|he|she"
        + @"|problem) (want|wants|ask|asks) (me|us|to know|for|how|what)\b", TraceText.Rules)]
    private static partial Regex Named2();

    [GeneratedRegex(@"\b(they|it) (want|wants|ask|asks) (the|which|whether)\b|\b(they|problem|question|text) (tell|tells|give|gives|told|gave) (us|me)\b|^\W*in (the|this|our) (problem"
        + @"|question|task|exercise|puzzle)\b|^[^a-z0-9]*((so|okay|ok|alright|right|now|well|hmm)\W+)*(the |our |my )?(given|given data|given information|known|knowns|data|asked|wanted"
        + @"|unknown|sought|to find|find|facts?|what is given|what is asked|problem|question|restated?|the facts|(the )?setting|information|(the )?(problem|question|task) (restated"
        + @"|restatement|summary|recap|in short)|(restatement|summary|recap)( of the (problem|question))?)\W*:|\bin (my|my own|your own|plain|simple|simpler|everyday) (words|terms|english"
        + @"|language)\b|\bthe (unknown|quantity we|thing (we|i) (want|need)|given (information|data|facts|values)|situation|setup|set-up|scenario|story|facts)( is|:| are| we|\W+we)"
        + @"|\bfrom the (problem|question|statement|text)( statement)?,? (we|i|it)\b|\b(problem|question|text) (statement )?(is|reads):", TraceText.Rules)]
    private static partial Regex Named3();

    [GeneratedRegex(@"(\bso,? |^[^a-z0-9]*((so|okay|ok|alright)\W+)*)(basically|essentially|in short)\W+(we|the|i|they|find|how|what|an?|there|you|he|she|two|three)\b|\bdealing with (an?"
        + @"|two|three|the)\b|^\W*(sought|wanted|asked)( for)? (is|are)\b", TraceText.Rules)]
    private static partial Regex Shortly();

    // "Smallest n such that ..."
    [GeneratedRegex(@"^\W*((so|okay|hmm)\W+)*(the )?(smallest|largest|least|greatest|number of|how many|sum of all|probability|chance)( \w+){0,4} (such that|so that|for which|whose|that)\b"
        + @"|^\W*(find|determine|compute|evaluate|solve for|calculate) (x|n|k|all|every|two|the (smallest|largest|least|greatest|number|value|values|probability|remainder|last|units|maximum"
        + @"|minimum|area|sum))\b[^.:]* (if|such that|for which|with|given|whose|when|where|satisfying|in|between)\b", TraceText.Rules)]
    private static partial Regex Fragment();

    [GeneratedRegex(@"\b(we|i)('d| would| will|'ll)? (basically |just |then |really |now |also |must |have got |'ve got )*((need|have|like|wish|try|got|are trying|am trying|'m trying"
        + @"|'re trying|are going|am going) (to )(find out|find|know|determine|figure out|work out|recover|say|compute|calculate|give|tell|count|show|see how|express|decide|list|estimate"
        + @"|maximi[sz]e|minimi[sz]e|prove)|must (find|determine|recover|compute|calculate|say|figure out|count|work out|give|tell))\b|\b(i'm|we're|i am|we are) (trying to|looking for|to)\b"
        + @"|\bin other words\W+(we|i|find|how|what|the (question|problem|task)|they)\b|\bthe (goal|aim|objective) is to\b|\bto (solve|answer) (this|the) (problem|question),? (we|i) (need"
        + @"|have|must|want) to (find|determine|know|calculate)|\b(how (many|much|long|far|old|fast)|what|which)\b[^?]* is (the question|what (we|i|they) (want|need|ask))", TraceText.Rules)]
    private static partial Regex Wanted();

    // "First, we need to find" is a step, "to get the area we need to find" a need.
    [GeneratedRegex(TraceText.Opening + @"(first|firstly|next|then|thus|therefore|hence|finally|second|secondly|lastly|after|now|what (would|do|could)|so what|what|to (find|get|know|compute"
        + @"|determine|obtain|calculate)|for|in order|step|once|before)\b|\bfirst,? (i|we|let|find|compute|calculate|determine|get)\b|\bfirst\b.*\bthen\b|\b(then|next)[, ]+(we|i) |\b(we"
        + @"|i) (first|then|next|also)\b|\bdepends? [^.]*\bso (we|i) (need|have|want|must)\b[^.]* first\W*$", TraceText.Rules)]
    private static partial Regex Part();

    [GeneratedRegex(@"^\W*(your |the |our |my )?(task|problem|question|goal|given|situation|setup)\W*:|\bthey're (asking|telling)\b|\bwhat do (we|i) (know|want|have)\b|\bbeing asked\b|\b(it"
        + @"|this|that|they) ?(is|are|'s|'re) (basically |just |really )?asking (for|me|us|about|how|what|which|whether)\b|\bit('s| is) (a|basically a|just a) (\w+ )?(question|problem"
        + @"|puzzle|exercise) (about|of|on|where|in which)\b|\b(problem|question) says\b|\b(identify|identifying|list|write down|collect|gather|note) (the )?(given|known|information|facts"
        + @"|data|what (is|was|'s|we're|we are) (given|known|asked|told))\b|\byou (are|'re) (given|asked|told)\b|\bwhat('s| is| was|'re| are) (known|given|asked|wanted|being asked|sought"
        + @"|the (problem|question))\b|\bwhat (we|i)( already)? (know|'re given|are given|are told|'re told|'re asked|are asked|'ve got)\b|\bwhat (we|i)('re| are|'m| am) dealing with\b"
        + @"|\b(someone|somebody) (has|buys|sells|is|wants)\b|\b(and|,) (wants|want|asks|ask) (us|me|for the|to know|how|the)\b", TraceText.Rules)]
    private static partial Regex Told();

    [GeneratedRegex(@"\b(first|next|second|third|remaining|last|other|final) (task|problem|question)\b|\b(since|because|as|but|note that|using|recall that) (the (problem|question)|(we"
        + @"|i) (are|were|'re)|(we|i)'re|it is)\b|\b(as|like|what|which is what|just what|matches what|agrees with what) the (problem|question|text|task)\b|\b(as|like) (it is|was|it was"
        + @"|we were|we are|i was) (given|asked|told|stated)\b|\bthe (problem|question) (reduces|becomes|boils|comes|is solved|is now|simplifies)\b", TraceText.Rules)]
    private static partial Regex Referring();

    [GeneratedRegex(@"^\W*((so|okay|ok|right|alright|well)\W+)*(here )?((we|i)('ve| have)( got)? (a|an|two|three|some|this)|there('s| is| are| was|'re)|we know( that)?"
        + @"|what we have) [^=]*\b(wants|asked|after|question|wanted|sought|supposed to|(we|i)('d)? (want|need|like|have to|must|should|are looking)|they (want|ask)|find|looking for"
        + @"|how (many|much|long|far|fast|old))\b|\b(they|the problem|the question)( are|'re| is|'s) after\b|\b(is|that's) (the question|what('s| is| was) asked|what they (want|ask)"
        + @"|what (we|i)('re| are|'m| am) (asked|to find))\b|\bwe know (that )?.*\b(and|,) (we )?(want|need|have to)\b|\b(given|known) and its .* (sought|wanted|asked)\b|\bis (given"
        + @"|known) and\b.*\b(sought|wanted|asked)\b", TraceText.Rules)]
    private static partial Regex Scene();

    [GeneratedRegex(@"\b(thing|quantity|number|value|amount|unknown) (that is |that's )?(to be (found|determined|computed)|(we|i)('re| are|'m| am) after|(is )?(sought|wanted)|to find"
        + @"|(is )?asked (for|about))\b"
        + @"|[a-z0-9][^?]*[ ,:]how (many|much|long|far|fast|old|tall|big|likely|often)\b[^?]*\?", TraceText.Rules)]
    private static partial Regex Question();

    [GeneratedRegex(@"\b(we|i)('d| would)?( \w+)? (want|need|'re after|'m after|are after|am after)( to (find|know|find out|determine|figure out|work out|compute|calculate|say|see))? ((the"
        + @"|how|which|what|its) \w+|[a-z]_?\{?\d|[a-z]\()|^\W*((so|okay|ok|alright)\W+)*(we|i)('d| would)? (\w+ )?(want|need|'re after|are after) (\\?\W?\d*[a-z0-9]+(\^|\()[^.]*"
        + @"|[^.,]{1,30} ?(>|<|≤|≥|\\leq?|\\geq?) )|\bgiven (that |a |an |the |two |three |\W)[^.]*, (we |i |find|determine|compute|what|how)", TraceText.Rules)]
    private static partial Regex Wish();

    [GeneratedRegex(@"^\W*((so|and|now) )?(how (many|much|long|far|fast|old|tall|big|likely|often)|what('s| is| are| was) the (chance|probability|odds|area|total|sum|number|value|speed"
        + @"|length|smallest|largest|remainder|maximum|minimum|perimeter|volume|average|cost|price|ratio)|when (do|does|will|is|are)|which( \w+)?( of| is| are| has| one)?|(at|on|in|for|to"
        + @"|with) what|on which|who|whose|by (how|what)|in how|after how|for (how|what|which)|what('s| is| are| was| will| would| did| does| fraction| percent| percentage| number"
        + @"| time))\b[^?]*\?", TraceText.Rules)]
    private static partial Regex Asked();

    // "4-digit, divisible by 4, no repeats.": a problem in keywords
    [GeneratedRegex(@"^\W*((so|okay|ok|alright|hmm|right)\W+)*(a |an |two |three |four |five |six |some )?(\d+|two|three|four|five|six|n)[- ](digit|letter|sided|element|card|dice|die|coin"
        + @"|step|by)\b[^=:]*, [^=:]*[.?]\W*$", TraceText.Rules)]
    private static partial Regex Keywords();

    [GeneratedRegex(@"\b(is|are|can|has|have|must|will|was|were|gives?|means?|costs?|makes?)\b", TraceText.Rules)]
    private static partial Regex Verbs();

    // "Okay, so "
    [GeneratedRegex(TraceText.Opening, TraceText.Rules)]
    private static partial Regex Lead();

    // "A bakery makes 120 rolls a day", "There's this sequence", "We've got 12 coins", "The sides are 7, 8 and 9"
    [GeneratedRegex(@"^\W*(there('s| is| are| was| were)|(we|i)('ve got| have got|'ve been given| have| got) (a|an|this|these|some|two|three|four|five|six|\d+)\b"
        + @"|[a-z'-]+( [a-z'-]+| \$?\d[\d,.]*){0,7}? (is|are|was|were|has|have|had|wants?|needs?|buys?|bought|sells?|sold|costs?|makes?|made|reads?|walks?|runs?|drives?|travels?|goes"
        + @"|starts?|begins?|leaves?|takes?|works?|earns?|saves?|spends?|gives?|gets?|eats?|bakes?|holds?|contains?|fills?|rolls?|rolled|tossed|flipped|drawn|picks?|throws?|pays?|weighs?"
        + @"|plants?|loses?|moves?|grows?|sits?|stands?|meets?|climbs?|flies|swims?|flows?|hires?|invites?|orders?|charges?|produces?|uses|uses up|weighed|cycles?|throws|wins?|plays?|lies"
        + @"|bounces?|lasts?|finishes|attends?|joins?|collects?|catches|brings?|puts?|fits?|rents?|lends?|borrows?|deposits?|invests?|receives?|donates?|cuts?|shares?|scores?"
        + @"|consists?|rides?|crosses|mixes|paints?|pours?|draws?|chooses?|selects?|opens?|stops?|prints?|types?|serves?))\b", TraceText.Rules)]
    private static partial Regex Fact();

    // "Total arrangements are 6!/3! = 720", "The derivative is ...", "I remember the formula": the work has begun
    [GeneratedRegex(@"=|\d ?[+*×÷≡^/] ?\d|\b(so|then|thus|therefore|hence|means|formulas?|theorem|identity|rule|let|let's|because|since|must|should|maybe|perhaps|try|use|using|answer|gives"
        + @"|know|remember|mod|derivative|discriminant|prime|multiply|divide|add|subtract|first|idea|way|easy|simple|problem|question|thing|trick|pattern|case|cases|given|pairs)\b|\?\W*$"
        + @"|\d, \d+, \d|^\W*(that|this|it|which|i|we need|if|by|to|for)\b|^[^0-9]*$", TraceText.Rules)]
    private static partial Regex Solving();

    // "I need to solve x^2 - 5x = 14 for positive x", "We want to count the ways to make 30 cents", "We want 3-digit numbers where ..."
    [GeneratedRegex(TraceText.Opening + @"(we|i)( are|'re|'m| am)?( just| only| now| really)* (need|want|have|got|going|supposed|trying|must|should|asked|told|looking)( to)? (solve|simplify"
        + @"|evaluate|factor|prove|show|count|express|find|compute|determine|minimi[sz]e|maximi[sz]e|compare|decide|expand|integrate|differentiate|convert|list|pick|choose|arrange|split) [^.?!]{6,}"
        + @"|" + TraceText.Opening + @"(we|i)('d like| want| need|'re looking for| are looking for|'m looking for| am looking for) ((all|every|an?) |\d+[ -](digit|letter"
        + @"|element) )[^.?!]* (where|such that|that|whose|with|for which|of|so that)\b"
        + @"|" + TraceText.Opening + @"(we|i)('ve got| have| are given| got) (the |these |those )?(\w+ )?numbers\b[^.?!=]*\b(need|needs|want|must|have to|to (make|get|reach|form|create|obtain)|target|goal)\b"
        + @"|" + TraceText.Opening + @"(using|use|with)( only| all)?( of)?( the| these| those)? (numbers )?\W{0,2}\d+(, ?\d+)*,?( and \d+)?[^.?!=\d]*\b((we|i) (have|need|want|must)( to)?|make|create|form|build|reach|write|find)\b[^.?!=]*\d"
        + @"|" + TraceText.Opening + @"(find|determine|compute|evaluate|solve|simplify|how many|prove|show)\b[^.?!:=]{15,}(\d|!)[^.?!:=]{0,20}[.?!]", TraceText.Rules)]
    private static partial Regex Task();

    // "We only know the radius \(r = 5\)", "Here we have a circle of radius 4", "This is about a ladder of 10 feet"
    [GeneratedRegex(@"\b(we|i)( only| just| already| also)* know( only)?( that)? (the|his|her|its|their|an?|two|three|one|there (is|are|were|was)|[a-z]+( [a-z]+)?'?s? (is|are|has|have|had|was|were|costs?|takes?)) ([^+*/^]*[ $=(])?\\?\W?\d"
        + @"|^\W*((so|okay|ok|alright|now)\W+)*(here,? (we have|there is|there are|we are given) (an?|two|three|some) |(this|it) (one )?(is|'s) about )[^=]*\d"
        + @"|" + TraceText.Opening + @"(we|i)('re| are|'m| am) (solving|finding|counting|computing|evaluating|simplifying|proving|comparing|choosing|picking|rolling|drawing|flipping) [^.]*\d"
        + @"|\d[^=]* (is|are) to be (found|determined|computed|chosen|selected|drawn|formed|shared|arranged|seated)\b", TraceText.Rules)]
    private static partial Regex Known();

    // "We have 3 red balls and 5 green balls in a bag.", "A box has 4 red and 6 blue balls, and ..."
    [GeneratedRegex(TraceText.Opening + @"((we|you)( have|'ve got)|there( are|'re)|an? [a-z ]{1,20} (has|contains|holds)) (\d+|two|three|four|five|six) [a-z' -]+ and (\d+|two|three|four|five|six) [a-z][^=+*/]*$", TraceText.Rules)]
    private static partial Regex Stock();

    // "We know that the angles of a triangle add up to 180 degrees", "there are 60 minutes in an hour"
    [GeneratedRegex(@"\b(angles? (of|in)|add up to|sum to|minutes? in|hours? in|days? in|cents in|in an? (hour|day|week|month|year|dollar|minute|foot|yard|mile|meter|kilometer|pound|dozen|leap year|triangle|circle|deck)"
        + @"|always|formulas?|theorem|in general|any|possible|outcomes|arrangements|ways|choices|multiples|factors|divisors|left|remain|remaining|area of|volume of|180|360)\b|\b(so|therefore|hence|thus|which) (the|we|it|he|she|they|there|is|are|means|gives|makes)\b", TraceText.Rules)]
    private static partial Regex General();

    // "With 1 bus they can take 40 students, with 2 buses 80", "We can have 0, 1 or 2 red ones": results and cases
    [GeneratedRegex(@"^\W*(with|after|during|when|using|(in|at|on) \W?\d)|\bcan\b.*\b(with|or)\b", TraceText.Rules)]
    private static partial Regex Circumstance();

    [GeneratedRegex(@"(^|[^\d.,])\d+", TraceText.Rules)]
    private static partial Regex Number();

    // "We need primes p such that p + 4 is also prime"
    [GeneratedRegex(TraceText.Opening + @"(we|i)('d like|'re looking for|'re after|'m looking for)?( only| just| now| are| am)* ((need|want|seek|look for|looking for|searching for|search for|after|consider|count) [^.?!=]{2,60}( such that| for which| satisfying) "
        + @"|(need|seek|look for|looking for|searching for|search for|count) [^.?!=]{2,60}[a-z]s( [a-z])? (whose|with|where|that) )", TraceText.Rules)]
    private static partial Regex Such();

    // "f(x) = 2x + 1 and g(x) = x^2, find f(g(3))"
    [GeneratedRegex(@"^[^?.]{5,}[,;] (and )?(find|compute|determine|evaluate|solve for|what's|what is|how many|how much)\b", TraceText.Rules)]
    private static partial Regex Command();

    // "f(2) = 7 is given.", a heading "Given information"
    [GeneratedRegex(@"\d[^.]* (is|are) (also |both |all )?given( and\b[^.]*| here)?\.\W*$|^\W*(#+|\*\*) ?(the )?(given|known)( information| data| facts| values| quantities| numbers)?\W*$", TraceText.Rules)]
    private static partial Regex Given();

    // "We want to know when ...", "The question is how many ..."
    [GeneratedRegex(TraceText.Opening + @"(we|i)('d| would)?( just| only| now)* (want|need|have|like|'re trying|are trying|'m trying|are asked|are to|wish)( to)? (know|find|find out"
        + @"|determine|figure out|work out|see|tell|compute|calculate) (the|how|when|what|which|where|whether|his|her|its|their)\b"
        + "|" + TraceText.Opening + @"(how (many|much|long|far|old|fast)|when|what)\b[^?]*\?", TraceText.Rules)]
    private static partial Regex Sought();

    // "We have \(x + y = 10\) and \(xy = 21\)."
    [GeneratedRegex(TraceText.Opening + @"((in|for|on|let) [^,.=]{1,40},? )?we (have|know|are given|'re given)( that)? \W*[a-z][^.]*=[^.]*\band\b[^.]*=[^.]*\.\W*$"
        + "|" + TraceText.Opening + @"we('ve got| have) (an?|two|three|four|some|this) [^=+*/]*[,;]? (and|its|whose|where|with|such that|which|that) [^=+*/]*\.\W*$", TraceText.Rules)]
    private static partial Regex Data();
}
