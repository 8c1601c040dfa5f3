using System.Text;
using System.Text.Json;
using W2SR.Core.Common;
using W2SR.Core.Problems;
using W2SR.Core.Traces;

namespace W2SR.Core.Handover.Files;

/// <summary>Our own side of a hand-over: every trace and problem that was given, as it was, so that whatever comes back can be led to them.</summary>
internal static class TraceFiles
{
    public const string Traces = "w2sr/traces.jsonl", Problems = "w2sr/problems.jsonl";

    public static HandoverFile OfTraces(IReadOnlyList<Trace> traces) => Own(Traces, traces);

    public static HandoverFile OfProblems(IReadOnlyList<Problem> problems) => Own(Problems, problems);

    /// <summary>Reads lines of our own form.</summary>
    /// <exception cref="W2srFormatException">A line is damaged.</exception>
    public static IReadOnlyList<T> Read<T>(string path) => [.. File.ReadLines(path).Select((line, i) =>
    {
        try
        {
            return JsonSerializer.Deserialize<T>(line, W2srJson.Line) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new W2srFormatException(path, $"line {i + 1}", "is damaged: " + e.Message, e);
        }
    })];

    private static HandoverFile Own<T>(string path, IReadOnlyList<T> values) => new(path, stream =>
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), 1 << 16, leaveOpen: true) { NewLine = "\n" };
        foreach (var value in values) writer.WriteLine(JsonSerializer.Serialize(value, W2srJson.Line));
    });
}
