using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using W2SR.Core.Common;
using W2SR.Core.Traces;
using static W2SR.Core.Tests.Traces.RemoteTeacher;

namespace W2SR.Core.Tests.Traces;

/// <summary>Several servers: who is asked, and how much at a time.</summary>
public sealed class ChatClientEndpointTests
{
    [Fact]
    public async Task Generate_AnyNumberOfFailures_NeverExceedsTheBoundOfAnEndpoint()
    {
        async Task Behave(int call, JsonObject body, HttpContext context)
        {
            await Task.Delay(call % 7);
            if (call % 3 == 1) context.Response.StatusCode = 503;
            else await FlakyServer.Answer(context, "answer to " + Question(body));
        }
        await using var first = await FlakyServer.StartAsync(Behave);
        await using var second = await FlakyServer.StartAsync(Behave);
        CountingClient[] clients = [.. new[] { first, second }.Select(s => new CountingClient(new ChatCompletionsClient(s.Endpoint, "m")))];
        var teacher = new ChatClientTeacher("remote", clients, options: Quick with { MaxConcurrency = 3, MaxRetries = 30 });
        Assert.Equal(120, (await new TraceGenerator(teacher, new SamplingOptions()).GenerateAsync(Sums(120))).Count);
        Assert.All(clients, c => Assert.InRange(c.Most, 1, 3));
        Assert.All(clients, c => Assert.InRange(c.Calls, 20, 500)); // both took part
    }

    [Fact]
    public async Task Generate_OneEndpointDead_TheOtherDoesTheWork()
    {
        // It answers at once, so that a choice by load alone would send every request, and every retry, to it.
        await using var dead = await FlakyServer.StartAsync((_, _, context) =>
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        });
        await using var well = await FlakyServer.StartAsync(async (_, body, context) =>
        {
            await Task.Delay(20);
            await FlakyServer.Answer(context, "answer to " + Question(body));
        });
        var traces = await new TraceGenerator(Teacher(Quick with { MaxConcurrency = 2, MaxRetries = 6, MaxDelay = TimeSpan.FromMinutes(1), FirstDelay = TimeSpan.FromMilliseconds(100) }, dead, well), new SamplingOptions())
            .GenerateAsync(Sums(100));
        Assert.Equal(100, traces.Count);
        Assert.Equal(100, well.Calls);
        Assert.InRange(dead.Calls, 1, 40);
    }

    [Fact]
    public async Task Generate_TwoEndpoints_TheFasterOneTakesMore()
    {
        await using var slow = await FlakyServer.StartAsync(async (_, _, context) =>
        {
            await Task.Delay(150);
            await FlakyServer.Answer(context, "slow");
        });
        await using var fast = await FlakyServer.StartAsync((_, _, context) => FlakyServer.Answer(context, "fast"));
        await new TraceGenerator(Teacher(Quick with { MaxConcurrency = 3 }, slow, fast), new SamplingOptions()).GenerateAsync(Sums(60));
        Assert.Equal(60, slow.Calls + fast.Calls);
        Assert.True(fast.Calls > slow.Calls, $"fast {fast.Calls}, slow {slow.Calls}");
        Assert.InRange(slow.MostUnderWay, 1, 6);
    }

    [Fact]
    public async Task Generate_NobodyListening_SaysWhere()
    {
        var server = await FlakyServer.StartAsync((_, _, context) => FlakyServer.Answer(context, "x"));
        await server.DisposeAsync();
        var error = await Assert.ThrowsAsync<TraceGenerationException>(
            () => new TraceGenerator(Teacher(Quick with { MaxRetries = 1, GiveUpAfter = 2 }, server), new SamplingOptions()).GenerateAsync(Sums(9)));
        Assert.Equal(9, error.Failures.Count);
        Assert.Contains($"127.0.0.1:{server.Endpoint.Port}", error.Message, StringComparison.Ordinal);
    }
}
