using System.Text.Json;
using TorchSharp;
using W2SR.Core.Common;
using W2SR.Core.Models;
using W2SR.Core.Tests.Infrastructure;
using static TorchSharp.torch;

namespace W2SR.Core.Tests.Oracles;

/// <summary>Adapters as PEFT writes, applies and merges them.</summary>
public sealed class LoraOracleTests
{
    private const double LogitTolerance = 1e-4, WeightTolerance = 1e-6;

    private static JsonElement[] Cases()
    {
        using var json = OracleData.Json("lora/cases.json");
        return [.. json.RootElement.GetProperty("cases").EnumerateArray().Select(c => c.Clone())];
    }

    private static string NameOf(JsonElement item) => item.GetProperty("name").GetString()!;

    private static string FolderOf(JsonElement item) => OracleData.Folder("lora/" + NameOf(item));

    private static CausalLm Base(JsonElement item) => OracleArrays.Model(OracleData.Folder("lora/" + item.GetProperty("base_model").GetString()));

    private static bool IsDora(JsonElement item)
    {
        using var config = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(FolderOf(item), LoraConfig.FileName)));
        return config.RootElement.GetProperty("use_dora").GetBoolean();
    }

    /// <summary>Largest gap over the positions that are not padding.</summary>
    private static double LargestGap(CausalLm model, double[] expected)
    {
        var inputs = OracleArrays.Read(OracleData.File("lora/inputs.safetensors"));
        var (ids, shape) = inputs["input_ids"];
        var mask = inputs["attention_mask"].Values;
        using var scope = NewDisposeScope();
        var logits = model.Logits(tensor(Array.ConvertAll(ids, i => (long)i), shape)).data<float>().ToArray();
        Assert.Equal(expected.Length, logits.Length);
        var vocabulary = logits.Length / mask.Length;
        return logits.Select((v, i) => mask[i / vocabulary] == 0 ? 0 : Math.Abs(v - expected[i])).Max();
    }

    [SkippableFact]
    public void Logits_EveryAdapter_ArePefts()
    {
        var compared = 0;
        foreach (var item in Cases())
        {
            using var model = Base(item);
            if (IsDora(item))
            {
                Assert.Contains("DoRA", Assert.Throws<W2srFormatException>(() => LoraAdapter.Load(model, FolderOf(item))).Message, StringComparison.Ordinal);
                continue;
            }
            var expected = OracleArrays.Read(Path.Combine(FolderOf(item), "logits.safetensors"));
            model.Attach(LoraAdapter.Load(model, FolderOf(item)));
            Assert.InRange(LargestGap(model, expected["adapter"].Values), 0, LogitTolerance);
            compared++;
        }
        Assert.True(compared > 0);
    }

    [SkippableFact]
    public void Detach_EveryAdapter_LeavesTheBase()
    {
        foreach (var item in Cases().Where(c => !IsDora(c)))
        {
            using var model = Base(item);
            model.Attach(LoraAdapter.Load(model, FolderOf(item)));
            model.Detach().Dispose();
            var folder = OracleData.Folder("lora/" + item.GetProperty("base_model").GetString());
            Assert.InRange(LargestGap(model, OracleArrays.Read(Path.Combine(folder, "logits.safetensors"))["logits"].Values), 0, LogitTolerance);
        }
    }

    [SkippableFact]
    public void Resolve_EveryTarget_HasPeftsRankAndScale()
    {
        foreach (var item in Cases().Where(c => !IsDora(c)))
        {
            // A case that PEFT refuses to merge states fewer facts.
            if (!item.TryGetProperty("scaling", out var scaling)) continue;
            using var model = Base(item);
            using var adapter = LoraAdapter.Load(model, FolderOf(item));
            Assert.Equal(scaling.EnumerateObject().Select(p => p.Name).Order(), adapter.Targets.Select(t => t.Name).Order());
            foreach (var target in adapter.Targets)
            {
                Assert.Equal(scaling.GetProperty(target.Name).GetDouble(), target.Scale, 1e-12);
                Assert.Equal(item.GetProperty("rank").GetProperty(target.Name).GetInt32(), target.Rank);
            }
        }
    }

    [SkippableFact]
    public void MergeAdapter_EveryAdapter_GivesPeftsWeightsAndLogits()
    {
        var compared = 0;
        foreach (var item in Cases().Where(c => !IsDora(c)))
        {
            using var model = Base(item);
            model.Attach(LoraAdapter.Load(model, FolderOf(item)));
            if (item.TryGetProperty("merge_error", out _))
            {
                Assert.Contains("no", Assert.Throws<InvalidOperationException>(model.MergeAdapter).Message, StringComparison.Ordinal);
                continue;
            }
            using var merged = model.MergeAdapter();
            Assert.InRange(LargestGap(merged, OracleArrays.Read(Path.Combine(FolderOf(item), "logits.safetensors"))["merged"].Values), 0, LogitTolerance);
            using var scope = NewDisposeScope();
            var weights = merged.Parameters.NamedViews(merged.Parameters.Values).ToDictionary();
            foreach (var (name, (values, _)) in OracleArrays.Read(Path.Combine(FolderOf(item), "merged.safetensors")))
            {
                var actual = weights[name].data<float>().ToArray();
                for (var i = 0; i < values.Length; i++) Assert.Equal(values[i], actual[i], WeightTolerance);
            }
            compared++;
        }
        Assert.True(compared > 0);
    }

    [SkippableFact]
    public void Save_EveryAdapter_HasPeftsNamesAndKeys_AndLoadsAgain()
    {
        var folder = Directory.CreateTempSubdirectory("w2sr-lora-").FullName;
        try
        {
            foreach (var item in Cases().Where(c => !IsDora(c)))
            {
                using var model = Base(item);
                using var adapter = LoraAdapter.Load(model, FolderOf(item));
                adapter.Save(folder);
                var expected = OracleArrays.Read(Path.Combine(FolderOf(item), "adapter_model.safetensors"));
                var actual = OracleArrays.Read(Path.Combine(folder, "adapter_model.safetensors"));
                Assert.Equal(expected.Keys.Order(), actual.Keys.Order());
                foreach (var (name, (values, shape)) in expected)
                {
                    Assert.Equal(shape, actual[name].Shape);
                    Assert.Equal(values, actual[name].Values);
                }
                AssertSameJson(Path.Combine(FolderOf(item), LoraConfig.FileName), Path.Combine(folder, LoraConfig.FileName));
                // One made here, with nothing read from a file, writes the same keys, too.
                using var fresh = LoraAdapter.Create(model, adapter.Config with { Source = null });
                fresh.Save(folder);
                Assert.Equal(expected.Keys.Order(), OracleArrays.Read(Path.Combine(folder, "adapter_model.safetensors")).Keys.Order());
                using JsonDocument theirs = Json(Path.Combine(FolderOf(item), LoraConfig.FileName)), ours = Json(Path.Combine(folder, LoraConfig.FileName));
                Assert.Equal(theirs.RootElement.EnumerateObject().Select(p => p.Name).Order(), ours.RootElement.EnumerateObject().Select(p => p.Name).Order());
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [SkippableFact]
    public void Load_AdapterOfAnotherModel_IsRefusedByName()
    {
        var cases = Cases().Where(c => !IsDora(c)).ToArray();
        var first = cases[0];
        var other = cases.First(c => c.GetProperty("base_model").GetString() != first.GetProperty("base_model").GetString());
        using var model = Base(other);
        var error = Assert.Throws<W2srFormatException>(() => LoraAdapter.Load(model, FolderOf(first)));
        Assert.Contains("lora_A", error.Message, StringComparison.Ordinal);
    }

    private static JsonDocument Json(string path) => JsonDocument.Parse(File.ReadAllBytes(path));

    private static void AssertSameJson(string expected, string actual)
    {
        using JsonDocument theirs = Json(expected), ours = Json(actual);
        foreach (var property in theirs.RootElement.EnumerateObject())
            Assert.True(JsonElement.DeepEquals(property.Value, ours.RootElement.GetProperty(property.Name)), $"{expected}: {property.Name} was {property.Value}, is {ours.RootElement.GetProperty(property.Name)}");
        Assert.Equal(theirs.RootElement.EnumerateObject().Count(), ours.RootElement.EnumerateObject().Count());
    }
}
