using System.Runtime.InteropServices;

namespace W2SR.Core.Tensors;

/// <summary>
/// A matrix of float32 whose columns are the tokens that run together, in panels of 32: a panel holds feature after feature, each as 32
/// neighbours. One vector instruction then serves sixteen tokens, and a token's result does not depend on the others or on its place.
/// </summary>
internal sealed unsafe class PanelBuffer : IDisposable
{
    /// <summary>Columns of a panel.</summary>
    public const int Width = 32;

    private readonly float* data;
    private readonly long stride;

    /// <summary>Allocates zeros.</summary>
    /// <param name="features">Rows; rounded up to whole tiles of a product.</param>
    /// <param name="panels">Panels.</param>
    public PanelBuffer(int features, int panels)
    {
        stride = (long)(features + PanelProduct.TileRows - 1) / PanelProduct.TileRows * PanelProduct.TileRows * Width;
        var bytes = (nuint)(stride * panels * sizeof(float));
        data = (float*)NativeMemory.AlignedAlloc(bytes, 64);
        NativeMemory.Clear(data, bytes);
        GC.AddMemoryPressure((long)bytes);
        Bytes = (long)bytes;
    }

    /// <summary>Bytes that it holds.</summary>
    public long Bytes { get; private set; }

    /// <summary>A panel's first number.</summary>
    public float* Panel(int panel) => data + panel * stride;

    /// <summary>The number of a feature in a column; the next feature lies <see cref="Width"/> numbers further.</summary>
    public float* At(int feature, int column) => Panel(column / Width) + (long)feature * Width + column % Width;

    /// <summary>Panels that so many columns take.</summary>
    public static int PanelsOf(int columns) => (columns + Width - 1) / Width;

    public void Dispose()
    {
        if (Bytes == 0) return;
        NativeMemory.AlignedFree(data);
        GC.RemoveMemoryPressure(Bytes);
        Bytes = 0;
    }
}
