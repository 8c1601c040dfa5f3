using W2SR.Core.Reasoners;
using W2SR.Core.Traces;

namespace W2SR.Samples.GenerateTraces;

/// <summary>A teacher by path or by address.</summary>
internal sealed class TeacherSource(string place, string? model, ChatClientTeacherOptions options)
{
    private bool IsServer => place.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || place.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    /// <summary>What makes its traces, for the manifest: the weights' bytes, or the model's name; never an address or a key.</summary>
    public Dictionary<string, string> Identity()
    {
        if (IsServer)
            return new()
            {
                ["model"] = model ?? throw new ArgumentException("A server needs --model, the name that the server gives the model."),
                ["system"] = options.SystemMessage ?? "none",
                ["logProbs"] = options.WithLogProbs ? "kept" : "not asked for",
            };
        return TraceManifest.OfModel(place);
    }

    public async Task<OpenTeacher> OpenAsync(CancellationToken cancellation)
    {
        if (!IsServer)
        {
            var local = await LocalTeacher.LoadAsync(place, cancellationToken: cancellation);
            foreach (var warning in local.LoadWarnings) Console.Error.WriteLine(warning);
            return new OpenTeacher(local, local);
        }
        var name = model ?? throw new ArgumentException("A server needs --model, the name that the server gives the model.");
        var key = Environment.GetEnvironmentVariable("W2SR_API_KEY");
        var clients = place.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(a => new ChatCompletionsClient(new Uri(a), name, key)).ToArray();
        return new OpenTeacher(new ChatClientTeacher(name, clients, options: options, logger: new LinesLogger()), null);
    }
}

/// <summary>A teacher and what must be released with it.</summary>
internal sealed record OpenTeacher(ITeacher Reasoner, IDisposable? Owned) : IDisposable
{
    public void Dispose() => Owned?.Dispose();
}
