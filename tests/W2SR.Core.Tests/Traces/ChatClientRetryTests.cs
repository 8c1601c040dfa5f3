using System.Globalization;
using Microsoft.AspNetCore.Http;
using W2SR.Core.Common;
using W2SR.Core.Tests.Infrastructure;
using W2SR.Core.Traces;
using static W2SR.Core.Tests.Traces.RemoteTeacher;

namespace W2SR.Core.Tests.Traces;

/// <summary>When a remote teacher asks again, and when it does not.</summary>
public sealed class ChatClientRetryTests
{
    /// <summary>A server that answers 429 to the first request, and says when to come again.</summary>
    private static Task<FlakyServer> BusyAtFirst(List<long> times, Func<string> retryAfter) => FlakyServer.StartAsync(async (call, _, context) =>
    {
        lock (times) times.Add(Environment.TickCount64);
        if (call == 0)
        {
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = retryAfter();
            return;
        }
        await FlakyServer.Answer(context, "fine");
    });

    [Fact]
    public async Task Generate_RetryAfter_IsHonoured()
    {
        var times = new List<long>();
        await using var server = await BusyAtFirst(times, () => "1");
        await new TraceGenerator(Teacher(Quick with { MaxDelay = TimeSpan.FromSeconds(5) }, server), new SamplingOptions()).GenerateAsync(Sums(1));
        Assert.True(times[1] - times[0] >= 950, $"waited {times[1] - times[0]} ms");
    }

    [Fact]
    public async Task Generate_RetryAfterAsADate_IsHonoured()
    {
        var times = new List<long>();
        await using var server = await BusyAtFirst(times, () => DateTimeOffset.UtcNow.AddSeconds(3).ToString("R", CultureInfo.InvariantCulture)); // whole seconds: 2 to 3 from now
        var log = new ListLogger();
        await new TraceGenerator(Teacher(Quick with { MaxDelay = TimeSpan.FromSeconds(5) }, log, server), new SamplingOptions()).GenerateAsync(Sums(1));
        Assert.True(times[1] - times[0] >= 1500, $"waited {times[1] - times[0]} ms"); // a lower bound: a slow machine only waits longer
        Assert.Single(log.Messages, m => m.Contains("answered 429", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Generate_RefusedRequest_IsNotTriedAgain()
    {
        await using var server = await FlakyServer.StartAsync(async (_, _, context) =>
        {
            context.Response.StatusCode = 400;
            await context.Response.WriteAsync("the prompt is longer than the model's context");
        });
        var error = await Assert.ThrowsAsync<TraceGenerationException>(() => new TraceGenerator(Teacher(null, server), new SamplingOptions()).GenerateAsync(Sums(2)));
        Assert.Equal(2, server.Calls);
        Assert.Contains("longer than the model's context", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_OneHang_CostsOneTimeoutAndOneRequest()
    {
        await using var server = await FlakyServer.StartAsync((call, body, context) =>
            call == 3 ? Task.Delay(Timeout.Infinite, context.RequestAborted) : FlakyServer.Answer(context, "answer to " + Question(body)));
        var log = new ListLogger();
        var traces = await new TraceGenerator(Teacher(Quick with { RequestTimeout = TimeSpan.FromSeconds(5) }, log, server), new SamplingOptions()).GenerateAsync(Sums(30));
        Assert.Equal(30, traces.Count);
        Assert.Equal(31, server.Calls);
        Assert.Contains("allowed timeout of '00:00:05'", Assert.Single(log.Messages), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Solve_HttpClientWithATimeoutOfItsOwn_IsNamed()
    {
        await using var server = await FlakyServer.StartAsync((_, _, context) => Task.Delay(Timeout.Infinite, context.RequestAborted));
        using var http = new HttpClient { Timeout = TimeSpan.FromMilliseconds(200) };
        var teacher = new ChatClientTeacher("t", [new ChatCompletionsClient(server.Endpoint, "m", http: http)], options: Quick with { MaxRetries = 0, RequestTimeout = TimeSpan.FromMinutes(1) });
        var error = await Assert.ThrowsAsync<TraceGenerationException>(() => teacher.SolveAsync(Sums(1), new SamplingOptions()));
        Assert.Contains("the HTTP client's own timeout of 00:00:00.2", error.Message, StringComparison.Ordinal);
    }
}
