using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace W2SR.Core.Tensors;

/// <summary>
/// Products of a weight matrix with panels of columns, in AVX-512: at the widths of decoding about twice as fast in float32 as the library's
/// own product. Every number is the sum over its inputs in their order, in blocks of 256: it depends on its row and column alone, whatever
/// else is multiplied beside it and however many threads take part.
/// </summary>
internal static unsafe class PanelProduct
{
    /// <summary>Rows of the weight matrix that are multiplied at once: 12 rows by 32 columns fill 24 of the 32 registers.</summary>
    public const int TileRows = 12;

    /// <summary>Products that are added up before the sum goes to the result.</summary>
    internal const int Block = 256;

    private const int Width = PanelBuffer.Width;

    /// <summary>Whether this processor has the vectors that kernels are written for; narrower ones would be emulated, slower than libtorch.</summary>
    public static bool IsSupported => Vector512.IsHardwareAccelerated;

    /// <summary>Tiles of so many rows.</summary>
    public static int TilesOf(int rows) => (rows + TileRows - 1) / TileRows;

    /// <summary>y += W x for one tile of rows.</summary>
    /// <param name="weights"><c>[outputs, inputs]</c>, row after row.</param>
    /// <param name="inputs">Width of W.</param>
    /// <param name="row">The tile's first row of W.</param>
    /// <param name="count">Its rows, at most <see cref="TileRows"/>.</param>
    /// <param name="x">At least <paramref name="inputs"/> features.</param>
    /// <param name="y">What is added to.</param>
    /// <param name="feature">The first feature of <paramref name="y"/> to add to; up to <see cref="TileRows"/> of them are touched.</param>
    /// <param name="columns">Columns in use.</param>
    [SkipLocalsInit]
    public static void Add<T>(byte* weights, int inputs, int row, int count, PanelBuffer x, PanelBuffer y, int feature, int columns) where T : struct, IStoredNumbers
    {
        var pack = stackalloc float[TileRows * Block];
        for (var start = 0; start < inputs; start += Block)
        {
            var depth = Math.Min(Block, inputs - start);
            Pack<T>(weights, inputs, row, count, start, depth, pack);
            var ahead = NextTile<T>(weights, inputs, row, start);
            for (var panel = 0; panel * Width < columns; panel++)
                Multiply(pack, x.Panel(panel) + (long)start * Width, depth, y.Panel(panel) + (long)feature * Width, columns - panel * Width, ahead, panel == 0 ? TileRows * T.Size : 0);
        }
    }

    /// <summary>Writes W x for one tile of rows, column after column: what a caller wants who looks at each column by itself.</summary>
    /// <param name="weights">As in <see cref="Add"/>.</param>
    /// <param name="inputs">Width of W.</param>
    /// <param name="row">The tile's first row of W.</param>
    /// <param name="count">Its rows, at most <see cref="TileRows"/>.</param>
    /// <param name="x">At least <paramref name="inputs"/> features.</param>
    /// <param name="result"><c>[columns, outputs]</c>.</param>
    /// <param name="outputs">Rows of W.</param>
    /// <param name="columns">Columns in use.</param>
    [SkipLocalsInit]
    public static void WriteColumns<T>(byte* weights, int inputs, int row, int count, PanelBuffer x, float* result, int outputs, int columns) where T : struct, IStoredNumbers
    {
        var pack = stackalloc float[TileRows * Block];
        var tile = stackalloc float[TileRows * Width];
        for (var panel = 0; panel * Width < columns; panel++)
        {
            new Span<float>(tile, TileRows * Width).Clear();
            for (var start = 0; start < inputs; start += Block)
            {
                var depth = Math.Min(Block, inputs - start);
                Pack<T>(weights, inputs, row, count, start, depth, pack);
                Multiply(pack, x.Panel(panel) + (long)start * Width, depth, tile, columns - panel * Width, NextTile<T>(weights, inputs, row, start), TileRows * T.Size);
            }
            var live = Math.Min(Width, columns - panel * Width);
            for (var column = 0; column < live; column++)
            {
                var to = result + (long)(panel * Width + column) * outputs + row;
                for (var r = 0; r < count; r++) to[r] = tile[r * Width + column];
            }
        }
    }

    private static void Pack<T>(byte* weights, int inputs, int row, int count, int start, int depth, float* pack) where T : struct, IStoredNumbers
    {
        for (var r = 0; r < count; r++)
        {
            var from = weights + ((long)(row + r) * inputs + start) * T.Size;
            var to = pack + r * Block;
            var i = 0;
            for (; i + 16 <= depth; i += 16) T.Load(from + i * T.Size).Store(to + i);
            for (; i < depth; i++) to[i] = T.Read(from + i * T.Size);
        }
        if (count < TileRows) new Span<float>(pack + count * Block, (TileRows - count) * Block).Clear();
    }

    /// <summary>
    /// The part of the tile below that is fetched while this tile's block is multiplied: rows follow one another in memory, so the tile below follows this one. Weights come from main
    /// memory at each step, and would be waited for. Where there is no such tile, a fetch does nothing.
    /// </summary>
    private static byte* NextTile<T>(byte* weights, int inputs, int row, int start) where T : struct, IStoredNumbers =>
        weights + ((long)(row + TileRows) * inputs + (long)start * TileRows) * T.Size;

    private static void Multiply(float* pack, float* x, int depth, float* y, int columns, byte* ahead, int aheadStep)
    {
        if (columns > Width / 2) Tile(pack, x, depth, y, Width, ahead, aheadStep);
        else HalfTile(pack, x, depth, y, ahead, aheadStep);
    }

    /// <summary>y += w x for 12 rows by 32 columns.</summary>
    /// <param name="w">Rows of <see cref="Block"/> numbers, of which the first <paramref name="depth"/> count.</param>
    /// <param name="x">So many times 32 numbers.</param>
    /// <param name="depth">Products to add up.</param>
    /// <param name="y">The first row of the result.</param>
    /// <param name="stride">Numbers from one row of the result to the next.</param>
    /// <param name="ahead">Memory that will be read next.</param>
    /// <param name="aheadStep">Bytes of it to fetch with each product.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Tile(float* w, float* x, int depth, float* y, long stride, byte* ahead, int aheadStep)
    {
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default, a8 = default, a9 = default, a10 = default, a11 = default;
        Vector512<float> b0 = default, b1 = default, b2 = default, b3 = default, b4 = default, b5 = default, b6 = default, b7 = default, b8 = default, b9 = default, b10 = default, b11 = default;
        for (var end = w + depth; w < end; w++, x += Width, ahead += aheadStep)
        {
            Sse.Prefetch1(ahead);
            Vector512<float> xa = Vector512.Load(x), xb = Vector512.Load(x + 16);
            var s = Vector512.Create(w[0]);
            a0 = Vector512.FusedMultiplyAdd(s, xa, a0);
            b0 = Vector512.FusedMultiplyAdd(s, xb, b0);
            s = Vector512.Create(w[Block]);
            a1 = Vector512.FusedMultiplyAdd(s, xa, a1);
            b1 = Vector512.FusedMultiplyAdd(s, xb, b1);
            s = Vector512.Create(w[2 * Block]);
            a2 = Vector512.FusedMultiplyAdd(s, xa, a2);
            b2 = Vector512.FusedMultiplyAdd(s, xb, b2);
            s = Vector512.Create(w[3 * Block]);
            a3 = Vector512.FusedMultiplyAdd(s, xa, a3);
            b3 = Vector512.FusedMultiplyAdd(s, xb, b3);
            s = Vector512.Create(w[4 * Block]);
            a4 = Vector512.FusedMultiplyAdd(s, xa, a4);
            b4 = Vector512.FusedMultiplyAdd(s, xb, b4);
            s = Vector512.Create(w[5 * Block]);
            a5 = Vector512.FusedMultiplyAdd(s, xa, a5);
            b5 = Vector512.FusedMultiplyAdd(s, xb, b5);
            s = Vector512.Create(w[6 * Block]);
            a6 = Vector512.FusedMultiplyAdd(s, xa, a6);
            b6 = Vector512.FusedMultiplyAdd(s, xb, b6);
            s = Vector512.Create(w[7 * Block]);
            a7 = Vector512.FusedMultiplyAdd(s, xa, a7);
            b7 = Vector512.FusedMultiplyAdd(s, xb, b7);
            s = Vector512.Create(w[8 * Block]);
            a8 = Vector512.FusedMultiplyAdd(s, xa, a8);
            b8 = Vector512.FusedMultiplyAdd(s, xb, b8);
            s = Vector512.Create(w[9 * Block]);
            a9 = Vector512.FusedMultiplyAdd(s, xa, a9);
            b9 = Vector512.FusedMultiplyAdd(s, xb, b9);
            s = Vector512.Create(w[10 * Block]);
            a10 = Vector512.FusedMultiplyAdd(s, xa, a10);
            b10 = Vector512.FusedMultiplyAdd(s, xb, b10);
            s = Vector512.Create(w[11 * Block]);
            a11 = Vector512.FusedMultiplyAdd(s, xa, a11);
            b11 = Vector512.FusedMultiplyAdd(s, xb, b11);
        }
        AddTo(y, stride, a0, a1, a2, a3, a4, a5);
        AddTo(y + 6 * stride, stride, a6, a7, a8, a9, a10, a11);
        AddTo(y + 16, stride, b0, b1, b2, b3, b4, b5);
        AddTo(y + 16 + 6 * stride, stride, b6, b7, b8, b9, b10, b11);
    }

    /// <summary>The first sixteen columns alone.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void HalfTile(float* w, float* x, int depth, float* y, byte* ahead, int aheadStep)
    {
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default, a8 = default, a9 = default, a10 = default, a11 = default;
        for (var end = w + depth; w < end; w++, x += Width, ahead += aheadStep)
        {
            Sse.Prefetch1(ahead);
            var xa = Vector512.Load(x);
            a0 = Vector512.FusedMultiplyAdd(Vector512.Create(w[0]), xa, a0);
            a1 = Vector512.FusedMultiplyAdd(Vector512.Create(w[Block]), xa, a1);
            a2 = Vector512.FusedMultiplyAdd(Vector512.Create(w[2 * Block]), xa, a2);
            a3 = Vector512.FusedMultiplyAdd(Vector512.Create(w[3 * Block]), xa, a3);
            a4 = Vector512.FusedMultiplyAdd(Vector512.Create(w[4 * Block]), xa, a4);
            a5 = Vector512.FusedMultiplyAdd(Vector512.Create(w[5 * Block]), xa, a5);
            a6 = Vector512.FusedMultiplyAdd(Vector512.Create(w[6 * Block]), xa, a6);
            a7 = Vector512.FusedMultiplyAdd(Vector512.Create(w[7 * Block]), xa, a7);
            a8 = Vector512.FusedMultiplyAdd(Vector512.Create(w[8 * Block]), xa, a8);
            a9 = Vector512.FusedMultiplyAdd(Vector512.Create(w[9 * Block]), xa, a9);
            a10 = Vector512.FusedMultiplyAdd(Vector512.Create(w[10 * Block]), xa, a10);
            a11 = Vector512.FusedMultiplyAdd(Vector512.Create(w[11 * Block]), xa, a11);
        }
        AddTo(y, Width, a0, a1, a2, a3, a4, a5);
        AddTo(y + 6 * Width, Width, a6, a7, a8, a9, a10, a11);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddTo(float* y, long stride, Vector512<float> v0, Vector512<float> v1, Vector512<float> v2, Vector512<float> v3, Vector512<float> v4, Vector512<float> v5)
    {
        (Vector512.Load(y) + v0).Store(y);
        (Vector512.Load(y + stride) + v1).Store(y + stride);
        (Vector512.Load(y + 2 * stride) + v2).Store(y + 2 * stride);
        (Vector512.Load(y + 3 * stride) + v3).Store(y + 3 * stride);
        (Vector512.Load(y + 4 * stride) + v4).Store(y + 4 * stride);
        (Vector512.Load(y + 5 * stride) + v5).Store(y + 5 * stride);
    }
}
