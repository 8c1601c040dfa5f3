using System.Text.RegularExpressions;
using W2SR.Core.Common;

namespace W2SR.Core.Evaluation.Behaviours;

/// <summary>Cases and candidates: those that are announced, lists of them, and clauses that differ in a value alone.</summary>
internal static partial class EnumerationRules
{
    private const int FewestCases = 2;
    private const int FewestBareCandidates = 3; // "19 is prime. 28 is even, so no. 37 ..."

    // between "paying ..." and "paying ..."; an automaton that does not backtrack cannot ask for the same word
    private const string AndAgain = @"\b[^.]*\d[^.]*[,;] ((and|but|while|or) )?";

    public static IEnumerable<TextSpan> Find(TraceText text) =>
    [
        .. text.FindAll([Announced1(), Announced2()], Goods()),
        .. text.FindAll(Listed(), Data()),
        .. text.FindAll([Tuples(), Letters()], Points()),
        .. text.FindAll(Headed(), Data()),
        .. Data().IsMatch(text.Text) ? [] : text.FindAll(LongList()),
        .. AtLeast(text.FindAll(Verdicts()), FewestBareCandidates),
        .. AtLeast(text.FindAll(Cases(), Limits()).Where(s => !ParallelClauses.IsCheck(text, s)), FewestCases),
        .. text.FindAll([Counts(), Verdict(), Outcomes(), Pairings()], Goods()),
        .. AtLeast(text.FindAll(BarePairs()), FewestCases),
        .. AtLeast(text.FindAll(Asked()), FewestCases),
        .. AtLeast(text.FindAll(Suppositions()), FewestCases),
        .. ParallelClauses.Find(text),
        .. TrialCalculations.Find(text),
        .. Alternatives(text),
        .. Choices.Find(text),
        .. Recalculation.FindTables(text, FewestBareCandidates),
        .. Recalculation.FindFactorPairs(text, FewestBareCandidates),
    ];

    private static TextSpan[] AtLeast(IEnumerable<TextSpan> spans, int fewest)
    {
        TextSpan[] all = [.. spans];
        return all.Length >= fewest ? all : [];
    }

    /// <summary>"If the number ends in 0, ... Otherwise ..."</summary>
    private static IEnumerable<TextSpan> Alternatives(TraceText text) =>
        text.Sentences.Skip(1).Where((s, i) => Otherwise().IsMatch(s.Text) && Condition().IsMatch(text.Sentences[i].Text) || Or().IsMatch(s.Text) && text.Sentences.Take(i + 1).TakeLast(FewestBareCandidates).Any(b => Either().IsMatch(b.Text))).Select(s => s.Span());

    [GeneratedRegex(@"^\W*((or|but|and) )?(otherwise|if not|else|if (there (is|are) )?no|if (it|he|she|they|there|not|(the |a )?\w+) (is|are|was|does|do|did|has|have|can|will)(n't| not))\b,? [^?]*\d", TraceText.Rules)]
    private static partial Regex Otherwise();

    [GeneratedRegex(@"^\W*or\b", TraceText.Rules)]
    private static partial Regex Or();

    [GeneratedRegex(@"^\W*((so|now|then|here|well) )?either\b", TraceText.Rules)]
    private static partial Regex Either();

    [GeneratedRegex(@"^\W*((so|and|but|now) )?(if|when|suppose|assume)\b[^?]*\d[^?]*$", TraceText.Rules)]
    private static partial Regex Condition();

    private const string Candidates = @"(cases|values|possibilities|options|pairs|divisors|factors|outcomes|candidates|combinations|multiples|ways|arrangements|triples"
        + @"|triplets|primes|prime numbers|choices|squares|cubes|sequences|subsets|digits|permutations|powers|remainders|scenarios|integers|two-digit numbers|three-digit numbers"
        + @"|factori[sz]ations|partitions|orders|orderings|routes|paths|sums|perfect squares)";

    [GeneratedRegex(@"\b(list|lists|listing|enumerate|enumerating|write (out|down)|writing (out|down)|go(ing)? (through|over)|run(ning)? through|consider|examine|check|checking|try|trying"
        + @"|test|testing|look(ing)? at|loop(ing)? (over|through)|work(ing)? through|tabulate|look for|explore)( out| down)? (all|each|every|the|them|some|a few|several|small|possible"
        + @"|different|various|these|through|its|successive|consecutive)( \S+){0,3} ?(numbers|" + Candidates + @")\b|\b(each|every)( \S+){0,2} (case|value|possibility|option|pair|divisor"
        + @"|factor|outcome|candidate|combination|multiple|arrangement|triple|prime|choice|digit|scenario|integer)\W? ?(in turn|separately|individually|one|:)|\b(list|listing|enumerate"
        + @"|go(ing)? through|go(ing)? over|run(ning)? through|consider|examine|check|checking|try|trying|test|testing|look(ing)? at|loop(ing)? over|work(ing)? through) (each"
        + @"|every)( \S+){0,2} (case|value|possibility|option|pair|divisor|factor|outcome|candidate|combination|multiple|arrangement|triple|prime|choice|digit|scenario|integer|number)\b"
        + @"|\b(try|trying|test|testing) (some|a few|small|different|various"
        + @"|successive|integer|out) (\w+ )?(numbers|values|integers|candidates|examples)\b|\b(list|write|go through|check|try|test) (them|these|those|it) (all|out|one|in turn|each)\b"
        + @"|\b(list|enumerate|listing|enumerating) (them|all|out|the)\b", TraceText.Rules)]
    private static partial Regex Announced1();

    [GeneratedRegex(@"\b(several|a few|following|only|separate|different|possible|both|into|distinguish|by|these|(are|have|has|consider|distinguish|into|are only|get|gives?|leaves?|us|with"
        + @"|between|on) (two|three|four|five|six|\d)) (\w+ )?(cases|scenarios|possibilities)\b|\b(two|three|four|five|six|several) (\w+ )?(cases|scenarios|possibilities)\W*:|\b(two|three"
        + @"|four|five|six|several) (scenarios|possibilities)\b|\b(two|three|four|five|six|several|\d) (\w+ )?ways [^.:=]{0,40}:|\bways to [a-z]+ [^.:=]{3,40}: [^.:]+(,| or|;) [^.]+"
        + @"|\bcase ?work\b|(^|[.;] )\W*(the |his |her |our |my |possible |these )?(options|choices|possibilities|cases|outcomes|combinations|alternatives)( [a-z]+){0,4}: [^.:]+, [^.]+"
        + @"|\bcase distinction\b|\b(by|in) cases\b|\bboth (possibilities|options)\b|\bcase[- ]by[- ]case\b|\bone (by|at) (one"
        + @"|a time)\b|\btrial and error\b|\bguess and check\b|\bbrute[- ]forc\w+"
        + @"|\bexhaust(ive|ively|ion|ing)\b|\bsystematically\b|\b(enumerat(e|es|ing|ion))\b|\b(the |these )?(possibilities|candidates|cases|options) (are|is|:|left)\b"
        + @"|\bgo(ing)? through the (number|possible|cases|list|values|digits|options)\b|\b(only|remaining|possible) (candidates|possibilities)\b", TraceText.Rules)]
    private static partial Regex Announced2();

    // "bought three cases of water" lists nothing
    [GeneratedRegex(@"\bcases of [a-z]+\b|\b(bought|buys|sold|ordered|orders|shopping|grocery|price) (\w+ )?(list|cases|options)\b|\bcases (of|were|each|cost|weigh|per)\b|\b(lawyer|doctor"
        + @"|court)", TraceText.Rules)]
    private static partial Regex Goods();

    [GeneratedRegex(@"\b" + Candidates + @"\b[^.!?=]{0,50}(\bare|\bis|:|,|\bnamely|\binclude)\s*:?\s*\W?\d+\W?(, ?\W?\d+\W?){2,}|\b(numbers|values|ones)\b[^.!?=]{0,50}(\bare|:"
        + @"|\bnamely)\s*:?\s*\W?\d+\W?(, ?\W?\d+\W?){3,}|\b\d+ ?(→|->|↦) ?\S+[,;] \d+ ?(→|->|↦)|= ?\d+ ?[*×·] ?\d+ ?= ?\d+ ?[*×·] ?\d+ ?=|\b\d+ (and|with|&) \d+([,;] (and |or )?\d+ (and"
        + @"|with|&) \d+){2,}|\b([HTBGRWL]{2,4}, ?){2,}(and |or )?[HTBGRWL]{2,4}\b|\b\d+ ?(\*|×|x|\\times|\\cdot) ?\d+(, ?(and )?\$?\d+ ?(\*|×|x|\\times|\\cdot) ?\d+){2,}"
        + @"|\b\d+ ?= ?\d+( ?\+ ?\d+)+(\$?[,;] (and |or )?\$?\d+ ?= ?\d+( ?\+ ?\d+)+){2,}|\b\d+ ?\+ ?\d+( ?\+ ?\d+)*(\$?, (and |or )?\$?\d+ ?\+ ?\d+( ?\+ ?\d+)*){2,}", TraceText.Rules)]
    private static partial Regex Listed();

    [GeneratedRegex(@"\(-?\d+, ?-?\d+(, ?-?\d+)*\)(\$?(,| and|,? or|;) ?(and )?\$?\(-?\d+, ?-?\d+(, ?-?\d+)*\)){2,}|\{\d+(, ?\d+)*\}(\$?(,| and) ?\$?\{\d+(, ?\d+)*\}){2,}", TraceText.Rules)]
    private static partial Regex Tuples();

    [GeneratedRegex(@"\b(vertices|vertex|points?|coordinates|corners|line|triangle|through)\b", TraceText.Rules)]
    private static partial Regex Points();

    [GeneratedRegex(@"^[^a-z0-9]*(and |then |next |so |now )?\d+\W? ?,? ?(is |no\b|yes\b|works|fails|isn't|doesn't|does |not |has |→|: |prime|ok\b|gives |leaves |ends "
        + @"|= ?\d+ ?[*×])", TraceText.Rules)]
    private static partial Regex Verdicts();

    [GeneratedRegex(@"\b(in the (former|latter)|(if|for|when) (even|odd|positive|negative|heads|tails|yes|not))\b|(^|[.;] )\W*(and |or )?((if|when) [^.:;,=]{1,40}"
        + @"|for ([a-su-z0-9$\\][^.:;,=]{0,40}|t[^h][^.:;,=]{0,40}|the [^.:;,=]{0,30}\b(case|even|odd|first|second|third|other|last)\b[^.:;,=]{0,20})):( |$)|(^|[.;] )\W*(same"
        + @"|different|both|neither|none|only one|exactly one)( [a-z]+)?:|\b(if|when) (it|this)( is|'s) \W?\d+\b|\b(if|when) the [a-z ]{1,30} (is|are) \W?\d+\b|\b(case|option|possibility"
        + @"|scenario) (\d+|[ivx]+|[abcd]|one|two|three)\b\W|\bin the (first|second|third|other|latter|former|last|remaining|next) (case|scenario|possibility)\b|\b(another|the other"
        + @"|the first|the second|the third|the last|one) (case|possibility|option|scenario)( is| to|:| would| might|,)|\b(consider|take|suppose|assume|case)\W+((the )?[a-z] (is )?"
        + @"|the )?(even|odd|positive|negative|zero)\b|\b(if|when|for|case|suppose)\W+[a-z|]+\W? ?(=|<|>|≤|≥|\\leq?|\\geq?|\\lt|\\gt|is (even|odd|negative|positive|zero|non-?negative|prime"
        + @"|at (least|most)|less|greater|between))|\b(too (small|big|large|low|high|few|many|much|little|short|long)|not enough)\b\W|(^|[.;] )\W*(both |all |for |an? |[a-z] )?(even|odd"
        + @"|positive|negative|heads|tails|true|false)( [a-z]| numbers?| case)?\W{0,2}:", TraceText.Rules)]
    private static partial Regex Cases();

    [GeneratedRegex(@"^\W*(and |but |also )?(not|no|nor|yes),? (divisible )?by \W?\d+|^[^a-z0-9=]*(and |then |or |also )?\d+(\W{0,3}(no|yes|nope|works|fails|ok|prime|not prime)| ?(and"
        + @"|with|,|times|&|x|×|\*|·|\+|\\times|\\cdot) ?\d+(\W{0,3}(no|yes|nope|works|fails|ok))?)\W*$", TraceText.Rules)]
    private static partial Regex BarePairs();

    [GeneratedRegex(@"(^|[^\d.,])\d+(, ?\d+){4,}|\b(can|could|may|might) (only )?be (either )?\W?\d+(, \d+)*\W?,? or \W?\d+|\bfor (each|every) (\w+ )?(value|case|possib\w+|candidate)\b"
        + @"|\b(can|could|may|might|values?|candidates?|options?|possibilities)\b[^.\d]{0,25}-?\d+(, ?-?\d+)+,? (and|or) -?\d+|\beither [^.,]{3,60} (is|are|has|have|gets?|goes|shows?|wins?|takes?)\b[^.]{1,60},? or [^.,]{2,40} (is|are|has|have|gets?|goes|shows?|wins?|takes?)\b|\beither\b[^.]{1,60}(=|\b(even|odd|positive"
        + @"|negative)\b)[^.]{0,40}\bor\b[^.]{1,60}(=|\b(even|odd|positive|negative)\b)|\b[a-z]{2,3}(, [a-z]{2,3}){3,}\b", TraceText.Rules)]
    private static partial Regex LongList();

    // "ABCD, ABDC, ACBD"
    [GeneratedRegex(@"\b[A-Z]{3,6}\$?(, (and |or )?\$?[A-Z]{3,6}){2,}\b", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Letters();

    // "Factor pairs of 16: 1 and 16, ..."
    [GeneratedRegex(@"\b(pairs|divisors|factors|multiples|possibilities|candidates|combinations|options|choices|outcomes|triples|orders|arrangements)( (of|with|for|that|whose"
        + @"|to)\b[^.!?:=]{0,40})?: ?\W?-?[a-z0-9]+\W{0,2}( (and|with|x|×|\*|·) \W?-?[a-z0-9]+\W{0,2})?[,;] (and |or |then )?(\W?-?\d|they|the|sum|no|yes|diff|product|gives|too"
        + @"|which)", TraceText.Rules)]
    private static partial Regex Headed();

    [GeneratedRegex(@"\b(scores?|data|mean|median|average|mode|sequence|temperatures?|heights?|weights?|terms|divisible by)\b", TraceText.Rules)]
    private static partial Regex Data();

    // "Is it divisible by 3? ... 7? ... 11? ..."
    [GeneratedRegex(@"^\W*(and |or |what about |how about |maybe |is it |is |by |for |with |does |could it be |try |then |next )*\W?\d+\W{0,2}\?", TraceText.Rules)]
    private static partial Regex Asked();

    // "3 outcomes with sum 10, 2 with sum 11", "n is one of 1, 2, 3", "36 = 4 * 9 or 6 * 6 or ..."
    [GeneratedRegex(@"\bif [^.,=]{3,40},? [^.]{3,60}[,;] ((and|but|or) )?if (it|it's|they|not|the|both|neither|he|she)\b"
        + @"|\b\d+ [a-z]+ [^,.;=]{0,20}\b\d+ ways?[,;] (and )?\d+ [a-z]+ [^,.;=]{0,20}\b\d+ ways?\b"
        + @"|\bpaying" + AndAgain + @"paying\b[^.]*\d"
        + @"|\btaking" + AndAgain + @"taking\b[^.]*\d"
        + @"|\bbuying" + AndAgain + @"buying\b[^.]*\d"
        + @"|\bgoing" + AndAgain + @"going\b[^.]*\d"
        + @"|\bwalking" + AndAgain + @"walking\b[^.]*\d"
        + @"|\brenting" + AndAgain + @"renting\b[^.]*\d"
        + @"|\b(\d+|one|two"
        + @"|three|four|five|six) ((outcomes|ways|numbers|cases|pairs|words|arrangements|sequences|strings|subsets|options|rolls|triples|integers|routes|paths|ones|of them) )?(with"
        + @"|giving|whose \w+ is|where \w+ is"
        + @"|that (sum|add) to|ending in|starting with|containing) ([a-z]+ )?(\d+|one|two|three"
        + @"|no|zero)( [a-z]+)?(,|;| and|, and) (and )?(\d+|one|two|three|four|five|six) ([a-z]+ )?(with|giving|whose \w+ is|where \w+ is|that (sum|add) to|ending in|starting with"
        + @"|containing) ([a-z]+ )?(\d+|one|two|three|no|zero)"
        + @"|\b(is|be|are) (one|some|any) of (the )?(\w+ )?\W{0,3}-?\d+(, ?\W?-?\d+)+|\beither\b[^.]*,? or\b[^.]*, or\b|\bon [\[(] ?-?[^.\])]{1,12}[\])][^.]*,? (and )?on [\[(]|(∈"
        + @"|\\in) ?\\?\{ ?-?\d+(, ?-?\d+)+|\b\d+ ?(\*|×|·|\\times|\\cdot) ?\d+ (or|and) (\w+ )?\d+ ?(\*|×|·|\\times|\\cdot) ?\d+"
        + @"|\b(outcomes|sample space|arrangements|orders|combinations|subsets|strings|words|codes|permutations|factor pairs|pairs|splits|ways)( here)?( are| is|:| would be| are:"
        + @"|, namely)[^a-z0-9.]{0,4}[({a-z0-9]+([ -][a-z0-9]+)?[)}]?[,;] ?[^.]*,", TraceText.Rules)]
    private static partial Regex Counts();

    // "3 + 17 works, 1 + 19 doesn't", "7^1 is 7, 7^2 is 49", "if it is a king 3 are left, if it is a queen 4"
    [GeneratedRegex(@"\b\d+ ?[-+*×·] ?\d+:? (works?|fails?|no|yes|doesn't|does not|isn't|is not|is too)\b[^.;]{0,30}[,;.] ?(and |but |then |so )?\d+ ?[-+*×·] ?\d+:? (works?|fails?|no|yes|doesn't|does"
        + @"|isn't|is not|is too)\b|\b\d+ (squared|cubed|factorial) [^,;.]{1,25}[,;.] (and )?\d+ (squared|cubed|factorial)\b|\b\d+\^\{?\d+\}?\$?:? (is|gives|ends (in|with)|leaves|has) [^,;.]{1,25}[,;.] (and |then )?\$?\d+\^\{?\d+\}?\$?:? (is|gives|ends (in|with)|leaves|has)\b"
        + @"|\bif [^.,=]{3,60}, (and |but |or )?if (it|they|not|the|both|neither|he|she)\b[^?]*$", TraceText.Rules)]
    private static partial Regex Outcomes();

    // "2 doesn't work, 3 doesn't work, 5 works"
    [GeneratedRegex(@"\b\d+:? (works|fails|no|is out|doesn't( \w+)?|does not( \w+)?|is too \w+|isn't( \w+)?|is not( \w+)?|yes|can't|cannot)[,;.] ?(and |but |then |so "
        + @"|next )?([a-z] ?= ?)?\d+:? (works|fails|no\b|is out|doesn't|does not|is too|isn't|is not|yes|can't|cannot|does\b)|\b[a-z] ?= ?\d+ (is|has|gives|works|fits|fails|doesn't|does"
        + @"|leads|yields|makes)[^.,;]*[,;.] (but |and |so |then |next )?[a-z] ?= ?\d+ (is|has|gives|works|fits|fails|doesn't|does|leads|yields|makes)|\b\d+(, \d+)+,? ((and|or) \d+ )?(don't"
        + @"|do not|doesn't|does not|all fail|fail|are not|aren't) [^.]*\b\d+ (does|do|works?|is)\b|\b(can|could|may|might) be \W?\d+ ?\([^)]*\)[,;]|\b(two|three|four|five|six|seven|eight"
        + @"|\d) (\w+ )?(options|outcomes|choices|alternatives|arrangements|orders|combinations)\W*:|\b[a-z]([-→][a-z]){2,},? (or |and )?[a-z]([-→][a-z]){2,}"
        + @"|\b[a-z] ?= ?\W?-?\d+, -?\d+(, -?\d+)*,? (or|and) -?\d+|\d ?[x×] ?\d: ?\d+[,;] \d ?[x×] ?\d:|\d+ mod \d+ = \d+[,;] \d+ mod", TraceText.Rules)]
    private static partial Regex Verdict();

    // "chairs 1 and 3, chairs 1 and 4, or chairs 2 and 4", "a 2 and a 6, a 3 and a 5", "the pairs would be 1 and 7"
    [GeneratedRegex(@"\b[a-z]+ \d+ and \d+, [a-z]+ \d+ and \d+,? (and|or) [a-z]+ \d+ and \d+|\b\d+ and \d+, \d+ and \d+,? or \d+ and \d+|\b[a-z]+ and [a-z]+, [a-z]+ and [a-z]+,? or [a-z]+ and [a-z]+\b"
        + @"|\b(\d+|one|two|three|no) [a-z]+ (and|with) (\d+|one|two|three|no) [a-z]+,? or (\d+|one|two|three|no) [a-z]+|\bthe first (option|plan|offer|way|route|choice|deal"
        + @"|possibility)\b[^.]*\d[^.]*[,;] (and |but |while )?the (second|other)\b[^.]*\d|\ban? \d+ and an? \d+,? (or )?an? \d+ and an? \d+|\b(pairs|candidates|options|possibilities"
        + @"|choices|splits) (would|could|can|might) be \W{0,3}\d+[^.\d]+\d", TraceText.Rules)]
    private static partial Regex Pairings();

    // "Suppose the shirt is red: ... Suppose it's blue: ..."
    [GeneratedRegex(@"^\W*((now|next|so|and|or|then) )?(suppose|assume|say)( that| now| first| instead)?,? (it|the|he|she|\W?[a-z])\b[^=]*:", TraceText.Rules)]
    private static partial Regex Suppositions();

    // "when x = 0, u = 0" changes the limits of an integral
    [GeneratedRegex(@"\bintercepts?\b|\bu ?= ?\W?-?\d|\blimits? of integration\b", TraceText.Rules)]
    private static partial Regex Limits();
}
