using System.Text.RegularExpressions;
using W2SR.Core.Common;

namespace W2SR.Core.Evaluation.Behaviours;

/// <summary>Results that come out a second time and are nodded at: "1 + 17 + 23 + 391 = 432. Good."</summary>
internal static partial class Approvals
{
    private const int Ahead = 60;
    private const int ShortVerdict = 15;
    private const int SentencesBefore = 2;

    public static IEnumerable<TextSpan> Find(TraceText text) => [.. Repeated(text), .. Approved(text)];

    /// <summary>Whether what stands at an index tries a number that is new: "7: 7 * 13 = 91, yes", or answers a trial: "Try x = 2. 4 - 4 = 0. Yes."</summary>
    public static bool IsTrial(TraceText text, int index)
    {
        var sentence = text.Sentences[Math.Max(0, text.SentenceAt(index))];
        bool isNew = Equations.Numbers(sentence.Text) is [var first, ..] && !text.Mentions(first, sentence.Start);
        var before = text.Sentences.Take(text.SentenceAt(index)).TakeLast(SentencesBefore);
        bool isCheck = ParallelClauses.IsCheck(text, sentence.Span());
        if (!isCheck && (text.IsNumberGame || before.TakeLast(1).Any(s => Failing().IsMatch(s.Text)) && TrialCalculations.IsLine(sentence))) return true;
        if (!isCheck && Labelled().Match(sentence.Text) is { Success: true } label && !text.Assigns(label.Groups["name"].Value, label.Groups["n"].Value, sentence.Start)) return true;
        if (isNew && (Trying().IsMatch(sentence.Text) || before.Any(s => Failing().IsMatch(s.Text)))) return true;
        if (sentence.Text.Length < ShortVerdict && before.Any(s => Trying().IsMatch(s.Text) || Failing().IsMatch(s.Text))) return true;
        return Tried().Match(sentence.Text) is { Success: true } m && !text.Mentions(m.Groups["n"].Value, sentence.Start);
    }

    /// <summary>Whether it only answers a question: "Is that everything? Yes."</summary>
    public static bool IsReply(TraceText text, int index)
    {
        int at = text.SentenceAt(index);
        return at > 0 && text.Sentences[at - 1].Text.AsSpan().TrimEnd() is [.., '?'] && (text.Sentences[at].Text.Length < ShortVerdict || AboutCandidate().IsMatch(text.Sentences[at - 1].Text));
    }

    /// <summary>Calculations whose result stood in the text before, followed by approval.</summary>
    private static IEnumerable<TextSpan> Repeated(TraceText text)
    {
        foreach (var e in text.Equations)
            if (e.HasOperator && e.Value != "0" && !IsTrial(text, e.Start) && text.Mentions(e.Value, before: e.Start) && Nod().IsMatch(text.Text.AsSpan(e.End, Math.Min(Ahead, text.Text.Length - e.End))))
                yield return new(e.Start, e.End);
    }

    /// <summary>"Good." after a sentence that ends in a number known before; after "So the answer is 5." it approves of nothing.</summary>
    private static IEnumerable<TextSpan> Approved(TraceText text)
    {
        for (int i = 1; i < text.Sentences.Count; i++)
        {
            var (sentence, before) = (text.Sentences[i], text.Sentences[i - 1]);
            if (!Approving().IsMatch(sentence.Text) || IsTrial(text, sentence.Start) || Concluding().IsMatch(before.Text) || before.Text.AsSpan().TrimEnd() is [.., '?']) continue;
            if (Equations.Numbers(before.Text) is [_, .., var result] && (result is "0" or "1" or "100" or "180" or "360" || text.Mentions(result, before.Start)))
                yield return sentence.Span();
        }
    }

    /// <summary>What stands after an equation that gives a value for the second time.</summary>
    [GeneratedRegex(@"^[^a-z0-9=]*((which|that|this|it|and|so|is|'s|are|all|also|indeed|just) )*(good|ok|okay|yes|yep|yeah|great|nice|perfect|right|correct|check|checks|works?|fits?"
        + @"|match(es)?|same|again|too|also|indeed|fine|true|agrees?|exactly|as (it|they|we|required|given|expected|wanted|stated|before|above))\b|^[^a-z0-9=]*[✓✔✅]", TraceText.Rules)]
    private static partial Regex Nod();

    /// <summary>A sentence that only approves of what stands before it.</summary>
    [GeneratedRegex(@"^\W*((so|and|that's|that is|it's|it is|which is|all|looks|everything)\W+)*(good|great|perfect|nice|yes|yep|yeah|yup|ok|okay|right|correct|fine|excellent|check|same"
        + @"|works?|fits?|matches|it (does|is|works|fits|holds)|they (do|are|match|agree))\W*((good|yes|great|ok|okay|correct|right|perfect|indeed|same|fine)\W*)?$", TraceText.Rules)]
    private static partial Regex Approving();

    [GeneratedRegex(@"^\W*((so|thus|hence|therefore|then|the (final )?answer|we (get|have)|answer)\b|let me\b|\w+ (way|idea|question)\W)", TraceText.Rules)]
    private static partial Regex Concluding();

    [GeneratedRegex(@"^\W*((try|trying|and|then|next|so|now|how about|what about)\W+)*(\(?[a-e][.):]\W*)?(?<n>\d+) ?[:?]", TraceText.Rules)]
    private static partial Regex Tried();

    // "n = 2: 4 < 60, ok."
    [GeneratedRegex(@"^\W*((and|then|for|if|with)\W+)*(?<name>[a-z]) ?= ?(?<n>-?\d+)\W{0,2}:", TraceText.Rules)]
    private static partial Regex Labelled();

    // "Is 7 a divisor?"
    [GeneratedRegex(@"^\W*((so|and|now|then)\W+)*(is|does|can|could) \W?\d+ (an?|prime|divisible|even|odd|divide|be)\b", TraceText.Rules)]
    private static partial Regex AboutCandidate();

    // "(A) 3 * 7 = 21, no."
    [GeneratedRegex(@", (no|nope|(way |far |still )?too (small|big|large|low|high|few|many|much|little|short|long)|not enough|not prime)\W*$", TraceText.Rules)]
    private static partial Regex Failing();

    // "Try x = 2."
    [GeneratedRegex(@"^\W*((so|now|then|next|and|ok|okay|let's|let me|maybe)\W+)*(try|trying|test|testing|take|guess|what about|how about) [^.]*\d|^\W*[a-z] ?= ?-?\d+ ?[:.?]", TraceText.Rules)]
    private static partial Regex Trying();
}
