using W2SR.Core.Problems;
using W2SR.Core.Training;

namespace W2SR.Core.Tests.Training;

public sealed class ProblemDrawTests
{
    private static readonly Problem[] Ten = [.. Enumerable.Range(0, 10).Select(i => new Problem($"p{i}", "?", "1"))];

    private static string[] Draw(ProblemDraw draw, int count) => [.. draw.Next(count, [], wholePass: true).Select(p => p.Id)];

    [Fact]
    public void Next_WholePasses_ShowEveryProblemOnceEach()
    {
        var draw = new ProblemDraw(Ten, 1, 1);
        string[] first = [.. Draw(draw, 5), .. Draw(draw, 5)], second = [.. Draw(draw, 5), .. Draw(draw, 5)];
        Assert.Equal(10, first.Distinct().Count());
        Assert.Equal(10, second.Distinct().Count());
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void Next_SettledProblems_ComeLessOftenButComeBack()
    {
        var draw = new ProblemDraw(Ten, 1, 0.25);
        foreach (var problem in Ten.Take(5)) draw.Observe(problem.Id, isSettled: true);
        var drawn = Enumerable.Range(0, 200).SelectMany(_ => Draw(draw, 2)).GroupBy(id => id).ToDictionary(g => g.Key, g => g.Count());
        double settled = Ten.Take(5).Sum(p => drawn.GetValueOrDefault(p.Id)), open = Ten.Skip(5).Sum(p => drawn.GetValueOrDefault(p.Id));
        Assert.All(Ten, p => Assert.True(drawn.GetValueOrDefault(p.Id) > 0));
        Assert.InRange(settled / open, 0.15, 0.35);
        draw.Observe("p0", isSettled: false);
        Assert.DoesNotContain("p0", draw.State.Settled);
    }

    [Fact]
    public void Next_OnlySettledProblemsLeft_StillFillsTheBatch()
    {
        var draw = new ProblemDraw(Ten, 1, 0.001);
        foreach (var problem in Ten) draw.Observe(problem.Id, isSettled: true);
        Assert.Equal(8, Draw(draw, 8).Distinct().Count());
    }

    [Fact]
    public void Next_Exclusions_AreNotDrawnAgainInTheSameStep()
    {
        var draw = new ProblemDraw(Ten, 1, 1);
        var used = new HashSet<string>();
        Assert.Equal(7, draw.Next(7, used, wholePass: true).Count);
        Assert.Equal(3, draw.Next(7, used, wholePass: false).Count);
        Assert.Equal(10, used.Count);
        Assert.Empty(draw.Next(7, used, wholePass: false));
    }

    [Fact]
    public void State_Restored_GoesOnAsIfNeverStopped()
    {
        ProblemDraw draw = new(Ten, 3, 0.5), resumed = new(Ten, 3, 0.5);
        draw.Observe("p4", true);
        Draw(draw, 7);
        resumed.State = draw.State;
        for (var i = 0; i < 5; i++) Assert.Equal(Draw(draw, 4), Draw(resumed, 4));
    }
}
