using System.Globalization;
using W2SR.Core.Common;
using W2SR.Core.Problems;
using W2SR.Core.Tokens;
using W2SR.Core.Verification;

namespace W2SR.Core.Tests.Problems;

public sealed class ArithmeticWorldTests
{
    private static readonly ArithmeticWorld World = new();

    [Fact]
    public void Draw_ManyProblems_AreRightWithinBoundsAndInTheirSplit()
    {
        var tokenizer = new WordTokenizer(World.Words);
        var verifier = new ExactVerifier();
        foreach (var problem in World.DrawDistinct(200, 3, DataSplit.Train))
        {
            Assert.Equal(int.Parse(problem.Answer, CultureInfo.InvariantCulture), Calculate(problem.Question));
            Assert.InRange(problem.Level!.Value, 2, 4);
            Assert.Equal(DataSplit.Train, World.SplitOf(problem));
            Assert.Equal(problem.Solution, tokenizer.Decode(tokenizer.Encode(problem.Solution!)));
            Assert.True(verifier.Verify(problem, problem.Solution!).IsCorrect);
            Assert.True(verifier.Verify(problem, ArithmeticWorld.DirectSolution(problem)).IsCorrect);
        }
    }

    /// <summary>A pocket calculator: what is typed is worked off at once.</summary>
    private static int Calculate(string question)
    {
        var keys = question.Replace(",", "", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var display = int.Parse(keys[0], CultureInfo.InvariantCulture);
        for (var i = 1; i < keys.Length; i += 2)
        {
            var operand = int.Parse(keys[i + 1], CultureInfo.InvariantCulture);
            display = keys[i] switch { "+" => display + operand, "-" => display - operand, "*" => display * operand, "/" when display % operand == 0 => display / operand, _ => throw new FormatException(question) };
            Assert.InRange(display, 0, World.Options.Largest);
        }
        return display;
    }

    [Fact]
    public void DrawDistinct_TestAndTrain_ShareNoQuestion()
    {
        var test = World.DrawDistinct(300, 1, DataSplit.Test).Select(p => p.Id).ToHashSet();
        Assert.Equal(300, test.Count);
        Assert.DoesNotContain(World.DrawDistinct(3000, 1, DataSplit.Train), p => test.Contains(p.Id));
    }

    [Fact]
    public void Draw_SameSeed_GivesTheSameProblems() =>
        Assert.Equal(World.DrawDistinct(20, 5, DataSplit.Train), World.DrawDistinct(20, 5, DataSplit.Train));

    [Fact]
    public void DrawDistinct_MoreThanThereAre_IsRefused() =>
        Assert.Throws<InvalidOperationException>(() => new ArithmeticWorld(new() { Largest = 2, LargestOperand = 2, MinSteps = 1, MaxSteps = 1 }).DrawDistinct(50, 1, DataSplit.Train));
}
