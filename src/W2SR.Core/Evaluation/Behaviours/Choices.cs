using System.Text.RegularExpressions;
using W2SR.Core.Common;

namespace W2SR.Core.Evaluation.Behaviours;

/// <summary>What one could do, gone through in sentences or items that begin alike: "If he takes the bus, ... If he drives, ...", "1. red and black 2. red and white".</summary>
internal static partial class Choices
{
    private const int Fewest = 2; // where the text compares them or counts the ways
    private const int FewestElsewhere = 3;
    private const int FewestItems = 3;

    public static IEnumerable<TextSpan> Find(TraceText text) => [.. Runs(text), .. Items(text)];

    /// <summary>Sentences one after the other that begin with the same word and hold a number each.</summary>
    private static IEnumerable<TextSpan> Runs(TraceText text)
    {
        bool compares = Compares().IsMatch(text.Text);
        var run = new SpanRun();
        string before = "";
        foreach (var sentence in text.Sentences.Where(s => s.Text.Any(char.IsLetter)))
        {
            var m = Begins().Match(sentence.Text);
            string head = m.Success && !Story().IsMatch(sentence.Text) && sentence.HasNumber ? m.Groups["head"].Value.ToLowerInvariant() : "";
            if (head.Length == 0 && compares && Label().Match(sentence.Text) is { Success: true } label && !Quantity().IsMatch(label.Groups["head"].Value)) (m, head) = (label, label.Groups["head"].Value.ToLowerInvariant() + ":");
            if (head != before || head.Length == 0) run.Break();
            before = head;
            if (head.Length == 0) continue;
            int fewest = compares ? Fewest : head is "with" or "using" or "over" or "under" ? int.MaxValue : FewestElsewhere;
            foreach (var span in run.Add(sentence.Span(m), fewest)) yield return span;
        }
    }

    /// <summary>Items of a list that put two things together, each of them more than once.</summary>
    private static IEnumerable<TextSpan> Items(TraceText text)
    {
        var items = text.Sentences.Select(s => (Span: s.Span(), Match: Item().Match(s.Text))).Where(i => i.Match.Success).Select(i => (i.Span, First: i.Match.Groups["first"].Value.ToLowerInvariant(), Second: i.Match.Groups["second"].Value.ToLowerInvariant())).ToArray();
        return items.Length >= FewestItems && items.Select(i => i.First).Distinct().Count() < items.Length && items.DistinctBy(i => (i.First, i.Second)).Count() == items.Length ? items.Select(i => i.Span) : [];
    }

    [GeneratedRegex(@"\b(cheap(er|est)|better|best|lowest|fastest|quickest|shortest|dearest|worst|whichever|altogether|dearer|worth(while)?|saves?|(most|least) expensive|routes?|ways"
        + @"|outfits|possibilit\w+|combinations|arrangements)\b", TraceText.Rules)]
    private static partial Regex Compares();

    [GeneratedRegex(@"^\W*((so|or|and|but|then|now) )?(?<head>(if|when) (he|she|they|we|you|i|it|the \w+|someone)|by|with|via|through|going|taking|buying|using|choosing|picking|driving"
        + @"|walking|paying|over|under)\b", TraceText.Rules)]
    private static partial Regex Begins();

    // "Tickets at the door: 4 * 12 = 48. Tickets online: ..."
    [GeneratedRegex(@"^\W*(?<head>[a-z]+) [^:.=\d]{1,30}:[^.]*\d", TraceText.Rules)]
    private static partial Regex Label();

    [GeneratedRegex(@"^(the|a|cost|price|total|number|area|time|distance|speed|volume|step|amount|money|part|case|final|answer|so|now|then|first|second|next|his|her|their|for|to|we"
        + @"|i)$", TraceText.Rules)]
    private static partial Regex Quantity();

    [GeneratedRegex(@"^\W*(\d+[.)]|[-*•]|\([a-z0-9]\)) ?\W*(?<first>[a-z]+( [a-z]+)?) ?(and|,|with|\+|&|/|-|–|then|→|->|first,? then) ?(the |an? )?(?<second>[a-z]+( [a-z]+)?)\W*$", TraceText.Rules)]
    private static partial Regex Item();

    [GeneratedRegex(@"\b(monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|june|july|august|september|october|november|december|yesterday|today"
        + @"|total|this|that|these|both|remaining)\b", TraceText.Rules)]
    private static partial Regex Story();
}
