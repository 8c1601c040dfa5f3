using W2SR.Core.Common;
using W2SR.Core.Problems;
using W2SR.Core.Tokens;
using W2SR.Core.Verification;

namespace W2SR.Core.Tests.Problems;

public sealed class RouteWorldTests
{
    private readonly RouteWorld world = new();

    [Fact]
    public void Draw_Splits_ShareNoQuestion()
    {
        HashSet<string> Questions(DataSplit split) => [.. world.DrawDistinct(500, 1, split).Select(p => p.Question)];
        HashSet<string> test = Questions(DataSplit.Test), validation = Questions(DataSplit.Validation);
        var random = new RandomStream(9, "draws");
        for (var i = 0; i < 5000; i++)
        {
            var question = world.Draw(random, DataSplit.Train).Question;
            Assert.False(test.Contains(question) || validation.Contains(question));
        }
        Assert.Empty(test.Intersect(validation));
    }

    [Fact]
    public void Create_Solution_ReachesTheAnswerStepByStep()
    {
        var one = world.Create(5, [3]);
        var two = world.Create(int.Parse(one.Answer, System.Globalization.CultureInfo.InvariantCulture), [7]);
        var both = world.Create(5, [3, 7]);
        Assert.Equal(two.Answer, both.Answer);
        Assert.Equal($"<think> a: m4 {one.Answer} b: m8 {two.Answer} </think> \\boxed {two.Answer}", both.Solution);
        Assert.True(new ExactVerifier().Verify(both, both.Solution!).IsCorrect);
        Assert.True(RouteWorld.Reasons(both.Solution!));
        Assert.False(RouteWorld.Reasons(RouteWorld.DirectSolution(both)));
    }

    [Fact]
    public void Words_CoverEveryText_BothWays()
    {
        var tokenizer = new WordTokenizer(world.Words);
        foreach (var problem in world.DrawDistinct(200, 3, DataSplit.Train))
        {
            Assert.Equal(problem.Solution, tokenizer.Decode(tokenizer.Encode(problem.Solution!)));
            var random = world.RandomPlacesSolution(problem, new RandomStream(1, problem.Id));
            Assert.Equal(tokenizer.Encode(problem.Solution!).Length, tokenizer.Encode(random).Length);
        }
        Assert.Contains("\"stranger\"", Assert.Throws<W2srFormatException>(() => tokenizer.Encode("Q: stranger")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DrawDistinct_LongerList_BeginsWithTheShorter() =>
        Assert.Equal(world.DrawDistinct(50, 2, DataSplit.Train), world.DrawDistinct(200, 2, DataSplit.Train).Take(50));
}
