using TorchSharp;
using W2SR.Core.Training;
using static TorchSharp.torch;

namespace W2SR.Core.Tests.Training;

public sealed class PolicyLossTests
{
    private static Tensor Row(params double[] values) => tensor(values).unsqueeze(0);

    [Theory]
    [InlineData(1.5, 1.0, -1.2)]    // better than its group: the ratio 1.5 is clipped at 1.2
    [InlineData(1.5, -1.0, 1.5)]    // worse: the larger ratio is the worse loss, so it stays
    [InlineData(0.5, -1.0, 0.8)]    // worse and already rarer: clipped at 0.8
    [InlineData(0.5, 1.0, -0.5)]
    public void Compute_OneToken_ClipsAsByHand(double ratio, double advantage, double expected)
    {
        using var scope = NewDisposeScope();
        var (loss, _, _) = PolicyLoss.Compute(Row(Math.Log(ratio)), Row(0), null, tensor(new[] { advantage }), Row(1), new PolicyLossOptions(), 1, 1);
        Assert.Equal(expected, loss.ToDouble(), 1e-12);
    }

    [Fact]
    public void Compute_ClippedToken_HasNoGradient()
    {
        using var scope = NewDisposeScope();
        var logProbs = Row(Math.Log(1.5), 0).requires_grad_();
        var (loss, _, clipped) = PolicyLoss.Compute(logProbs, Row(0, 0), null, tensor(new[] { 1.0 }), Row(1, 1), new PolicyLossOptions(), 1, 2);
        loss.backward();
        Assert.Equal([0, -0.5], logProbs.grad!.data<double>().ToArray());
        Assert.Equal(1, clipped);
    }

    [Fact]
    public void Compute_Kl_IsK3ByHand()
    {
        using var scope = NewDisposeScope();
        // q - l = 0.3: exp(0.3) - 0.3 - 1 = 0.0498588; weight 0.1, advantage 0
        var (loss, kl, _) = PolicyLoss.Compute(Row(-1.0), null, Row(-0.7), tensor(new[] { 0.0 }), Row(1), new PolicyLossOptions { Beta = 0.1 }, 1, 1);
        Assert.Equal(0.0498588, kl, 1e-7);
        Assert.Equal(0.00498588, loss.ToDouble(), 1e-8);
    }

    [Fact]
    public void Compute_GrpoAndDapo_AverageByResponseAndByToken()
    {
        using var scope = NewDisposeScope();
        var logProbs = zeros(2, 3, ScalarType.Float64);
        var mask = tensor(new double[] { 1, 1, 1, 1, 0, 0 }, [2, 3]);
        var advantages = tensor(new[] { 1.0, -2.0 });
        double Loss(PolicyLossType type) => PolicyLoss.Compute(logProbs, null, null, advantages, mask, new PolicyLossOptions { Type = type }, 2, 4).Loss.ToDouble();
        Assert.Equal((-1.0 + 2.0) / 2, Loss(PolicyLossType.Grpo), 1e-12);       // each response counts once
        Assert.Equal((-3.0 + 2.0) / 4, Loss(PolicyLossType.Dapo), 1e-12);       // each token counts once
    }

    [Fact]
    public void Compute_EmptyRow_GivesZeroNotNaN()
    {
        using var scope = NewDisposeScope();
        var (loss, _, _) = PolicyLoss.Compute(zeros(1, 2), null, null, ones(1), zeros(1, 2), new PolicyLossOptions { Type = PolicyLossType.Grpo }, 1, 0);
        Assert.Equal(0, loss.ToDouble());
    }
}
