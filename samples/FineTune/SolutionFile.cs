using System.Text.Json;
using W2SR.Core.Common;
using W2SR.Core.Problems;
using W2SR.Core.Traces;

namespace W2SR.Samples.FineTune;

/// <summary>Reads worked solutions as traces that ended by themselves.</summary>
internal static class SolutionFile
{
    public static (IReadOnlyList<Problem> Problems, IReadOnlyList<Trace> Traces) Read(string path, int count)
    {
        var (problems, traces) = (new List<Problem>(), new List<Trace>());
        foreach (var line in File.ReadLines(path).Where(l => l.Length > 0).Take(count))
        {
            using var row = Parse(path, line, problems.Count + 1);
            string Text(string key) => row.RootElement.TryGetProperty(key, out var value) && value.GetString() is { } text
                ? text : throw new W2srFormatException(path, $"line {problems.Count + 1}", $"has no \"{key}\".");
            var (question, solution) = (Text("question"), Text("answer"));
            var id = $"{Path.GetFileNameWithoutExtension(path)}/{problems.Count}";
            problems.Add(new Problem(id, question, solution[(solution.LastIndexOf("####", StringComparison.Ordinal) + 4)..].Trim()) { Solution = solution });
            traces.Add(new Trace { ProblemId = id, SampleIndex = 0, Response = solution, FinishReason = FinishReason.Stop, Reasoner = "gold" });
        }
        return (problems, traces);
    }

    private static JsonDocument Parse(string path, string line, int number)
    {
        try
        {
            return JsonDocument.Parse(line);
        }
        catch (JsonException e)
        {
            throw new W2srFormatException(path, $"line {number}", "is not JSON: " + e.Message, e);
        }
    }
}
