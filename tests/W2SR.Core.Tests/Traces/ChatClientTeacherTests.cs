using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using W2SR.Core.Common;
using W2SR.Core.Problems;
using W2SR.Core.Tests.Infrastructure;
using W2SR.Core.Traces;

namespace W2SR.Core.Tests.Traces;

/// <summary>Remote teachers against a real web server.</summary>
public sealed class ChatClientTeacherTests : IDisposable
{
    private const string Key = "sk-very-secret";
    private readonly string folder = Directory.CreateTempSubdirectory("w2sr-remote-").FullName;

    private static readonly ChatClientTeacherOptions Quick = new()
    {
        MaxConcurrency = 4,
        FirstDelay = TimeSpan.FromMilliseconds(5),
        MaxDelay = TimeSpan.FromMilliseconds(300),
        RequestTimeout = TimeSpan.FromMilliseconds(600),
    };

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static Problem[] Problems(int count) => [.. Enumerable.Range(0, count).Select(i => new Problem($"p{i}", $"What is {i} + {i}?", $"{2 * i}"))];

    private static ChatClientTeacher Teacher(ChatClientTeacherOptions? options, params FlakyServer[] servers) => Teacher(options, null, servers);

    private static ChatClientTeacher Teacher(ChatClientTeacherOptions? options, ListLogger? logger, params FlakyServer[] servers) =>
        new("remote", [.. servers.Select(s => new ChatCompletionsClient(s.Endpoint, "m", Key))], options: options ?? Quick, logger: logger);

    private TraceStore Store() => TraceStore.Open(Path.Combine(folder, "t.jsonl"), new Dictionary<string, string> { ["model"] = "m" });

    private static string Question(JsonObject body) => body["messages"]![0]!["content"]!.GetValue<string>();

    [Fact]
    public async Task Generate_ServerThatMisbehaves_GivesEverySampleOnce()
    {
        await using var server = await FlakyServer.StartAsync(async (call, body, context) =>
        {
            switch (call % 9)
            {
                case 1:
                    context.Response.StatusCode = 429;
                    context.Response.Headers.RetryAfter = "0";
                    break;
                case 3:
                    context.Response.StatusCode = 500;
                    await context.Response.WriteAsync("engine on fire");
                    break;
                case 4:
                    context.Abort();
                    break;
                case 5 when call < 9:
                    await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default); // hangs, once
                    break;
                case 6:
                    await context.Response.WriteAsync("{\"choices\": [{\"mess");
                    break;
                case 7:
                    await context.Response.WriteAsync("{\"choices\": []}");
                    break;
                case 8:
                    await context.Response.WriteAsync(" ");
                    await context.Response.Body.FlushAsync();
                    await Task.Delay(50); // a slow stream
                    await FlakyServer.Answer(context, "slow " + Question(body));
                    break;
                default:
                    await FlakyServer.Answer(context, "answer to " + Question(body));
                    break;
            }
        });
        using var store = Store();
        var sampling = new SamplingOptions { SamplesPerProblem = 3, MaxNewTokens = 100, Seed = 4 };
        // Six of nine answers are bad, so that a sample may need many attempts.
        var traces = await new TraceGenerator(Teacher(Quick with { MaxRetries = 60 }, server), sampling).GenerateAsync(Problems(20), store);
        Assert.Equal(60, traces.Count);
        Assert.Equal(60, store.Count);
        Assert.Equal(Problems(20).SelectMany(p => Enumerable.Range(0, 3).Select(s => (p.Id, s))), traces.Select(t => (t.ProblemId, t.SampleIndex)));
        Assert.All(traces, t => Assert.Contains($"What is {t.ProblemId[1..]} +", t.Response, StringComparison.Ordinal));
        Assert.InRange(server.MostUnderWay, 2, 4 + 1); // a connection that was given up may still be closing
        // The seed of a sample is its own, and the same at every attempt.
        var seeds = server.Requests.GroupBy(Question).Select(g => g.Select(b => b["seed"]!.GetValue<long>()).Distinct().Count());
        Assert.All(seeds, n => Assert.Equal(3, n));
        Assert.All(server.Keys, k => Assert.Equal("Bearer " + Key, k));
    }

    [Fact]
    public async Task Generate_RetryAfter_IsHonoured()
    {
        var times = new List<long>();
        await using var server = await FlakyServer.StartAsync(async (call, _, context) =>
        {
            lock (times) times.Add(Environment.TickCount64);
            if (call == 0)
            {
                context.Response.StatusCode = 429;
                context.Response.Headers.RetryAfter = "1";
                return;
            }
            await FlakyServer.Answer(context, "fine");
        });
        await new TraceGenerator(Teacher(Quick with { MaxDelay = TimeSpan.FromSeconds(5) }, server), new SamplingOptions()).GenerateAsync(Problems(1));
        Assert.True(times[1] - times[0] >= 950, $"waited {times[1] - times[0]} ms");
    }

    [Fact]
    public async Task Generate_ServerThatIsDown_EndsWithAClearErrorAndKeepsWhatWasFinished()
    {
        await using var server = await FlakyServer.StartAsync(async (call, body, context) =>
        {
            if (call < 10) await FlakyServer.Answer(context, "answer to " + Question(body));
            else
            {
                context.Response.StatusCode = 503;
                await context.Response.WriteAsync("no more, and your key was " + Key);
            }
        });
        var options = Quick with { MaxRetries = 1, GiveUpAfter = 5 };
        using (var store = Store())
        {
            var error = await Assert.ThrowsAsync<TraceGenerationException>(() => new TraceGenerator(Teacher(options, server), new SamplingOptions()).GenerateAsync(Problems(200), store));
            Assert.Equal(10, store.Count);
            Assert.Equal(190, error.Failures.Count);
            Assert.Contains("190 of 200 samples could not be made", error.Message, StringComparison.Ordinal);
            Assert.Contains(error.Failures, f => f.Reason.Contains("503", StringComparison.Ordinal));
            Assert.DoesNotContain(Key, error.ToString() + string.Concat(error.Failures.Select(f => f.Reason)), StringComparison.Ordinal);
            Assert.InRange(server.Calls, 10, 60); // it gave up instead of asking 200 times
        }

        // The next call asks for what is absent only.
        await using var healed = await FlakyServer.StartAsync((_, body, context) => FlakyServer.Answer(context, "answer to " + Question(body)));
        using var again = Store();
        Assert.Equal(200, (await new TraceGenerator(Teacher(options, healed), new SamplingOptions()).GenerateAsync(Problems(200), again)).Count);
        Assert.Equal(190, healed.Calls);
    }

    [Fact]
    public async Task Generate_RefusedRequest_IsNotTriedAgain()
    {
        await using var server = await FlakyServer.StartAsync(async (_, _, context) =>
        {
            context.Response.StatusCode = 400;
            await context.Response.WriteAsync("the prompt is longer than the model's context");
        });
        var error = await Assert.ThrowsAsync<TraceGenerationException>(() => new TraceGenerator(Teacher(null, server), new SamplingOptions()).GenerateAsync(Problems(2)));
        Assert.Equal(2, server.Calls);
        Assert.Contains("longer than the model's context", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_RetryAfterAsADate_IsHonoured()
    {
        var times = new List<long>();
        await using var server = await FlakyServer.StartAsync(async (call, _, context) =>
        {
            lock (times) times.Add(Environment.TickCount64);
            if (call == 0)
            {
                context.Response.StatusCode = 429;
                context.Response.Headers.RetryAfter = DateTimeOffset.UtcNow.AddSeconds(3).ToString("R", CultureInfo.InvariantCulture); // whole seconds: 2 to 3 from now
                return;
            }
            await FlakyServer.Answer(context, "fine");
        });
        var log = new ListLogger();
        await new TraceGenerator(Teacher(Quick with { MaxDelay = TimeSpan.FromSeconds(5) }, log, server), new SamplingOptions()).GenerateAsync(Problems(1));
        Assert.True(times[1] - times[0] >= 1500, $"waited {times[1] - times[0]} ms"); // a lower bound: a slow machine only waits longer
        Assert.Single(log.Messages, m => m.Contains("answered 429", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Generate_OneHang_CostsOneTimeoutAndOneRequest()
    {
        await using var server = await FlakyServer.StartAsync((call, body, context) =>
            call == 3 ? Task.Delay(Timeout.Infinite, context.RequestAborted) : FlakyServer.Answer(context, "answer to " + Question(body)));
        var log = new ListLogger();
        var traces = await new TraceGenerator(Teacher(Quick with { RequestTimeout = TimeSpan.FromSeconds(5) }, log, server), new SamplingOptions()).GenerateAsync(Problems(30));
        Assert.Equal(30, traces.Count);
        Assert.Equal(31, server.Calls);
        Assert.Contains("allowed timeout of '00:00:05'", Assert.Single(log.Messages), StringComparison.Ordinal);
    }

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
        Assert.Equal(120, (await new TraceGenerator(teacher, new SamplingOptions()).GenerateAsync(Problems(120))).Count);
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
            .GenerateAsync(Problems(100));
        Assert.Equal(100, traces.Count);
        Assert.Equal(100, well.Calls);
        Assert.InRange(dead.Calls, 1, 40);
    }

    [Fact]
    public async Task Generate_NobodyListening_SaysWhere()
    {
        var server = await FlakyServer.StartAsync((_, _, context) => FlakyServer.Answer(context, "x"));
        await server.DisposeAsync();
        var error = await Assert.ThrowsAsync<TraceGenerationException>(
            () => new TraceGenerator(Teacher(Quick with { MaxRetries = 1, GiveUpAfter = 2 }, server), new SamplingOptions()).GenerateAsync(Problems(9)));
        Assert.Equal(9, error.Failures.Count);
        Assert.Contains($"127.0.0.1:{server.Endpoint.Port}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_KeyThatServersEcho_StandsNowhere()
    {
        await using var server = await FlakyServer.StartAsync(async (call, _, context) =>
        {
            var echo = $"you said {context.Request.Headers.Authorization}";
            if (call % 4 == 0) context.Response.StatusCode = 500;
            if (call % 4 == 1) context.Response.StatusCode = 401;
            if (call % 4 == 2) echo = "{\"choices\": \"" + echo;
            if (call % 4 == 3) context.Abort();
            else await context.Response.WriteAsync(echo);
        });
        var log = new ListLogger();
        using (var store = Store())
        {
            var error = await Assert.ThrowsAsync<TraceGenerationException>(
                () => new TraceGenerator(Teacher(Quick with { MaxRetries = 5 }, log, server), new SamplingOptions()).GenerateAsync(Problems(12), store));
            Assert.NotEmpty(log.Messages);
            foreach (var text in (string[])[error.ToString(), log.Text, .. error.Failures.Select(f => f.ToString())])
            {
                Assert.DoesNotContain(Key, text, StringComparison.Ordinal);
                Assert.NotEmpty(text);
            }
            Assert.Contains("***", log.Text + error, StringComparison.Ordinal); // the echo is shown, without the key
        }
        foreach (var file in Directory.GetFiles(folder)) Assert.DoesNotContain(Key, await File.ReadAllTextAsync(file), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Solve_SinkThatCannotKeepATrace_EndsAtOnce_AndNoServerIsBlamed()
    {
        await using var server = await FlakyServer.StartAsync((_, body, context) => FlakyServer.Answer(context, "answer to " + Question(body)));
        var log = new ListLogger();
        var sink = new FullSink();
        SampleRequest[] samples = [.. Problems(200).Select(p => new SampleRequest(p, 0))];
        var error = await Assert.ThrowsAsync<IOException>(() => Teacher(null, log, server).SolveAsync(samples, new SamplingOptions(), sink));
        Assert.Equal("disk full", error.Message);
        Assert.InRange(server.Calls, 3, 3 + 2 * 4);
        Assert.DoesNotContain("disk full", log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Solve_HttpClientWithATimeoutOfItsOwn_IsNamed()
    {
        await using var server = await FlakyServer.StartAsync((_, _, context) => Task.Delay(Timeout.Infinite, context.RequestAborted));
        using var http = new HttpClient { Timeout = TimeSpan.FromMilliseconds(200) };
        var teacher = new ChatClientTeacher("t", [new ChatCompletionsClient(server.Endpoint, "m", http: http)], options: Quick with { MaxRetries = 0, RequestTimeout = TimeSpan.FromMinutes(1) });
        var error = await Assert.ThrowsAsync<TraceGenerationException>(() => teacher.SolveAsync(Problems(1), new SamplingOptions()));
        Assert.Contains("the HTTP client's own timeout of 00:00:00.2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_Cancelled_KeepsWhatWasFinishedAndAsksNoMore()
    {
        using var cancel = new CancellationTokenSource();
        await using var server = await FlakyServer.StartAsync(async (call, body, context) =>
        {
            if (call == 10) await cancel.CancelAsync();
            if (call >= 10) await Task.Delay(Timeout.Infinite, context.RequestAborted);
            await FlakyServer.Answer(context, "answer to " + Question(body));
        });
        using var store = Store();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new TraceGenerator(Teacher(Quick with { RequestTimeout = TimeSpan.FromMinutes(1) }, server), new SamplingOptions()).GenerateAsync(Problems(50), store, cancellationToken: cancel.Token));
        Assert.InRange(store.Count, 6, 10); // those that were answered but not read yet are asked again
        Assert.InRange(server.Calls, 11, 11 + 4);
    }

    private sealed class FullSink : ISampleSink
    {
        private int taken;

        public void Finished(Trace trace)
        {
            if (Interlocked.Increment(ref taken) >= 3) throw new IOException("disk full");
        }

        public void Failed(SampleFailure failure)
        {
        }
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
        await new TraceGenerator(Teacher(Quick with { MaxConcurrency = 3 }, slow, fast), new SamplingOptions()).GenerateAsync(Problems(60));
        Assert.Equal(60, slow.Calls + fast.Calls);
        Assert.True(fast.Calls > slow.Calls, $"fast {fast.Calls}, slow {slow.Calls}");
        Assert.InRange(slow.MostUnderWay, 1, 6);
    }

    [Theory]
    [InlineData("42", "so be it", "stop", 7, "<think>\nso be it\n</think>\n\n42", FinishReason.Stop)]
    [InlineData("42", null, "length", 7, "42", FinishReason.Length)]
    [InlineData("42", "", "content_filter", 7, "42", FinishReason.ContentFilter)]
    [InlineData("", "and so on and", "length", 100, "<think>\nand so on and", FinishReason.Length)]
    [InlineData("42", null, null, 7, "42", FinishReason.Stop)]
    [InlineData("42", null, null, 100, "42", FinishReason.Length)]
    public async Task Solve_WhatServersSend_BecomesATrace(string content, string? reasoning, string? finish, int tokens, string response, FinishReason reason)
    {
        await using var server = await FlakyServer.StartAsync((_, _, context) => FlakyServer.Answer(context, content, reasoning, finish, tokens));
        var sampling = new SamplingOptions { Temperature = 0.5, TopP = 0.9, TopK = 20, MinP = 0.05, RepetitionPenalty = 1.1, MaxNewTokens = 100, StopStrings = ["user:"] };
        var trace = (await Teacher(null, server).SolveAsync(Problems(1), sampling))[0];
        Assert.Equal(response, trace.Response);
        Assert.Equal(reason, trace.FinishReason);
        Assert.Equal((5, tokens), (trace.PromptTokens, trace.ResponseTokens));
        var body = server.Requests.Single();
        double Number(string name) => double.Parse(body[name]!.ToJsonString(), CultureInfo.InvariantCulture);
        Assert.Equal([0.5, 0.9, 20, 0.05, 1.1, 100], new[] { "temperature", "top_p", "top_k", "min_p", "repetition_penalty", "max_tokens" }.Select(n => Math.Round(Number(n), 6)));
        Assert.Equal("user:", body["stop"]![0]!.GetValue<string>());
    }
}
