using TorchSharp;
using W2SR.Core.Training;
using static TorchSharp.torch;

namespace W2SR.Core.Tests.Training;

public sealed class PolicyLossTests
{
    private static Tensor Row(params double[] values) => tensor(values).unsqueeze(0);

    private static (Tensor Loss, PolicyLossMetrics Metrics) Compute(
        Tensor logProbs, Tensor? old, Tensor? reference, double[] advantages, Tensor mask, PolicyLossOptions options, double rows, double tokens, Tensor? entropies = null) =>
        new PolicyLoss(options).Compute(new PolicyTensors
        {
            LogProbs = logProbs,
            OldLogProbs = old,
            ReferenceLogProbs = reference,
            Advantages = tensor(advantages),
            LossMask = mask,
            Entropies = entropies,
        }, new PolicyLossScale(rows, tokens, 10, 1));

    [Theory]
    [InlineData(1.5, 1.0, -1.2)]    // better than its group: the ratio 1.5 is clipped at 1.2
    [InlineData(1.5, -1.0, 1.5)]    // worse: the larger ratio is the worse loss, so it stays
    [InlineData(0.5, -1.0, 0.8)]    // worse and already rarer: clipped at 0.8
    [InlineData(0.5, 1.0, -0.5)]
    public void Compute_OneToken_ClipsAsByHand(double ratio, double advantage, double expected)
    {
        using var scope = NewDisposeScope();
        var (loss, _) = Compute(Row(Math.Log(ratio)), Row(0), null, [advantage], Row(1), new PolicyLossOptions(), 1, 1);
        Assert.Equal(expected, loss.ToDouble(), 1e-12);
    }

    [Fact]
    public void Compute_ClippedToken_HasNoGradientAndIsCounted()
    {
        using var scope = NewDisposeScope();
        var logProbs = Row(Math.Log(1.5), 0).requires_grad_();
        var (loss, metrics) = Compute(logProbs, Row(0, 0), null, [1.0], Row(1, 1), new PolicyLossOptions(), 1, 2);
        loss.backward();
        Assert.Equal([0, -0.5], logProbs.grad!.data<double>().ToArray());
        Assert.Equal(0.5, metrics.ClippedHigh);
        Assert.Equal(0, metrics.ClippedLow);
    }

    [Fact]
    public void Compute_RatioCap_BoundsTheLossOfABadTokenThatBecameLikely()
    {
        using var scope = NewDisposeScope();
        // Without the cap the loss would be 9: clipping does not bound the side where the larger ratio is worse.
        var (loss, _) = Compute(Row(Math.Log(9)), Row(0), null, [-1.0], Row(1), new PolicyLossOptions { RatioCap = 3 }, 1, 1);
        Assert.Equal(3, loss.ToDouble(), 1e-12);
    }

    [Theory]
    [InlineData(KlEstimator.K1, -0.3)]              // log policy - log reference
    [InlineData(KlEstimator.K2, 0.045)]             // 0.3^2 / 2
    [InlineData(KlEstimator.K3, 0.049858807576)]    // exp(0.3) - 0.3 - 1
    public void Compute_Kl_IsTheEstimateByHand(KlEstimator estimator, double expected)
    {
        using var scope = NewDisposeScope();
        var (loss, metrics) = Compute(Row(-1.0), null, Row(-0.7), [0.0], Row(1), new PolicyLossOptions { Beta = 0.1, Kl = estimator }, 1, 1);
        Assert.Equal(expected, metrics.Kl!.Value, 1e-10);
        Assert.Equal(0.1 * expected, loss.ToDouble(), 1e-10);
    }

    [Theory]
    [InlineData(false, 0.1 * (1 - 1.3498588075760032))]                         // d/dl of k3 = 1 - exp(0.3)
    [InlineData(true, 0.1 * (0.0498588075760032 + 1 - 1.3498588075760032))]     // of w k3 at w = 1: k3 more
    public void Compute_CorrectedKl_AddsTheEstimateItselfToTheGradient(bool corrected, double expected)
    {
        using var scope = NewDisposeScope();
        var logProbs = Row(-1.0).requires_grad_();
        Compute(logProbs, null, Row(-0.7), [0.0], Row(1), new PolicyLossOptions { Beta = 0.1, CorrectKl = corrected }, 1, 1).Loss.backward();
        Assert.Equal(expected, logProbs.grad!.ToDouble(), 1e-12);
    }

    [Fact]
    public void Compute_EachType_AveragesAsItSays()
    {
        using var scope = NewDisposeScope();
        var logProbs = zeros(2, 3, ScalarType.Float64);
        var mask = tensor(new double[] { 1, 1, 1, 1, 0, 0 }, [2, 3]);
        double Loss(PolicyLossType type) => Compute(logProbs, null, null, [1.0, -2.0], mask, new PolicyLossOptions { Type = type }, 2, 4).Loss.ToDouble();
        Assert.Equal((-1.0 + 2.0) / 2, Loss(PolicyLossType.Grpo), 1e-12);       // each response counts once
        Assert.Equal((-3.0 + 2.0) / 4, Loss(PolicyLossType.Dapo), 1e-12);       // each token counts once
        Assert.Equal((-3.0 + 2.0) / 4, Loss(PolicyLossType.Bnpo), 1e-12);
        Assert.Equal((-3.0 + 2.0) / 20, Loss(PolicyLossType.DrGrpo), 1e-12);    // two responses of at most ten tokens
        Assert.Equal((-3.0 + 2.0) / 2, Loss(PolicyLossType.Luspo), 1e-12);      // a long response counts more
    }

    [Fact]
    public void Compute_SequenceRatio_IsTheGeometricMeanAndReachesEveryToken()
    {
        using var scope = NewDisposeScope();
        var logProbs = Row(Math.Log(1.21), 0, 5).requires_grad_();              // the last is padding
        var options = new PolicyLossOptions { Type = PolicyLossType.Grpo, RatioLevel = RatioLevel.Sequence };
        var (loss, _) = Compute(logProbs, Row(0, 0, 0), null, [1.0], Row(1, 1, 0), options, 1, 2);
        loss.backward();
        Assert.Equal(-1.1, loss.ToDouble(), 1e-12);
        Assert.Equal([-0.55, -0.55, 0], logProbs.grad!.data<double>().ToArray().Select(g => Math.Round(g, 12)));
    }

    [Fact]
    public void Compute_TopEntropyShare_TrainsTheUndecidedTokensAlone()
    {
        using var scope = NewDisposeScope();
        var logProbs = Row(0, 0, 0, 0).requires_grad_();
        var (loss, _) = Compute(logProbs, null, null, [1.0], Row(1, 1, 1, 0), new PolicyLossOptions { TopEntropyShare = 0.5 }, 1, 3, Row(0.1, 2, 3, 99));
        loss.backward();
        Assert.Equal([0, -1.0 / 3, -1.0 / 3, 0], logProbs.grad!.data<double>().ToArray());
    }

    [Fact]
    public void Compute_EmptyRow_GivesZeroNotNaN()
    {
        using var scope = NewDisposeScope();
        foreach (var type in Enum.GetValues<PolicyLossType>())
        {
            var (loss, _) = Compute(zeros(1, 2, ScalarType.Float64), null, null, [1.0], zeros(1, 2, ScalarType.Float64), new PolicyLossOptions { Type = type }, 1, 0);
            Assert.Equal(0, loss.ToDouble());
        }
    }

    public static TheoryData<PolicyLossOptions, string> Conflicts => new()
    {
        { new PolicyLossOptions { ClipLow = 0 }, "ClipLow" },
        { new PolicyLossOptions { ClipHigh = double.NaN }, "ClipHigh" },
        { new PolicyLossOptions { Beta = -1 }, "Beta" },
        { new PolicyLossOptions { TopEntropyShare = 1.5 }, "TopEntropyShare" },
        { new PolicyLossOptions { OffPolicyThreshold = -1 }, "OffPolicyThreshold" },
        { new PolicyLossOptions { Type = PolicyLossType.Cispo }, "5 is usual" },
        { new PolicyLossOptions { RatioCap = 1.1 }, "not above 1 + ClipHigh" },
        { new PolicyLossOptions { Type = PolicyLossType.Sapo, RatioCap = 4 }, "does not clip" },
        { new PolicyLossOptions { Beta = 0.1, Kl = KlEstimator.K1, CorrectKl = false }, "zero on average" },
        { new PolicyLossOptions { Type = PolicyLossType.Luspo }, "Sequence" },
        { new PolicyLossOptions { Type = PolicyLossType.Vespo, SamplerCorrection = new() }, "TokenTruncate" },
        { new PolicyLossOptions { SamplerCorrection = new() { Max = 0.5 } }, "at least 1" },
        { new PolicyLossOptions { Sapo = new() { NegativeTemperature = 0 } }, "NegativeTemperature" },
    };

    [Theory]
    [MemberData(nameof(Conflicts))]
    public void Validate_Conflict_NamesWhatToChange(PolicyLossOptions options, string expected) =>
        Assert.Contains(expected, Assert.ThrowsAny<ArgumentException>(options.Validate).Message, StringComparison.Ordinal);
}
