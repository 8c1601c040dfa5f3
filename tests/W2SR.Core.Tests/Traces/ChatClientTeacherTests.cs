using System.Globalization;
using Microsoft.AspNetCore.Http;
using W2SR.Core.Common;
using W2SR.Core.Tests.Handover;
using W2SR.Core.Tests.Infrastructure;
using W2SR.Core.Traces;
using static W2SR.Core.Tests.Traces.RemoteTeacher;

namespace W2SR.Core.Tests.Traces;

/// <summary>Remote teachers against a real web server: what comes of good and bad answers.</summary>
public sealed class ChatClientTeacherTests : IDisposable
{
    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

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
        using var store = Store(scratch.Path);
        var sampling = new SamplingOptions { SamplesPerProblem = 3, MaxNewTokens = 100, Seed = 4 };
        // Six of nine answers are bad, so that a sample may need many attempts.
        var traces = await new TraceGenerator(Teacher(Quick with { MaxRetries = 60, RequestTimeout = TimeSpan.FromSeconds(1) }, server), sampling).GenerateAsync(Sums(20), store);
        Assert.Equal(60, traces.Count);
        Assert.Equal(60, store.Count);
        Assert.Equal(Sums(20).SelectMany(p => Enumerable.Range(0, 3).Select(s => (p.Id, s))), traces.Select(t => (t.ProblemId, t.SampleIndex)));
        Assert.All(traces, t => Assert.Contains($"What is {t.ProblemId[1..]} +", t.Response, StringComparison.Ordinal));
        Assert.InRange(server.MostUnderWay, 2, 4 + 1); // a connection that was given up may still be closing
        // The seed of a sample is its own, and the same at every attempt.
        var seeds = server.Requests.GroupBy(Question).Select(g => g.Select(b => b["seed"]!.GetValue<long>()).Distinct().Count());
        Assert.All(seeds, n => Assert.Equal(3, n));
        Assert.All(server.Keys, k => Assert.Equal("Bearer " + Key, k));
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
        var trace = (await Teacher(null, server).SolveAsync(Sums(1), sampling))[0];
        Assert.Equal(response, trace.Response);
        Assert.Equal(reason, trace.FinishReason);
        Assert.Equal((5, tokens), (trace.PromptTokens, trace.ResponseTokens));
        var body = server.Requests.Single();
        double Number(string name) => double.Parse(body[name]!.ToJsonString(), CultureInfo.InvariantCulture);
        Assert.Equal([0.5, 0.9, 20, 0.05, 1.1, 100], new[] { "temperature", "top_p", "top_k", "min_p", "repetition_penalty", "max_tokens" }.Select(n => Math.Round(Number(n), 6)));
        Assert.Equal("user:", body["stop"]![0]!.GetValue<string>());
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
        using (var store = Store(scratch.Path))
        {
            var error = await Assert.ThrowsAsync<TraceGenerationException>(
                () => new TraceGenerator(Teacher(Quick with { MaxRetries = 5 }, log, server), new SamplingOptions()).GenerateAsync(Sums(12), store));
            Assert.NotEmpty(log.Messages);
            foreach (var text in (string[])[error.ToString(), log.Text, .. error.Failures.Select(f => f.ToString())])
            {
                Assert.DoesNotContain(Key, text, StringComparison.Ordinal);
                Assert.NotEmpty(text);
            }
            Assert.Contains("***", log.Text + error, StringComparison.Ordinal); // the echo is shown, without the key
        }
        foreach (var file in Directory.GetFiles(scratch.Path)) Assert.DoesNotContain(Key, await File.ReadAllTextAsync(file), StringComparison.Ordinal);
    }
}
