using W2SR.Core.Checkpoints;
using W2SR.Core.Models;
using W2SR.Core.Tensors;
using static TorchSharp.torch;

namespace W2SR.Core.Tests.Infrastructure;

/// <summary>Small files of expected numbers as plain arrays, and the one-file models beside them.</summary>
internal static class OracleArrays
{
    /// <summary>Every tensor of a safetensors file by name, as doubles.</summary>
    public static Dictionary<string, (double[] Values, long[] Shape)> Read(string path)
    {
        using var scope = NewDisposeScope();
        var file = new OracleTensors(path);
        return file.Names.ToDictionary(n => n, n => (file[n].to(ScalarType.Float64).data<double>().ToArray(), file.Shape(n)));
    }

    /// <summary>Loads a one-file float32 model folder.</summary>
    public static CausalLm Model(string folder)
    {
        var config = DecoderConfig.From(HuggingFaceConfigReader.Read(Path.Combine(folder, "config.json")));
        var model = new CausalLm(config, ComputeTarget.Cpu);
        model.LoadWeights(Path.Combine(folder, "model.safetensors"));
        return model;
    }
}
