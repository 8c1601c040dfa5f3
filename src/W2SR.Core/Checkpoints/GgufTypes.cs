using static TorchSharp.torch;

namespace W2SR.Core.Checkpoints;

/// <summary>How a GGUF tensor is stored.</summary>
/// <param name="Name">The format's name.</param>
/// <param name="BlockElements">Elements that are stored together.</param>
/// <param name="BlockBytes">Bytes of one such block.</param>
/// <param name="Plain">libtorch's type for numbers stored as they are; null for quantized blocks.</param>
internal sealed record GgufType(string Name, int BlockElements, int BlockBytes, ScalarType? Plain)
{
    private static readonly Dictionary<uint, GgufType> Known = new()
    {
        [0] = new("F32", 1, 4, ScalarType.Float32),
        [1] = new("F16", 1, 2, ScalarType.Float16),
        [2] = new("Q4_0", 32, 18, null),
        [3] = new("Q4_1", 32, 20, null),
        [6] = new("Q5_0", 32, 22, null),
        [7] = new("Q5_1", 32, 24, null),
        [8] = new("Q8_0", 32, 34, null),
        [10] = new("Q2_K", 256, 84, null),
        [11] = new("Q3_K", 256, 110, null),
        [12] = new("Q4_K", 256, 144, null),
        [13] = new("Q5_K", 256, 176, null),
        [14] = new("Q6_K", 256, 210, null),
        [30] = new("BF16", 1, 2, ScalarType.BFloat16),
    };

    // Types of the format that are not read here, for the error that names them.
    private static readonly Dictionary<uint, string> Others = new()
    {
        [9] = "Q8_1",
        [15] = "Q8_K",
        [16] = "IQ2_XXS",
        [17] = "IQ2_XS",
        [18] = "IQ3_XXS",
        [19] = "IQ1_S",
        [20] = "IQ4_NL",
        [21] = "IQ3_S",
        [22] = "IQ2_S",
        [23] = "IQ4_XS",
        [24] = "I8",
        [25] = "I16",
        [26] = "I32",
        [27] = "I64",
        [28] = "F64",
        [29] = "IQ1_M",
        [34] = "TQ1_0",
        [35] = "TQ2_0",
        [39] = "MXFP4",
    };

    public static GgufType? Find(uint id) => Known.GetValueOrDefault(id);

    public static GgufType OfName(string name) => Known.Values.First(t => t.Name == name);

    public static string Describe(uint id) => Others.TryGetValue(id, out var name) ? name : $"type {id}";
}
