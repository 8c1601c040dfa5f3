using TorchSharp;
using W2SR.Core.Reasoners;
using W2SR.Core.Tests.Infrastructure;
using static TorchSharp.torch;

namespace W2SR.Core.Tests.Oracles;

/// <summary>Whole models from GGUF: tiny ones in every mix.</summary>
public sealed partial class GgufOracleTests
{
    public static TheoryData<string> Mixes
    {
        get
        {
            var folder = OracleData.Path("gguf");
            var files = Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "tiny-*.gguf").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal) : null;
            return [.. files?.Cast<string>() ?? ["any"]];
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Mixes))]
    public async Task LoadAsync_EveryMix_GivesTheLogitsAndTheIdsOfTheReference(string mix)
    {
        var expected = new OracleTensors(OracleData.File($"gguf/{mix}.safetensors"));
        using var facts = OracleData.Json("gguf/facts.json");
        using var student = await LocalStudent.LoadAsync(OracleData.File($"gguf/{mix}.gguf"));
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var ids = expected["input_ids"].flatten().data<long>().ToArray();
        Assert.Equal(ids, student.Tokenizer.Encode(facts.RootElement.GetProperty("text").GetString()!).Select(i => (long)i));
        var logits = student.Model.Logits(tensor(ids).unsqueeze(0)).squeeze(0);
        var worst = (logits - expected["logits"].view(logits.shape)).abs().max().ToDouble();
        Assert.True(worst <= 1e-4, $"{mix}: the largest difference is {worst:E2}");
    }
}
