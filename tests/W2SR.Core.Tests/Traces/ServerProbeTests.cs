using W2SR.Core.Common;
using W2SR.Core.Problems;
using W2SR.Core.Traces;

namespace W2SR.Core.Tests.Traces;

/// <summary>A probe says what is wrong before thousands of requests are sent.</summary>
public sealed class ServerProbeTests
{
    private const string Key = "sk-very-secret";
    private static readonly SamplingOptions Sampling = new() { SamplesPerProblem = 4, MaxNewTokens = 300 };

    private static readonly Problem[] Problems =
        [new("short", "What is 1 + 1?", "2"), new("long", "What is " + string.Join(" + ", Enumerable.Repeat("1", 100)) + "?", "100"), new("mid", "What is 1 + 1 + 1?", "3")];

    private static async Task<ProbeReport> Probe(VllmBehaviour behaviour, SamplingOptions? sampling = null, ChatClientTeacherOptions? options = null, string model = "teacher")
    {
        await using var server = await VllmDouble.StartAsync(behaviour);
        var teacher = new ChatClientTeacher("t", [new ChatCompletionsClient(server.Endpoint, model, Key)], options: options ?? ChatClientTeacherOptions.Vllm);
        var report = await teacher.ProbeAsync(Problems, sampling ?? Sampling);
        Assert.InRange(server.Requests.Count, 0, 1); // one request for an answer at most
        Assert.DoesNotContain(Key, report.ToString(), StringComparison.Ordinal);
        return report;
    }

    private static string Only(ProbeReport report, ProbeSeverity severity) => Assert.Single(report.Findings, f => f.Severity == severity).Message;

    [Fact]
    public async Task Probe_ServerThatIsSetUpWell_FindsNothingToMend()
    {
        var report = await Probe(new());
        Assert.True(report.IsUsable);
        Assert.Equal(ProbeSeverity.Note, report.Findings.Max(f => f.Severity));
        Assert.Contains("with 300 new ones it fits the context of 4000", Only(report, ProbeSeverity.Note), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Probe_OtherModelName_NamesThoseThatAreServed()
    {
        var report = await Probe(new() { Model = "qwen-1.5b" }, model: "teachr");
        Assert.False(report.IsUsable);
        Assert.Contains("serves no model 'teachr', but 'qwen-1.5b'", Only(report, ProbeSeverity.Error), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Probe_WrongKey_SaysSoWithoutTheKey() =>
        Assert.Contains("refuses the key", Only(await Probe(new() { Key = "another" }), ProbeSeverity.Error), StringComparison.Ordinal);

    [Fact]
    public async Task Probe_ContextTooShort_NamesTheLongestPromptAndWhatWouldDo()
    {
        var report = await Probe(new() { ContextLength = 400 });
        var message = Only(report, ProbeSeverity.Error);
        Assert.Matches(@"problem 'long' has a prompt of 2\d\d tokens; with up to 300 new ones that exceeds the context of 400", message);
        Assert.Matches(@"--max-model-len 5\d\d or more, or ask for 1\d\d new tokens at most", message);
    }

    [Fact]
    public async Task Probe_NoReasoningParser_IsNamed() =>
        Assert.Contains("no reasoning parser: thinking comes inside the content", Only(await Probe(new() { HasParser = false }), ProbeSeverity.Warning), StringComparison.Ordinal);

    [Fact]
    public async Task Probe_NoReasoningParserAndATemplateThatOpensThinking_IsNamed()
    {
        var report = await Probe(new() { HasParser = false, TemplateOpensThinking = true });
        Assert.Contains(report.Findings, f => f.Severity == ProbeSeverity.Warning && f.Message.Contains("traces would hold </think> without <think>", StringComparison.Ordinal));
        Assert.True((await Probe(new() { TemplateOpensThinking = true })).Findings.All(f => f.Severity == ProbeSeverity.Note)); // with a parser all is well
    }

    [Fact]
    public async Task Probe_TemplateThatStripsThoughts_IsNamed() =>
        Assert.Contains("strips the thinking of assistant turns", Only(await Probe(new() { TemplateStripsThoughts = true }), ProbeSeverity.Warning), StringComparison.Ordinal);

    [Fact]
    public async Task Probe_TemplateThatSwitchesThinkingOff_IsNamed() =>
        Assert.Contains("closes the thinking before the answer", Only(await Probe(new() { TemplateClosesThinking = true }), ProbeSeverity.Warning), StringComparison.Ordinal);

    [Fact]
    public async Task Probe_TemplateWithASystemMessageOfItsOwn_ShowsIt()
    {
        var report = await Probe(new() { TemplateAddsSystem = true });
        Assert.Contains(report.Findings, f => f.Severity == ProbeSeverity.Note && f.Message.Contains("You are somebody.", StringComparison.Ordinal));
        Assert.DoesNotContain("You are somebody", (await Probe(new() { TemplateAddsSystem = true }, options: ChatClientTeacherOptions.Vllm with { SystemMessage = "Be brief." })).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Probe_WhatAnswersLack_IsNamed()
    {
        Assert.Contains("it ignores n", Only(await Probe(new() { IgnoresN = true }), ProbeSeverity.Warning), StringComparison.Ordinal);
        Assert.Contains("no usage", Only(await Probe(new() { SendsUsage = false }), ProbeSeverity.Warning), StringComparison.Ordinal);
        Assert.Contains("usage is a sum", Only(await Probe(new() { SendsTokenIds = false }), ProbeSeverity.Warning), StringComparison.Ordinal);
        Assert.Contains("log-probabilities were asked for", Only(await Probe(new() { SendsLogProbs = false }, options: ChatClientTeacherOptions.Vllm with { WithLogProbs = true }), ProbeSeverity.Warning), StringComparison.Ordinal);
        Assert.Contains("two samples with the same text", Only(await Probe(new() { SameTextForAll = true }), ProbeSeverity.Warning), StringComparison.Ordinal);
        Assert.Contains("no finish_reason", Only(await Probe(new() { SendsFinishReason = false }), ProbeSeverity.Warning), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Probe_ServerWithoutVllmsEndpoints_SaysWhatWasNotLookedAt()
    {
        var report = await Probe(new() { HasTokenize = false });
        Assert.True(report.IsUsable);
        Assert.Contains("has no /tokenize", Only(report, ProbeSeverity.Note), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Probe_NobodyThere_OrHanging_SaysSo()
    {
        await using var closed = await VllmDouble.StartAsync();
        var address = closed.Endpoint;
        await closed.DisposeAsync();
        var nobody = await new ChatClientTeacher("t", [new ChatCompletionsClient(address, "teacher")]).ProbeAsync(Problems, Sampling);
        Assert.Contains("cannot be reached", Only(nobody, ProbeSeverity.Error), StringComparison.Ordinal);

        await using var hanging = await FlakyServer.StartAsync((_, _, context) => Task.Delay(Timeout.Infinite, context.RequestAborted));
        var options = ChatClientTeacherOptions.Vllm with { RequestTimeout = TimeSpan.FromMilliseconds(500) };
        var hung = await new ChatClientTeacher("t", [new ChatCompletionsClient(hanging.Endpoint, "teacher")], options: options).ProbeAsync(Problems, Sampling);
        Assert.Contains("no answer within 00:00:00.5", Only(hung, ProbeSeverity.Error), StringComparison.Ordinal);
    }
}
