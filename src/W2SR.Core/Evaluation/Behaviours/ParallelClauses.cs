using System.Text.RegularExpressions;
using W2SR.Core.Common;

namespace W2SR.Core.Evaluation.Behaviours;

/// <summary>Clauses of one form that differ in a value alone: "if she has 3 dimes ..., if she has 4 dimes ..."</summary>
internal static partial class ParallelClauses
{
    private const int FewestCases = 2;
    private const int FewestBare = 3; // forms that one also finds twice by chance
    private const int KeyWords = 3;
    private const int KeyWordsSupposed = 2; // "suppose Ann lies"
    private const int MostWords = 8;
    private const int SentencesBefore = 2;

    public static IEnumerable<TextSpan> Find(TraceText text) =>
    [
        .. Parallel(text, Conditions(), FewestCases, IsCondition),
        .. Parallel(text, Labels(), FewestCases),
        .. Parallel(text, CountedLabels(), FewestCases),
        .. Parallel(text, Tallies(), FewestCases),
        .. Parallel(text, Guess(), FewestCases),
        .. Parallel(text, Assignments(), FewestBare),
        .. Parallel(text, Pairs(), FewestCases),
        .. Parallel(text, FunctionValues(), FewestBare, (sentence, _) => !GivenValues().IsMatch(sentence.Text)),
        .. Parallel(text, Offers(), FewestCases, (sentence, m) => !Price().IsMatch(sentence.Text.AsSpan(m.Index + m.Length))),
        .. Parallel(text, Supposed(), FewestCases),
        .. Parallel(text, CountedAmounts(), FewestBare),
        .. Parallel(text, Splits(), FewestBare),
        .. Parallel(text, BareConditions(), FewestCases),
        .. Parallel(text, Plans(), FewestCases, (sentence, m) => !Price().IsMatch(sentence.Text.AsSpan(m.Index + m.Length))),
        .. SameBeginnings(text),
        .. SameLabels(text),
        .. PairLabels(text),
        .. AlikeConditions(text),
    ];

    /// <summary>Matches with the same words around different values.</summary>
    private static IEnumerable<TextSpan> Parallel(TraceText text, Regex rule, int fewest, Func<Sentence, Match, bool>? counts = null) =>
        text.Sentences.SelectMany(s => rule.Matches(s.Text).Where(m => (counts is null || counts(s, m)) && !IsCheck(text, s.Span(m))).Select(m => (Span: s.Span(m), Key: Key(m), Value: m.Groups["value"].Value)))
            .GroupBy(m => m.Key).Where(g => g.Select(m => m.Value).Distinct(StringComparer.OrdinalIgnoreCase).Count() >= fewest).SelectMany(g => g.Select(m => m.Span));

    private static string Key(Match m) => string.Join(' ', Word().Matches((m.Groups["head"].Value + " # " + m.Groups["tail"].Value.TrimEnd('s', 'S')).ToLowerInvariant())
        .Select(w => w.Value is "are" or "was" or "were" ? "is" : w.Value));

    // "for a total of 5", "at 60 km/h", "with 1 remaining", "if 40% ...", "if $44,000 ..." are no cases
    private static bool IsCondition(Sentence sentence, Match m)
    {
        string head = m.Groups["head"].Value.Trim(), tail = m.Groups["tail"].Value.Trim(), after = sentence.Text[(m.Index + m.Length)..];
        if (Amount().IsMatch(head) || Story().IsMatch(head) || Rest().IsMatch(tail)) return false;
        if (tail.Length > 0) return !head.Equals("at", StringComparison.OrdinalIgnoreCase);
        return !(Results().IsMatch(head) && Operation().IsMatch(after)) && (head.Contains(' ', StringComparison.Ordinal) || !Fraction().IsMatch(after));
    }

    /// <summary>"If the first card is red, ... If the first card is blue, ...": conditions that begin alike and end differently.</summary>
    private static IEnumerable<TextSpan> SameBeginnings(TraceText text) =>
        Clauses(text).Select(c => (c.Span, Words: Word().Matches(c.Text).Select(w => w.Value).SkipWhile(w => w is "so" or "and" or "but" or "or" or "now").ToArray()))
            .Where(c => c.Words.Length > Shared(c.Words)).GroupBy(c => string.Join(' ', c.Words.Take(Shared(c.Words))))
            .Where(g => g.Select(c => string.Join(' ', c.Words)).Distinct().Count() >= FewestCases).SelectMany(g => g.Select(c => c.Span));

    /// <summary>Conditions, in small letters; neither events of the story nor numbers put in to check.</summary>
    private static IEnumerable<(TextSpan Span, string Text)> Clauses(TraceText text) =>
        text.Sentences.SelectMany(s => Clause().Matches(s.Text).Where(m => !Story().IsMatch(m.Value) && !Checking().IsMatch(m.Value)).Select(m => (s.Span(m), m.Value.ToLowerInvariant())));

    private static int Shared(string[] words) => words is ["suppose" or "assume", ..] ? KeyWordsSupposed : KeyWords;

    /// <summary>"red, red: ... red, blue: ...": labels of two words, of which they share one.</summary>
    private static IEnumerable<TextSpan> PairLabels(TraceText text)
    {
        var labels = text.Sentences.SelectMany(s => Pair().Matches(s.Text).Select(m => (Span: s.Span(m), First: m.Groups["first"].Value.ToLowerInvariant(), Second: m.Groups["second"].Value.ToLowerInvariant()))).ToArray();
        var shared = labels.Select(l => (l.First, l.Second)).Distinct().SelectMany(l => new HashSet<string> { l.First, l.Second }).CountBy(w => w).Where(w => w.Value > 1).Select(w => w.Key).ToHashSet();
        return labels.Where(l => shared.Contains(l.First) || shared.Contains(l.Second)).Select(l => l.Span);
    }

    /// <summary>"If both are odd, ... If one is odd, ...": a condition that shares most of its words with the one before.</summary>
    private static IEnumerable<TextSpan> AlikeConditions(TraceText text)
    {
        HashSet<string> before = [];
        foreach (var (span, clause) in Clauses(text))
        {
            var words = Words(clause);
            int shared = words.Count(before.Contains);
            if (words.Count <= MostWords && shared >= KeyWords && shared < words.Count && 2 * shared >= words.Count + before.Count - shared) yield return span;
            before = words;
        }
    }

    private static HashSet<string> Words(string text) => [.. Word().Matches(text).Select(w => w.Value is "are" or "was" or "were" ? "is" : w.Value)];

    /// <summary>"From 1 and 15: ... From 3 and 5: ...": labels that differ in their numbers.</summary>
    private static IEnumerable<TextSpan> SameLabels(TraceText text) =>
        text.Sentences.SelectMany(s => Labelled().Matches(s.Text).Select(m => (Span: s.Span(m), Label: m.Groups["label"].Value.ToLowerInvariant()))).Where(l => !NoCase().IsMatch(l.Label))
            .GroupBy(l => Plural().Replace(NumberWord().Replace(l.Label, "#"), "")).Where(g => g.Key.Contains('#', StringComparison.Ordinal) && g.Select(l => l.Label).Distinct().Count() >= FewestCases).SelectMany(g => g.Select(l => l.Span));

    private const string Value = @"(?<value>-?\d+(\.\d+)?|zero|no|none|one|two|three|four|five|six|seven|eight|nine|ten|exactly \w+)";

    [GeneratedRegex(@"(^|[.,;:!?(] ?|\band |\bor |\bbut )[^a-z0-9]*((step|case) \d+\W+|so |and |now |then |next |or )?(?<head>(if|when|for|with|try|trying|test|testing|suppose|assume"
        + @"|assuming|take|taking|consider|considering|say|let|check|checking|starting with|beginning with|ending in|ending with|using|at|setting|put|given|only|exactly|count"
        + @"|counting)( that| the| a| an| there| it| he| she| they| we| n| x| exactly| just)*( [^\d\s.,:;]+){0,4}?) ?\W?\W?" + Value + @"(?<tail>( [a-z]+)?)\b", TraceText.Rules)]
    private static partial Regex Conditions();

    [GeneratedRegex(@"(^|[.,;:!?(] ?)[^a-z0-9]*((so|then|and|now|also|or) )?(?<head>sum|total|product|before|after|from|with|digit|length|size|row|column|number|term|start|width|height|age"
        + @"|roll|die|shop|store|company|brand|offer|plan|route|supplier|[a-z]\W? ?=|[a-z]_?\d? ?=|[a-z]\([a-z]\) ?=|n|k|mod|try|side|option|case|possibility|candidate|guess|pair) ?=? ?\W?(?<value>-?\d+|[ivx]+|[abcd])\b\W?\$?( ?[:→]| ?->"
        + @"| ?=>|,? (gives?|works|fails|yields|we get|is too|doesn't|leads))", TraceText.Rules)]
    private static partial Regex Labels();

    [GeneratedRegex(@"(^|[.,;:!?(] ?)[^a-z0-9]*((so|then|and|now|also|exactly|with|or) )?(?<value>\d+|zero|no|one|two|three|four|five|six|seven)(?<tail> [a-z]+)( and \w+ \w+)?(:| gives?"
        + @"| means| leaves| →)", TraceText.Rules)]
    private static partial Regex CountedLabels();

    [GeneratedRegex(@"(^|[\s,;:($])(?<head>[a-z]) ?= ?(?<value>-?\d+)\$?( ?[:→,]| gives?| yields?| ->| =>| \(|:| works| fails| is | doesn't)", TraceText.Rules)]
    private static partial Regex Assignments();

    [GeneratedRegex(@"(^|[.,;:!?] ?)[^a-z0-9]*(so |and |but |or |now )?(if|when|suppose|assume|assuming|starting|in case)\b[^.,:;]*", TraceText.Rules)]
    private static partial Regex Clause();

    [GeneratedRegex(@"[a-z0-9#]+", TraceText.Rules)]
    private static partial Regex Word();

    // "With plan A, ... With plan B, ..."
    [GeneratedRegex(@"(^|[.,;:!?(] ?)[^a-z0-9]*((so|and|then|now|but|or) )?(?<head>((with|under|for|at|in|by|choosing|using|taking) )?(the )?(plan|option|offer|deal|scheme|package|scenario"
        + @"|strategy|route|choice|design|method of payment|(with|at|in|from) (shop|store|company))) (?<value>[a-e]|\d|one|two|three|[ivx]+)\b", TraceText.Rules)]
    private static partial Regex Offers();

    // "Company A would take ... Company B would take ..."
    [GeneratedRegex(@"(^|[.,;:!?(] ?)[^a-z0-9]*((so|and|then|now|but|or) )?(?<head>(the )?[a-z]{3,}) (?<value>[a-e]|\d|one|two|three|[ivx]+) would (take|cost|charge|give|be|need|make"
        + @"|get|pay)\b", TraceText.Rules)]
    private static partial Regex Supposed();

    // "Plan A is $25 a month" is given
    [GeneratedRegex(@"^\W*(is|costs?|charges?|has|offers?) [^=:.]*(a|per|each|every) [a-z]", TraceText.Rules)]
    private static partial Regex Price();

    // "One vowel 4 * 2 = 8, two vowels 6 * 4 = 24, ..."
    [GeneratedRegex(@"(^|[.,;:!?(] ?)[^a-z0-9]*((and|or|then) )?(?<value>zero|no|one|two|three|four|five|six|seven)(?<tail> [a-z]{3,}) \W?\d", TraceText.Rules)]
    private static partial Regex CountedAmounts();

    [GeneratedRegex(@"(^|[.;!?(\n] ?)\W*(and |or |then |so |but |now )?(?<label>[a-z0-9$\\][^.:;!?=\n]{0,50}?)([:?]| ?(->|→|=>|⟶) ?)", TraceText.Rules)]
    private static partial Regex Labelled();

    [GeneratedRegex(@"(^|[.;!?(] )\W*(both |one )?(?<first>[a-z]+)(, | then |-|/| → | -> )(?<second>[a-z]+)\W?( \([^)]*\))?:", TraceText.Rules)]
    private static partial Regex Pair();

    [GeneratedRegex(@"^\W*(step|part|stage|phase|distance|time|cost|amount|price|pay|equation|problem|question|method|note|answer|total|solution|day|week|month|year|person|train|car|pipe"
        + @"|term|(on|after|in|by|at|during|before|until) (the )?((end|beginning|start) of )?(the )?(\w+ )?(day|week|month|year|hour|minute|second|round|stop|stage|step|generation|night"
        + @"|morning)s?\b|.*\b(side|hand|cost|price|tax|discount)\b|lhs|rhs)\b", TraceText.Rules)]
    private static partial Regex NoCase();

    [GeneratedRegex(@"\b(is it|what about|how about|maybe|could it be|it could be|could be|suppose it's|suppose it is|take) \W?(?<value>\d+)\W? ?[?,:.]", TraceText.Rules)]
    private static partial Regex Guess();

    [GeneratedRegex(@"(^|[^a-z])(?<head>[a-z])\((?<value>-?\d+)\) ?=", TraceText.Rules)]
    private static partial Regex FunctionValues();

    // "No sixes in three rolls: ... Exactly one six: ... At least two sixes: ..."
    [GeneratedRegex(@"(^|[.;!?] ?)[^a-z0-9]*((so|then|and|now|also|or|if|with|for|case \d+\W+|exactly|at least|at most|only|just|all) )*(?<value>\d+|zero|no|none|one|two|three|four|five|six"
        + @"|seven|all)(?<tail> [a-z]+)[^.:;!?=]{0,40}:", TraceText.Rules)]
    private static partial Regex Tallies();

    [GeneratedRegex(@"^(for|with|at|using|given) (an?|the) (total|distance|cost|price|profit)", TraceText.Rules)]
    private static partial Regex Amount();

    // "When she sold 5 cakes ...", "At the end of 2018 ..."
    [GeneratedRegex(@"^\W*(when [^\d]*\b(\w+ed|sold|gave|bought|spent|ate|lost|made|took|got|won|left|paid)\b|(at|by|in|on) the (end|start|beginning) of)", TraceText.Rules)]
    private static partial Regex Story();

    // "which is twice as long, for 10 * 2 = 20 minutes"
    [GeneratedRegex(@"^(for|only|with|at|using)$", TraceText.Rules)]
    private static partial Regex Results();

    [GeneratedRegex(@"^ ?[-+*/×÷] ?\W?\d", TraceText.Rules)]
    private static partial Regex Operation();

    [GeneratedRegex(@"^(remaining|left|x|times|percent|over|more)$", TraceText.Rules)]
    private static partial Regex Rest();

    [GeneratedRegex(@"^([%/]|[.,:]\S)", TraceText.Rules)]
    private static partial Regex Fraction();

    [GeneratedRegex(@"\d+|\b(zero|no|none|one|two|three|four|five|six|seven|eight|nine|ten|even|odd|heads|tails|left|right|both|neither|either|with|without|same|different|inside|outside"
        + @"|not an?|an?|positive|negative|above|below|divisible|not divisible|prime|composite)\b", TraceText.Rules)]
    private static partial Regex NumberWord();

    [GeneratedRegex(@"s\b", TraceText.Rules)]
    private static partial Regex Plural();

    // "a = 2, b = 8; a = 3, b = 7"
    [GeneratedRegex(@"(^|[\s,;:(]|be )(?<head>[a-z]) ?= ?(?<value>-?\d+)(,| and|;) ?(so )?[a-z] ?= ?-?\d", TraceText.Rules)]
    private static partial Regex Pairs();

    // "0 dimes, 5 nickels. 1 dime, 3 nickels."
    [GeneratedRegex(@"(^|[:;(] ?|, or |\bor )\W*(or |and |then |so )?(?<value>\d+ [a-z]+?s?(,| and|,? with|,? \+) \d+) (?<head>[a-z]+?)s?\W{0,2}(,( no| yes| works| or\b| \d)| works\b| fails\b| gives\b| →| ->|:|;|\.|\)|$)", TraceText.Rules)]
    private static partial Regex Splits();

    // "If knight, ... If knave, ...", "If so, ... If not, ..."
    [GeneratedRegex(@"(^|[.;] )\W*((so|and|but|or|now) )?(?<head>if|suppose|assume|case)( it is| it's| it was| he is| she is| a| an| the)* (?<value>[a-z]+)[,:]|(^|[.;] )\W*((so|and|but|or|now) )?(?<head>if|when) (?<value>both|neither|none|one|two|all|exactly one|exactly two|only one)\b", TraceText.Rules)]
    private static partial Regex BareConditions();

    // "With the monthly plan ... With the yearly plan ..."
    [GeneratedRegex(@"(^|[.,;:!?(] ?)[^a-z0-9]*((so|and|then|now|but|or) )?(?<head>with|under|on|for|using|taking|choosing) the (?<value>[a-z]+)(?<tail> (plan|option|offer|deal|scheme|package|pass|membership|scenario"
        + @"|strategy|choice|subscription|tariff))\b", TraceText.Rules)]
    private static partial Regex Plans();

    // "such that f(2) = 7 and f(5) = 16"
    [GeneratedRegex(@"\b(given|such that|satisf\w+|know that|suppose|where)\b", TraceText.Rules)]
    private static partial Regex GivenValues();

    // "Since squaring can introduce extraneous solutions, we substitute these values back:"
    [GeneratedRegex(@"\b(check|checking|verify|verifying|substitut\w*|plug(ging)?|extraneous|back into|put \W?\d+ (in|into|back))\b", TraceText.Rules)]
    private static partial Regex Checking();

    /// <summary>Whether a match checks what was found: "For x = 3: ... which is true. For x = -1: ... extraneous".</summary>
    internal static bool IsCheck(TraceText text, TextSpan span)
    {
        int at = text.SentenceAt(span.Start);
        return text.Sentences.Take(at + 1).TakeLast(SentencesBefore + 1).Any(s => Checking().IsMatch(s.Text));
    }
}
