using System.Text.RegularExpressions;
using W2SR.Core.Common;

namespace W2SR.Core.Evaluation.Behaviours;

/// <summary>What becomes of a check that is announced: "I should check this, but I'm confident" checks nothing.</summary>
internal sealed partial class AnnouncedChecks(TraceText text)
{
    private const int SentencesAfter = 2;

    /// <summary>Whether something is calculated where a check is announced.</summary>
    public bool AreDone(TextSpan span)
    {
        int at = text.SentenceAt(span.Start);
        if (Easily().IsMatch(text.Sentences[at].Text) && !Calculated(at)) return false;
        return !AreDeclined(span) && text.Sentences.Skip(at).Take(SentencesAfter + 1).Any(s => Amount().IsMatch(Answered().Replace(s.Text, "")));
    }

    private bool Calculated(int sentence)
    {
        int next = text.EquationAt(text.Sentences[sentence].Start), last = Math.Min(sentence + SentencesAfter, text.Sentences.Count - 1);
        return next < text.Equations.Count && text.Equations[next].Start < text.Sentences[last].End || Congruence().IsMatch(text.Sentences[sentence].Text);
    }

    /// <summary>Whether candidates are tested before there is an answer: "Check whether p + 2 is prime for each value".</summary>
    public bool TestCandidates(TextSpan span)
    {
        var sentence = text.SentenceOf(span);
        return Testing().IsMatch(sentence.Text) && !text.Answers.Any(a => text.Mentions(a, sentence.Start));
    }

    /// <summary>Whether a sentence only says that one could check.</summary>
    public bool AreDeclined(TextSpan span) => Unwilling().IsMatch(text.SentenceOf(span).Text);

    // "I should probably check it, but ...", "I won't verify this"
    [GeneratedRegex(@"\b(should|could|might|would|may|can|ought to|want to|meant to|like to)\b[^.]*\b(check|verify|confirm|test|make sure)\b[^.]*\b(but|though|if (i|we) (had|have|were)"
        + @"|later|some other"
        + @"|however|except|no time)\b|\b(won't|will not|didn't|did not|don't|do not|no need|needn't|without|not going|no time|too lazy|skip|never|haven't|have not) (\w+ ){0,3}(check"
        + @"|checking|verify|verifying|checked|verified|confirm|confirming|test)\b"
        + @"|\b(check|checking|verify|verifying|verification) (\w+ ){0,2}(is|seems) (not |un)necessary\b", TraceText.Rules)]
    private static partial Regex Unwilling();

    [GeneratedRegex(@"\d[^.]*(≡|≈|\\equiv|\\approx)[^.]*\d", TraceText.Rules)]
    private static partial Regex Congruence();

    // "One can easily check that this works."
    [GeneratedRegex(@"\b(can|may|could|easily|easy to|we|readily) (also |then |easily |quickly |readily |now |be )*(check(ed)?|verif(y|ied)|confirm(ed)?)\b", TraceText.Rules)]
    private static partial Regex Easily();

    // "I need to check my answer. The answer is 270." only says it again.
    [GeneratedRegex(@"^\W*((so|thus|therefore|hence)\W+)*the (final |correct )?(answer|result|solution)( is|:)[^=]*$|#### .*", TraceText.Rules)]
    private static partial Regex Answered();

    [GeneratedRegex(@"\d|\b(zero|one|two|three|four|five|six|seven|eight|nine|ten|half|twice|twenty|thirty|forty|fifty|hundred)\b", TraceText.Rules)]
    private static partial Regex Amount();

    [GeneratedRegex(@"\b(check|checking|test|testing|verify|confirm|determine|see) ((whether|if|which|for) (each|any|every|all|an?|of|the (numbers?|sum|product|digits?|remainder)\b|\W?\d+"
        + @"|\W?[a-z]\W?( ?[+*<>=^-]| is| divides))|that each|the (remainder|parity|divisibility|discriminant|domain|convergence|denominators?|conditions?|constraints?|primality|digits?|sign|last|units)\b)", TraceText.Rules)]
    private static partial Regex Testing();
}
