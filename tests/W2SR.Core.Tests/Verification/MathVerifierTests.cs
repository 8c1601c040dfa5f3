using W2SR.Core.Verification;

namespace W2SR.Core.Tests.Verification;

public sealed class MathVerifierTests
{
    private static Verdict Judge(string gold, string answer) => new MathVerifier().Verify(gold, $@"\boxed{{{answer}}}");

    [Theory]
    [InlineData(@"\sqrt{\frac{1}{n}}", @"\frac{1}{\sqrt{n}}", EquivalenceTier.Numeric)]
    [InlineData(@"\frac{1}{\sqrt{7}}", @"\frac{\sqrt{7}}{7}", EquivalenceTier.Polynomial)]
    [InlineData("1,234", "1234", EquivalenceTier.Textual)]
    [InlineData("2^{10}", "1024", EquivalenceTier.Exact)]
    [InlineData("3", "x=3", null)]
    [InlineData("x=3", "3", null)]
    [InlineData("[1,2)", @"1 \le x < 2", EquivalenceTier.Exact)]
    [InlineData(@"\{1,2\}", @"\{2,1\}", null)]
    [InlineData(@"\text{E}", "E", null)]
    [InlineData("E", @"\text{(E)}", null)]
    [InlineData(@"\frac{1}{3}", "0.3333333333", EquivalenceTier.Decimal)]
    [InlineData(@"\sqrt{17}", "4.1231056256", EquivalenceTier.Decimal)]
    [InlineData(@"\frac 1 2", @"\tfrac12", null)]
    [InlineData(@"0.\overline{142857}", "1/7", EquivalenceTier.Exact)]
    [InlineData(@"\begin{pmatrix} 1/2 \\ 2 \end{pmatrix}", @"\begin{bmatrix}0.5\\2\end{bmatrix}", EquivalenceTier.Exact)]
    [InlineData("y = 2x + 1", "2x - y + 1 = 0", null)]
    [InlineData(@"\sqrt{3+2\sqrt2}", @"1+\sqrt2", EquivalenceTier.Numeric)]
    [InlineData(@"\cos 36^\circ", @"\frac{1+\sqrt5}{4}", EquivalenceTier.Numeric)]
    [InlineData(@"\sin 2x", @"2\sin x\cos x", EquivalenceTier.Numeric)]
    [InlineData(@"\frac{\pi}{6}", @"\arctan\frac{1}{\sqrt3}", EquivalenceTier.Numeric)]
    [InlineData("x > 2", "2 < x", EquivalenceTier.Exact)]
    [InlineData(@"\pm 3", "3, -3", null)]
    [InlineData("3x^2", "3*x^2", null)]
    [InlineData(@"70\%", "7/10", EquivalenceTier.Exact)]
    [InlineData("101_2", "101", null)]
    [InlineData("12:00", @"\text{12:00 p.m.}", null)]
    [InlineData(@"\left( -\infty, 3 \right) \cup (3, \infty)", @"x \ne 3", EquivalenceTier.Exact)]
    [InlineData(@"10\text{ cm}", @"10~\mathrm{cm}", null)]
    public void Verify_EqualValues_AreCorrect(string gold, string answer, EquivalenceTier? tier)
    {
        var verdict = Judge(gold, answer);
        Assert.True(verdict.IsCorrect, verdict.ToString());
        if (tier is not null) Assert.Equal(tier, verdict.Tier);
    }

    [Theory]
    [InlineData(@"\frac{1}{2004!}", @"\frac{1}{2006!}")]
    [InlineData("12:00", "1:00")]
    [InlineData("3x-y+13=0", "3x+4y+14=0")]
    [InlineData(@"\pm 2021", "2021")]
    [InlineData("(1,2)", "(2,1)")]
    [InlineData("10^{100}", "10^{100}+1")]
    [InlineData(@"\pi", @"\frac{355}{113}")]
    [InlineData("262537412640768744", @"e^{\pi\sqrt{163}}")]
    [InlineData("20", @"e^\pi - \pi")]
    [InlineData("1,234", "1, 2, 3, 4")]
    [InlineData("10^{-12}", "10^{-13}")]
    [InlineData("0", "e^{-200}")]
    [InlineData("0.7", "70")]
    [InlineData(@"\frac{1}{3}", "0.333")]
    [InlineData("2.18", "2.2")]
    [InlineData("101_2", "101_3")]
    [InlineData("[0,1]", "[0,1)")]
    [InlineData("7", @"3 \text{ or } 7")]
    [InlineData("7", @"x \ge 7")]
    [InlineData("7", "(-\\infty, \\infty)")]
    [InlineData("7", "1,2,...,9")]
    [InlineData("7", @"\frac{7}{0}")]
    [InlineData("B", "A, B, C, D")]
    [InlineData(@"\text{even}", "seven")]
    [InlineData("|x-1|", "x-1")]
    [InlineData("x^2", "x^2 + 10^{-30}")]
    [InlineData(@"10\text{ cm}", @"10\text{ m}")]
    [InlineData("2^{1000}", "2^{1000} + 1")]
    public void Verify_NearMisses_AreIncorrect(string gold, string answer) => Assert.Equal(VerdictOutcome.Incorrect, Judge(gold, answer).Outcome);

    [Fact]
    public void Verify_NoAnswerOrNoReference_SaysSo()
    {
        var verifier = new MathVerifier();
        Assert.Equal(VerdictOutcome.NoAnswer, verifier.Verify("7", "We look at all of this again and again and find nothing.").Outcome);
        Assert.Equal(VerdictOutcome.NoAnswer, verifier.Verify("7", @"7 \boxed{}").Outcome);
        Assert.Equal(VerdictOutcome.Unverifiable, verifier.Verify("", @"\boxed{7}").Outcome);
        Assert.Equal(VerdictOutcome.Unverifiable, verifier.Verify(@"\frac{1", @"\boxed{7}").Outcome);
        Assert.True(verifier.Verify(@"\frac{1", @"\frac{1").IsCorrect);
        Assert.True(verifier.Verify("7", "\\boxed{7}\nuser: and now?\n\\boxed{8}") is { IsCorrect: true, HasInventedTurn: true });
        Assert.False(verifier.Verify("4", "in the end of all these long and winding thoughts it is $4$").IsCorrect);
        Assert.True(new MathVerifier { AllowLastExpression = true }.Verify("4", "in the end of all these long and winding thoughts it is $4$").IsCorrect);
    }

    [Fact]
    public void Verify_Verdict_ExplainsItself()
    {
        var verdict = Judge(@"\frac{\pi}{4}", "0.25*pi");
        Assert.Equal(new Verdict(VerdictOutcome.Correct, EquivalenceTier.Polynomial, ExtractionRule.Boxed, @"\frac{\pi}{4}", @"0.25 \cdot \pi", "Equal values."), verdict);
    }
}
