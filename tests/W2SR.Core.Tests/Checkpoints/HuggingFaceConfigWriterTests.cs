using System.Text;
using TorchSharp;
using W2SR.Core.Checkpoints;
using W2SR.Core.Models;
using W2SR.Core.Tests.Infrastructure;

namespace W2SR.Core.Tests.Checkpoints;

public sealed class HuggingFaceConfigWriterTests
{
    public static TheoryData<string> Families => [.. OracleModels.Names];

    [SkippableTheory]
    [MemberData(nameof(Families))]
    public void ToJson_OfAReadFile_IsTheSameBytes_AndANewTypeChangesThatKeyAlone(string family)
    {
        var path = Path.Combine(OracleData.Folder(Path.Combine("models", family)), "config.json");
        var config = HuggingFaceConfigReader.Read(path);
        Assert.Equal(File.ReadAllBytes(path), HuggingFaceConfigWriter.ToJson(config, config.WeightType!.Value).ToArray());
        var changed = Encoding.UTF8.GetString(HuggingFaceConfigWriter.ToJson(config, torch.ScalarType.Float64).Span);
        Assert.Equal(torch.ScalarType.Float64, HuggingFaceConfigReader.Parse(Encoding.UTF8.GetBytes(changed), "changed").WeightType);
        Assert.Contains("\"num_hidden_layers\"", changed, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [MemberData(nameof(Families))]
    public void ToJson_WithoutASourceFile_IsReadBackAsTheSameModel(string family)
    {
        var config = HuggingFaceConfigReader.Read(Path.Combine(OracleData.Folder(Path.Combine("models", family)), "config.json")) with { Json = default };
        var back = HuggingFaceConfigReader.Parse(HuggingFaceConfigWriter.ToJson(config, torch.ScalarType.BFloat16), "written");
        Assert.Equal(DecoderConfig.From(config), DecoderConfig.From(back));
        Assert.Equal(torch.ScalarType.BFloat16, back.WeightType);
    }

    [Fact]
    public void ToJson_OptionsThatNoFamilyHas_AreRefused()
    {
        var config = (TinyModels.Config(everything: true) with { FeedForwardBias = true }).ToCheckpoint(); // q/k norm and MLP bias
        Assert.Contains("qwen3", Assert.Throws<ArgumentException>(() => HuggingFaceConfigWriter.ToJson(config, torch.ScalarType.Float32)).Message, StringComparison.Ordinal);
    }
}
