using W2SR.Core.Common;
using W2SR.Core.Problems;
using W2SR.Core.Traces;
using W2SR.Core.Verification;

namespace W2SR.Core.Tests.Verification;

public sealed class ExactVerifierTests
{
    private static Verdict Judge(string gold, string response) => new ExactVerifier().Verify(new Problem("p", "q", gold), response);

    [Theory]
    [InlineData("39", "<think> a: m1 4 b: m5 39 </think> \\boxed 39", ExtractionRule.Boxed)]
    [InlineData("\\frac{1}{2}", "so \\boxed{0.50}.", ExtractionRule.Boxed)]
    [InlineData("1234", "#### 1,234", ExtractionRule.HashMarks)]
    [InlineData("7", "The answer is 7.", ExtractionRule.AnswerPhrase)]
    [InlineData("7", "7", ExtractionRule.Bare)]
    [InlineData("3", "\\boxed{4} no, \\boxed{3}", ExtractionRule.Boxed)]
    public void Verify_RightAnswers_AreCorrect(string gold, string response, ExtractionRule rule)
    {
        var verdict = Judge(gold, response);
        Assert.Equal(VerdictOutcome.Correct, verdict.Outcome);
        Assert.Equal(rule, verdict.Extraction);
    }

    [Theory]
    [InlineData("39", "\\boxed 38", VerdictOutcome.Incorrect)]
    [InlineData("3", "\\boxed{3} no, \\boxed{4}", VerdictOutcome.Incorrect)]
    [InlineData("12", "1,2", VerdictOutcome.Incorrect)]
    [InlineData("7", "\\boxed{}", VerdictOutcome.NoAnswer)]
    [InlineData("7", "\\boxed{7", VerdictOutcome.NoAnswer)]
    [InlineData("7", "I believe that seven is nice", VerdictOutcome.NoAnswer)]
    [InlineData("7", "\\boxed", VerdictOutcome.NoAnswer)]
    [InlineData("7", "", VerdictOutcome.NoAnswer)]
    [InlineData("7", "\\boxed{7/0}", VerdictOutcome.Incorrect)]
    [InlineData("", "\\boxed{7}", VerdictOutcome.Unverifiable)]
    public void Verify_EverythingElse_IsNot(string gold, string response, VerdictOutcome outcome) => Assert.Equal(outcome, Judge(gold, response).Outcome);

    [Fact]
    public void Apply_Selections_SplitTheTraces()
    {
        Problem[] problems = [new("a", "q", "1"), new("b", "q", "2"), new("c", "q", "3")];
        Trace[] traces = [.. new[] { ("a", "\\boxed{1}"), ("b", "\\boxed{1}"), ("c", "no idea at all") }
            .Select(t => new Trace { ProblemId = t.Item1, SampleIndex = 0, Response = t.Item2, FinishReason = FinishReason.Stop })];
        FilteredTraces Apply(TraceSelection selection) => TraceFilter.Apply(problems, traces, new ExactVerifier(), selection);
        Assert.Equal(traces, Apply(TraceSelection.All).Kept);
        Assert.Equal(["a"], Apply(TraceSelection.Positive).Kept.Select(t => t.ProblemId));
        Assert.Equal(["b", "c"], Apply(TraceSelection.Negative).Kept.Select(t => t.ProblemId));
        Assert.Equal(1 / 3.0, Apply(TraceSelection.All).Accuracy, 1e-12);
        var stranger = traces[0] with { ProblemId = "x" };
        Assert.Contains("'x'", Assert.Throws<ArgumentException>(() => TraceFilter.Apply(problems, [stranger], new ExactVerifier(), TraceSelection.All)).Message, StringComparison.Ordinal);
    }
}
