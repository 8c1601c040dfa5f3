using W2SR.Core.Verification;

namespace W2SR.Core.Tests.Verification;

public sealed class AnswerExtractorTests
{
    [Theory]
    [InlineData(@"so \boxed{\frac{1}{2}} cm.", @"\frac{1}{2}", ExtractionRule.Boxed)]
    [InlineData(@"\boxed{3} no, \fbox{4}", "4", ExtractionRule.Boxed)]
    [InlineData(@"\boxed{1 + \boxed{7}}", "7", ExtractionRule.Boxed)]
    [InlineData(@"\boxed {\{1, 2\}}", @"\{1, 2\}", ExtractionRule.Boxed)]
    [InlineData(@"<think>\boxed{9}</think> The answer is 5.", "9", ExtractionRule.Boxed)]
    [InlineData(@"\boxed 39", "39", ExtractionRule.Boxed)]
    [InlineData(@"\boxed{}", null, ExtractionRule.Boxed)]
    [InlineData(@"7 is right, \boxed{ }", null, ExtractionRule.Boxed)]
    [InlineData(@"\boxed{7", null, ExtractionRule.Boxed)]
    [InlineData(@"\boxed{7} or \boxed{8", null, ExtractionRule.Boxed)]
    [InlineData("#### 1\nno\n#### 1,234\nbye", "1,234", ExtractionRule.HashMarks)]
    [InlineData("The answer is 7. But no: the answer is 8.5.", "8.5", ExtractionRule.AnswerPhrase)]
    [InlineData("**Answer:** $\\frac{1}{2}$.", "$\\frac{1}{2}$", ExtractionRule.AnswerPhrase)]
    [InlineData("**Final answer**: 3", "3", ExtractionRule.AnswerPhrase)]
    [InlineData("FINAL ANSWER IS:\n$3$\nGood.", "$3$", ExtractionRule.AnswerPhrase)]
    [InlineData("The answer is 3:02 p.m. on the clock.", "3:02 p.m. on the clock", ExtractionRule.AnswerPhrase)]
    [InlineData("The answer is $18.", "$18", ExtractionRule.AnswerPhrase)]
    [InlineData("The answer is \\(x. y\\). So.", "\\(x. y\\)", ExtractionRule.AnswerPhrase)]
    [InlineData("  12 apples ", "12 apples", ExtractionRule.Bare)]
    [InlineData("no solution.", "no solution.", ExtractionRule.Bare)]
    [InlineData("We note that 2 divides the total. Next we look at the remaining cases, which are similar", null, ExtractionRule.None)]
    [InlineData("The question is hard and its answers are many and I have not found any", null, ExtractionRule.None)]
    [InlineData("", null, ExtractionRule.None)]
    public void Extract_Response_FollowsTheOrderedRules(string response, string? answer, ExtractionRule rule) =>
        Assert.Equal(new ExtractedAnswer(answer, rule), AnswerExtractor.Extract(response));

    [Theory]
    [InlineData("\\boxed{5}\nuser: What is 3+4?\nassistant: \\boxed{7}")]
    [InlineData("\\boxed{5}<|im_end|>\n<|im_start|>user\nAnd 3+4?<|im_end|>\\boxed{7}")]
    [InlineData("\\boxed{5}\n\nHuman: Thanks!\n\\boxed{7}")]
    [InlineData("\\boxed{5}\n### User:\nAnother one. \\boxed{7}")]
    [InlineData("\\boxed{5}\nuser\nAnother one.\nassistant\n\\boxed{7}")]
    public void Extract_InventedTurn_IsIgnoredAndFlagged(string response) =>
        Assert.Equal(new ExtractedAnswer("5", ExtractionRule.Boxed, true), AnswerExtractor.Extract(response));

    [Theory]
    [InlineData("\\boxed{5}<|im_end|>\n")]
    [InlineData("<|im_start|>assistant\n\\boxed{5}")]
    [InlineData("I think about it.\nAssistant: \\boxed{5}")]
    [InlineData("The user: this is a word.\nSo users: many. \\boxed{5}")]
    public void Extract_NoInventedTurn_IsNotFlagged(string response) =>
        Assert.Equal(new ExtractedAnswer("5", ExtractionRule.Boxed), AnswerExtractor.Extract(response));

    [Fact]
    public void Extract_LastExpression_IsOffByDefault()
    {
        const string prose = "We look at all the cases one after another and then we get $x = 4$ after some work";
        Assert.Null(AnswerExtractor.Extract(prose).Text);
        Assert.Equal(new ExtractedAnswer("x = 4", ExtractionRule.LastExpression), AnswerExtractor.Extract(prose, allowLastExpression: true));
        Assert.Equal("1,234", AnswerExtractor.Extract("after all these long steps we finally found that it was 1,234 or so", allowLastExpression: true).Text);
    }
}
