using W2SR.Core.Common;
using W2SR.Core.Evaluation;
using W2SR.Core.Problems;
using W2SR.Core.Traces;

namespace W2SR.Core.Tests.Evaluation;

public sealed class ContaminationCheckTests
{
    private const string Long = "A farmer has twelve brown hens and each of them lays three large eggs every single day of the week";

    [Fact]
    public void Find_SameWordingInAnotherDress_IsListedWithItsOverlap()
    {
        var found = ContaminationCheck.Find([new Problem("t", Long, "36")],
            [("other", "Nothing of the kind is said here."), ("copy", "Question: " + Long.ToUpperInvariant().Replace(" ", "\n ", StringComparison.Ordinal) + "!")]);
        Assert.Equal(new ContaminatedProblem("t", "copy", 1, 8, 1), Assert.Single(found)); // 20 words: 8 runs of 13
    }

    [Fact]
    public void Find_OneWordFewerThanTheNgram_IsNotListed()
    {
        var words = Long.Split(' ');
        Assert.Empty(ContaminationCheck.Find([new Problem("t", Long, "36")], [("near", string.Join(' ', words[..12]))]));
        Assert.Equal(1, Assert.Single(ContaminationCheck.Find([new Problem("t", Long, "36")], [("near", string.Join(' ', words[..13]))])).SharedNgrams);
    }

    [Fact]
    public void Find_ShortProblem_IsLookedForWhole()
    {
        Problem[] test = [new("t", "What is 2 + 3?", "5")];
        Assert.Single(ContaminationCheck.Find(test, [("a", "he asked: what is 2+3")]));
        Assert.Empty(ContaminationCheck.Find(test, [("a", "he asked: what is 2+4")]));
    }

    [Fact]
    public void Find_TracesToo_NamesTheSample()
    {
        Trace trace = new() { ProblemId = "train/3", SampleIndex = 2, Response = "I recall: " + Long, FinishReason = FinishReason.Stop };
        var found = Assert.Single(ContaminationCheck.Find([new Problem("t", Long, "36")], [new Problem("train/3", "Other words", "1")], [trace]));
        Assert.Equal("train/3 sample 2", found.TrainingId);
    }
}
