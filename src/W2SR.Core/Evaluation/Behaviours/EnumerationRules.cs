using System.Text.RegularExpressions;

namespace W2SR.Core.Evaluation.Behaviours;

/// <summary>Cases and candidates: those that are announced, lists of them, and clauses that differ in a value alone.</summary>
internal static partial class EnumerationRules
{
    private const int FewestCases = 2;
    private const int FewestBareCandidates = 3; // "19 is prime. 28 is even, so no. 37 ..."
    private const int KeyWords = 3;

    public static IEnumerable<TextSpan> Find(TraceText text) =>
        [.. text.FindAll([Announced1(), Announced2()], Goods()), .. text.FindAll(Listed()), .. text.FindAll(Tuples(), Points()), .. Parallel(text, Conditions(), FewestCases), .. Parallel(text, Labels(), FewestCases), .. Parallel(text, CountedLabels(), FewestCases),
         .. Parallel(text, Assignments(), FewestBareCandidates), .. AtLeast(text.FindAll(Verdicts()), FewestBareCandidates), .. AtLeast(text.FindAll(Cases()), FewestCases), .. SameBeginnings(text), .. Parallel(text, Progress(), FewestBareCandidates), .. AtLeast(text.FindAll(BarePairs()), FewestCases), .. text.FindAll(LongList(), Data())];

    private static TextSpan[] AtLeast(IEnumerable<TextSpan> spans, int fewest)
    {
        TextSpan[] all = [.. spans];
        return all.Length >= fewest ? all : [];
    }

    /// <summary>Matches with the same words around different values.</summary>
    private static IEnumerable<TextSpan> Parallel(TraceText text, Regex rule, int fewest) =>
        text.Sentences.SelectMany(s => rule.Matches(s.Text).Select(m => (Span: new TextSpan(s.Start + m.Index, m.Length), Key: Key(m), Value: m.Groups["value"].Value)))
            .GroupBy(m => m.Key).Where(g => g.Select(m => m.Value).Distinct(StringComparer.OrdinalIgnoreCase).Count() >= fewest).SelectMany(g => g.Select(m => m.Span));

    private static string Key(Match m) => string.Join(' ', Word().Matches((m.Groups["head"].Value + " # " + m.Groups["tail"].Value.TrimEnd('s', 'S')).ToLowerInvariant())
        .Select(w => w.Value is "are" or "was" or "were" ? "is" : w.Value));

    /// <summary>"If the first card is red, ... If the first card is blue, ...": conditions that begin alike and end differently.</summary>
    private static IEnumerable<TextSpan> SameBeginnings(TraceText text) =>
        text.Sentences.SelectMany(s => Clause().Matches(s.Text).Select(m => (Span: new TextSpan(s.Start + m.Index, m.Length), Words: Word().Matches(m.Value.ToLowerInvariant()).Select(w => w.Value).ToArray())))
            .Where(c => c.Words.Length > KeyWords).GroupBy(c => string.Join(' ', c.Words.Take(KeyWords)))
            .Where(g => g.Select(c => string.Join(' ', c.Words)).Distinct().Count() >= FewestCases).SelectMany(g => g.Select(c => c.Span));

    private const string Candidates = @"(cases?|values?|possibilit(y|ies)|options?|pairs?|divisors?|factors?|outcomes?|candidates?|combinations?|multiples?|ways|arrangements?|triples?|triplets?|primes?|prime numbers|choices?|squares|cubes|sequences|subsets|digits?|permutations?|powers|remainders|terms|solutions?|scenarios?|integers|two-digit numbers|three-digit numbers|factori[sz]ations?|partitions?|orders|orderings|routes|paths|sums|perfect squares)";

    [GeneratedRegex(@"\b(list|lists|listing|enumerate|enumerating|write (out|down)|writing (out|down)|go(ing)? (through|over)|run(ning)? through|consider|examine|check|checking|try|trying|test|testing|look(ing)? at|loop(ing)? (over|through)|work(ing)? through|tabulate|look for|explore)( out| down)? (all|each|every|the|them|some|a few|several|small|possible|different|various|these|through|its|successive|consecutive)( \S+){0,3} ?(numbers|" + Candidates + @")\b|\b(try|trying|test|testing) (some|a few|small|different|various|successive|integer|out) (\w+ )?(numbers|values|integers|candidates|examples)\b|\b(list|write|go through|check|try|test) (them|these|those|it) (all|out|one|in turn|each)\b|\b(list|enumerate|listing|enumerating) (them|all|out|the)\b", TraceText.Rules)]
    private static partial Regex Announced1();

    [GeneratedRegex(@"\b(two|three|four|five|several|a few|some|following|only|separate|different|possible|both|into|distinguish|by|these|\d) (\w+ )?(cases|scenarios|possibilities)\b|\bcase ?work\b|\bcase[- ]by[- ]case\b|\bone (by|at) (one|a time)\b|\btrial and error\b|\bguess and check\b|\bbrute[- ]forc\w+|\bexhaust(ive|ively|ion|ing)\b|\bsystematically\b|\b(enumerat(e|es|ing|ion))\b|\b(the |these )?(possibilities|candidates|cases|options) (are|is|:|left)\b|\bgo(ing)? through the (number|possible|cases|list|values|digits|options)\b|\b(only|remaining|possible) (candidates|possibilities)\b", TraceText.Rules)]
    private static partial Regex Announced2();

    // "bought three cases of water" lists nothing
    [GeneratedRegex(@"\bcases of [a-z]+\b|\b(bought|buys|sold|ordered|orders|shopping|grocery|price) (\w+ )?(list|cases|options)\b|\bcases (of|were|each|cost|weigh|per)\b|\b(lawyer|doctor|court)", TraceText.Rules)]
    private static partial Regex Goods();

    [GeneratedRegex(@"\b" + Candidates + @"\b[^.!?=]{0,50}(\bare|\bis|:|,|\bnamely|\binclude)\s*:?\s*\W?\d+\W?(, ?\W?\d+\W?){2,}|\b(numbers|values|ones)\b[^.!?=]{0,50}(\bare|:|\bnamely)\s*:?\s*\W?\d+\W?(, ?\W?\d+\W?){3,}|\b([HTBGRWL]{2,4}, ?){2,}(and |or )?[HTBGRWL]{2,4}\b|\b\d+ ?(\*|×|x|\\times|\\cdot) ?\d+(, ?(and )?\$?\d+ ?(\*|×|x|\\times|\\cdot) ?\d+){2,}|\b\d+ ?\+ ?\d+( ?\+ ?\d+)*(, ?(and |or )?\$?\d+ ?\+ ?\d+( ?\+ ?\d+)*){2,}", TraceText.Rules)]
    private static partial Regex Listed();

    [GeneratedRegex(@"\(-?\d+, ?-?\d+(, ?-?\d+)*\)(\$?(,| and|,? or|;) ?(and )?\$?\(-?\d+, ?-?\d+(, ?-?\d+)*\)){2,}|\{\d+(, ?\d+)*\}(\$?(,| and) ?\$?\{\d+(, ?\d+)*\}){2,}", TraceText.Rules)]
    private static partial Regex Tuples();

    [GeneratedRegex(@"\b(vertices|vertex|points?|coordinates|corners|line|triangle|through)\b", TraceText.Rules)]
    private static partial Regex Points();

    private const string Value = @"(?<value>-?\d+(\.\d+)?|zero|no|none|one|two|three|four|five|six|seven|eight|nine|ten|exactly \w+)";

    [GeneratedRegex(@"(^|[.,;:!?(] ?|\band |\bor |\bbut )[^a-z0-9]*((step|case) \d+\W+|so |and |now |then |next |or )?(?<head>(if|when|for|with|try|trying|test|testing|suppose|assume|assuming|take|taking|consider|considering|say|let|check|checking|starting with|beginning with|ending in|ending with|using|at|setting|put|given|only|exactly|after|count|counting)( that| the| a| an| there| it| he| she| they| we| n| x| exactly| just)*( [^\d\s.,:;]+){0,4}) ?\W?\W?" + Value + @"(?<tail>( [a-z]+)?)\b", TraceText.Rules)]
    private static partial Regex Conditions();

    [GeneratedRegex(@"(^|[.,;:!?(] ?)[^a-z0-9]*((so|then|and|now|also|or) )?(?<head>sum|total|product|before|after|from|with|digit|length|size|row|column|number|term|start|width|height|age|roll|die|[a-z]\W? ?=|[a-z]_?\d? ?=|[a-z]\([a-z]\) ?=|n|k|mod|try|side|option|case|possibility|candidate|guess|pair) ?\W?(?<value>-?\d+|[ivx]+|[abcd])\b\W?\$?( ?[:→]| ?->| ?=>|,? (gives?|works|fails|yields|we get|is too|doesn't|leads))", TraceText.Rules)]
    private static partial Regex Labels();

    [GeneratedRegex(@"(^|[.,;:!?(] ?)[^a-z0-9]*((so|then|and|now|also|exactly|with|or) )?(?<value>\d+|zero|no|one|two|three|four|five|six|seven)(?<tail> [a-z]+)( and \w+ \w+)?(,|:| gives?| means| leaves| →)", TraceText.Rules)]
    private static partial Regex CountedLabels();

    [GeneratedRegex(@"(^|[\s,;:($])(?<head>[a-z]) ?= ?(?<value>-?\d+)\$?( ?[:→,]| gives?| yields?| ->| =>| \(|:| works| fails| is | doesn't)", TraceText.Rules)]
    private static partial Regex Assignments();

    [GeneratedRegex(@"^[^a-z0-9]*(and |then |next |so |now )?\d+\W? ?,? ?(is |no\b|yes\b|works|fails|isn't|doesn't|does |not |has |→|: |prime|ok\b|gives |leaves |ends |= ?\d+ ?[*×])", TraceText.Rules)]
    private static partial Regex Verdicts();

    [GeneratedRegex(@"\b(in the (former|latter)|(if|for|when) (even|odd|positive|negative|heads|tails|yes|not))\b|\b(case|option|possibility|scenario) (\d+|[ivx]+|[abcd]|one|two|three)\b\W|\bin the (first|second|third|other|latter|former|last|remaining|next) (case|scenario|possibility)\b|\b(another|the other|the first|the second|the third|the last|one) (case|possibility|option|scenario)( is| to|:| would| might|,)|\b(if|when|for|case|suppose)\W+[a-z|]+\W? ?(=|<|>|≤|≥|\\leq?|\\geq?|\\lt|\\gt|is (even|odd|negative|positive|zero|non-?negative|prime|at (least|most)|less|greater|between))|\b(too (small|big|large|low|high|few|many|much|little|short|long)|not enough)\b\W", TraceText.Rules)]
    private static partial Regex Cases();

    [GeneratedRegex(@"(^|[.,;:!?] ?)[^a-z0-9]*(so |and |but |or |now )?(if|when|suppose|assume|assuming|starting|in case)\b[^.,:;]*", TraceText.Rules)]
    private static partial Regex Clause();

    [GeneratedRegex(@"[a-z0-9#]+", TraceText.Rules)]
    private static partial Regex Word();

    [GeneratedRegex(@"(^|[.,;:!?(] ?|\band )\W*(?<head>(on|after|in|by|at|during) ([a-z]+ )?)(?<value>\d+|one|two|three|four|five|six)(?<tail>( [a-z]+)?)", TraceText.Rules)]
    private static partial Regex Progress();

    [GeneratedRegex(@"^\W*(and |then |or |also )?\d+ ?(and|with|,|times|&) ?\d+\W*$", TraceText.Rules)]
    private static partial Regex BarePairs();

    [GeneratedRegex(@"(^|[^\d.,])\d+(, ?\d+){4,}|\b(can|could|may|might) (only )?be (either )?\W?\d+(, \d+)*\W?,? or \W?\d+|\bfor (each|every) (\w+ )?(value|case|possib\w+|candidate)\b|\b[a-z]{2,3}(, [a-z]{2,3}){3,}\b", TraceText.Rules)]
    private static partial Regex LongList();

    [GeneratedRegex(@"\b(scores?|data|mean|median|average|mode|sequence|temperatures?|heights?|weights?|divisible by)\b", TraceText.Rules)]
    private static partial Regex Data();
}
