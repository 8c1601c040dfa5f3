using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace W2SR.Core.Tests.Traces;

/// <summary>
/// A server on loopback with vLLM's schema (0.33): models, tokenize, detokenize and chat completions, and its habits as they are told. A sample's text depends on
/// its question and seed alone; the k-th of a request has the request's seed plus k.
/// </summary>
internal sealed partial class VllmDouble : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly VllmBehaviour behaviour;
    private readonly List<string> vocabulary = [];

    private VllmDouble(WebApplication app, VllmBehaviour behaviour) => (this.app, this.behaviour) = (app, behaviour);

    public Uri Endpoint { get; private set; } = null!;

    public ConcurrentQueue<JsonObject> Requests { get; } = [];

    public static async Task<VllmDouble> StartAsync(VllmBehaviour? behaviour = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var server = new VllmDouble(app, behaviour ?? new VllmBehaviour());
        app.MapGet("/v1/models", server.ModelsAsync);
        app.MapPost("/v1/chat/completions", server.CompleteAsync);
        if (server.behaviour.HasTokenize)
        {
            app.MapPost("/tokenize", server.TokenizeAsync);
            app.MapPost("/detokenize", server.DetokenizeAsync);
        }
        await app.StartAsync();
        server.Endpoint = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/v1");
        return server;
    }

    /// <summary>What the model writes: thinking, and an answer of its own for each seed.</summary>
    public static string Thinking(string question, long seed) => $"Thought {seed} about: {question.ReplaceLineEndings(" ")}";

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task<JsonObject?> BodyAsync(HttpContext context)
    {
        if (behaviour.Key is { } key && context.Request.Headers.Authorization != "Bearer " + key)
        {
            await ErrorAsync(context, 401, $"Unauthorized: {context.Request.Headers.Authorization}");
            return null;
        }
        return context.Request.Method == "GET" ? new JsonObject() : (await JsonNode.ParseAsync(context.Request.Body))!.AsObject();
    }

    private async Task ModelsAsync(HttpContext context)
    {
        if (await BodyAsync(context) is null) return;
        await SendAsync(context, new() { ["object"] = "list", ["data"] = new JsonArray(new JsonObject { ["id"] = behaviour.Model, ["max_model_len"] = behaviour.ContextLength }) });
    }

    private async Task TokenizeAsync(HttpContext context)
    {
        if (await BodyAsync(context) is not { } body) return;
        var tokens = Tokens(Rendered(body["messages"]!.AsArray(), body["add_generation_prompt"]!.GetValue<bool>()));
        await SendAsync(context, new() { ["count"] = tokens.Length, ["max_model_len"] = behaviour.ContextLength, ["tokens"] = new JsonArray([.. tokens.Select(t => (JsonNode)t)]) });
    }

    private async Task DetokenizeAsync(HttpContext context)
    {
        if (await BodyAsync(context) is not { } body) return;
        lock (vocabulary) body = new() { ["prompt"] = string.Concat(body["tokens"]!.AsArray().Select(t => vocabulary[t!.GetValue<int>()])) };
        await SendAsync(context, body);
    }

    private async Task CompleteAsync(HttpContext context)
    {
        if (await BodyAsync(context) is not { } body) return;
        Requests.Enqueue(body);
        if (body["model"]!.GetValue<string>() != behaviour.Model)
        {
            await ErrorAsync(context, 404, $"The model `{body["model"]}` does not exist.");
            return;
        }
        var messages = body["messages"]!.AsArray();
        var prompt = Tokens(Rendered(messages, forGeneration: true)).Length;
        var most = (body["max_completion_tokens"] ?? body["max_tokens"])!.GetValue<int>();
        if (prompt + most > behaviour.ContextLength)
        {
            await ErrorAsync(context, 400, $"This model's maximum context length is {behaviour.ContextLength} tokens. However, you requested {prompt + most} tokens.");
            return;
        }
        var question = messages[^1]!["content"]!.GetValue<string>();
        var count = behaviour.IgnoresN ? 1 : body["n"]?.GetValue<int>() ?? 1;
        var seed = body["seed"]!.GetValue<long>();
        var choices = Enumerable.Range(0, count).Select(i => Choice(body, question, behaviour.SameTextForAll ? seed : seed + i, i, most)).ToArray();
        JsonObject? usage = behaviour.SendsUsage
            ? new() { ["prompt_tokens"] = prompt, ["completion_tokens"] = choices.Sum(c => c.Tokens), ["total_tokens"] = prompt + choices.Sum(c => c.Tokens) }
            : null;
        // Out of order: clients go by the index.
        await SendAsync(context, new() { ["object"] = "chat.completion", ["model"] = behaviour.Model, ["choices"] = new JsonArray([.. choices.Reverse().Select(c => (JsonNode)c.Node)]), ["usage"] = usage });
    }

    private (JsonObject Node, int Tokens) Choice(JsonObject body, string question, long seed, int index, int most)
    {
        var closes = !(behaviour.ForgetsToCloseThinking && seed % 3 == 0);
        var thinking = Thinking(question, seed);
        var answer = $"It is \\boxed{{{seed % 10}}}.";
        var opened = behaviour.TemplateOpensThinking ? "" : "<think>\n";
        var tokens = Tokens(opened + thinking + (closes ? "\n</think>\n\n" : " ") + answer);
        var isCut = tokens.Length > most;
        var text = Text(tokens[..Math.Min(tokens.Length, most)]);
        JsonObject message = new() { ["role"] = "assistant", ["content"] = text, ["reasoning"] = null };
        if (behaviour.HasParser)
        {
            var inner = opened.Length == 0 ? text : text.Replace("<think>", "", StringComparison.Ordinal);
            var end = inner.IndexOf("</think>", StringComparison.Ordinal);
            message["content"] = end < 0 ? null : inner[(end + "</think>".Length)..];
            message[behaviour.UsesOldReasoningField ? "reasoning_content" : "reasoning"] = end < 0 ? inner : inner[..end];
        }
        var used = Math.Min(tokens.Length, most);
        var wantsLogProbs = body["logprobs"]?.GetValue<bool>() == true && behaviour.SendsLogProbs;
        return (new JsonObject
        {
            ["index"] = index,
            ["message"] = message,
            ["finish_reason"] = behaviour.SendsFinishReason ? isCut ? "length" : "stop" : null,
            ["stop_reason"] = null,
            ["token_ids"] = behaviour.SendsTokenIds && body["return_token_ids"]?.GetValue<bool>() == true ? new JsonArray([.. tokens.Take(used).Select(t => (JsonNode)t)]) : null,
            ["logprobs"] = wantsLogProbs ? new JsonObject { ["content"] = new JsonArray([.. Enumerable.Range(0, used).Select(t => (JsonNode)new JsonObject { ["token"] = "x", ["logprob"] = -0.5f * t })]) } : null,
        }, used);
    }

    private string Rendered(JsonArray messages, bool forGeneration)
    {
        var turns = messages.Select(m => (Role: m!["role"]!.GetValue<string>(), Content: m["content"]!.GetValue<string>())).ToList();
        if (behaviour.TemplateAddsSystem && turns[0].Role != "system") turns.Insert(0, ("system", "You are somebody."));
        var text = string.Concat(turns.Select(t => $"<|im_start|>{t.Role}\n{(behaviour.TemplateStripsThoughts ? Thoughts().Replace(t.Content, "") : t.Content)}<|im_end|>\n"));
        if (!forGeneration) return text;
        return text + "<|im_start|>assistant\n" + (behaviour.TemplateOpensThinking ? "<think>\n" : behaviour.TemplateClosesThinking ? "<think>\n\n</think>\n\n" : "");
    }

    private int[] Tokens(string text)
    {
        lock (vocabulary)
            return [.. Pieces().Matches(text).Select(m =>
            {
                if (vocabulary.IndexOf(m.Value) is var id and >= 0) return id;
                vocabulary.Add(m.Value);
                return vocabulary.Count - 1;
            })];
    }

    private string Text(int[] tokens)
    {
        lock (vocabulary) return string.Concat(tokens.Select(t => vocabulary[t]));
    }

    private static Task SendAsync(HttpContext context, JsonObject body)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body.ToJsonString());
    }

    private static Task ErrorAsync(HttpContext context, int status, string message)
    {
        context.Response.StatusCode = status;
        return SendAsync(context, new() { ["error"] = new JsonObject { ["message"] = message, ["type"] = "BadRequestError", ["param"] = null, ["code"] = status } });
    }

    [GeneratedRegex(@"\s*\S+|\s+")]
    private static partial Regex Pieces();

    [GeneratedRegex(@"<think>.*?</think>\s*", RegexOptions.Singleline)]
    private static partial Regex Thoughts();
}
