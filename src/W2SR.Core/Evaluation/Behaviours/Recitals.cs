using System.Text.RegularExpressions;
using W2SR.Core.Common;

namespace W2SR.Core.Evaluation.Behaviours;

/// <summary>What is given, told at the beginning: "Two hikers start at opposite ends of a 24 km trail."</summary>
internal static partial class Recitals
{
    private const int FirstSentences = 2;
    private const int FewestGivens = 2;
    private const int FewestAskedGivens = 4;

    public static IEnumerable<TextSpan> Find(Opening opening)
    {
        var first = opening.Sentences.Take(FirstSentences);
        return
        [
            .. Givens(opening),
            .. opening.Spans(opening.IsThought ? first : [], s => IsFact(s) || Command().IsMatch(WithoutLead(s))),
            .. opening.Spans(opening.Sentences, s => Known().IsMatch(s.Text) && !General().IsMatch(s.Text)),
            .. opening.Spans(first.Take(1), s => Data().IsMatch(s.Text)),
            .. opening.Spans(first, s => Given().IsMatch(s.Text)),
            .. opening.Sentences is [var premise, var order, ..] && Premise().IsMatch(premise.Text) ? opening.Spans([order], s => Order().IsMatch(s.Text)) : [],
        ];
    }

    /// <summary>"The floor is 12 feet long and 9 feet wide. Each tile costs $4.": the text begins with several givens and concludes nothing.</summary>
    private static IEnumerable<TextSpan> Givens(Opening opening)
    {
        var told = opening.Sentences.SkipWhile(s => AboutTheTask().IsMatch(s.Text)).ToArray();
        bool isAsked = told is [var head, ..] && opening.IsNeed(head); // what a need asks for is given: "We need the distance. It is 150 km."
        var given = told.Skip(isAsked ? 1 : 0).TakeWhile((s, i) => IsGiven(s) && !Item().IsMatch(s.Text) && !(i > 0 && Concludes().IsMatch(s.Text))).ToArray();
        return given.Any(s => s.HasNumber) && given.Sum(s => Quantity().Count(s.Text)) >= (isAsked ? FewestAskedGivens : FewestGivens) ? opening.Spans(given, _ => true) : [];
    }

    private static bool IsGiven(Sentence sentence)
    {
        string rest = Share().Replace(Definition().Replace(WithoutLead(sentence), "f${after}"), "half ${after}").Replace("add up to", "total", StringComparison.Ordinal);
        return Fact().IsMatch(rest) && Quantity().IsMatch(rest) && !Solving().IsMatch(rest) && !General().IsMatch(rest) && !Circumstance().IsMatch(rest);
    }

    /// <summary>In a thought one fact is enough.</summary>
    private static bool IsFact(Sentence sentence) => sentence.HasNumber && Fact().IsMatch(WithoutLead(sentence)) && !Solving().IsMatch(WithoutLead(sentence));

    private static string WithoutLead(Sentence sentence) => sentence.Text[Lead().Match(sentence.Text).Length..];

    // "A bakery makes 120 rolls a day", "There's this sequence", "We've got 12 coins", "The sides are 7, 8 and 9"
    [GeneratedRegex(@"^\W*(there('s| is| are| was| were)|(the|a|an|his|her|this) [a-z]+( [a-z]+)?'s [a-z]+ing|(we|i)('ve got| have got|'ve been given| have| got) (a|an|this|these|some"
        + @"|two|three|four|five|six|\d+)\b"
        + @"|[a-z'-]+( [a-z'-]+| \$?\d[\d,.]*){0,7}? (is|are|was|were|has|have|had|wants?|needs?|buys?|bought|sells?|sold|costs?|makes?|made|reads?|walks?|runs?|drives?|travels?|goes"
        + @"|starts?|begins?|leaves?|takes?|works?|earns?|saves?|spends?|gives?|gets?|eats?|bakes?|holds?|contains?|fills?|rolls?|rolled|tossed|flipped|drawn|picks?|throws?|pays?|weighs?"
        + @"|plants?|loses?|moves?|grows?|sits?|stands?|meets?|climbs?|flies|swims?|flows?|hires?|invites?|orders?|charges?|produces?|uses|uses up|weighed|cycles?|throws|wins?|plays?|lies|adds?|sums?|totals?|differs?|exceeds?|equals?|received|took in|remains?"
        + @"|bounces?|lasts?|finishes|attends?|joins?|collects?|catches|brings?|puts?|fits?|rents?|lends?|borrows?|deposits?|invests?|receives?|donates?|cuts?|shares?|scores?"
        + @"|shows?|keeps?|gains?|turns?|splits?|drops?|rises?|falls?|increases?|decreases?|burns?|feeds?|delivers?|carries|stacks?|packs?|loads?|builds?|digs?|drains?|pumps?|jogs?"
        + @"|hikes?|sails?|studies|practices|sleeps?|arrives?|departs?|returns?|visits?|passes|owns?|owes?|lives?|harvests?|gathers?|cooks?|drinks?|consists?|rides?|crosses|mixes"
        + @"|paints?|pours?|draws?|chooses?|selects?|opens?|stops?|prints?|types?|serves?))\b", TraceText.Rules)]
    private static partial Regex Fact();

    // "Total arrangements are 6!/3! = 720", "The derivative is ...", "I remember the formula": the work has begun
    [GeneratedRegex(@"=|\d ?[+*×÷≡^/] ?\d|\b(so|then|thus|therefore|hence|means|formulas?|theorem|identity|rule|let|let's|because|since|must|should|maybe|perhaps|try|use|using|answer|gives"
        + @"|know|remember|mod|derivative|discriminant|prime|multiply|divide|add (up )?(to|the|them|these|both|all|it|\W?\d)|subtract|first|idea|way|easy|simple|problem|question|thing|trick|pattern|case|cases|given|pairs)\b|\?\W*$"
        + @"|\d, \d+, \d|^\W*(that|this|it|which|i|we need|if|by|to|for)\b|\b(of|times|plus|minus|divided by) \W?\d+(\.\d+)? (is|are|makes|gives)\b", TraceText.Rules)]
    private static partial Regex Solving();

    // "We know that the angles of a triangle add up to 180 degrees", "there are 60 minutes in an hour"
    [GeneratedRegex(@"\b(angles? (of|in)|suppose|assume|claim|recall|note that|if and only if|vertex|roots?|solutions|zeros|(a|one) (dozen|gross|deck|week|year|day|hour|minute|foot|yard|mile|score)\b[^,]* (is|has|contains)|minutes? in|hours? in|days? in|cents in|in an? (hour|day|week|month|year|dollar|minute|foot|yard|mile|meter|kilometer|pound|dozen|leap year|triangle|circle|deck)"
        + @"|always|formulas?|theorem|in general|any|possible|outcomes|arrangements|ways|choices|multiples|factors|divisors|left|remain|remaining|area of|volume of|180|360)\b|\b(so|therefore|hence|thus|which) (the|we|it|he|she|they|there|is|are|means|gives|makes)\b", TraceText.Rules)]
    private static partial Regex General();

    // "With 1 bus they can take 40 students, with 2 buses 80", "We can have 0, 1 or 2 red ones": results and cases
    [GeneratedRegex(@"^\W*(with|after|during|when|using|(we|i) (begin|start|note|notice|can|could|use|count|look)|(in|at|on) \W?\d)|[<>≤≥]|\\[lg]e|\bcan\b.*\b(with|or)\b", TraceText.Rules)]
    private static partial Regex Circumstance();

    [GeneratedRegex(@"(^|[^\d.,])\d+|\b(two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|half|twice|double|triple|thrice|third|quarter)\b", TraceText.Rules)]
    private static partial Regex Quantity();

    // "f(x) = x^3 - 4x + k" in "the remainder when f(x) = ... is divided by x - 2 is 5"
    [GeneratedRegex(@"\b[a-z]\([a-z]\) ?= ?[-+*/^0-9a-z(). ]{1,40}?(?<after> (is|has|and|at|by|on)\b|[,;.])", TraceText.Rules)]
    private static partial Regex Definition();

    // "2/5 of them": no calculation
    [GeneratedRegex(@"\b\d+/\d+ (?<after>of|as|the|more|less|full)\b", TraceText.Rules)]
    private static partial Regex Share();

    // a heading above what is given
    [GeneratedRegex(@"^\W*#.*\b(understand|identify|given|problem|question|information|known|facts|setup|define|restate)\b", TraceText.Rules)]
    private static partial Regex AboutTheTask();

    [GeneratedRegex(@"^\W*(so|thus|hence|therefore)\b", TraceText.Rules)]
    internal static partial Regex Concludes();

    // "1. **Find the slope**"
    [GeneratedRegex(@"^\W*(\d+[.)]\W|\*\*|#)", TraceText.Rules)]
    internal static partial Regex Item();

    // "f(x) = 2x + 1 and g(x) = x^2, find f(g(3))"
    [GeneratedRegex(@"^[^?.]{5,}[,;] (and )?(find|compute|determine|evaluate|solve for|what's|what is|how many|how much)\b|^(find|count|list|give|determine) (the|all|how)\b[^.?!:=\d]{12,}[^.?!:]*[.!]", TraceText.Rules)]
    private static partial Regex Command();

    // "Let ABC be a triangle with AB = 5 and AC = 7. Find BC."
    [GeneratedRegex(@"^\W*(let|suppose|consider|given|in)\b[^+*/]*\d[^+*/]*$", TraceText.Rules)]
    private static partial Regex Premise();

    [GeneratedRegex(@"^\W*(find|determine|compute|calculate|evaluate) [^.?!:=]{1,80}[.?!]\W*$", TraceText.Rules)]
    private static partial Regex Order();

    // "We only know the radius \(r = 5\)", "Here we have a circle of radius 4", "This is about a ladder of 10 feet"
    [GeneratedRegex(@"\b(we|i)( only| just| already| also)* know( only)?( that)? (the|his|her|its|their|an?|two|three|one|there (is|are|were|was)|[a-z]+( [a-z]+)?'?s? (is|are|has|have"
        + @"|had|was|were|costs?|takes?|makes?|sells?|sold|earns?|[a-z]{2,}ed|drove|ran|bought|paid|gave|got|went|took|made|ate|spent|won|lost|rode|rose|fell|began|read|wrote|swam|flew"
        + @"|left|holds?|weighs?|contains?)) ([^+*/^]*[ $=(])?\\?\W?\d"
        + @"|^\W*((so|okay|ok|alright|now)\W+)*(here,? (we have|there is|there are|we are given) (an?|two|three|some) |(this|it) (one )?(is|'s) about )[^=]*\d"
        + @"|" + TraceText.Opening + @"(we|i)('re| are|'m| am) (solving|finding|counting|computing|evaluating|simplifying|proving|comparing|choosing|picking|rolling|drawing|flipping) [^.]*\d"
        + @"|\d[^=]* (is|are) to be (found|determined|computed|chosen|selected|drawn|formed|shared|arranged|seated)\b", TraceText.Rules)]
    private static partial Regex Known();

    // "f(2) = 7 is given.", a heading "Given information"
    [GeneratedRegex(@"\d[^.]* (is|are) (also |both |all )?given( and\b[^.]*| here)?\.\W*$|^\W*(#+|\*\*) ?(the )?(given|known)( information| data| facts| values| quantities| numbers)?\W*$", TraceText.Rules)]
    private static partial Regex Given();

    // "We have \(x + y = 10\) and \(xy = 21\)."
    [GeneratedRegex(TraceText.Opening + @"((in|for|on|let) [^,.=]{1,40},? )?we (have|know|are given|'re given)( that)? \W*[a-z][^.]*=[^.]*\band\b[^.]*=[^.]*\.\W*$"
        + "|" + TraceText.Opening + @"we('ve got| have) (an?|two|three|four|some|this) [^=+*/]*[,;]? (and|its|whose|where|with|such that|which|that) [^=+*/]*\.\W*$", TraceText.Rules)]
    private static partial Regex Data();

    // "Okay, so "
    [GeneratedRegex(TraceText.Opening, TraceText.Rules)]
    private static partial Regex Lead();
}
