using W2SR.Core.Tensors;

namespace W2SR.Core.Tests.Tensors;

public sealed class ThreadTeamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Run_ManyLoopsInARow_DoesEveryItemOnce(int threads)
    {
        using var team = new ThreadTeam(threads);
        for (var loop = 0; loop < 2000; loop++)
        {
            var counts = new int[loop % 7];
            team.Run(counts.Length, i => Interlocked.Increment(ref counts[i]));
            Assert.All(counts, c => Assert.Equal(1, c));
            if (loop % 500 == 0) Thread.Sleep(5); // long enough for the helpers to fall asleep
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Run_AnItemThrows_RaisesItHereAndWorksOn(int threads)
    {
        using var team = new ThreadTeam(threads);
        var error = Assert.Throws<InvalidOperationException>(() => team.Run(20, i =>
        {
            if (i == 7) throw new InvalidOperationException("the seventh");
        }));
        Assert.Equal("the seventh", error.Message);
        var sum = 0;
        team.Run(10, i => Interlocked.Add(ref sum, i));
        Assert.Equal(45, sum);
    }

    [Fact]
    public void Dispose_Sleeping_AndTwice_EndsTheThreads()
    {
        var team = new ThreadTeam(3);
        Thread.Sleep(5);
        team.Dispose();
        team.Dispose();
    }
}
