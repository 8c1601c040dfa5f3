using W2SR.Core.Models;

namespace W2SR.Core.Experiments.Planning;

/// <summary>Shapes of the models that the paper trains, so that a run on them can be planned without their files.</summary>
/// <remarks>The config.json files of Qwen2.5 (arXiv:2412.15115); parameter counts are held by a test.</remarks>
public static class KnownShapes
{
    private static readonly Dictionary<string, DecoderConfig> Shapes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["qwen2.5-0.5b"] = Qwen25(896, 24, 14, 2, 4864, 151_936, tied: true),
        ["qwen2.5-1.5b"] = Qwen25(1536, 28, 12, 2, 8960, 151_936, tied: true),
        ["qwen2.5-3b"] = Qwen25(2048, 36, 16, 2, 11_008, 151_936, tied: true),
        ["qwen2.5-7b"] = Qwen25(3584, 28, 28, 4, 18_944, 152_064, tied: false),
        ["qwen2.5-14b"] = Qwen25(5120, 48, 40, 8, 13_824, 152_064, tied: false),
        ["qwen2.5-32b"] = Qwen25(5120, 64, 40, 8, 27_648, 152_064, tied: false),
    };

    /// <summary>The names that <see cref="Find"/> knows.</summary>
    public static IReadOnlyCollection<string> Names => Shapes.Keys;

    /// <summary>The shape of a name, or null.</summary>
    public static DecoderConfig? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Shapes.GetValueOrDefault(name);
    }

    private static DecoderConfig Qwen25(int hidden, int layers, int heads, int keyValueHeads, int feedForward, int vocabulary, bool tied) => new()
    {
        VocabularySize = vocabulary,
        HiddenSize = hidden,
        LayerCount = layers,
        HeadCount = heads,
        KeyValueHeadCount = keyValueHeads,
        HeadSize = hidden / heads,
        FeedForwardSize = feedForward,
        ContextLength = 32_768,
        TieEmbeddings = tied,
        AttentionBias = true,
    };
}
