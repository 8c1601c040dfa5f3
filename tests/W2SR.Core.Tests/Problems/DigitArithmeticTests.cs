using System.Globalization;
using W2SR.Core.Common;
using W2SR.Core.Problems;
using W2SR.Core.Verification;

namespace W2SR.Core.Tests.Problems;

public sealed class DigitArithmeticTests
{
    private static readonly DigitArithmetic World = new(new DigitArithmeticOptions { Smallest = 3, Largest = 40, Operations = [ArithmeticOperation.Add, ArithmeticOperation.Subtract, ArithmeticOperation.Multiply] });

    [Fact]
    public void Draw_ManyProblems_AreRightAndInTheirSplit()
    {
        var verifier = new MathVerifier();
        var seen = new HashSet<string>();
        foreach (var problem in World.DrawDistinct(300, 3, DataSplit.Train))
        {
            var words = problem.Question["What is ".Length..^1].Split(' ');
            long left = long.Parse(words[0], CultureInfo.InvariantCulture), right = long.Parse(words[2], CultureInfo.InvariantCulture);
            seen.Add(words[1]);
            Assert.InRange(left, 3, 40);
            Assert.InRange(right, 3, 40);
            var expected = words[1] switch { "+" => left + right, "-" => left - right, _ => left * right };
            Assert.Equal(expected, long.Parse(problem.Answer, CultureInfo.InvariantCulture));
            Assert.True(expected >= 0);
            Assert.True(verifier.Verify(problem, problem.Answer).IsCorrect);
            Assert.Equal(DataSplit.Train, World.SplitOf(problem));
        }
        Assert.Equal(["*", "+", "-"], seen.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void SplitOf_QuestionTurnedRound_IsHeldOutWithIt()
    {
        var test = World.DrawDistinct(100, 1, DataSplit.Test).ToArray();
        foreach (var problem in test)
        {
            var words = problem.Question[..^1].Split(' ');
            var turned = problem with { Question = $"What is {words[4]} {words[3]} {words[2]}?" };
            Assert.Equal(DataSplit.Test, World.SplitOf(turned));
        }
        Assert.Empty(test.Select(p => p.Question).Intersect(World.DrawDistinct(1000, 1, DataSplit.Train).Select(p => p.Question)));
    }

    [Fact]
    public void DrawDistinct_SameSeed_GivesTheSame()
    {
        Assert.Equal(World.DrawDistinct(20, 5, DataSplit.Train), World.DrawDistinct(20, 5, DataSplit.Train));
        Assert.NotEqual(World.DrawDistinct(20, 5, DataSplit.Train), World.DrawDistinct(20, 6, DataSplit.Train));
    }

    [Fact]
    public void QuestionCount_SmallRange_IsWhatCanBeListed()
    {
        // 0 to 2: nine sums; 0-0, 1-0, 1-1, 2-0, 2-1, 2-2.
        var options = new DigitArithmeticOptions { Smallest = 0, Largest = 2, TestShare = 0 };
        Assert.Equal(15, options.QuestionCount);
        Assert.Equal(15, new DigitArithmetic(options).DrawDistinct(15, 1, DataSplit.Train).Count);
        Assert.Contains("Only 15 of 16", Assert.Throws<InvalidOperationException>(() => new DigitArithmetic(options).DrawDistinct(16, 1, DataSplit.Train)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Draw_SplitThatIsNotThere_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => World.Draw(new RandomStream(1, "x"), DataSplit.Validation));
        var whole = new DigitArithmetic(new DigitArithmeticOptions { TestShare = 0 });
        Assert.Contains("TestShare 0", Assert.Throws<ArgumentException>(() => whole.Draw(new RandomStream(1, "x"), DataSplit.Test)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_BadSizes_AreNamed()
    {
        Assert.Contains("Smallest", Assert.ThrowsAny<ArgumentException>(() => new DigitArithmetic(new DigitArithmeticOptions { Smallest = -1 })).Message, StringComparison.Ordinal);
        Assert.Contains("Largest", Assert.ThrowsAny<ArgumentException>(() => new DigitArithmetic(new DigitArithmeticOptions { Smallest = 5, Largest = 4 })).Message, StringComparison.Ordinal);
        Assert.Contains("no operation", Assert.ThrowsAny<ArgumentException>(() => new DigitArithmetic(new DigitArithmeticOptions { Operations = [] })).Message, StringComparison.Ordinal);
        Assert.Contains("TestShare", Assert.ThrowsAny<ArgumentException>(() => new DigitArithmetic(new DigitArithmeticOptions { TestShare = 1 })).Message, StringComparison.Ordinal);
    }
}
