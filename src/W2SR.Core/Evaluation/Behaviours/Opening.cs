using System.Text.RegularExpressions;
using W2SR.Core.Common;

namespace W2SR.Core.Evaluation.Behaviours;

/// <summary>The beginning of a response, where "we need to find" restates the problem: it ends where the solving begins.</summary>
internal sealed partial class Opening
{
    private const int OpeningSentences = 3; // of a thought, its first paragraph if that is longer
    private const int EarlySentences = 6; // later, "the problem says" is a reminder

    private const int SentencesToNeed = 2;

    private readonly TraceText _text;
    private readonly int _end;
    private readonly int _earlyEnd;
    private readonly int _firstCalculation;
    private readonly int _firstConclusion;
    private readonly Dictionary<int, int> _needs = [];
    private readonly Dictionary<int, bool> _newsSentences = [];
    private readonly HashSet<int> _using;

    public Opening(TraceText text)
    {
        _text = text;
        Sentence[] early = [.. text.Sentences.Where(s => s.Text.Any(char.IsLetterOrDigit) && !s.Text.TrimStart().StartsWith('<') && !Filler().IsMatch(s.Text)).Take(EarlySentences)];
        IsThought = text.Text.AsSpan().TrimStart().StartsWith("<think>");
        Sentences = [.. early.Take(IsThought ? Math.Max(OpeningSentences, FirstParagraph(early)) : OpeningSentences)];
        _end = Sentences is [.., var last] ? last.End : 0;
        _earlyEnd = early is [.., var lastEarly] ? lastEarly.End : 0;
        _firstCalculation = text.Equations.Where(e => e is { HasOperator: true, HasSign: true, HasUnknown: false, Operands.Length: > 1 }).Select(e => e.Start).DefaultIfEmpty(int.MaxValue).First();
        _firstConclusion = Concludes().Matches(text.Text).Where(m => text.Text.AsSpan(0, m.Index).ContainsAnyInRange('0', '9')).Select(m => m.Index + m.Length).DefaultIfEmpty(int.MaxValue).First(); // "So there are 40 students ..." begins
        _using = [.. early.Where(s => Uses().IsMatch(s.Text)).Select(s => s.Start)];
        foreach (var need in BackwardChainingRules.Find(text))
        {
            int at = text.SentenceAt(need.Start);
            _needs[at] = Math.Max(need.Start, _needs.GetValueOrDefault(at));
        }
    }

    public Sentence[] Sentences { get; }

    /// <summary>Whether the text begins to think aloud, where the first sentences tell the problem.</summary>
    public bool IsThought { get; }

    private int FirstParagraph(Sentence[] early)
    {
        int end = early is [var first, ..] ? _text.Text.IndexOf('\n', first.Start) : 0;
        return end < 0 ? early.Length : early.Count(s => s.Start < end);
    }

    /// <summary>Whether a sentence before or soon after asks what it takes: the goal is named for that.</summary>
    public bool IsNearNeed(TextSpan span) => _needs.Keys.Any(s => s <= _text.SentenceAt(span.Start) + SentencesToNeed);

    /// <summary>Whether a span stands at the beginning, before anything is solved.</summary>
    public bool Holds(TextSpan span) => span.Start < _end && !IsSolving(span);

    /// <summary>Sentences of a kind that stand at the beginning, whole.</summary>
    public IEnumerable<TextSpan> Spans(IEnumerable<Sentence> sentences, Func<Sentence, bool> isKind) =>
        sentences.Where(isKind).Select(s => s.Span()).Where(Holds);

    /// <summary>Whether a sentence asks what the goal needs.</summary>
    public bool IsNeed(Sentence sentence) => _needs.ContainsKey(_text.SentenceAt(sentence.Start));

    /// <summary>"We need to find x such that both vanish, which requires ..." reasons from the goal.</summary>
    public bool LeadsToNeed(TextSpan span) => _needs.TryGetValue(_text.SentenceAt(span.Start), out int need) && need >= span.Start;

    /// <summary>Whether what is called the problem is told, not remembered: "the problem says" after a result is a reminder.</summary>
    public bool IsTold(TextSpan span)
    {
        if (IsSolving(span)) return false;
        int at = _text.SentenceAt(span.Start);
        var sentence = _text.Sentences[at];
        if (!_newsSentences.TryGetValue(at, out bool isNews))
            _newsSentences[at] = isNews = Anew().IsMatch(sentence.Text)
                || sentence.Start < _earlyEnd && (sentence.Start < _end || !Reminder().IsMatch(sentence.Text)) && !_text.Sentences.Take(at).Any(s => LaterStep().IsMatch(s.Text))
                    && _text.Equations.Take(_text.EquationAt(sentence.Start)).All(e => e is { HasSign: true, HasOperator: false });
        return isNews;
    }

    // After "5 * 8 = 40" the problem is being solved: "How many are left?" asks for the next step.
    private bool IsSolving(TextSpan span)
    {
        int start = _text.SentenceOf(span).Start;
        return _firstCalculation < span.Start || _firstConclusion <= start || _using.Contains(start);
    }

    [GeneratedRegex(@"\b(re-?stat|re-?phras|re-?read|paraphras|recap)|\b(own|other) words\b|\bunderst(and|ood) the (problem|question)\b|\b(we|i)('re| are|'m| am) (given|asked"
        + @"|told)\b.*\b(and|,)\b.*\b(find|asked|want|need)\b|^\W*(given|to find|find|asked)\W*:", TraceText.Rules)]
    private static partial Regex Anew();

    [GeneratedRegex(@"^\W*(step|part) ([2-9]|two|three)\b", TraceText.Rules)]
    private static partial Regex LaterStep();

    // "But the problem asks for the diameter" turns back.
    [GeneratedRegex(@"^\W*(but|hmm+|wait|oh|no|however|since|because|actually|hold on)\b", TraceText.Rules)]
    private static partial Regex Reminder();

    // "3 bags * 4 apples = 12 apples"
    [GeneratedRegex(@"\d( ?%|( [a-z]{3,})*) ?[*×+/-] ?\$?\d+( [a-z]{3,})* ?= ?\$?\d", TraceText.Rules)]
    private static partial Regex Uses();

    [GeneratedRegex(@"\b(so|hence|thus|therefore|which (is|makes|means|gives)) (that('s| is) |it's |there are |we (have|get) )?\W?\d", TraceText.Rules)]
    private static partial Regex Concludes();

    // "Okay.", "Alright, let me work through this."
    [GeneratedRegex(@"^\W*((okay|ok|alright|all right|so|hmm+|well|now|right|hi|sure|let's see|let me see|let's think|let me think|let's go|let's do (this|it)|think|here we go|solution"
        + @"|explanation|reasoning|answer|(let me|let's) (work|go|think|walk|step) (through|about) (this|it|the problem)|(this|it|that)( one)? (is|looks|seems) [a-z ]{0,20}"
        + @"|i think [^\d]{0,30} like this|step by step|first|carefully|together)\b\W*)+$", TraceText.Rules)]
    private static partial Regex Filler();
}
