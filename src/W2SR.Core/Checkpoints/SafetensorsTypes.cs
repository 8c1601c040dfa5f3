using static TorchSharp.torch;

namespace W2SR.Core.Checkpoints;

/// <summary>The types of the safetensors format: their size in bits, and libtorch's name where it has one.</summary>
internal static class SafetensorsTypes
{
    private static readonly Dictionary<string, (int Bits, ScalarType? Type)> Known = new()
    {
        ["F64"] = (64, ScalarType.Float64),
        ["F32"] = (32, ScalarType.Float32),
        ["BF16"] = (16, ScalarType.BFloat16),
        ["F16"] = (16, ScalarType.Float16),
        ["I64"] = (64, ScalarType.Int64),
        ["I32"] = (32, ScalarType.Int32),
        ["I16"] = (16, ScalarType.Int16),
        ["I8"] = (8, ScalarType.Int8),
        ["U8"] = (8, ScalarType.Byte),
        ["BOOL"] = (8, ScalarType.Bool),
        ["C64"] = (64, ScalarType.ComplexFloat32),
        ["U64"] = (64, null),
        ["U32"] = (32, null),
        ["U16"] = (16, null),
        ["F8_E5M2"] = (8, null),
        ["F8_E4M3"] = (8, null),
        ["F8_E8M0"] = (8, null),
        ["F6_E2M3"] = (6, null),
        ["F6_E3M2"] = (6, null),
        ["F4"] = (4, null),
    };

    /// <summary>Bits of one element, or null for a type that the format does not have.</summary>
    public static int? Bits(string name) => Known.TryGetValue(name, out var known) ? known.Bits : null;

    /// <summary>libtorch's type, or null where TorchSharp has none.</summary>
    public static ScalarType? ToTorch(string name) => Known.TryGetValue(name, out var known) ? known.Type : null;

    /// <summary>The format's name of libtorch's type, or null where it has none.</summary>
    public static string? FromTorch(ScalarType type) => Known.FirstOrDefault(k => k.Value.Type == type).Key;

    /// <summary>Bytes of one element of a type that libtorch has.</summary>
    public static int Size(ScalarType type) => Known.First(k => k.Value.Type == type).Value.Bits / 8;

    /// <summary>True for the types that weights are computed in.</summary>
    public static bool IsFloating(ScalarType type) => type is ScalarType.Float32 or ScalarType.BFloat16 or ScalarType.Float16 or ScalarType.Float64;
}
