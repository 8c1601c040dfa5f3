using System.Globalization;

namespace W2SR.Core.Tensors;

/// <summary>What runs the tensors of this process.</summary>
/// <param name="Loaded">How TorchSharp's native library was loaded: from where, original or with the fix for older hosts.</param>
/// <param name="LibTorchVersion">Version of libtorch.</param>
/// <param name="Devices">Devices that tensors can live on.</param>
/// <param name="Threads">Threads of one operator.</param>
/// <param name="InstructionSets">Vector instruction sets of the processor that matter to speed.</param>
public sealed record TorchRuntimeInfo(
    string Loaded, string LibTorchVersion, IReadOnlyList<string> Devices, int Threads, IReadOnlyList<string> InstructionSets)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"libtorch {LibTorchVersion} ({Loaded}); devices: {string.Join(", ", Devices)}; {Threads} threads; {string.Join(", ", InstructionSets)}");
}
