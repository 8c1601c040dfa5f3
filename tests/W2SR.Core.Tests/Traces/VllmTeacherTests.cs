using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using W2SR.Core.Common;
using W2SR.Core.Problems;
using W2SR.Core.Prompts;
using W2SR.Core.Tests.Infrastructure;
using W2SR.Core.Traces;

namespace W2SR.Core.Tests.Traces;

/// <summary>vLLM as a teacher, with each of its known quirks.</summary>
public sealed class VllmTeacherTests : IDisposable
{
    private static readonly ChatClientTeacherOptions Quick = ChatClientTeacherOptions.Vllm with
    {
        MaxConcurrency = 4,
        SamplesPerRequest = 3,
        FirstDelay = TimeSpan.FromMilliseconds(5),
        MaxDelay = TimeSpan.FromMilliseconds(50),
    };

    private static readonly SamplingOptions Sampling = new() { Temperature = 0.6, TopP = 0.95, SamplesPerProblem = 5, MaxNewTokens = 400, Seed = 4 };

    private readonly string folder = Directory.CreateTempSubdirectory("w2sr-vllm-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static Problem[] Problems(int count) => [.. Enumerable.Range(0, count).Select(i => new Problem($"p{i}", $"What is {i} + {i}?", $"{2 * i}"))];

    private static ChatClientTeacher Teacher(VllmDouble server, ChatClientTeacherOptions? options = null, ListLogger? logger = null) =>
        new("remote", [new ChatCompletionsClient(server.Endpoint, "teacher")], options: options ?? Quick, logger: logger);

    private TraceStore Store(string name = "t.jsonl") => TraceStore.Open(Path.Combine(folder, name), new Dictionary<string, string> { ["model"] = "m" });

    [Theory]
    [InlineData("none", null)]
    [InlineData("old reasoning field", ServerQuirk.OldReasoningField)]
    [InlineData("never closes", ServerQuirk.ThinkingNeverClosed)]
    [InlineData("ignores n", ServerQuirk.IgnoresN)]
    [InlineData("no finish reason", ServerQuirk.NoFinishReason)]
    [InlineData("no usage", ServerQuirk.NoUsage)]
    [InlineData("no token ids", ServerQuirk.NoCountPerSample)]
    [InlineData("no log-probs", ServerQuirk.NoLogProbs)]
    [InlineData("opened by template, no parser", ServerQuirk.ThinkingNotOpened)]
    public async Task Generate_EachQuirk_GivesEverySampleOnceAndIsNamedInTheLog(string name, ServerQuirk? quirk)
    {
        await using var server = await VllmDouble.StartAsync(name switch
        {
            "old reasoning field" => new() { UsesOldReasoningField = true },
            "never closes" => new() { ForgetsToCloseThinking = true },
            "ignores n" => new() { IgnoresN = true },
            "no finish reason" => new() { SendsFinishReason = false },
            "no usage" => new() { SendsUsage = false },
            "no token ids" => new() { SendsTokenIds = false },
            "no log-probs" => new() { SendsLogProbs = false },
            "opened by template, no parser" => new() { TemplateOpensThinking = true, HasParser = false },
            _ => new(),
        });
        var log = new ListLogger();
        var teacher = Teacher(server, Quick with { WithLogProbs = name == "no log-probs" }, log);
        using var store = Store();
        var traces = await new TraceGenerator(teacher, Sampling).GenerateAsync(Problems(6), store);

        Assert.Equal(Problems(6).SelectMany(p => Enumerable.Range(0, 5).Select(s => (p.Id, s))), traces.Select(t => (t.ProblemId, t.SampleIndex)));
        Assert.Equal(30, store.Count);
        Assert.Equal(30, traces.Select(t => t.Response).Distinct().Count());
        Assert.All(traces, t => Assert.Contains($"What is {t.ProblemId[1..]} +", t.Response, StringComparison.Ordinal));
        Assert.All(traces, t => Assert.Equal(FinishReason.Stop, t.FinishReason));
        Assert.All(traces, t => Assert.Equal((name == "no usage", name == "no token ids"), (t.PromptTokens == 0, t.ResponseTokens == 0)));
        Assert.Equal(name != "opened by template, no parser", traces.All(t => t.Response.StartsWith("<think>\nThought", StringComparison.Ordinal)));
        Assert.Equal(quirk is { } q ? [q] : [], teacher.Quirks.Keys);
        var named = log.Messages.Where(m => m.Contains("Quirk", StringComparison.Ordinal)).ToArray();
        Assert.Equal(quirk is null ? 0 : 1, named.Length); // once, not thirty times
        if (quirk is not null) Assert.Contains($"{quirk}, first seen with problem", named[0], StringComparison.Ordinal);
        if (name == "never closes") Assert.Contains(traces, t => !t.Response.Contains("</think>", StringComparison.Ordinal) && t.Response.Contains("\\boxed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Generate_EveryRequest_SendsAllSamplingKeys()
    {
        await using var server = await VllmDouble.StartAsync();
        await new TraceGenerator(Teacher(server), new SamplingOptions { Temperature = 1, SamplesPerProblem = 2, MaxNewTokens = 50 }).GenerateAsync(Problems(2));
        await new TraceGenerator(Teacher(server), new SamplingOptions { Temperature = 0, SamplesPerProblem = 2, MaxNewTokens = 50 }).GenerateAsync(Problems(1));
        string[] keys = ["model", "messages", "temperature", "top_p", "top_k", "min_p", "repetition_penalty", "max_completion_tokens", "max_tokens", "seed", "return_token_ids", "stream"];
        Assert.All(server.Requests, r => Assert.Empty(keys.Except(r.Select(p => p.Key))));
        Assert.Equal([2, 2, null, null], server.Requests.Select(r => r["n"]?.GetValue<int>())); // temperature 0 wants n 1
    }

    [SkippableFact]
    public async Task Generate_TheRequestThatVllmValidated_IsWhatWeSend()
    {
        var expected = JsonNode.Parse(await File.ReadAllTextAsync(OracleData.Handover("vllm/request.json")))!.AsObject();
        await using var server = await VllmDouble.StartAsync();
        var options = Quick with { SamplesPerRequest = 4, WithLogProbs = true, SystemMessage = expected["messages"]![0]!["content"]!.GetValue<string>() };
        var teacher = new ChatClientTeacher("t", [new ChatCompletionsClient(server.Endpoint, "teacher")], ReasoningPrompt.Plain, options);
        var sampling = new SamplingOptions { Temperature = 0.6, TopP = 0.95, SamplesPerProblem = 4, MaxNewTokens = 4096 };
        await Assert.ThrowsAsync<TraceGenerationException>(() => new TraceGenerator(teacher, sampling).GenerateAsync([new Problem("p", "What is 7 + 5?", "12")])); // 4096 are more than its context
        var sent = server.Requests.Single();
        foreach (var (key, value) in expected)
            if (key == "seed") Assert.InRange(sent[key]!.GetValue<long>(), 0, int.MaxValue);
            else Assert.True(Same(value!, sent[key]!), $"{key}: {value!.ToJsonString()} was validated, {sent[key]?.ToJsonString()} is sent");

        static bool Same(JsonNode a, JsonNode b) =>
            a.GetValueKind() == JsonValueKind.Number
                ? Math.Abs(double.Parse(a.ToJsonString(), CultureInfo.InvariantCulture) - double.Parse(b.ToJsonString(), CultureInfo.InvariantCulture)) < 1e-6
                : JsonNode.DeepEquals(a, b);
    }

    [SkippableFact]
    public async Task Generate_TheResponseThatVllmWrote_BecomesTraces()
    {
        var response = await File.ReadAllTextAsync(OracleData.Handover("vllm/response.json"));
        await using var server = await FlakyServer.StartAsync((_, _, context) => context.Response.WriteAsync(response));
        var teacher = new ChatClientTeacher("t", [new ChatCompletionsClient(server.Endpoint, "teacher")], options: Quick);
        var traces = await teacher.SolveAsync(Problems(1), Sampling with { SamplesPerProblem = 2 });
        Assert.Equal(["<think>\nFirst I add.\n</think>\n\nThe answer is $\\boxed{12}$.", "<think>\nWait, wait"], traces.Select(t => t.Response));
        Assert.Equal([FinishReason.Stop, FinishReason.Length], traces.Select(t => t.FinishReason));
        Assert.All(traces, t => Assert.Equal((41, 0), (t.PromptTokens, t.ResponseTokens))); // 90 tokens are of both together
        Assert.Equal([ServerQuirk.NoCountPerSample], teacher.Quirks.Keys);
    }

    [Fact]
    public async Task Generate_SamplesPutTogetherInAnyWay_HaveTheSameSeedsAndTexts()
    {
        await using var server = await VllmDouble.StartAsync();
        var all = await Teacher(server, Quick with { SamplesPerRequest = 16 }).SolveAsync(Problems(3), Sampling);
        Assert.Equal(3, server.Requests.Count);
        var single = await Teacher(server, Quick with { SamplesPerRequest = 1 }).SolveAsync(Problems(3), Sampling);
        Assert.Equal(all, single);

        // A store that lacks samples 1, 3 and 4 of one problem: two requests, for one and for two.
        var before = server.Requests.Count;
        using var store = Store();
        store.Append([.. all.Where(t => t.ProblemId != "p1" || t.SampleIndex is 0 or 2)]);
        Assert.Equal(all, await new TraceGenerator(Teacher(server, Quick with { SamplesPerRequest = 16 }), Sampling).GenerateAsync(Problems(3), store));
        var later = server.Requests.Skip(before).ToArray();
        Assert.Equal([1, 2], later.Select(r => r["n"]?.GetValue<int>() ?? 1).Order());
        Assert.Equal(2, later.Max(r => r["seed"]!.GetValue<long>()) - later.Min(r => r["seed"]!.GetValue<long>()));
    }

    [Fact]
    public async Task Generate_PromptTooLong_CostsOnlyItsOwnSamples()
    {
        await using var server = await VllmDouble.StartAsync(new() { ContextLength = 150 });
        Problem[] problems = [new("long", string.Join(' ', Enumerable.Repeat("word", 200)), "1"), .. Problems(4)];
        using var store = Store();
        // Forty refusals in a row, of one problem: no reason to give up on the server.
        var sampling = Sampling with { SamplesPerProblem = 40, MaxNewTokens = 60 };
        var error = await Assert.ThrowsAsync<TraceGenerationException>(
            () => new TraceGenerator(Teacher(server, Quick with { SamplesPerRequest = 1, MaxConcurrency = 1, GiveUpAfter = 5 }), sampling).GenerateAsync(problems, store));
        Assert.Equal(40, error.Failures.Count);
        Assert.All(error.Failures, f => Assert.Equal("long", f.ProblemId));
        Assert.Contains("maximum context length is 150 tokens", error.Message, StringComparison.Ordinal);
        Assert.Equal(160, store.Count);
        Assert.Equal(200, server.Requests.Count); // refusals are not tried again
    }

    [Fact]
    public async Task Generate_WithLogProbs_KeepsThemInTheStore()
    {
        await using var server = await VllmDouble.StartAsync();
        using (var store = Store()) await new TraceGenerator(Teacher(server, Quick with { WithLogProbs = true }), Sampling).GenerateAsync(Problems(2), store);
        var traces = TraceStore.Read(Path.Combine(folder, "t.jsonl"));
        Assert.Equal(10, traces.Count);
        foreach (var trace in traces)
        {
            Assert.Equal(trace.ResponseTokens, trace.LogProbs!.Count);
            Assert.Equal([0f, -0.5f, -1f], trace.LogProbs.Take(3));
        }
        using var again = Store();
        Assert.Equal(traces[3], again.Find(traces[3].ProblemId, traces[3].SampleIndex)); // equal by value
    }
}
