using TorchSharp;
using W2SR.Core.Models;
using W2SR.Core.Tensors;

namespace W2SR.Core.Tests.Infrastructure;

/// <summary>Random models small enough for exact comparisons.</summary>
internal static class TinyModels
{
    public static DecoderConfig Config(int vocabulary = 31, bool grouped = false, bool everything = false) => new()
    {
        VocabularySize = vocabulary,
        HiddenSize = 24,
        LayerCount = 2,
        HeadCount = 4,
        KeyValueHeadCount = grouped || everything ? 2 : 4,
        HeadSize = 6,
        FeedForwardSize = 32,
        ContextLength = 48,
        AttentionBias = everything,
        AttentionOutputBias = everything,
        FeedForwardBias = everything,
        QueryKeyNorm = everything,
        TieEmbeddings = everything,
    };

    public static CausalLm Create(DecoderConfig? config = null, torch.ScalarType type = torch.ScalarType.Float32) =>
        CausalLm.CreateRandom(config ?? Config(), 5, new ComputeTarget(torch.CPU, type));
}
