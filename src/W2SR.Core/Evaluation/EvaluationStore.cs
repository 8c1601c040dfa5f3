using System.Text;
using System.Text.Json;
using W2SR.Core.Common;
using W2SR.Core.Traces;

namespace W2SR.Core.Evaluation;

/// <summary>
/// A folder that keeps one evaluation: every response (appended as it is made, so that a run that died goes on), and for each verifier every
/// verdict and the result. Other verifiers can judge the same responses later without asking the model again.
/// </summary>
/// <remarks><c>responses.jsonl</c> with its manifest, <c>verdicts-VERIFIER.jsonl</c>, <c>result-VERIFIER.json</c>; see docs/formats.md.</remarks>
public sealed class EvaluationStore : IDisposable
{
    // Absent values are written as null: a verdict without an answer has to be read back.
    private static readonly JsonSerializerOptions Json = new(W2srJson.Line) { DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.Never };

    private EvaluationStore(string folder, TraceStore responses)
    {
        Folder = folder;
        Responses = responses;
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>The responses.</summary>
    public TraceStore Responses { get; }

    /// <summary>Opens a folder, or creates it.</summary>
    /// <param name="folder">The folder of one model under one set of conditions.</param>
    /// <param name="made">What makes the responses, by name: the model's hash, prompt, template, version. Responses made by something else are refused.</param>
    /// <exception cref="InvalidOperationException">The folder holds responses made under other settings; the message names the difference.</exception>
    public static EvaluationStore Open(string folder, IReadOnlyDictionary<string, string> made)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(made);
        return new EvaluationStore(folder, TraceStore.Open(Path.Combine(folder, "responses.jsonl"), made));
    }

    /// <summary>Every verdict of a verifier, or null when it has not judged here.</summary>
    /// <exception cref="W2srFormatException">The file is damaged.</exception>
    public static IReadOnlyList<JudgedResponse>? FindVerdicts(string folder, string verifier)
    {
        var file = FileOf(folder, "verdicts", verifier, ".jsonl");
        return File.Exists(file) ? [.. File.ReadLines(file).Select((line, i) => Parse<JudgedResponse>(file, $"line {i + 1}", line))] : null;
    }

    /// <summary>The result under a verifier, or null when it has not judged here.</summary>
    /// <exception cref="W2srFormatException">The file is damaged.</exception>
    public static EvaluationResult? FindResult(string folder, string verifier)
    {
        var file = FileOf(folder, "result", verifier, ".json");
        return File.Exists(file) ? Parse<EvaluationResult>(file, null, File.ReadAllText(file)) : null;
    }

    /// <inheritdoc/>
    public void Dispose() => Responses.Dispose();

    /// <summary>Keeps what a verifier found; the result last, so that it stands only beside whole verdicts.</summary>
    internal void Keep(EvaluationResult result, IReadOnlyList<JudgedResponse> verdicts)
    {
        var lines = new StringBuilder();
        foreach (var verdict in verdicts) lines.Append(JsonSerializer.Serialize(verdict, Json)).Append('\n');
        AtomicFile.WriteText(FileOf(Folder, "verdicts", result.Conditions.Verifier, ".jsonl"), lines.ToString());
        AtomicFile.WriteText(FileOf(Folder, "result", result.Conditions.Verifier, ".json"), JsonSerializer.Serialize(result, Json));
    }

    private static string FileOf(string folder, string kind, string verifier, string ending)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentException.ThrowIfNullOrEmpty(verifier);
        // A verifier's name is free text; what a file name cannot carry is replaced, and the hash keeps two such names apart.
        var plain = string.Concat(verifier.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' ? c : '_'));
        return Path.Combine(folder, $"{kind}-{(plain == verifier ? plain : $"{plain}-{ContentHash.OfText(verifier)}")}{ending}");
    }

    private static T Parse<T>(string file, string? location, string json)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, Json) ?? throw new W2srFormatException(file, location, "is null. Delete the file, and judge again.");
        }
        catch (JsonException e)
        {
            throw new W2srFormatException(file, location, $"is damaged ({e.Message}). Delete the file, and judge again; the responses are kept.", e);
        }
    }
}
