using System.Runtime.Intrinsics;
using TorchSharp;
using W2SR.Core.Common;
using W2SR.Core.Tensors;
using static TorchSharp.torch;

namespace W2SR.Core.Tests.Tensors;

public sealed unsafe class PanelProductTests
{
    /// <summary>Rows 0.. of W times x, added to what y holds, by the kernel and by plain loops in double.</summary>
    [SkippableTheory]
    [InlineData(1, 1, 1)]
    [InlineData(12, 256, 16)]
    [InlineData(13, 257, 17)]
    [InlineData(30, 15, 32)]
    [InlineData(25, 600, 33)]
    [InlineData(7, 100, 70)]
    public void Add_AwkwardShapes_EqualsPlainLoops(int outputs, int inputs, int columns)
    {
        Skip.IfNot(PanelProduct.IsSupported, "The kernels need 512-bit vectors.");
        TorchRuntime.EnsureLoaded();
        foreach (var type in new[] { ScalarType.Float32, ScalarType.BFloat16 })
        {
            using var scope = NewDisposeScope();
            using var generator = new Generator(7);
            var weight = randn([outputs, inputs], generator: generator).to(type);
            var input = randn([inputs, columns], generator: generator);
            var exact = (weight.to(ScalarType.Float64).mm(input.to(ScalarType.Float64)) + 0.5).data<double>().ToArray();
            using var x = Fill(input);
            using var y = new PanelBuffer(outputs, PanelBuffer.PanelsOf(columns));
            var rows = new float[columns * outputs];
            fixed (float* written = rows)
                for (var tile = 0; tile < PanelProduct.TilesOf(outputs); tile++)
                {
                    int row = tile * PanelProduct.TileRows, count = Math.Min(PanelProduct.TileRows, outputs - row);
                    for (var r = row; r < row + count; r++)
                        for (var column = 0; column < columns; column++) *y.At(r, column) = 0.5f;
                    var address = (byte*)ExternalMemory.Address(weight);
                    if (type == ScalarType.Float32)
                    {
                        PanelProduct.Add<StoredSingle>(address, inputs, row, count, x, y, row, columns);
                        PanelProduct.WriteColumns<StoredSingle>(address, inputs, row, count, x, written, outputs, columns);
                    }
                    else
                    {
                        PanelProduct.Add<StoredBFloat16>(address, inputs, row, count, x, y, row, columns);
                        PanelProduct.WriteColumns<StoredBFloat16>(address, inputs, row, count, x, written, outputs, columns);
                    }
                }
            for (var r = 0; r < outputs; r++)
                for (var column = 0; column < columns; column++)
                {
                    Assert.Equal(exact[r * columns + column], *y.At(r, column), 2e-5 * Math.Sqrt(inputs));
                    Assert.Equal(exact[r * columns + column] - 0.5, rows[column * outputs + r], 2e-5 * Math.Sqrt(inputs));
                }
        }
    }

    [Fact]
    public void BFloat16_EveryKindOfNumber_RoundsAsLibtorchDoes()
    {
        TorchRuntime.EnsureLoaded();
        var random = new RandomStream(1, "bits");
        float[] values = [0, -0f, 1, 1.00390625f, 1.01171875f, -3.3e38f, float.MaxValue, float.Epsilon, float.PositiveInfinity, float.NaN,
            .. Enumerable.Range(0, 5000).Select(_ => BitConverter.UInt32BitsToSingle((uint)random.NextInt(int.MaxValue))).Where(float.IsFinite)];
        using var scope = NewDisposeScope();
        var expected = tensor(values).to(ScalarType.BFloat16).to(ScalarType.Float32).data<float>().ToArray();
        var stored = stackalloc byte[2];
        foreach (var (i, value) in values.Index())
        {
            StoredBFloat16.Write(stored, value);
            Assert.Equal(expected[i], StoredBFloat16.Read(stored));
        }
    }

    private static PanelBuffer Fill(Tensor matrix)
    {
        var (features, columns) = ((int)matrix.size(0), (int)matrix.size(1));
        var values = matrix.data<float>().ToArray();
        var buffer = new PanelBuffer(features, PanelBuffer.PanelsOf(columns));
        for (var f = 0; f < features; f++)
            for (var c = 0; c < columns; c++) *buffer.At(f, c) = values[f * columns + c];
        return buffer;
    }
}
