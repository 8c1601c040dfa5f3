using System.Text.Json;
using W2SR.Core.Common;
using W2SR.Core.Handover.Files;
using W2SR.Core.Problems;

namespace W2SR.Core.Handover.Returned;

/// <summary>Reads the responses that engines generated, each in its own form, and leads them back to the problems.</summary>
public static class EngineResponses
{
    /// <summary>The output of <c>vllm run-batch</c>: one line a problem with n choices; <c>custom_id</c> is the problem's id.</summary>
    /// <param name="path">The JSON lines.</param>
    /// <param name="problems">The problems that were asked.</param>
    /// <param name="options">What the file does not say.</param>
    /// <remarks>Reasoning in a field of its own is put back between think tags, open where the answer never came.</remarks>
    /// <exception cref="W2srFormatException">Not such a file.</exception>
    public static ReturnedResponses ReadVllmBatch(string path, IReadOnlyList<Problem> problems, ReturnedOptions options)
    {
        var collector = new ResponseCollector(problems, options);
        foreach (var (line, number) in Lines(path))
        {
            if (line.Text("custom_id") is not { } id) throw new W2srFormatException(path, $"line {number}", "has no custom_id; this is not the output of vllm run-batch.");
            if (collector.ById(id) is not { } problem) collector.Fail($"line {number}: '{id}' is none of the problems.");
            else if (Body(line) is { } body) VllmChoices.Add(collector, problem, body);
            else collector.Fail($"line {number}: problem '{id}' failed: {Error(line)}");
        }
        return collector.Complete(path);
    }

    /// <summary>LLaMA-Factory's <c>generated_predictions.jsonl</c>. It has no ids: rows are matched by their order, and held against the label.</summary>
    /// <param name="path">The JSON lines.</param>
    /// <param name="rows">The rows of the data set that was answered, in order (<see cref="HandoverFolder.ReadRows"/>); the file may end early.</param>
    /// <param name="problems">The problems.</param>
    /// <param name="options">What the file does not say; finish reasons, above all.</param>
    /// <exception cref="W2srFormatException">Not such a file, or of other rows.</exception>
    public static ReturnedResponses ReadLlamaFactory(string path, IReadOnlyList<HandoverRow> rows, IReadOnlyList<Problem> problems, ReturnedOptions options)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var collector = new ResponseCollector(problems, options);
        var count = 0;
        foreach (var (line, number) in Lines(path))
        {
            if (line.Text("predict") is not { } response || line.Text("label") is not { } label) throw new W2srFormatException(path, $"line {number}", "has no predict and label; this is not generated_predictions.jsonl.");
            if (count == rows.Count) throw new W2srFormatException(path, $"line {number}", $"is one more than the {rows.Count} rows that were handed over.");
            var row = rows[count++];
            // The template's line end stands behind the label.
            if (label.TrimEnd('\n') != row.Response.TrimEnd('\n'))
                throw new W2srFormatException(path, $"line {number}", $"answers another row: its label is not the response of row {count} ({row.Id}). Was the data set exported anew, or shuffled?");
            var id = row.Id is null ? null : HandoverRow.Split(row.Id)?.ProblemId;
            if ((collector.ById(id) ?? collector.ByUser(row.User)) is { } problem) collector.Add(problem, response, null);
            else collector.Fail($"line {number}: row {row.Id} belongs to none of the problems.");
        }
        if (count < rows.Count) collector.Find($"{count} of {rows.Count} rows were answered.");
        return collector.Complete(path);
    }

    /// <summary>LLaMA-Factory's <c>generated_predictions.jsonl</c> for rows of a hand-over: those it validates on where the first label is theirs (so <c>predict.w2sr.yaml</c> asks), else those it trains on.</summary>
    /// <param name="path">The JSON lines.</param>
    /// <param name="folder">The hand-over.</param>
    /// <param name="options">What the file does not say; finish reasons, above all.</param>
    /// <exception cref="W2srFormatException">Not such a file, or of other rows.</exception>
    public static ReturnedResponses ReadLlamaFactory(string path, HandoverFolder folder, ReturnedOptions options)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var first = Lines(path).Select(l => l.Line.Text("label")).FirstOrDefault();
        var validation = folder.ReadValidationRows();
        var rows = validation.Count > 0 && first?.TrimEnd('\n') == validation[0].Response.TrimEnd('\n') ? validation : folder.ReadRows();
        return ReadLlamaFactory(path, rows, folder.Problems, options);
    }

    /// <summary>verl's dumps of rollouts or validation, <c>STEP.jsonl</c>.</summary>
    /// <param name="path">The JSON lines of one step.</param>
    /// <param name="problems">The problems.</param>
    /// <param name="options">What the file does not say.</param>
    /// <remarks>Led back by <c>problem_id</c>, which our reward puts there; where another reward ran, by question and reference answer.</remarks>
    /// <exception cref="W2srFormatException">Not such a file.</exception>
    public static ReturnedResponses ReadVerl(string path, IReadOnlyList<Problem> problems, ReturnedOptions options)
    {
        var collector = new ResponseCollector(problems, options);
        foreach (var (line, number) in Lines(path))
        {
            if (line.Text("input") is not { } input || line.Text("output") is not { } output) throw new W2srFormatException(path, $"line {number}", "has no input and output; this is no dump of verl.");
            if ((collector.ById(line.Text("problem_id")) ?? collector.InPrompt(input, line.Text("gts"))) is { } problem) collector.Add(problem, output, null);
            else collector.Fail($"line {number}: no problem, or more than one, has this question.");
        }
        return collector.Complete(path);
    }

    /// <summary>TRL's <c>completions_N.parquet</c> of one step, or several files in order.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="problems">The problems.</param>
    /// <param name="options">What the files do not say.</param>
    /// <exception cref="W2srFormatException">Not such a file.</exception>
    public static ReturnedResponses ReadTrlCompletions(IReadOnlyList<string> paths, IReadOnlyList<Problem> problems, ReturnedOptions options)
    {
        ArgumentNullException.ThrowIfNull(paths);
        if (paths.Count == 0) throw new ArgumentException("Name at least one file.", nameof(paths));
        var collector = new ResponseCollector(problems, options);
        foreach (var path in paths)
            foreach (var (row, number) in ChatParquet.ReadAny(path).Select((r, i) => (r, i + 1)))
            {
                var (prompt, completion) = (Last(row, "prompt", "user"), Last(row, "completion", "assistant"));
                if (prompt is null || completion is null) throw new W2srFormatException(path, $"row {number}", "has no prompt and completion of turns; this is no completions file of TRL.");
                if (collector.ByUser(prompt) is { } problem) collector.Add(problem, completion, null);
                else collector.Fail($"{Path.GetFileName(path)}, row {number}: no problem has this question.");
            }
        return collector.Complete(paths[0]);
    }

    /// <summary>lighteval's <c>details_TASK_TIME.parquet</c> (columns doc, model_response, metric).</summary>
    /// <param name="path">The file.</param>
    /// <param name="problems">The problems of the task.</param>
    /// <param name="options">What the file does not say.</param>
    /// <remarks>Led back by the question inside the query. Several texts of a response are several samples. The form is taken from lighteval's source; no file of a run was at hand.</remarks>
    /// <exception cref="W2srFormatException">Not such a file.</exception>
    public static ReturnedResponses ReadLighteval(string path, IReadOnlyList<Problem> problems, ReturnedOptions options)
    {
        var collector = new ResponseCollector(problems, options);
        foreach (var (row, number) in ChatParquet.ReadAny(path).Select((r, i) => (r, i + 1)))
        {
            if (Part(row, "doc", "query") is not string query || Part(row, "model_response", "text") is not System.Collections.IEnumerable texts)
                throw new W2srFormatException(path, $"row {number}", "has no doc.query and model_response.text; these are no details of lighteval in its present form.");
            if (collector.InPrompt(query, null) is not { } problem)
            {
                collector.Fail($"row {number}: no problem, or more than one, has this question.");
                continue;
            }
            int[] lengths = Part(row, "model_response", "output_tokens") is System.Collections.IEnumerable lists and not string
                ? [.. lists.Cast<object?>().Select(l => l is System.Collections.IEnumerable ids and not string ? ids.Cast<object?>().Count() : 0)]
                : [];
            foreach (var (text, i) in texts.Cast<object?>().Select((t, i) => (t?.ToString() ?? "", i))) collector.Add(problem, text, null, responseTokens: i < lengths.Length ? lengths[i] : null);
        }
        return collector.Complete(path);
    }

    private static object? Part(IReadOnlyDictionary<string, object?> row, string column, string key) =>
        row.GetValueOrDefault(column) is IDictionary<string, object> part && part.TryGetValue(key, out var value) ? value : null;

    /// <summary>Content of the last turn of a role.</summary>
    private static string? Last(IReadOnlyDictionary<string, object?> row, string column, string role) =>
        row.GetValueOrDefault(column) is System.Collections.IEnumerable turns and not string
            ? turns.OfType<IDictionary<string, object>>().LastOrDefault(t => t.TryGetValue("role", out var r) && r as string == role) is { } turn && turn.TryGetValue("content", out var content) ? content as string : null
            : null;

    private static JsonElement? Body(JsonElement line) =>
        line.TryGetProperty("response", out var response) && response.ValueKind == JsonValueKind.Object && response.Number("status_code") is null or 200
        && response.TryGetProperty("body", out var body) && body.ValueKind == JsonValueKind.Object && body.TryGetProperty("choices", out var choices) && choices.ValueKind == JsonValueKind.Array ? body : null;

    private static string Error(JsonElement line) =>
        line.TryGetProperty("error", out var error) && error.ValueKind != JsonValueKind.Null ? error.ToString() : line.TryGetProperty("response", out var response) ? response.ToString() : "no response";

    private static IEnumerable<(JsonElement Line, int Number)> Lines(string path)
    {
        if (!File.Exists(path)) throw new W2srFormatException(path, null, "does not exist.");
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (line.Length == 0) continue;
            var (root, _) = PythonJson.Parse(line, path, $"line {number}");
            if (root.ValueKind != JsonValueKind.Object) throw new W2srFormatException(path, $"line {number}", "is not an object.");
            yield return (root, number);
        }
    }
}
