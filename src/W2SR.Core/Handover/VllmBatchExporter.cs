using System.Globalization;
using System.Text.Json.Nodes;
using W2SR.Core.Handover.Files;
using W2SR.Core.Problems;

namespace W2SR.Core.Handover;

/// <summary>Hands problems over to vLLM's batch runner: requests in a file, responses in a file, no server.</summary>
/// <param name="options">What is handed over; <see cref="HandoverOptions.StudentPath"/> is the model that answers.</param>
public sealed class VllmBatchExporter(HandoverOptions options)
{
    private const string Requests = "batch.jsonl";

    /// <summary>Writes the folder.</summary>
    /// <param name="problems">The problems.</param>
    /// <param name="folder">Absent, empty, or an earlier hand-over that no engine has worked in.</param>
    /// <param name="batch">How responses are drawn; null for the defaults.</param>
    /// <exception cref="HandoverRefusedException">It could not work; nothing was written.</exception>
    /// <exception cref="ArgumentException">An option, or a problem, cannot be used.</exception>
    public HandoverReport Export(IReadOnlyList<Problem> problems, string folder, VllmBatchOptions? batch = null)
    {
        batch ??= new VllmBatchOptions();
        batch.Validate();
        // A prompt that leaves no room for the response would come back as an error after all the others were paid for.
        var export = HandoverExport.OfProblems(options with { ValidationShare = 0 }, problems, batch.MaxModelLength - batch.Sampling.MaxNewTokens);
        if (!options.StudentPath.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/')) export.Refuse($"The model's path \"{options.StudentPath}\" goes through the shell: letters, digits and - _ . / only. Link it to a plain name.");
        export.RequireSound();
        export.State("sampling", System.Text.Json.JsonSerializer.Serialize(batch.Sampling, Common.W2srJson.Line));
        var command = string.Create(CultureInfo.InvariantCulture, $"exec vllm run-batch -i {Requests} -o responses.jsonl --model {options.StudentPath} --served-model-name {batch.ServedName} --generation-config vllm --max-model-len {batch.MaxModelLength} --tensor-parallel-size {batch.TensorParallel} \"$@\"");
        return export.Write(folder, "vLLM 0.33.0", "generation", Requests,
            [JsonRows.Lines(Requests, export.TrainingPrompts.Select(r => Request(r, batch))), LaunchFiles.Script(command)], null, LaunchFiles.VllmAdvice);
    }

    private static JsonObject Request(PromptRow row, VllmBatchOptions batch) => new()
    {
        ["custom_id"] = row.ProblemId,
        ["method"] = "POST",
        ["url"] = "/v1/chat/completions",
        ["body"] = Body(row, batch),
    };

    private static JsonObject Body(PromptRow row, VllmBatchOptions batch)
    {
        var sampling = batch.Sampling;
        var body = new JsonObject
        {
            ["model"] = batch.ServedName,
            ["messages"] = new JsonArray([.. row.Messages.Select(m => new JsonObject { ["role"] = m.Role, ["content"] = m.Content })]),
            ["n"] = sampling.SamplesPerProblem,
            ["temperature"] = sampling.Temperature,
            ["top_p"] = sampling.TopP,
            ["top_k"] = sampling.TopK == 0 ? -1 : sampling.TopK,
            ["min_p"] = sampling.MinP,
            ["repetition_penalty"] = sampling.RepetitionPenalty,
            ["max_completion_tokens"] = sampling.MaxNewTokens,
            ["seed"] = (long)sampling.Seed,
        };
        if (batch.LogProbabilities)
        {
            body["logprobs"] = true;
            body["top_logprobs"] = 0;
        }
        body["return_token_ids"] = true;
        body["stream"] = false;
        if (sampling.StopStrings.Count > 0) body["stop"] = new JsonArray([.. sampling.StopStrings.Select(s => (JsonNode)s)]);
        return body;
    }
}
