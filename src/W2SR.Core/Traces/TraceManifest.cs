using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using W2SR.Core.Common;
using W2SR.Core.Prompts;

namespace W2SR.Core.Traces;

/// <summary>All that a trace depends on, name by name, for the manifest of a <see cref="TraceStore"/>: a store made under other settings is refused with the names that differ.</summary>
public static class TraceManifest
{
    /// <summary>Puts a manifest together.</summary>
    /// <param name="teacher">Who writes, by name: <see cref="OfModel"/>, or a server's model name. Never an address or a key.</param>
    /// <param name="prompt">How a problem is put.</param>
    /// <param name="sampling">
    /// How traces are drawn; each value has a line. The number of samples has none: a sample does not depend on how many there are, so that a store can grow.
    /// </param>
    /// <param name="problems">The file of the problems; its bytes are hashed.</param>
    /// <returns>Names and values; more may be added.</returns>
    public static Dictionary<string, string> Of(IReadOnlyDictionary<string, string> teacher, ReasoningPrompt prompt, SamplingOptions sampling, string problems)
    {
        ArgumentNullException.ThrowIfNull(teacher);
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentNullException.ThrowIfNull(sampling);
        var manifest = new Dictionary<string, string>(teacher)
        {
            ["prompt"] = prompt.Template,
            ["problems"] = ContentHash.OfFile(problems),
            ["version"] = typeof(TraceManifest).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0],
        };
        foreach (var (name, value) in JsonSerializer.SerializeToNode(sampling, W2srJson.Line)!.AsObject())
            if (name is not ("samplesPerProblem" or "isGreedy")) manifest[$"sampling.{name}"] = value!.ToJsonString();
        return manifest;
    }

    /// <summary>The files that make a local model: weights, configuration, tokenizer and templates, each with the hash of its bytes.</summary>
    /// <param name="path">A Hugging Face folder or a <c>.gguf</c> file.</param>
    /// <exception cref="W2srFormatException">There is nothing, or no model's files.</exception>
    public static Dictionary<string, string> OfModel(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path) && !Directory.Exists(path)) throw new W2srFormatException(path, null, "is neither a model folder nor a .gguf file.");
        string[] files = File.Exists(path) ? [path] : [.. Directory.EnumerateFiles(path).Where(IsModels).Order(StringComparer.Ordinal)];
        if (files.Length == 0) throw new W2srFormatException(path, null, "holds no files of a model (.safetensors, .json, .jinja, .txt, .model).");
        return files.ToDictionary(f => $"model/{Path.GetFileName(f)}", ContentHash.OfFile);
    }

    private static bool IsModels(string file) => Path.GetExtension(file) is ".safetensors" or ".json" or ".jinja" or ".txt" or ".model";
}
