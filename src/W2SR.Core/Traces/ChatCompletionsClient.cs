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
    private readonly Uri endpoint;

    /// <summary>Creates the client.</summary>
    /// <param name="endpoint">The server, such as <c>http://gpu-1:8000/v1</c>.</param>
    /// <param name="model">The model's name there.</param>
    /// <param name="apiKey">Sent as bearer token; never logged, never part of a message.</param>
    /// <param name="http">The HTTP client, borrowed; give it an infinite timeout, for the teacher has one of its own. Null for a new one.</param>
    public ChatCompletionsClient(Uri endpoint, string model, string? apiKey = null, HttpClient? http = null)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentException.ThrowIfNullOrEmpty(model);
        if (!endpoint.IsAbsoluteUri || endpoint.Scheme is not ("http" or "https"))
            throw new ArgumentException($"The endpoint must be an address such as http://host:8000/v1, not \"{endpoint}\".", nameof(endpoint));
        Model = model;
        this.apiKey = string.IsNullOrEmpty(apiKey) ? null : apiKey;
        this.http = http ?? new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        this.endpoint = endpoint;
    }

    /// <summary>The server's address, without user information and query.</summary>
    public string Address => Shown(Below("chat/completions"));

    /// <summary>The model's name on the server.</summary>
    public string Model { get; }

    /// <inheritdoc/>
    /// <remarks>Of several samples (<c>n</c> among the additional properties) the response shows the first; the teacher reads them all.</remarks>
    /// <exception cref="ChatServerException">The server answered with an error, or with something that is no completion.</exception>
    public async Task<ChatResponse> GetResponseAsync(IEnumerable<AiMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var text = await SendAsync(HttpMethod.Post, Below("chat/completions"), Body(messages, options), cancellationToken).ConfigureAwait(false);
        try
        {
            return Read(ChatCompletion.Parse(text));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new ChatServerException($"{Address} gave an answer that is no chat completion ({e.Message}): {Snippet(text)}");
        }
    }

    /// <summary>A place below the endpoint, such as <c>models</c>.</summary>
    internal Uri Below(string place) => With(endpoint.AbsolutePath.TrimEnd('/') + "/" + place);

    /// <summary>A place beside <c>/v1</c>, where vLLM keeps what OpenAI does not have, such as <c>tokenize</c>.</summary>
    internal Uri Beside(string place)
    {
        var path = endpoint.AbsolutePath.TrimEnd('/');
        return With((path.EndsWith("/v1", StringComparison.Ordinal) ? path[..^3] : path) + "/" + place);
    }

    /// <summary>Sends a request and reads the whole answer.</summary>
    /// <exception cref="ChatServerException">Another status than success, or no answer within the HTTP client's own timeout.</exception>
    internal async Task<string> SendAsync(HttpMethod method, Uri address, JsonObject? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, address);
        if (body is not null) request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        if (apiKey is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", apiKey);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            var text = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            if (response.IsSuccessStatusCode) return text;
            throw new ChatServerException($"{Shown(address)} answered {(int)response.StatusCode} {response.ReasonPhrase}: {Snippet(text)}", response.StatusCode, RetryAfter(response));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ChatServerException($"{Shown(address)} gave no answer within the HTTP client's own timeout of {http.Timeout}; give that client an infinite one, the teacher has its own.");
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
            ["model"] = options?.ModelId ?? Model,
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

    private static ChatResponse Read(ChatCompletion completion)
    {
        var first = completion.Choices[0];
        var contents = new List<AIContent>();
        if (!string.IsNullOrEmpty(first.Reasoning)) contents.Add(new TextReasoningContent(first.Reasoning));
        if (!string.IsNullOrEmpty(first.Content)) contents.Add(new TextContent(first.Content));
        return new ChatResponse(new AiMessage(ChatRole.Assistant, contents))
        {
            RawRepresentation = completion,
            FinishReason = string.IsNullOrEmpty(first.FinishReason) ? null : new ChatFinishReason(first.FinishReason),
            Usage = completion is { PromptTokens: null, CompletionTokens: null } ? null
                : new UsageDetails { InputTokenCount = completion.PromptTokens, OutputTokenCount = completion.CompletionTokens },
        };
    }

    private Uri With(string path) => new UriBuilder(endpoint) { Path = path }.Uri; // a query of the endpoint stays

    private static string Shown(Uri address) => address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);

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
