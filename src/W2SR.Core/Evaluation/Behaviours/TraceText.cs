using System.Text.RegularExpressions;
using W2SR.Core.Common;

namespace W2SR.Core.Evaluation.Behaviours;

/// <summary>A response cut into sentences, as the rules read it. Indices are those of the response.</summary>
internal sealed partial class TraceText
{
    /// <summary>How every rule matches: in linear time and in no culture.</summary>
    public const RegexOptions Rules = RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    /// <summary>The opening of a sentence: marks, numbering, and words that say nothing by themselves.</summary>
    public const string Opening = @"^[^a-z0-9]*((step|part) (\d+|one|two|three|four|five)\W+|\(?\d{1,2}[.)]\W+)?((okay|ok|alright|all right|so|now|well|hmm|and|but|also|good|great|yes|yeah"
        + @"|right|thus|therefore|however|oh|ah)\b[^a-z0-9]+)*";

    /// <summary>What one does to get at a quantity.</summary>
    public const string Find = "(find|compute|calculate|determine|figure out|work out|evaluate|get|obtain)";

    /// <summary>What one does in a step of a solution, as an imperative.</summary>
    public const string Act = "(find|compute|calculate|determine|figure out|work out|evaluate|solve|simplify|express|convert|write|set up|set|count|list|identify|add|subtract|multiply"
        + "|divide|sum|combine|use|apply|choose|pick|select|arrange|rewrite|substitute|isolate|factor|expand|draw|define|understand|analy[sz]e|look at|consider|compare|verify|check|confirm|establish|translate|plug|square|round|deduct|fix|place|eliminate|take|put|form|derive|formulate|integrate|differentiate|recall|state|answer|total|conclude|handle|deal with|get|calculating|finding|computing|determining|setting|solving|counting|adding|subtracting|multiplying|dividing|converting)";

    /// <summary>The response with straight apostrophes.</summary>
    public string Text { get; }

    public IReadOnlyList<Sentence> Sentences { get; }

    /// <summary>Its calculations.</summary>
    public IReadOnlyList<Equation> Equations { get; }

    private const int LongestDisplay = 500; // characters
    private const int MostBlanks = 16;
    private const int SentencesOfTask = 3;

    private readonly Dictionary<string, int> _firstMentions;
    private readonly Dictionary<string, int> _firstAssignments = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<int> _starts;
    private readonly List<int> _equationStarts;

    public TraceText(string response)
    {
        Text = response.Replace('’', '\'');
        Sentences = Split(Text);
        _starts = [.. Sentences.Select(s => s.Start)];
        Equations = Behaviours.Equations.Find(Text);
        _equationStarts = [.. Equations.Select(e => e.Start)];
        _firstMentions = Behaviours.Equations.FirstMentions(Text);
        foreach (Match m in Assignment().Matches(Text)) _firstAssignments.TryAdd(m.Groups["name"].Value + m.Groups["n"].Value, m.Index);
        Answers = Behaviours.Equations.Answers(Text);
        IsNumberGame = Sentences.Take(SentencesOfTask).Any(s => Game().IsMatch(s.Text));
    }

    /// <summary>The answers that it states as such, or its last number.</summary>
    public IReadOnlySet<string> Answers { get; }

    /// <summary>Whether it looks for a calculation that reaches a given number, so that a calculation that reaches it is found and checks nothing.</summary>
    public bool IsNumberGame { get; }

    /// <summary>Whether "x = 3" stands in front of an index.</summary>
    public bool Assigns(string name, string value, int before) => _firstAssignments.TryGetValue(name + value, out int at) && at < before;

    [GeneratedRegex(@"\b(?<name>[a-z]) ?= ?(?<n>-?\d+)", Rules)]
    private static partial Regex Assignment();

    // "Using the numbers 19, 36 and 55, make 74."
    [GeneratedRegex(@"\b(using|use|with|have|given)( only| all)?( of)?( the| these| those)? (numbers )?\W{0,2}\d+(, ?\d+)+,?( and \d+)?[^.?!]*\b(make|makes|create|creates|equals?|reach|get|form|obtain|target)\b[^.?!]*\d", Rules)]
    private static partial Regex Game();

    /// <summary>Spans of a rule, looked for sentence by sentence.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="unless">A sentence that this matches does not count; null for none.</param>
    public IEnumerable<TextSpan> FindAll(Regex rule, Regex? unless = null) =>
        Sentences.Where(s => unless is null || !unless.IsMatch(s.Text)).SelectMany(s => rule.Matches(s.Text).Select(m => s.Span(m)));

    /// <summary>Spans of several rules.</summary>
    /// <param name="rules">The rules; a rule stays below the size that a non-backtracking automaton may have.</param>
    /// <param name="unless">As above.</param>
    public IEnumerable<TextSpan> FindAll(ReadOnlySpan<Regex> rules, Regex? unless = null)
    {
        var spans = new List<TextSpan>();
        foreach (var rule in rules) spans.AddRange(FindAll(rule, unless));
        return spans;
    }

    /// <summary>Sentences behind one that goes with them, whole.</summary>
    /// <param name="areOne">Whether a sentence and the one in front of it are a case of the rule, in this order.</param>
    public IEnumerable<TextSpan> FindPairs(Func<Sentence, Sentence, bool> areOne) =>
        Sentences.Skip(1).Where((s, i) => areOne(s, Sentences[i])).Select(s => s.Span());

    /// <summary>Spans that stand in front of &lt;/think&gt;: what follows says the solution again.</summary>
    public IEnumerable<TextSpan> Thought(IEnumerable<TextSpan> spans)
    {
        int end = Text.IndexOf("</think>", StringComparison.Ordinal);
        return end < 0 ? spans : spans.Where(s => s.Start < end);
    }

    /// <summary>Whether a number, as written, stands somewhere in front of an index.</summary>
    public bool Mentions(string number, int before) => FirstMention(number) < before;

    /// <summary>Where a number, as written, stands first; null if nowhere.</summary>
    public int? FirstMention(string number) => _firstMentions.TryGetValue(number, out int at) ? at : null;

    /// <summary>The number of the sentence that holds an index.</summary>
    public int SentenceAt(int index)
    {
        int at = _starts.BinarySearch(index);
        return at >= 0 ? at : ~at - 1;
    }

    /// <summary>The sentence that a span begins in.</summary>
    public Sentence SentenceOf(TextSpan span) => Sentences[SentenceAt(span.Start)];

    /// <summary>The number of the first calculation at or behind an index.</summary>
    public int EquationAt(int index)
    {
        int at = _equationStarts.BinarySearch(index);
        return at >= 0 ? at : ~at;
    }

    private static List<Sentence> Split(string text)
    {
        var sentences = new List<Sentence>();
        int start = 0, goesOn = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n' && i >= goesOn) goesOn = BehindDisplay(text, i);
            bool ends = i >= goesOn && (text[i] == '\n' || (text[i] is '.' or '!' or '?' && Closes(text, i + 1) && !IsListNumber(text, start, i) && !IsFactorial(text, i)));
            if (!ends && i + 1 < text.Length) continue;
            if (!string.IsNullOrWhiteSpace(text[start..(i + 1)])) sentences.Add(new(start, goesOn > start ? text[start..i].Replace('\n', ' ') + text[i] : text[start..(i + 1)]));
            start = i + 1;
        }
        return sentences;
    }

    // "the function\n\[ ... \]\nis differentiable" is one sentence: where it goes on behind the displayed formula, or the index itself.
    private static int BehindDisplay(string text, int newline)
    {
        int open = Skip(text, newline);
        string? close = text.AsSpan(open) switch { ['\\', '[', ..] => "\\]", ['$', '$', ..] => "$$", _ => null };
        int at = close is null ? -1 : text.IndexOf(close, open + 2, Math.Min(LongestDisplay, text.Length - open - 2), StringComparison.Ordinal);
        if (at < 0) return newline;
        int next = Skip(text, at + 2);
        return next + 1 < text.Length && char.IsAsciiLetterLower(text[next]) && char.IsAsciiLetterLower(text[next + 1]) ? next : newline;
    }

    private static int Skip(string text, int from)
    {
        int end = Math.Min(text.Length, from + MostBlanks);
        while (from < end && char.IsWhiteSpace(text[from])) from++;
        return from;
    }

    // Brackets, quotation marks and emphasis may stand between the mark and the space.
    private static bool Closes(string text, int next)
    {
        while (next < text.Length && text[next] is ')' or '"' or '*' or ']' or '”' or '\'') next++;
        return next == text.Length || char.IsWhiteSpace(text[next]) || text[next - 1] == '*';
    }

    // "5! = 120" goes on, "That makes 24! Now ..." does not.
    private static bool IsFactorial(string text, int mark)
    {
        if (text[mark] != '!' || mark == 0 || !char.IsAsciiDigit(text[mark - 1])) return false;
        int next = mark + 1 < text.Length && text[mark + 1] == ' ' ? mark + 2 : mark + 1;
        return next < text.Length && !char.IsWhiteSpace(text[next]) && (!char.IsAsciiLetterUpper(text[next]) || text.AsSpan(next).StartsWith("I "));
    }

    // "2. Find the slope" is one sentence.
    private static bool IsListNumber(string text, int start, int dot) => dot - start is > 0 and < 12 && text[dot] == '.' && text[start..dot].Trim(' ', '*', '#', '(') is { Length: 1 or 2 } label && label.All(char.IsAsciiDigit)
        && (start == 0 || text[start - 1] == '\n');
}
