using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace W2SR.Core.Tests.Traces;

/// <summary>A chat server on loopback that misbehaves as it is told, and counts what it sees.</summary>
internal sealed class FlakyServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly Func<int, JsonObject, HttpContext, Task> behave;
    private int calls, underWay;

    private FlakyServer(WebApplication app, Func<int, JsonObject, HttpContext, Task> behave) => (this.app, this.behave) = (app, behave);

    public Uri Endpoint { get; private set; } = null!;

    public int Calls => calls;

    public int MostUnderWay { get; private set; }

    public ConcurrentBag<JsonObject> Requests { get; } = [];

    public ConcurrentBag<string> Keys { get; } = [];

    /// <param name="behave">Number of the call from 0, its body, and the context to answer in.</param>
    public static async Task<FlakyServer> StartAsync(Func<int, JsonObject, HttpContext, Task> behave)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var server = new FlakyServer(app, behave);
        app.MapPost("/v1/chat/completions", server.HandleAsync);
        await app.StartAsync();
        server.Endpoint = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/v1/");
        return server;
    }

    public static Task Answer(HttpContext context, string content, string? reasoning = null, string? finish = "stop", int tokens = 7) =>
        context.Response.WriteAsync(new JsonObject
        {
            ["model"] = "m",
            ["choices"] = new JsonArray(new JsonObject
            {
                ["finish_reason"] = finish,
                ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = content, ["reasoning_content"] = reasoning },
            }),
            ["usage"] = new JsonObject { ["prompt_tokens"] = 5, ["completion_tokens"] = tokens },
        }.ToJsonString());

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        lock (Requests) MostUnderWay = Math.Max(MostUnderWay, ++underWay);
        try
        {
            var body = (await JsonNode.ParseAsync(context.Request.Body))!.AsObject();
            Requests.Add(body);
            Keys.Add(context.Request.Headers.Authorization.ToString());
            await behave(Interlocked.Increment(ref calls) - 1, body, context);
        }
        finally
        {
            lock (Requests) underWay--;
        }
    }
}
