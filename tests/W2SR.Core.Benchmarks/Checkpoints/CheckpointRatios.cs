using W2SR.Core.Benchmarks.Ratios;
using W2SR.Core.Benchmarks.Tokens;
using W2SR.Core.Checkpoints;
using W2SR.Core.Models;
using W2SR.Core.Tensors;
using static TorchSharp.torch;

namespace W2SR.Core.Benchmarks.Checkpoints;

/// <summary>What loading a checkpoint costs in memory.</summary>
internal static class CheckpointRatios
{
    private const string Unit = "bytes of the weights in the type they are computed in over what loading adds to peak resident memory (1 / 1.3 is the goal)";

    public static IReadOnlyList<Ratio> List { get; } =
    [
        LoadMemory("load-memory-gguf-float32", "SmolLM2-135M-Instruct, Q4_1, to float32", RealModel, ScalarType.Float32),
        LoadMemory("load-memory-gguf-bfloat16", "SmolLM2-135M-Instruct, Q4_1, to bfloat16", RealModel, ScalarType.BFloat16),
        LoadMemory("load-memory-safetensors-bfloat16", "134,515,008 parameters in bfloat16 safetensors, to bfloat16", SavedModel, ScalarType.BFloat16),
    ];

    private static Ratio LoadMemory(string name, string settings, Func<string> path, ScalarType type) => new(name, 1 / 1.3, Unit, settings, () =>
    {
        using var checkpoint = Checkpoint.Open(path());
        var bytes = checkpoint.Weights.Tensors.Sum(t => t.Count) * SafetensorsTypes.Size(type);
        return bytes / 1024.0 / (RatioRunner.PeakKilobytes(name, "load") - RatioRunner.PeakKilobytes(name, "idle"));
    })
    {
        Arms = new Dictionary<string, Action>
        {
            ["load"] = () =>
            {
                using var checkpoint = Checkpoint.Open(path());
                ModelLoader.Load(checkpoint, new ComputeTarget(CPU, type)).Model.Dispose();
            },
            ["idle"] = () => ones(1).Dispose(),
        },
    };

    private static string RealModel() => Path.Combine(TokenizerWork.Shared("W2SR_MODELS", "models"), "smollm2-135m-instruct", "SmolLM2-135M-Instruct.Q4_1.gguf");

    /// <summary>The real model's weights as a Hugging Face checkpoint has them, written once beside other temporary files.</summary>
    private static string SavedModel()
    {
        var folder = Path.Combine(Path.GetTempPath(), "w2sr-benchmark-smollm2-bf16");
        if (File.Exists(Path.Combine(folder, "config.json"))) return folder;
        Directory.CreateDirectory(folder);
        using var checkpoint = Checkpoint.Open(RealModel());
        using var model = ModelLoader.Load(checkpoint, new ComputeTarget(CPU, ScalarType.BFloat16)).Model;
        model.SaveWeights(Path.Combine(folder, "model.safetensors"));
        File.WriteAllBytes(Path.Combine(folder, "config.json"), HuggingFaceConfigWriter.ToJson(checkpoint.Config, ScalarType.BFloat16).Span); // last: a folder with it is whole
        return folder;
    }
}
