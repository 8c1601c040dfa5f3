using System.Data;
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
        using var calculator = new DataTable();
        var tokenizer = new WordTokenizer(World.Words);
        var verifier = new ExactVerifier();
        foreach (var problem in World.DrawDistinct(200, 3, DataSplit.Train))
        {
            // The framework's own evaluator is the slow twin.
            Assert.Equal(Convert.ToInt32(calculator.Compute(problem.Question, null), CultureInfo.InvariantCulture), int.Parse(problem.Answer, CultureInfo.InvariantCulture));
            Assert.InRange(problem.Level!.Value, 2, 4);
            Assert.Equal(DataSplit.Train, World.SplitOf(problem));
            Assert.Equal(problem.Solution, tokenizer.Decode(tokenizer.Encode(problem.Solution!)));
            Assert.True(verifier.Verify(problem, problem.Solution!).IsCorrect);
            Assert.True(verifier.Verify(problem, ArithmeticWorld.DirectSolution(problem)).IsCorrect);
        }
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
        Assert.Throws<InvalidOperationException>(() => new ArithmeticWorld(new() { Largest = 2, LargestOperand = 1, MinSteps = 1, MaxSteps = 1 }).DrawDistinct(50, 1, DataSplit.Train));
}
