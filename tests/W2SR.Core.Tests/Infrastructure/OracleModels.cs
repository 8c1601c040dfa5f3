using System.Text.Json;
using TorchSharp;
using W2SR.Core.Models;
using W2SR.Core.Tensors;
using static TorchSharp.torch;

namespace W2SR.Core.Tests.Infrastructure;

/// <summary>A tiny checkpoint under <c>oracles/models</c> with what transformers computed from it.</summary>
internal sealed class OracleModels : IDisposable
{
    private readonly string family;

    private OracleModels(string family, CausalLm model, JsonElement expected, OracleTensors tensors)
    {
        this.family = family;
        Model = model;
        Expected = tensors;
        Prompts = [.. expected.GetProperty("prompts").EnumerateArray().Select(p => p.EnumerateArray().Select(x => x.GetInt32()).ToArray())];
        Greedy = [.. expected.GetProperty("greedy").EnumerateArray().Select(g => g.EnumerateArray().Select(s => (s[0].GetInt32(), s[1].GetDouble())).ToList())];
        Loss = expected.GetProperty("loss").GetDouble();
    }

    /// <summary>The checkpoints that are there; one made-up name when none is, so that the tests skip with a reason instead of vanishing.</summary>
    public static IEnumerable<string> Names
    {
        get
        {
            var folder = OracleData.Path("models");
            return Directory.Exists(folder) ? Directory.EnumerateDirectories(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal)! : ["any"];
        }
    }

    public CausalLm Model { get; }

    public OracleTensors Expected { get; }

    public int[][] Prompts { get; }

    public List<(int Id, double Margin)>[] Greedy { get; }

    public double Loss { get; }

    public static OracleModels Load(string family, ScalarType type = ScalarType.Float32)
    {
        var folder = OracleData.Folder(Path.Combine("models", family));
        var model = LoadModel(folder, type);
        using var expected = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "expected.json")));
        return new OracleModels(family, model, expected.RootElement, new OracleTensors(Path.Combine(folder, "expected.safetensors")));
    }

    /// <summary>A checkpoint of any oracle folder; owned by the caller.</summary>
    public static CausalLm LoadModel(string folder, ScalarType type = ScalarType.Float32) => ModelLoader.Load(folder, new ComputeTarget(CPU, type)).Model;

    /// <summary><c>[T, V]</c>, in the caller's dispose scope.</summary>
    public Tensor LogitsOf(int[] ids)
    {
        using var quiet = no_grad();
        return Model.Logits(tensor(Array.ConvertAll(ids, i => (long)i)).unsqueeze(0)).squeeze(0);
    }

    /// <summary>Stored steps up to the first whose lead is so small that rounding may turn it round.</summary>
    public int SureSteps(int prompt, double unsureMargin = 1e-4)
    {
        var unsure = Greedy[prompt].FindIndex(s => s.Margin < unsureMargin);
        return unsure < 0 ? Greedy[prompt].Count : unsure;
    }

    public void AssertGreedy(int prompt, IReadOnlyList<int> ids)
    {
        var steps = SureSteps(prompt);
        Assert.True(ids.Count >= steps, $"{family}, prompt {prompt}: {ids.Count} steps of {steps}");
        Assert.Equal(Greedy[prompt].Take(steps).Select(s => s.Id), ids.Take(steps));
    }

    public void Dispose() => Model.Dispose();
}
