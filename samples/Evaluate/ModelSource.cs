using TorchSharp;
using W2SR.Core.Common;
using W2SR.Core.Prompts;
using W2SR.Core.Reasoners;
using W2SR.Core.Tensors;
using W2SR.Core.Traces;

namespace W2SR.Samples.Evaluate;

/// <summary>A model by path or by address. The second copy of what GenerateTraces does with teachers, with the chat template added.</summary>
internal sealed class ModelSource(string place, string? serverModel, int concurrency, string type, bool isBase, string? name)
{
    private bool IsServer => place.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || place.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    /// <summary>What makes the responses: the weights' bytes, or the name on the server; never an address or a key.</summary>
    public string Identity()
    {
        if (IsServer) return serverModel ?? throw new ArgumentException("A server needs --server-model, the name that the server gives the model.");
        if (File.Exists(place)) return ContentHash.OfFile(place);
        if (!Directory.Exists(place)) throw new DirectoryNotFoundException($"{place} is neither a model folder, nor a .gguf file, nor an address.");
        var files = Directory.EnumerateFiles(place).Where(f => Path.GetExtension(f) is ".safetensors" or ".json" or ".jinja").Order(StringComparer.Ordinal);
        return ContentHash.OfText(string.Join('\n', files.Select(f => $"{Path.GetFileName(f)} {ContentHash.OfFile(f)}")));
    }

    /// <summary>The type that it computes in: rounding is part of what makes a response.</summary>
    public string Type => IsServer ? "the server's" : type;

    public async Task<OpenModel> OpenAsync(ReasoningPrompt prompt, CancellationToken cancellation)
    {
        if (!IsServer)
        {
            var options = new LoadOptions
            {
                Name = name,
                Prompt = prompt,
                UsesChatTemplate = !isBase,
                Target = new ComputeTarget(torch.CPU, type == "bfloat16" ? torch.ScalarType.BFloat16 : torch.ScalarType.Float32),
            };
            var local = await LocalStudent.LoadAsync(place, options, cancellationToken: cancellation);
            foreach (var warning in local.LoadWarnings) Console.Error.WriteLine("warning: " + warning);
            return new OpenModel(local, local.ChatTemplate is { } template ? ContentHash.OfText(template.Source) : "none", local) { ChunkSize = local.IsBatchInvariant ? null : 32 };
        }
        var key = Environment.GetEnvironmentVariable("W2SR_API_KEY");
        var clients = place.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(a => new ChatCompletionsClient(new Uri(a), serverModel!, key)).ToArray();
        var teacher = new ChatClientTeacher(name ?? serverModel!, clients, prompt, new ChatClientTeacherOptions { MaxConcurrency = concurrency });
        return new OpenModel(teacher, "the server's", null);
    }
}

/// <summary>A model, the hash of its chat template, and what must be released with it.</summary>
internal sealed record OpenModel(IReasoner Reasoner, string Template, IDisposable? Owned) : IDisposable
{
    /// <summary>Problems whose batches must be the same after an interruption; null where a response does not depend on its batch.</summary>
    public int? ChunkSize { get; init; }

    public void Dispose() => Owned?.Dispose();
}
