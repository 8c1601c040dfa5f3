using System.Text.Json.Nodes;
using W2SR.Core.Problems;
using W2SR.Core.Tests.Infrastructure;
using W2SR.Core.Traces;

namespace W2SR.Core.Tests.Traces;

/// <summary>A remote teacher with short delays, what it is asked, and where its traces go.</summary>
internal static class RemoteTeacher
{
    public const string Key = "sk-very-secret";

    public static readonly ChatClientTeacherOptions Quick = new()
    {
        MaxConcurrency = 4,
        FirstDelay = TimeSpan.FromMilliseconds(5),
        MaxDelay = TimeSpan.FromMilliseconds(300),
        RequestTimeout = TimeSpan.FromMinutes(1), // a busy machine must not look like a server that hangs
    };

    public static Problem[] Sums(int count) => [.. Enumerable.Range(0, count).Select(i => new Problem($"p{i}", $"What is {i} + {i}?", $"{2 * i}"))];

    public static ChatClientTeacher Teacher(ChatClientTeacherOptions? options, params FlakyServer[] servers) => Teacher(options, null, servers);

    public static ChatClientTeacher Teacher(ChatClientTeacherOptions? options, ListLogger? logger, params FlakyServer[] servers) =>
        new("remote", [.. servers.Select(s => new ChatCompletionsClient(s.Endpoint, "m", Key))], options: options ?? Quick, logger: logger);

    public static TraceStore Store(string folder) => TraceStore.Open(Path.Combine(folder, "t.jsonl"), new Dictionary<string, string> { ["model"] = "m" });

    public static string Question(JsonObject body) => body["messages"]![0]!["content"]!.GetValue<string>();
}
