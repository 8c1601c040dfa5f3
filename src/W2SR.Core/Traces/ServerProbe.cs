using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Abstractions;
using W2SR.Core.Common;
using W2SR.Core.Problems;

namespace W2SR.Core.Traces;

/// <summary>Looks at one server before it is asked for traces. Facts about vLLM's endpoints: <c>/v1/models</c>, <c>/tokenize</c> and <c>/detokenize</c> of its OpenAI-compatible server.</summary>
internal sealed class ServerProbe(IChatClient endpoint, int number, ChatRequests requests, ChatClientTeacherOptions options, TimeProvider clock)
{
    private const int TrialTokens = 256;
    private const string Thought = "marigold", Answer = "harbour";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly ChatCompletionsClient? http = endpoint.GetService<ChatCompletionsClient>();
    private readonly List<ProbeFinding> findings = [];
    private bool templateOpensThinking;

    public async Task<IReadOnlyList<ProbeFinding>> RunAsync(IReadOnlyList<Problem> problems, SamplingOptions sampling, CancellationToken cancellationToken)
    {
        if (http is null)
        {
            Say(ProbeSeverity.Note, "is no ChatCompletionsClient: its model list, context and chat template cannot be looked at.");
            await TryAsync(problems, sampling, cancellationToken).ConfigureAwait(false);
            return findings;
        }
        var (goesOn, context) = await CheckModelAsync(http, cancellationToken).ConfigureAwait(false);
        if (!goesOn) return findings;
        await CheckPromptsAsync(http, problems, sampling, context, cancellationToken).ConfigureAwait(false);
        await TryAsync(problems, sampling, cancellationToken).ConfigureAwait(false);
        return findings;
    }

    private async Task<(bool GoesOn, int? Context)> CheckModelAsync(ChatCompletionsClient client, CancellationToken cancellationToken)
    {
        JsonNode list;
        try
        {
            list = await AskAsync(client, HttpMethod.Get, client.Below("models"), null, cancellationToken).ConfigureAwait(false);
        }
        catch (ChatServerException e) when (e.Status is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed)
        {
            Say(ProbeSeverity.Note, "has no list of models. Is the address whole, with /v1 at its end?");
            return (true, null);
        }
        catch (Exception e) when (ServerFailures.IsServers(e) && !cancellationToken.IsCancellationRequested)
        {
            Say(ProbeSeverity.Error, e is ChatServerException { Status: HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden }
                ? $"refuses the key, or wants one: {e.Message}"
                : $"cannot be reached or does not answer ({Reason(e)}). Is the server up, and the address right?");
            return (false, null);
        }
        var models = (list["data"] as JsonArray)?.OfType<JsonObject>().ToArray() ?? [];
        var names = models.Select(m => m["id"]?.ToString()).ToArray();
        var place = Array.IndexOf(names, client.Model);
        if (place < 0)
        {
            Say(ProbeSeverity.Error, $"serves no model '{client.Model}', but {string.Join(", ", names.Select(n => $"'{n}'"))}. Ask for one of these, or serve with --served-model-name {client.Model}.");
            return (false, null);
        }
        return (true, Count(models[place]["max_model_len"]));
    }

    private async Task CheckPromptsAsync(ChatCompletionsClient client, IReadOnlyList<Problem> problems, SamplingOptions sampling, int? context, CancellationToken cancellationToken)
    {
        try
        {
            // Characters are a fair guide to tokens; the three longest make it a good one.
            var longest = (Problem: problems[0], Tokens: Array.Empty<int>());
            foreach (var problem in problems.OrderByDescending(p => p.Question.Length).Take(3))
            {
                var answer = await TokenizeAsync(client, Messages(problem), forGeneration: true, cancellationToken).ConfigureAwait(false);
                context ??= Count(answer["max_model_len"]);
                var tokens = TokensOf(answer);
                if (tokens.Length > longest.Tokens.Length) longest = (problem, tokens);
            }
            CheckContext(longest.Problem.Id, longest.Tokens.Length, sampling.MaxNewTokens, context);
            CheckPrompt(await TextAsync(client, longest.Tokens, cancellationToken).ConfigureAwait(false), longest.Problem);
            await CheckTemplateAsync(client, cancellationToken).ConfigureAwait(false);
        }
        catch (ChatServerException e) when (e.Status is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed)
        {
            Say(ProbeSeverity.Note, $"has no /tokenize: the lengths of prompts and its chat template were not looked at{(context is { } c ? $"; its context is {c} tokens" : "")}.");
            if (context is { } most && sampling.MaxNewTokens >= most) CheckContext(problems[0].Id, 1, sampling.MaxNewTokens, context);
        }
        catch (Exception e) when (ServerFailures.IsServers(e) && !cancellationToken.IsCancellationRequested)
        {
            Say(ProbeSeverity.Warning, $"prompts and chat template could not be looked at: {Reason(e)}");
        }
    }

    private void CheckContext(string problem, int prompt, int newTokens, int? context)
    {
        if (context is not { } most) Say(ProbeSeverity.Note, $"the longest prompt, problem '{problem}', has {prompt} tokens; the server does not say how long its context is.");
        else if (prompt + newTokens <= most) Say(ProbeSeverity.Note, $"the longest prompt, problem '{problem}', has {prompt} tokens; with {newTokens} new ones it fits the context of {most}.");
        else
            Say(ProbeSeverity.Error,
                $"problem '{problem}' has a prompt of {prompt} tokens; with up to {newTokens} new ones that exceeds the context of {most}, and such requests are refused. "
                + $"Serve with --max-model-len {prompt + newTokens} or more{(prompt < most ? $", or ask for {most - prompt} new tokens at most" : "")}.");
    }

    private void CheckPrompt(string text, Problem problem)
    {
        var end = text.TrimEnd();
        templateOpensThinking = end.EndsWith("<think>", StringComparison.Ordinal);
        if (end.EndsWith("</think>", StringComparison.Ordinal))
            Say(ProbeSeverity.Warning, "its chat template closes the thinking before the answer begins (enable_thinking is off): the teacher will not reason.");
        var question = text.IndexOf(problem.Question.Trim(), StringComparison.Ordinal);
        var before = question < 0 ? "" : text[..question];
        if (options.SystemMessage is null && before.Contains("system", StringComparison.Ordinal))
            Say(ProbeSeverity.Note, $"its chat template puts in a system message of its own: \"{before.ReplaceLineEndings(" ").Trim()}\". Send one to be sure what the teacher reads.");
    }

    private async Task CheckTemplateAsync(ChatCompletionsClient client, CancellationToken cancellationToken)
    {
        var turns = new JsonArray(
            new JsonObject { ["role"] = "user", ["content"] = "What colour is it?" },
            new JsonObject { ["role"] = "assistant", ["content"] = $"<think>\nThe {Thought} is open.\n</think>\n\nThe {Answer} is blue." });
        var answer = await TokenizeAsync(client, turns, forGeneration: false, cancellationToken).ConfigureAwait(false);
        var text = await TextAsync(client, TokensOf(answer), cancellationToken).ConfigureAwait(false);
        if (text.Contains(Answer, StringComparison.OrdinalIgnoreCase) && !text.Contains(Thought, StringComparison.OrdinalIgnoreCase))
            Say(ProbeSeverity.Warning,
                "its chat template strips the thinking of assistant turns: worked examples lose theirs, and whoever trains on these traces through it trains on bare answers. "
                + "Train through a template that keeps it (docs/chat-templates.md).");
    }

    /// <summary>One small request such as thousands will be.</summary>
    private async Task TryAsync(IReadOnlyList<Problem> problems, SamplingOptions sampling, CancellationToken cancellationToken)
    {
        var problem = problems.MinBy(p => p.Question.Length)!;
        var most = sampling.IsGreedy ? 1 : Math.Min(2, Math.Min(options.SamplesPerRequest, sampling.SamplesPerProblem));
        SampleRequest[] asked = [.. Enumerable.Range(0, most).Select(i => new SampleRequest(problem, i))];
        var brief = sampling with { MaxNewTokens = Math.Min(sampling.MaxNewTokens, TrialTokens) };
        var quirks = new ServerQuirks(NullLogger.Instance);
        try
        {
            var response = await WithinAsync(options.RequestTimeout,
                token => endpoint.GetResponseAsync(requests.Messages(problem), requests.Options(asked, brief), token), cancellationToken).ConfigureAwait(false);
            var traces = new ChatResponses("probe", quirks).ToTraces(response, asked, brief, options.WithLogProbs);
            foreach (var quirk in quirks.Counts.Keys)
                Say(quirk is ServerQuirk.OldReasoningField ? ProbeSeverity.Note : ProbeSeverity.Warning, ServerQuirks.Describe(quirk) + ".");
            CheckAnswers(traces, response.RawRepresentation as ChatCompletion, brief);
        }
        catch (Exception e) when (ServerFailures.IsServers(e) && !cancellationToken.IsCancellationRequested)
        {
            Say(ProbeSeverity.Error, $"a first request (problem '{problem.Id}', {brief.MaxNewTokens} new tokens) failed: {Reason(e)}");
        }
    }

    private void CheckAnswers(IReadOnlyList<Trace> traces, ChatCompletion? completion, SamplingOptions sampling)
    {
        var reasons = completion is null || completion.Choices.Any(c => !string.IsNullOrEmpty(c.Reasoning));
        if (!reasons && (templateOpensThinking || traces.Any(t => t.Response.Contains("<think>", StringComparison.Ordinal))))
            Say(ProbeSeverity.Warning, templateOpensThinking
                ? "has no reasoning parser though its chat template opens the thinking: traces would hold </think> without <think>. Serve with --reasoning-parser (qwen3, deepseek_r1, ...)."
                : "has no reasoning parser: thinking comes inside the content, tags and all. Traces keep it as it is; to have it apart, serve with --reasoning-parser (qwen3, deepseek_r1, ...).");
        if (traces.Any(t => string.IsNullOrWhiteSpace(t.Response))) Say(ProbeSeverity.Warning, "gave an empty answer.");
        if (traces.Count == 2 && !sampling.IsGreedy && traces[0].Response == traces[1].Response && traces[0].Response.Length >= 80)
            Say(ProbeSeverity.Warning, "gave two samples with the same text: it seems to use one seed for both, or to ignore the temperature.");
    }

    private JsonArray Messages(Problem problem) =>
        new([.. requests.Messages(problem).Select(m => (JsonNode)new JsonObject { ["role"] = m.Role.Value, ["content"] = m.Text })]);

    private Task<JsonNode> TokenizeAsync(ChatCompletionsClient client, JsonArray messages, bool forGeneration, CancellationToken cancellationToken) =>
        AskAsync(client, HttpMethod.Post, client.Beside("tokenize"),
            new JsonObject { ["model"] = client.Model, ["messages"] = messages, ["add_generation_prompt"] = forGeneration }, cancellationToken);

    private async Task<string> TextAsync(ChatCompletionsClient client, int[] tokens, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["model"] = client.Model, ["tokens"] = new JsonArray([.. tokens.Select(t => (JsonNode)t)]) };
        return (await AskAsync(client, HttpMethod.Post, client.Beside("detokenize"), body, cancellationToken).ConfigureAwait(false))["prompt"]?.ToString()
            ?? throw new ChatServerException("/detokenize answered without a prompt");
    }

    private static int[] TokensOf(JsonNode answer) =>
        answer["tokens"] is JsonArray tokens && tokens.All(t => t is JsonValue v && v.TryGetValue<int>(out _))
            ? [.. tokens.Select(t => t!.GetValue<int>())]
            : throw new ChatServerException("/tokenize answered without token ids");

    private async Task<JsonNode> AskAsync(ChatCompletionsClient client, HttpMethod method, Uri address, JsonObject? body, CancellationToken cancellationToken)
    {
        var text = await WithinAsync(Patience, token => client.SendAsync(method, address, body, token), cancellationToken).ConfigureAwait(false);
        try
        {
            return JsonNode.Parse(text) as JsonObject ?? throw new JsonException("not an object");
        }
        catch (JsonException e)
        {
            throw new ChatServerException($"what it answers is not JSON ({e.Message}); is it a chat server at all?");
        }
    }

    private async Task<T> WithinAsync<T>(TimeSpan limit, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        if (limit > options.RequestTimeout) limit = options.RequestTimeout;
        using var late = new CancellationTokenSource(limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            return await call(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ChatServerException($"no answer within {limit}");
        }
    }

    private static int? Count(JsonNode? node) => node is JsonValue value && value.TryGetValue<int>(out var count) ? count : null;

    private static string Reason(Exception e) => e.Message.TrimEnd('.');

    private void Say(ProbeSeverity severity, string message) => findings.Add(new ProbeFinding(severity, http?.Address ?? $"endpoint {number + 1}", message));
}
