using System.Text.RegularExpressions;

namespace W2SR.Core.Evaluation.Behaviours;

/// <summary>Doubts that are laid to rest: "Wait, is order important? No, so it's fine."</summary>
internal sealed partial class Reassurances(TraceText text)
{
    private const int SentencesAfter = 3;

    /// <summary>Whether a doubt in a sentence comes to nothing: what was found stands, or a question is answered so.</summary>
    public bool Follow(int sentence)
    {
        string[] after = [.. text.Sentences.Skip(sentence).Take(SentencesAfter + 1).Select(s => s.Text)];
        if (after.Any(s => Admitted().IsMatch(s))) return false;
        return after.Any(s => Kept().IsMatch(s)) || IsAffirmed(sentence) || Stands(sentence) && after.Any(Reassures) || (after[0].TrimEnd().EndsWith('?') || Checks().IsMatch(after[0])) && after.Skip(1).Any(Reassures);
    }

    /// <summary>Whether the number in front of a sentence is what the text answers in the end.</summary>
    public bool Stands(int sentence) => sentence > 0 && Equations.Numbers(text.Sentences[sentence - 1].Text) is [.., var result] && text.Answers.Contains(result);

    /// <summary>"Wait, the tax goes on the lower price. Right, that's what I have.": the next sentence nods and brings no new number.</summary>
    public bool IsAffirmed(int sentence) => sentence + 1 < text.Sentences.Count && text.Sentences[sentence + 1] is var next && Nod().IsMatch(next.Text) && !Admitted().IsMatch(next.Text)
        && Equations.Numbers(next.Text).All(n => text.Mentions(n, next.Start)) && !Turning().IsMatch(text.Sentences[sentence].Text);

    public static bool Reassures(string sentence) => Reassurance().IsMatch(sentence);

    [GeneratedRegex(@"\b(fine|all good|still (holds?|fine|the same|works|true|stands|ok|okay|valid|right)|no (problem|worries|issue|need|difference)|doesn't (matter|change|affect)"
        + @"|does not (matter|change|affect)|(that|it|this)('s| is| was) (right|correct|ok|okay|good|true)|we're good|i'm good|no,? okay|yes,? (it|that|they|the|i|so|\d)|yep|yeah"
        + @"|never mind that|as (i|we) (did|had|have|thought)|(can|let's|i'll|we'll|so|just|we|i) ignore|irrelevant|(doesn't|does not) (mention|say (so|anything))|not (mentioned|relevant)"
        + @"|already (did|done|counted|included|accounted|excluded|have|used|took))\b|,? yes\W*$|,? so no\W*$|^\W*(yes|okay|ok|good|right)\W*$|^\W*(ok"
        + @"|okay|right|yes),? (so )?(it|that|they)('s| is| are)\b", TraceText.Rules)]
    private static partial Regex Reassurance();

    [GeneratedRegex(@"\b(no|not|but|only|wrong|should|forgot|instead|too|oh|oops|actually)\b|n't\b", TraceText.Rules)]
    private static partial Regex Turning();

    [GeneratedRegex(@"^\W*((and|so|oh|ah|okay|ok|hmm)\W+)*(yeah|yes|yep|right|correct|exactly|fine|sure|it does|it is)\b", TraceText.Rules)]
    private static partial Regex Nod();

    [GeneratedRegex(@"\b(wrong|mistake|error|forgot|forgotten|misread|miscounted|overlooked|redo|scratch|scrap|start over|should have|instead|incorrect|oops|not right|isn't right|my bad"
        + @"|corrected|(does|do|is|are)(n't| not) (right|match|fit|add up))\b", TraceText.Rules)]
    private static partial Regex Admitted();

    // "I think that's the right reading, so I keep 48."
    [GeneratedRegex(@"\b(right|correct|intended) (reading|interpretation)\b|\b(i|we)('ll| will|'d)? (keep|stay with|stick with|stick to) (\W?\d|it\b|that\b|this\b|(the|my|our) (answer"
        + @"|result|value))|\b(answer|result|conclusion|total) (stays|remains|is unchanged|still (holds|stands)|does not change|doesn't change)|\bnothing changes\b|\bas (i|we) (had"
        + @"|have|did|thought|said|assumed)( it| already| before)?\W*$|\bthat's (the way|how|what) (i|we)('ve)? (have|had|got|did|set|took|used|computed|calculated)\b", TraceText.Rules)]
    private static partial Regex Kept();

    [GeneratedRegex(@"\b(let me|let's|i should|i'll) (just |quickly )?(check|verify|see (if|whether)|double|re-?check|make sure|confirm|re-?read|read|look)\b", TraceText.Rules)]
    private static partial Regex Checks();
}
