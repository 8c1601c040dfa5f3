using TorchSharp;
using W2SR.Core.Tensors;
using W2SR.Core.Tests.Infrastructure;
using static TorchSharp.torch;

namespace W2SR.Core.Tests.Tensors;

/// <summary>bfloat16 products, widened or libtorch's own, against float64's.</summary>
[Collection(TensorCountingCollection.Name)]
public sealed class WidenedProductTests
{
    private const double Rounding = 1.0 / 256; // of one number in bfloat16

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Linear_ValuesAndGradients_AreFloat64sRoundedOnce(bool forced)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        Tensor Draw(params long[] shape) => randn(shape, generator: generator).to(ScalarType.BFloat16);
        Tensor x = Draw(2, 9, 40), weight = Draw(30, 40), bias = Draw(30), slope = Draw(2, 9, 30);
        (Tensor Value, Tensor[] Gradients) Run(ScalarType type, Func<Tensor, Tensor, Tensor, Tensor> product)
        {
            Tensor[] leaves = [.. new[] { x, weight, bias }.Select(t => t.detach().clone().to(type).requires_grad_(true))];
            var y = product(leaves[0], leaves[1], leaves[2]);
            y.backward([slope.to(type)]);
            return (y.detach(), [.. leaves.Select(l => l.grad!)]);
        }
        var exact = Run(ScalarType.Float64, (a, w, b) => nn.functional.linear(a, w, b));
        var ours = Run(ScalarType.BFloat16, forced ? WidenedProduct.Widened : WidenedProduct.Linear);
        Assert.Equal(ScalarType.BFloat16, ours.Value.dtype);
        AssertNear(exact.Value, ours.Value);
        foreach (var (e, o) in exact.Gradients.Zip(ours.Gradients)) AssertNear(e, o);
        AssertNear(x.to(ScalarType.Float64).matmul(weight.t().to(ScalarType.Float64)), WidenedProduct.Multiply(x, weight.t()));

        static void AssertNear(Tensor expected, Tensor actual) =>
            Assert.InRange((expected - actual.to(ScalarType.Float64)).abs().max().ToDouble(), 0, Rounding * expected.abs().max().ToDouble());
    }

    [Fact]
    public void Suits_FewRowsOrOtherTypes_AreLibtorchs()
    {
        using var scope = NewDisposeScope();
        Assert.False(WidenedProduct.Suits(zeros([7, 4], ScalarType.BFloat16)));
        Assert.False(WidenedProduct.Suits(zeros([9, 4])));
        Assert.Equal(WidenedProduct.IsNeededOn(CPU), WidenedProduct.Suits(zeros([2, 4, 4], ScalarType.BFloat16)));
    }
}
