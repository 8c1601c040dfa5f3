using TorchSharp;
using W2SR.Core.Common;
using W2SR.Core.Generation;
using W2SR.Core.Models;
using W2SR.Core.Tensors;
using W2SR.Core.Tests.Infrastructure;
using static TorchSharp.torch;

namespace W2SR.Core.Tests.Models;

public sealed class CausalLmTests
{
    public static TheoryData<bool, bool> Shapes => new() { { false, false }, { true, false }, { true, true } };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Logits_AgainstASlowTwinInPlainLoops_AreEqual(bool grouped, bool everything)
    {
        var config = TinyModels.Config(grouped: grouped, everything: everything);
        using var model = TinyModels.Create(config, ScalarType.Float64);
        int[] ids = [3, 1, 4, 1, 5, 9, 2, 6];
        var expected = SlowDecoder.Logits(model, ids);
        using var scope = NewDisposeScope();
        var logits = model.Logits(tensor(ids.Select(i => (long)i).ToArray()).unsqueeze(0)).data<double>().ToArray();
        for (var i = 0; i < logits.Length; i++) Assert.Equal(expected[i], logits[i], 1e-10);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void DecodeStep_WithCache_EqualsTheFullForward_ForRaggedRows(bool grouped, bool everything)
    {
        using var model = TinyModels.Create(TinyModels.Config(grouped: grouped, everything: everything));
        int[][] prompts = [[1, 2, 3], [7], [9, 8, 7, 6, 5, 4]];
        var sampling = new SamplingOptions { Temperature = 0, MaxNewTokens = 12 };
        var requests = prompts.Select(p => new GenerationRequest(p, new RandomStream(1, "x"))).ToArray();
        var together = new SequenceGenerator(model, [30]).Generate(requests, sampling);
        for (var i = 0; i < prompts.Length; i++)
        {
            var ids = prompts[i].ToList();
            var expected = new List<int>();
            while (expected.Count < 12 && (expected.Count == 0 || expected[^1] != 30))
            {
                using var scope = NewDisposeScope();
                var logits = model.Logits(tensor(ids.Select(x => (long)x).ToArray()).unsqueeze(0));
                expected.Add((int)logits[0, -1].argmax().ToInt64());
                ids.Add(expected[^1]);
            }
            Assert.Equal(expected, together[i].Ids);
            Assert.Equal(expected[^1] == 30 ? FinishReason.Stop : FinishReason.Length, together[i].FinishReason);
        }
    }

    [Fact]
    public void Logits_PaddingBehindARow_ChangesNothingBeforeIt()
    {
        using var model = TinyModels.Create();
        using var scope = NewDisposeScope();
        var alone = model.Logits(tensor(new long[] { 1, 2, 3 }).unsqueeze(0));
        var padded = model.Logits(tensor(new long[] { 1, 2, 3, 30, 30 }).unsqueeze(0)).narrow(1, 0, 3);
        Assert.True((alone - padded).abs().max().ToSingle() < 1e-5);
    }

    [Fact]
    public void SaveWeights_ThenLoad_GivesTheSameBits_AndASecondSaveTheSameFile()
    {
        var folder = Directory.CreateTempSubdirectory("w2sr-weights-").FullName;
        try
        {
            using var model = TinyModels.Create(TinyModels.Config(everything: true));
            using var copy = new CausalLm(model.Config);
            string first = Path.Combine(folder, "a.safetensors"), second = Path.Combine(folder, "b.safetensors");
            model.SaveWeights(first);
            copy.LoadWeights(first);
            copy.SaveWeights(second);
            Assert.Equal(File.ReadAllBytes(first), File.ReadAllBytes(second));
            using var other = new CausalLm(TinyModels.Config(vocabulary: 30));
            var error = Assert.Throws<W2srFormatException>(() => other.LoadWeights(first));
            Assert.Contains("model.embed_tokens.weight", error.Message, StringComparison.Ordinal);
            File.WriteAllBytes(second, File.ReadAllBytes(first)[..200]);
            Assert.Contains("cut off", Assert.Throws<W2srFormatException>(() => copy.LoadWeights(second)).Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Logits_LongerThanTheContext_IsRefusedWithTheLengths()
    {
        using var model = TinyModels.Create();
        using var ids = zeros(1, 49, ScalarType.Int64);
        Assert.Contains("49 tokens", Assert.Throws<ShapeException>(() => model.Logits(ids)).Message, StringComparison.Ordinal);
    }
}
