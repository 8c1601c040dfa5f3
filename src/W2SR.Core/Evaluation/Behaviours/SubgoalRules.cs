using System.Text.RegularExpressions;
using W2SR.Core.Common;

namespace W2SR.Core.Evaluation.Behaviours;

/// <summary>Plans: a step that names which part it finds, or a task that is split. An order word before a mere operation, or a label before a calculation, is none.</summary>
internal static partial class SubgoalRules
{
    private const int FewestParts = 2; // of the kinds that one also finds once by chance
    private const int QuestionSentences = 2;

    private const string Seek = "(find( out)?|compute|calculate|determine|figure( out)?|work( out)?|evaluate|establish|count|identify|see"
        + "|finding|computing|calculating|determining|figuring out|working out|counting|identifying)";

    // "the cost", "how many", "b by ...", "\(b\)"; not "that x = 3"
    private const string Object = @" (out )?(the|how|what|an?|its|his|her|their|our|each|both|all|which|when|where|whether|this|total|number|cost|area|\W{0,3}[a-z]\W|[a-z]{3,} (of|per|in"
        + @"|for|from)\b)";

    private const string Planner = "(we|i|let's|let us|let me|i'll|we'll|one|you|she|he|they)";

    private const string Willing = "( now| then| first| also| just| still| only| must| should| will| would| can| could|'ll|'d|'ve| need| want| have| got| am| are|'re|'m| going| shall| like"
        + "| to| try)*";

    private const string Order = "(first(ly)?( of all| off)?|to begin( with)?|to start( with| off)?|for starters|before anything else|next( up)?|second(ly)?|third(ly)?|as an? (first|second"
        + "|third|next|last) step"
        + "|after that|afterwards|then|finally|lastly|last|now|the (first|next|last|only) (step|thing)( (is|to do is|(we|i) need to do is|left is|left to do is)( to)?)?)";

    // "So now, next": the list of words goes on where it is used
    private const string InOrder = @"^\W*((okay|ok|so|and|now|well|alright)\W+)*(first(ly)?|second(ly)?|third(ly)?|next|then|finally|lastly";

    // "we need to find"
    private const string Instruction = "(we |let's |let us |to |i |now |first,? |then |next,? |finally,? )?(will |need to |must |can )?" + TraceText.Act + @"\b";

    // At the beginning of a sentence or behind "Explanation:"
    private const string Begins = "(" + TraceText.Opening + @"|[:;—] ?|\band )";

    private const string Quantity = "(number|cost|price|area|volume|perimeter|length|width|height|radius|mean|variance|average|sum|total|amount|distance|speed|time|money|profit|revenue"
        + "|income|expenses?|share|discount"
        + "|tax|tip|interest|semiperimeter|circumference|probability|rent|food|pay|wages?|salary|bill|change|rate|debt|earnings|savings|spending)";

    public static IEnumerable<TextSpan> Find(TraceText text)
    {
        int end = NextProblem(text);
        TextSpan[] parts =
        [
            .. text.FindAll([Inline(), Purposeful()], Premise()),
            .. text.FindAll([NumberedSeek(), StepHeading(), Numbered(), BoldHeading(), Label(), Announced()], NoPart()).Where(p => !IsOperationOrCase(text, p) && !IsQuestion(text, text.SentenceAt(p.Start))),
            .. text.FindAll(OrderedNoun(), Claims()),
            .. text.FindAll(ToBeFound()),
            .. BelowHeading(text),
        ];
        parts = [.. parts.Where(p => p.Start < end)];
        TextSpan[] plans =
        [
            .. text.FindAll([Split1(), Split2(), Split3()], StepByStep()),
            .. text.FindAll([Ordered(), OrderedNeed(), First1(), First2(), First3(), Starts(), Needed()], Ranked()),
            .. text.FindAll(Heading(), Ranked()).Where(p => !IsOperationOrCase(text, p)),
            .. text.FindAll([Parts1(), Parts3(), Things()]),
            .. text.FindAll(Parts2(), Place()),
            .. text.FindAll(Noun(), Claims()),
            .. parts.DistinctBy(p => text.SentenceAt(p.Start)).Count() >= FewestParts ? parts : [],
        ];
        return plans.Where(p => p.Start < end);
    }

    /// <summary>Where a base model goes on to an exercise of its own: "Exercise 5. Find the ..." is no step.</summary>
    private static int NextProblem(TraceText text) => text.Sentences.Skip(1).Where(s => Exercise().IsMatch(s.Text)).Select(s => s.Start).DefaultIfEmpty(int.MaxValue).First();

    /// <summary>"We need to find the money that is left": what the problem asks is no part.</summary>
    private static bool IsQuestion(TraceText text, int sentence) => sentence < QuestionSentences && FinalQuestion().IsMatch(text.Sentences[sentence].Text);

    private static bool IsOperationOrCase(TraceText text, TextSpan part)
    {
        string sentence = text.SentenceOf(part).Text;
        return Operation().IsMatch(sentence) && !Purposed().IsMatch(sentence) || CaseHeading().IsMatch(sentence);
    }

    /// <summary>"Step 1" on a line of its own, and below it what is done there.</summary>
    private static IEnumerable<TextSpan> BelowHeading(TraceText text)
    {
        for (int i = 0; i + 1 < text.Sentences.Count; i++)
            if (BareStep().IsMatch(text.Sentences[i].Text) && !IsQuestion(text, i + 1) && !Need().IsMatch(text.Sentences[i + 1].Text) && Purpose().Match(text.Sentences[i + 1].Text) is { Success: true } m && !IsOperationOrCase(text, text.Sentences[i + 1].Span(m))) yield return text.Sentences[i + 1].Span(m);
    }

    // "First, I need to figure out how many ...", "Explanation: First find the number of boys", "Then find how much she pays"
    [GeneratedRegex(Begins + Order + ",? (" + Planner + Willing + " )?(now |also |first )*" + Seek + Object, TraceText.Rules)]
    private static partial Regex Ordered();

    // "Next, we need the number of days", "Now let me get the weight", "First we have to know how many ..."
    [GeneratedRegex(Begins + Order + ",? ((we|i)( will|'ll)?( just| only| also| still| now| first)* (need|want|look for|require|turn to|move on to|go on to|come to|'d like|would like|tackle|handle)|"
        + "((let's|let us|let me|i'll|we'll|(we|i|you)( also| now| then| just)* (need to|want to|have to|must|should|can|will))( now| then| also| just| only)* )?(get|obtain|know|look for|look at|turn to|deal with|handle|tackle))( to (know|get|have|find|find out))?" + @" (out )?(the|how|what|both|his|her|their|its|all)\b", TraceText.Rules)]
    private static partial Regex OrderedNeed();

    // "we must first find the rate", "let me first count the ways", "let's now work out how long ..."
    [GeneratedRegex(@"\b" + Planner + Willing + @" (have to |need to |must |can |will )?first (have to |need to |must |want to |of all )?(to )?(find|compute|calculate|determine|figure out"
        + @"|work out|find out|count|list|establish|get|know|see) ?" + Object
        + @"|\b(let me|let's|let us|i'll|we'll) (now|next|then|also) " + Seek + Object
        + @"|\b(let me|let's|let us|i'll|we'll|i will|we will|i should|we should) first " + TraceText.Act + @"\b", TraceText.Rules)]
    private static partial Regex First1();

    // "so we have to find out how many blue ones there are first", "I'll do the full pyramid first"
    [GeneratedRegex(@"\b(have|need|needs|must|want|has|should|got|let's|let us|let me|i'll|we'll|i will|we will|i can|we can)( to)? (first )?(find|find out|compute|calculate|determine"
        + @"|figure out|work out|know|count|get|do|handle|tackle|take|treat|deal with|look at|solve|list|see|convert)"
        + Object + @"[^.;:=]{0,60}\b(first|before (anything|all|everything) else|to begin with|to start|later|afterwards|separately|one (by|at) (one|a time))\W*($|[.,;:—])|\b(we|i) (treat|handle|compute|count|consider|deal with|look at|find) [^.]*\bseparately\b|\bwhat (we|i|you) [^.,]{3,30} first (is|are)\b", TraceText.Rules)]
    private static partial Regex First2();

    // "Find the area first", "The pens first:", "first find the cost, then ...", "I'll get the interest for the first year, then for the second"
    [GeneratedRegex(@"^\W*(find|compute|calculate|determine|figure out|work out|count|get) (the|how|his|her|their) [^.:;=]{1,60} first\b|^\W*((so|okay|ok|well|now)\W+)*(the|his|her|their"
        + @"|its)( [a-z]+){1,3} first\W*[:.]"
        + @"|\b(first|start by|begin by|starting by)( [\w']+)?,? " + Seek + Object + @".*\b(then|after that|next|and finally|before)\b|\bcomes (first|next|last)\b"
        + @"|\b(i'll|let me|let's|we'll) (find|get|compute|calculate|do|count|work out|figure out) (the|how|his|her) [^.:=]*, (and )?then (for )?(the|how|his|her|find|get|do)\b", TraceText.Rules)]
    private static partial Regex First3();

    // "Let me start by figuring out ...", "I'll begin with the number of ..."; not "we start by squaring"
    [GeneratedRegex(@"\b(start|begin|starting|beginning|started)( off| out)? (by|with) (finding|computing|calculating|determining|counting|figuring out|working out|identifying|getting"
        + @"|listing|looking at) (the|how|what|all|his|her|their|its|each|both|which|a)\b"
        + @"|\b(let me|let's|let us|we|i)('ll|'d)?( will| should| could| can| better)* (start|begin)( off)? (with|from) (the|his|her|their|its|how|what)\b|\bstart by " + Seek + Object, TraceText.Rules)]
    private static partial Regex Starts();

    // "Step 2: Compute the area", "## Find the rates", "**Calculate the revenue from cookies:**"
    [GeneratedRegex(@"^[^a-z0-9#*]*((\d{1,2}[.)]\W{0,3})?\*\*(step \w+\W+|\d+[.)]\W+)?|#+\W+(step \w+\W+)?|(step|stage|phase|part) (\d+|one|two|three|four|five|[ivx]+|[abc])\W+)"
        + "(we |let's |let us |to |i |now |first,? |then |next,? |finally,? |" + Planner + " )?(will |need to |must |can |have to )?" + Seek + Object, TraceText.Rules)]
    private static partial Regex Heading();

    // "Now for the red marbles", "now we only need the height", "all that is left is to find ...", "having found the rate"
    [GeneratedRegex(@"\bnow (for|on to|onto|comes|to|turn to|we turn to|i turn to|let's turn to|let's move on to|we move on to|move on to) (the|how|what|his|her|their|its)\b"
        + @"|^\W*now,? how (many|much|long|far|old|fast)\b"
        + @"|\bnow (we|i)( just| only| still| also)* (need|want|must|have)( to)?( find| know| compute| calculate| determine| get| figure out| work out)?( out)? (the|how|what|both|its|his|her|their)\b"
        + @"|\b(all|what|the only thing|everything)( that)?( remains|'s left| is left| left| (we|i) have left)( to do)?( now)?( is)? (to " + Seek + "|finding|the)" + @"\b"
        + @"|\bit (only )?remains to (find|compute|determine|calculate)\b", TraceText.Rules)]
    private static partial Regex Needed();

    // "break this into two parts", "split the area into ..."
    [GeneratedRegex(@"\b(break|breaking|broken) (this|it|that|things|everything|the \w+|our \w+)( \w+)? (down|up|into)\b|\bbreak(ing)? down the (problem|task|question|calculation|solution|steps)\b"
        + @"|\b(split|divide|decompose|separate|cut|organi[sz]e|splitting|dividing) (this|it|the|my|our)( \w+)? ?(problem|task|figure|question|calculation|sum|computation|region|shape"
        + @"|solution|work|integral|count|proof|argument|area|job) ?(\w+ )?(into|up|in|down|:)"
        + @"|\bdecompose (this|it)\b|\b(we|i|let's|let us|let me|can|i'll|we'll)( can| could| will)? (split|break|separate|decompose|partition|cut) (up )?(the|this|it|our|that"
        + @"|everything) [^.]*\b(by|into|up|down|according|depending)\b|\b(we|i|let's|let us|let me) (can |could |will )?divide (the|this|it) [^.]* into\b", TraceText.Rules)]
    private static partial Regex Split1();

    // "in three steps:", "two sub-problems", "Plan: ..."
    [GeneratedRegex(@"\b(we|i|i'll|we'll|let's|this|it|can|solution|calculation)\b.*\bin (two|three|four|several|a few|\d|small|smaller) (\w+ )?(steps|stages|parts|phases)\b|\b(into"
        + @"|smaller) (\w+ )?(steps|stages|phases)\b|\b(two|three|four|several|a few|\d) (\w+ )?(steps|stages|phases)\W*:"
        + @"|\b(two|three|four|several|a few|\d) ((main|separate|simple|basic|small|easy|key) (steps|stages|phases)|(\w+ )?(sub-?(parts?|steps?|cases?|totals?)|tasks|things (to|we|i)))\b"
        + @"|\bsub-?(problem|goal|task|question)s?\b"
        + @"|\b(the|my|our|here is (the|my|a)|here's (the|my|a)) (game ?plan|plan|strategy|roadmap|outline)( is|:| of attack|\.)|^[^a-z0-9]*(plan|strategy|outline|roadmap)\W*(:|$)", TraceText.Rules)]
    private static partial Regex Split2();

    // "the first thing to find is the price", "the first part ... the second"
    [GeneratedRegex(@"\b(proceed|go|(do|take|handle|tackle|attack|approach|solve) (this|it|things)|work) (in (steps|stages|parts|pieces|bits)|one (piece|part|step|thing) at a time|piece by piece|part by part)\b|\bthe first part\b.*\bsecond\b"
        + @"|\b(first|second|next|last|other|remaining|final|main) ((sub-?)?(step|task|goal|job|order of business) is|thing is (the|to|his|her|their)\b|(sub-?)?(step|task|thing|goal|job|order of business|piece|item"
        + @"|quantity)( i need is| we need is| to find is|:| to (find|figure|compute|determine|calculate|work)| (i|we) (need|want|have|find|do|must)| to do| will be))|\b(first|next"
        + @"|last|second|other|remaining) (thing|question|point|job|task|matter) to (settle|clear up|handle|decide|find out|sort out)\b|\b(get|getting) (the|this|that|these|his"
        + @"|her) [^.]{2,40} out of the way\b|\b(two|three|four) (pieces|parts|halves|components|bits) (to (this|it|the)|here|of (this|the (problem|question|answer|job)))\b|\bthe (first|second"
        + @"|next|last) part (is|asks|of the|:|comes|now)", TraceText.Rules)]
    private static partial Regex Split3();

    // "Let's break it down step by step" introduces any answer
    [GeneratedRegex(@"\bstep[- ]by[- ]step\b|\bbreak(ing)? ((it|this|that|things|(the|this) (problem|question)) )?down\W*(the (problem|question)\W*)?$", TraceText.Rules)]
    private static partial Regex StepByStep();

    // "Now that we have the width, we can find ...", "once we know the rate, we get the time"
    [GeneratedRegex(@"\bnow that (we|i) (have|know|'ve|got|found) [^.]*,? (" + Planner + Willing + " )?" + Seek + @"\b|^\W*(once|after) (the|that|this|it|these|both|all) [^,.]{0,30}(is"
        + @"|are) (found|known|computed|determined|calculated|done|settled|solved|obtained)\b"
        + @"|\b(once|after|when|as soon as) (we|i) (have|know|get|find|got|found|'ve|computed?|had)\b.*\b((we|i) (can|will|need|just|only|get|find|have to)|i'll|we'll|let's|let me)\b"
        + @"|\b(with|having) (that|this|these|it|both|those|the \w+) (in hand|done|out of the way|settled|found|known|computed|at hand|ready)\b"
        + @"|\bhaving (found|computed|determined|established|calculated|got|obtained)\b", TraceText.Rules)]
    private static partial Regex Parts1();

    // "Now, the base:", "part one is ..."
    [GeneratedRegex(@"^[^a-z0-9]*now,? the [a-z ]{3,30}[:.]\W*$|^\W*(part|piece|stage|section) (one|two|three|four|1|2|3|4|i|ii|a|b) is\b", TraceText.Rules)]
    private static partial Regex Parts2();

    // "First, how many pages does she read?", "Next up is the interest", "Next, for the second year", "First the cost of the pens."
    [GeneratedRegex(TraceText.Opening + @"(first(ly)?|second(ly)?|third(ly)?|next|then|finally|lastly)( up| off| of all)?(:|,)? ((is|for|comes|come|up is) (the|his|her|its|their|how|what)"
        + @"|(how (many|much|long|far|old|fast)|what)\b[^?]*\?)|\b(next|last) comes? (the|his|her|how)\b|\bon to (the|part)\b"
        + @"|^\W*(and |then )?(next|last) (is|are) the\b|\bthat leaves (only )?finding\b|\b(what's|what is) left( now)? (is|to)\b", TraceText.Rules)]
    private static partial Regex Parts3();

    // "First the side of the inner square."
    [GeneratedRegex(InOrder + @"),? (the|his|her|its|their)( [a-z'-]+){1,8}[.:]\W*$", TraceText.Rules)]
    private static partial Regex Noun();

    // "we need two things", "the ratio can wait for later", "first find the width, then the area, then add"
    [GeneratedRegex(@"\b(do|find|compute|calculate|into) (two|three|four|several|2|3|4) (\w+ )?(things|quantities|numbers to|tasks|steps|jobs)\b|\b(part|piece|bit|thing) by (part|piece|bit"
        + @"|thing)\W|\b(for|until) later\b|\bone part at a time\b|\b(leave|save) .* (for )?(later|last)\b"
        + @"|\bfirst,? (\w+ ){0,2}(find|compute|calculate|determine|count|work out|figure out|the)\b.*[,;] (and )?then\b.*\b(then|finally|add|subtract)\b", TraceText.Rules)]
    private static partial Regex Things();

    // "and then find the cost of ..."
    [GeneratedRegex(@"[,;:] (and )?(then|next|finally|after that|now) (" + Planner + Willing + " )?" + Seek + Object, TraceText.Rules)]
    private static partial Regex Inline();

    // "Then multiply that by her rate to find her pay"
    [GeneratedRegex(TraceText.Opening + "(" + Order + ",? (" + Planner + Willing + " )?|" + Planner + " (then|next|now) )" + TraceText.Act + @"\b[^.:;=]*\bto (find|get|determine|calculate"
        + @"|obtain|know|see|figure out) (the|how|his|her|their|its|what)\b", TraceText.Rules)]
    private static partial Regex Purposeful();

    // "2. Find the slope", "- Calculate the tip"
    [GeneratedRegex(@"^[^a-z0-9]*(\(?\d{1,2}[.)]\W+|[-*•] +\W*)?(we |let's |let us |i |now |first,? |then |next,? |finally,? )?(will |need to |must |can )?(find|compute|calculate|determine"
        + @"|figure out|work out|evaluate|convert)" + Object + @".*([:=.]|$)", TraceText.Rules)]
    private static partial Regex NumberedSeek();

    // "## Step 1: Convert the time to hours": a heading in words
    [GeneratedRegex(@"^[^a-z0-9]*(step|stage|phase) (\d+|one|two|three|four|five)\W+[a-z][^=\d]{3,80}\W*$|^[^a-z0-9]*#+\W+(step|stage) \w+\W+" + TraceText.Act + @"\b"
        + @"|^\W*#+ +[a-z][^=\d]{3,80}$", TraceText.Rules)]
    private static partial Regex StepHeading();

    // "1. **Identify the factors**", "### Choose the substitution"
    [GeneratedRegex(@"^[^a-z0-9]*(\(?\d{1,2}[.)]\W+|#+ +|[-*•] +\W*|step \w+\W+)" + Instruction, TraceText.Rules)]
    private static partial Regex Numbered();

    // "**Cost of the bricks:**"
    [GeneratedRegex(@"^\W*(\d+[.)]\W+)?\*\*(step \d+\W+|\d+[.)]\W+|\([a-z0-9]\) )?[a-z][a-z0-9 ,'/()%$-]{3,60}[.:]?(\*\*|$)", TraceText.Rules)]
    private static partial Regex BoldHeading();

    // "2. Price of the apples: ...", "Price of the apples:" on a line of its own
    [GeneratedRegex(@"^\W*\(?\d[.)]\W+(the |his |her |their |each |total |first |second )?" + Quantity + @"s?( [a-z']+){0,6}( \(?\$?[a-z]\$?\)?)?( in [a-z]+)?(, [a-z' ]+)?:\W"
        + @"|^\W*(the |his |her |their |each |total |first |second )?" + Quantity + @"s?( [a-z']+){0,6}:\W*$", TraceText.Rules)]
    private static partial Regex Label();

    // "Let's calculate how many ...", "We have to determine when ..."
    [GeneratedRegex(@"\b(let's|let me|let us|we|i|i'll|i can|we can|we should|we must|i should|i must|we need to|i need to|we have to|we want to)( now| then| also| next| first"
        + @"| will)? (now )?(find|compute|calculate|determine|figure out|work out) (the|how|what|his|her|its|their|both|each|out|when|where|whether)\b", TraceText.Rules)]
    private static partial Regex Announced();

    // "Next, the second side:", "First of all, her pay."
    [GeneratedRegex(InOrder + @"|last|after that|first (off|up|of all)|to (start|begin)( with"
        + @"| off)?)(:|,? (for the|for|how|what|comes|come|up)\b|,? (the|his|her|its|their) [a-z' -]{2,40}[:.,]|,? (the|his|her|its|their) [^:.]{2,40}:)", TraceText.Rules)]
    private static partial Regex OrderedNoun();

    // "1. **Distribute the 3:**", "Step 2: Subtract 7", also "Check: ..."; but "## Step 2: Divide the distance by the time" names a step
    [GeneratedRegex(@"^[^a-z0-9]*(step \w+\W+)?(factor|cancel|substitut|plug|simplif|expand|distribut|combin|us(e|ing)\b|rewrit|apply|correct|adjust|rational|understand (the (problem"
        + @"|question|task|situation)|what)"
        + @"|(write|writing|list|listing|note|noting|collect|gather|state|recall|remember|identify|read|summari[sz]e|analy[sz]e|restate)(ing)?( down| out)? ((the|all|what) )?(the |is |was "
        + @"|we |key |relevant )?(given|known|information|facts|data|problem|question|formula|theorem|definition|final|answer|identity|rule|know|initial|law)|(add|subtract|multiply|divide"
        + @"|square|round|conclu|answer|final)[a-z]*( (and|then|or) [a-z]+)?\W*$)"
        + @"|^\W*\*\*(step|part) \w+\W*\*\*\W*\d|^\W*step \w+\W+(set(ting)? up|solv(e|ing)|conclu(de|sion)|start|begin|finish|simplify)\W*$"
        + @"|^[^a-z0-9#]*((step \w+|\d{1,2}[.)])\W+)?(distribut|expand|combin|collect|mov|isolat|simplif|add|subtract|multipl|divid|factor|squar|substitut|plug|rearrang|re-?writ|us"
        + @"|apply|cancel|tak|round|rais|cross|solve for [a-z]\b|let\b|put|insert|invert|eliminat|cub|convert both)(e|ing|y|ying|ply|ly)?\b", TraceText.Rules)]
    private static partial Regex Operation();

    // "2. **Factor to find the candidates:**"
    [GeneratedRegex(@"\bto (find|get|determine|obtain|identify) (the|how|both|all|its|his|her|their)\b", TraceText.Rules)]
    private static partial Regex Purposed();

    // "**Last digit 0:**", "**First card red:**": cases
    [GeneratedRegex(@"^\W*(\d+[.)]\W+)?\*\*[^*]*\b(digit|number|card|die|dice|roll|toss|flip|letter|ball|coin|child|marble|draw)s?( is| are|:| =)? (\d+|zero|one|two|odd|even|prime|red|blue|black|white|green"
        + @"|heads?|tails?|a \w+|an \w+|positive|negative|not \w+)( or \w+)?\W{0,2}\*\*|^\W*(\d+[.)]\W+)?\*\*(exactly|at least|at most|neither|starting with|ending (in|with)|without|even|odd)\b", TraceText.Rules)]
    private static partial Regex CaseHeading();

    // "Three: ...", "Final answer: ...", "If x > 0: ..." name no part
    [GeneratedRegex(@"^\W*(final |the )?(zero|one|two|three|four|five|six|exactly|for|if|when|with|final answer|answer|result|explanation|solution|so|now|then|hence|thus|check|verification"
        + @"|verify|sum|let( the|\W+[a-z]) |we get|we have|this gives|which gives|that is|option|where|yes|no|given|note|remark|case|option|possibility|problem|question|asked|wanted|known|unknown|example"
        + @"|conclusion|reasoning|proof|therefore)\b", TraceText.Rules)]
    private static partial Regex NoPart();

    // "First place gets 50 dollars"
    [GeneratedRegex(@"\b(first|second|third|fourth|last|next) (place|round|set|square|state|sum|total|answer|order|group|figure)s?( \w+)? (is|are|was|gets?|has|had|wins?|won|scored?|goes"
        + @"|costs?|of|and|in|pays?|receives?|earn\w*|took|takes|gives?|holds?)\b", TraceText.Rules)]
    private static partial Regex Ranked();

    // "(1) The radius is to be found.", "Value of one part, which we'll find from the difference:", "Then we'll find Tina's share"
    [GeneratedRegex(@"^\W*(\(?(\d|[a-z])[.)]|step \w+|first|then|next|now|finally)\W+(the|his|her|its|their|[a-z]+'s) [^.=:]* (is|are|has|have) (now |first |next )?to be (found"
        + @"|computed|determined|calculated|worked out|obtained)"
        + @"|, which (we|i|he|she)('ll| will| can| must| have to| need to)( now| first| then)? " + Seek + @"\b|\b(then|next|now|first|finally),? (we|i)('ll"
        + @"| will)( now)? " + Seek + @" [a-z]+'s [a-z]+", TraceText.Rules)]
    private static partial Regex ToBeFound();

    // "Next, her sister has twice as many."
    [GeneratedRegex(@"^\W*((okay|ok|so|and|now|well|alright)\W+)*\w+,? (the|his|her|its|their) [a-z' -]*\b(is|are|was|were|has|have|had|will|can|gets?|gives?|goes|go|come|comes|would"
        + @"|becomes|costs?|took"
        + @"|takes|must|should)\b", TraceText.Rules)]
    private static partial Regex Claims();

    // "If x > 0, then find ..."
    [GeneratedRegex(@"^\W*((and|so|but)\W+)*(if|when|since|because|suppose|assume|let|given|for|where)\b", TraceText.Rules)]
    private static partial Regex Premise();

    [GeneratedRegex(@"^\W*(exercise|problem|question|q)( \d+)?\W?[.:]", TraceText.Rules)]
    private static partial Regex Exercise();

    [GeneratedRegex(TraceText.Opening + @"(we|i)( are|'re|'m| am|'d)?( just| only| now)* (need|want|have|asked|told|trying|going|like) to (find|compute|determine|calculate|figure out|work out|count)\b", TraceText.Rules)]
    private static partial Regex FinalQuestion();

    // "To find the amount left, we need to know how much she spent"
    [GeneratedRegex(@"^\W*(in order )?to [^.]*,? (we|i) (first |also )?(need|must|have to|require)\b", TraceText.Rules)]
    private static partial Regex Need();

    // "Now the first shop.": a place of the story
    [GeneratedRegex(@"\bnow,? the (first|second|third|fourth|last|other|next) [a-z]+\.", TraceText.Rules)]
    private static partial Regex Place();

    // "Step 1"
    [GeneratedRegex(@"^\W*(step|part|stage) (\d+|one|two|three|four|five)\W*$", TraceText.Rules)]
    private static partial Regex BareStep();

    // "Calculate the red balls." below "Step 1"
    [GeneratedRegex(@"^\W*" + Instruction, TraceText.Rules)]
    private static partial Regex Purpose();
}
