using System.Text.Json;
using W2SR.Core.Common;

namespace W2SR.Core.Problems;

/// <summary>A benchmark or training file of JSON lines, in any of the known forms; the form is told by the content, not by the name.</summary>
/// <remarks>Forms and their fields: docs/evaluation.md.</remarks>
public sealed class BenchmarkFile : IProblemSource
{
    private readonly string path;
    private readonly ulong optionSeed;

    private BenchmarkFile(string path, string name, BenchmarkFormat format, ulong optionSeed)
    {
        this.path = path;
        Name = name;
        Format = format;
        this.optionSeed = optionSeed;
    }

    /// <summary>Name of the set, such as "gsm8k/test": the problems' source and the first part of their ids.</summary>
    public string Name { get; }

    /// <summary>The form of its lines.</summary>
    public BenchmarkFormat Format { get; }

    /// <summary>Opens a file and recognises its form by its first line.</summary>
    /// <param name="path">JSON lines in UTF-8.</param>
    /// <param name="name">Name of the set; null for the folder's and file's names, such as "gsm8k/test".</param>
    /// <param name="optionSeed">Seed of the order of GPQA's options.</param>
    /// <exception cref="W2srFormatException">The file is empty, its first line is no JSON object, or its keys belong to no known form.</exception>
    public static BenchmarkFile Open(string path, string? name = null, ulong optionSeed = 0)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var first = Lines(path).FirstOrDefault();
        if (first.Text is null) throw new W2srFormatException(path, null, "is empty; one JSON object a line was expected.");
        using var json = Parse(path, first.Number, first.Text);
        if (BenchmarkLine.Recognise(json.RootElement) is not { } format)
            throw new W2srFormatException(path, $"line {first.Number}",
                $"has the keys {string.Join(", ", json.RootElement.EnumerateObject().Select(p => p.Name))}, which belong to no known benchmark. Own files have question and answer (docs/evaluation.md).");
        var full = Path.GetFullPath(path);
        name ??= $"{Path.GetFileName(Path.GetDirectoryName(full))}/{Path.GetFileNameWithoutExtension(full)}".TrimStart('/');
        return new BenchmarkFile(path, name, format, optionSeed);
    }

    /// <summary>Reads all problems of a file.</summary>
    /// <inheritdoc cref="Open"/>
    public static IReadOnlyList<Problem> ReadAll(string path, string? name = null, ulong optionSeed = 0) => [.. Open(path, name, optionSeed).Read()];

    /// <summary>Numbers of the lines whose worked solution boxes no answer; <see cref="Read"/> leaves them out, since nothing could be judged by them.</summary>
    public IReadOnlyList<int> LinesWithoutAnswer()
    {
        var found = new List<int>();
        foreach (var (number, text) in Lines(path))
        {
            using var json = Parse(path, number, text);
            if (new BenchmarkLine(path, number, Name, optionSeed, json.RootElement).ToProblem(Format) is null) found.Add(number);
        }
        return found;
    }

    /// <summary>Yields the problems in the file's order, lines without an answer left out (<see cref="LinesWithoutAnswer"/>).</summary>
    /// <exception cref="W2srFormatException">A line is damaged, has another form, states no answer, or repeats an id; the message names the line.</exception>
    public IEnumerable<Problem> Read()
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (number, text) in Lines(path))
        {
            using var json = Parse(path, number, text);
            if (new BenchmarkLine(path, number, Name, optionSeed, json.RootElement).ToProblem(Format) is not { } problem) continue;
            if (!ids.TryAdd(problem.Id, number))
                throw new W2srFormatException(path, $"line {number}", $"repeats the id '{problem.Id}' of line {ids[problem.Id]}. Stores and paired tests are keyed by it; give each problem its own.");
            yield return problem;
        }
    }

    private static IEnumerable<(int Number, string Text)> Lines(string path)
    {
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (!string.IsNullOrWhiteSpace(line)) yield return (number, line);
        }
    }

    private static JsonDocument Parse(string path, int number, string text)
    {
        try
        {
            var json = JsonDocument.Parse(text);
            if (json.RootElement.ValueKind == JsonValueKind.Object) return json;
            json.Dispose();
            throw new W2srFormatException(path, $"line {number}", "is not a JSON object.");
        }
        catch (JsonException e)
        {
            throw new W2srFormatException(path, $"line {number}", $"is not JSON: {e.Message}", e);
        }
    }
}
