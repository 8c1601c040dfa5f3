using TorchSharp;
using W2SR.Core.Tensors;
using static TorchSharp.torch;

namespace W2SR.Core.Tests.Tensors;

/// <summary>The kernels of training against libtorch in double precision.</summary>
[Collection(Infrastructure.TensorCountingCollection.Name)]
public sealed unsafe class BlockedProductTests
{
    private static Tensor Random(params long[] shape)
    {
        using var generator = new Generator(11);
        return randn(shape, generator: generator);
    }

    private static void AssertClose(Tensor expected, Tensor actual, double tolerance)
    {
        using var scope = NewDisposeScope();
        Assert.Equal(expected.shape, actual.shape);
        Assert.InRange((expected - actual.to(ScalarType.Float64)).abs().max().ToDouble(), 0, tolerance);
    }

    /// <summary>Sizes around the borders of tiles (12 rows, 32 columns), blocks (256 products), groups (48 rows) and packed pieces (2,048 columns, 1,024 products at that width).</summary>
    [SkippableTheory]
    [InlineData(1, 1, 1)]
    [InlineData(12, 32, 256)]
    [InlineData(13, 33, 257)]
    [InlineData(47, 31, 255)]
    [InlineData(97, 95, 600)]
    [InlineData(50, 2081, 1300)]
    public void Run_AwkwardShapes_EqualsLibtorchInEveryOrientation(int rows, int columns, int depth)
    {
        Skip.IfNot(PanelProduct.IsSupported, "The kernels need 512-bit vectors.");
        using var scope = NewDisposeScope();
        Tensor a = Random(rows, depth), b = Random(depth, columns), start = Random(rows, columns);
        var exact = a.to(ScalarType.Float64).mm(b.to(ScalarType.Float64));
        var tolerance = 1e-6 * Math.Sqrt(depth) * 10;
        foreach (var (aTurned, bTurned) in new[] { (false, false), (false, true), (true, false), (true, true) })
        {
            Tensor left = aTurned ? a.t().contiguous() : a, right = bTurned ? b.t().contiguous() : b;
            var leftOperand = new MatrixOperand(ExternalMemory.Address(left), left.shape[1], aTurned);
            var rightOperand = new MatrixOperand(ExternalMemory.Address(right), right.shape[1], bTurned);
            var result = full_like(start, double.NaN); // what is overwritten must not be read
            BlockedProduct.Run(leftOperand, rightOperand, (float*)ExternalMemory.Address(result), rows, columns, depth, add: false);
            AssertClose(exact, result, tolerance);
            var sum = start.clone();
            BlockedProduct.Run(leftOperand, rightOperand, (float*)ExternalMemory.Address(sum), rows, columns, depth, add: true);
            AssertClose(exact + start.to(ScalarType.Float64), sum, tolerance);
        }
    }

    [SkippableFact]
    public void Run_OneThreadOrOtherRows_GivesTheSameBits()
    {
        Skip.IfNot(PanelProduct.IsSupported, "The kernels need 512-bit vectors.");
        using var scope = NewDisposeScope();
        Tensor x = Random(150, 700), weight = Random(600, 700);
        var whole = LargeProduct.Forward(x, weight);
        var threads = get_num_threads();
        try
        {
            set_num_threads(1);
            Assert.True(whole.eq(LargeProduct.Forward(x, weight)).all().ToBoolean());
        }
        finally
        {
            set_num_threads(threads);
        }
        Assert.True(whole.narrow(0, 77, 5).eq(LargeProduct.Forward(x.narrow(0, 77, 5), weight)).all().ToBoolean());
    }

    [SkippableTheory]
    [InlineData(64)]
    [InlineData(75)]
    public void RowNorm_ForwardAndBack_EqualsAutograd(int width)
    {
        Skip.IfNot(PanelProduct.IsSupported, "The kernels need 512-bit vectors.");
        using var scope = NewDisposeScope();
        Tensor x = Random(3, 35, width), weight = Random(width), gradient = Random(3, 35, width).flip(0).contiguous(), residual = Random(3, 35, width).flip(1).contiguous();
        var (wideX, wideWeight) = (x.to(ScalarType.Float64).requires_grad_(true), weight.to(ScalarType.Float64).requires_grad_(true));
        var expected = wideX * (wideX.square().mean([-1], keepdim: true) + 1e-5).rsqrt() * wideWeight;
        expected.backward([gradient.to(ScalarType.Float64)]);
        AssertClose(expected.detach(), RowNorm.Forward(x, weight, 1e-5), 1e-5);
        var weightGradient = ones_like(weight);
        var byX = RowNorm.Backward(gradient, x, weight, 1e-5, weightGradient, residual);
        AssertClose(wideX.grad! + residual.to(ScalarType.Float64), byX, 1e-5);
        AssertClose(wideWeight.grad! + 1, weightGradient, 1e-4);
    }

    [SkippableTheory]
    [InlineData(32)]
    [InlineData(41)]
    public void GatedUnit_ForwardAndBack_EqualsAutograd(int width)
    {
        Skip.IfNot(PanelProduct.IsSupported, "The kernels need 512-bit vectors.");
        using var scope = NewDisposeScope();
        Tensor both = Random(2, 37, 2 * width) * 4, gradient = Random(2, 37, width);
        both[0, 0, 0] = 200; // exp of it is infinite
        both[0, 0, 1] = -200;
        var wide = both.to(ScalarType.Float64).requires_grad_(true);
        var expected = nn.functional.silu(wide.narrow(2, 0, width)) * wide.narrow(2, width, width);
        expected.backward([gradient.to(ScalarType.Float64)]);
        AssertClose(expected.detach(), GatedUnit.Forward(both), 1e-3); // 200 times a number of the normal distribution
        AssertClose(wide.grad!, GatedUnit.Backward(gradient, both), 1e-4);
    }

    [SkippableTheory]
    [InlineData(64)]
    [InlineData(12)]
    public void HeadRotation_ForwardAndBack_EqualsAutograd(int size)
    {
        Skip.IfNot(PanelProduct.IsSupported, "The kernels need 512-bit vectors.");
        const int batch = 2, length = 19, queries = 3, shared = 2;
        using var scope = NewDisposeScope();
        var angles = Random(length, 1, size / 2);
        Tensor cosines = cat([angles.cos(), angles.cos()], -1), sines = cat([-angles.sin(), angles.sin()], -1);
        var projected = Random(batch, length, (queries + 2 * shared) * size);
        var wide = projected.to(ScalarType.Float64).requires_grad_(true);
        var heads = wide.view(batch, length, queries + 2 * shared, size);
        var turning = heads.narrow(2, 0, queries + shared);
        var turned = turning * cosines.to(ScalarType.Float64) + turning.roll(size / 2, -1) * sines.to(ScalarType.Float64);
        Tensor[] expected = [turned.narrow(2, 0, queries), turned.narrow(2, queries, shared), heads.narrow(2, queries + shared, shared)];
        var rotation = new HeadRotation(queries, shared, size);
        var (q, k, v) = rotation.Forward(projected, cosines, sines);
        Tensor[] actual = [q, k, v];
        var gradients = actual.Select(t => Random(t.shape)).ToArray();
        for (var i = 0; i < 3; i++) AssertClose(expected[i].transpose(1, 2).detach(), actual[i], 1e-5);
        cat([.. expected.Select(e => e.reshape(-1))]).backward([cat([.. gradients.Select(g => g.to(ScalarType.Float64).transpose(1, 2).reshape(-1))])]);
        AssertClose(wide.grad!, rotation.Backward(gradients[0], gradients[1], gradients[2], cosines, sines), 1e-5);
    }
}
