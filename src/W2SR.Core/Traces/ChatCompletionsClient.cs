using System.Globalization;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using AiMessage = Microsoft.Extensions.AI.ChatMessage;

namespace W2SR.Core.Traces;

/// <summary>
/// A plain client of servers that speak <c>/v1/chat/completions</c> (vLLM, SGLang, llama.cpp, Ollama, OpenAI). It keeps what such servers add:
/// <c>reasoning_content</c> or <c>reasoning</c>, <c>min_p</c>, <c>repetition_penalty</c>, and the Retry-After of a refusal.
/// </summary>
public sealed class ChatCompletionsClient : IChatClient
{
    private readonly HttpClient http;
    private readonly string? apiKey;
    private readonly Uri address;
    private readonly string model;

    /// <summary>Creates the client.</summary>
    /// <param name="endpoint">The server, such as <c>http://gpu-1:8000/v1</c>.</param>
    /// <param name="model">The model's name there.</param>
    /// <param name="apiKey">Sent as bearer token; never logged, never part of a message.</param>
    /// <param name="http">The HTTP client, borrowed; its own timeout is switched off by the teacher's. Null for a new one.</param>
    public ChatCompletionsClient(Uri endpoint, string model, string? apiKey = null, HttpClient? http = null)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentException.ThrowIfNullOrEmpty(model);
        this.model = model;
        this.apiKey = string.IsNullOrEmpty(apiKey) ? null : apiKey;
        this.http = http ?? new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        address = new Uri(endpoint.AbsoluteUri.TrimEnd('/') + "/chat/completions");
    }

    /// <summary>The server's address, without user information.</summary>
    public string Address => address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);

    /// <inheritdoc/>
    public async Task<ChatResponse> GetResponseAsync(IEnumerable<AiMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new StringContent(Body(messages, options).ToJsonString(), Encoding.UTF8, "application/json") };
        if (apiKey is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", apiKey);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        var text = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
            throw new ChatServerException($"{Address} answered {(int)response.StatusCode} {response.ReasonPhrase}: {Snippet(text)}", response.StatusCode, RetryAfter(response));
        try
        {
            return Read(text);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new ChatServerException($"{Address} gave an answer that is no chat completion ({e.Message}): {Snippet(text)}");
        }
    }

    /// <summary>Whole answers as one update: traces are needed whole.</summary>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<AiMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var whole = await GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false);
        foreach (var update in whole.ToChatResponseUpdates()) yield return update;
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // The HTTP client is shared or lives as long as the process.
    }

    private JsonObject Body(IEnumerable<AiMessage> messages, ChatOptions? options)
    {
        var body = new JsonObject
        {
            ["model"] = options?.ModelId ?? model,
            ["messages"] = new JsonArray([.. messages.Select(m => (JsonNode)new JsonObject { ["role"] = m.Role.Value, ["content"] = m.Text })]),
        };
        if (options is null) return body;
        if (options.Temperature is { } temperature) body["temperature"] = temperature;
        if (options.TopP is { } topP) body["top_p"] = topP;
        if (options.TopK is { } topK) body["top_k"] = topK;
        if (options.MaxOutputTokens is { } tokens) body["max_tokens"] = tokens;
        if (options.Seed is { } seed) body["seed"] = seed;
        if (options.StopSequences is { Count: > 0 } stops) body["stop"] = new JsonArray([.. stops.Select(s => (JsonNode)s)]);
        foreach (var (name, value) in options.AdditionalProperties ?? []) body[name] = JsonSerializer.SerializeToNode(value);
        return body;
    }

    private static ChatResponse Read(string text)
    {
        if (JsonNode.Parse(text) is not JsonObject root || root["choices"] is not JsonArray { Count: > 0 } choices || choices[0] is not JsonObject choice
            || choice["message"] is not JsonObject message)
            throw new FormatException("it has no choice with a message");
        var contents = new List<AIContent>();
        if ((Text(message["reasoning_content"]) ?? Text(message["reasoning"])) is { Length: > 0 } reasoning) contents.Add(new TextReasoningContent(reasoning));
        if (Text(message["content"]) is { Length: > 0 } content) contents.Add(new TextContent(content));
        var usage = root["usage"] as JsonObject;
        return new ChatResponse(new AiMessage(ChatRole.Assistant, contents))
        {
            ModelId = Text(root["model"]),
            FinishReason = Text(choice["finish_reason"]) is { } reason ? new ChatFinishReason(reason) : null,
            Usage = usage is null ? null : new UsageDetails { InputTokenCount = Count(usage["prompt_tokens"]), OutputTokenCount = Count(usage["completion_tokens"]) },
        };
    }

    private static string? Text(JsonNode? node) => node?.GetValue<string>();

    private static long? Count(JsonNode? node) => node?.GetValue<long>();

    private string Snippet(string text)
    {
        var shown = apiKey is null ? text : text.Replace(apiKey, "***", StringComparison.Ordinal); // some servers echo the key that they refuse
        return shown.Length <= 300 ? shown : string.Create(CultureInfo.InvariantCulture, $"{shown[..300]}... ({shown.Length} characters)");
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date > DateTimeOffset.UtcNow ? date - DateTimeOffset.UtcNow : TimeSpan.Zero,
        _ => null,
    };
}
