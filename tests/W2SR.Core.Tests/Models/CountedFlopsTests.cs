using TorchSharp;
using W2SR.Core.Models;
using W2SR.Core.Tests.Infrastructure;
using static TorchSharp.torch;

namespace W2SR.Core.Tests.Models;

/// <summary>The formula of the costs against the multiplications that a forward and backward pass really makes.</summary>
public sealed class CountedFlopsTests
{
    [Theory]
    [InlineData(192, 12, 24)]
    [InlineData(128, 40, 64)]
    public void Training_RealPassCountedByLoops_IsWithinTwoPercent(int hidden, int tokens, int vocabulary)
    {
        var config = TinyModels.Config(vocabulary) with { HiddenSize = hidden, HeadCount = 4, KeyValueHeadCount = 4, HeadSize = hidden / 4, FeedForwardSize = 3 * hidden };
        using var model = CausalLm.CreateRandom(config, 5);
        int[] ids = [.. Enumerable.Range(0, tokens).Select(i => i * 7 % vocabulary)];
        float[] pull = [.. Enumerable.Range(0, tokens * vocabulary).Select(i => (float)Math.Sin(i))];

        // The real pass, and the same in loops: equal logits and gradients show that what is counted is what is computed.
        var counted = new CountingDecoder(config, model.Parameters.NamedViews(model.Parameters.Values).ToDictionary(v => v.Key, v => Numbers(v.Value)));
        model.Parameters.EnableGradients();
        using (NewDisposeScope())
        {
            var logits = model.Logits(tensor(ids.Select(i => (long)i).ToArray()).unsqueeze(0)).reshape(-1);
            Close(Numbers(logits.detach().alias()), counted.Forward(ids), 1e-3);
            var forward = counted.MultiplyAdds;
            Within(DecoderFlops.Forward(config, [tokens], tokens), 2.0 * forward);
            using var loss = (logits * tensor(pull)).sum();
            loss.backward();
            counted.Backward([.. pull.Select(p => (double)p)]);
        }
        foreach (var (name, view) in model.Parameters.NamedViews(model.Parameters.Gradients!)) Close(Numbers(view), counted.Gradients[name], 2e-3);
        Within(DecoderFlops.Training(config, [tokens], tokens), 2.0 * counted.MultiplyAdds);
    }

    private static void Within(double formula, double counted) =>
        Assert.True(Math.Abs(formula / counted - 1) <= 0.02, $"formula {formula:N0}, counted {counted:N0}: {100 * (formula / counted - 1):F2}%");

    private static void Close(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        var size = expected.Max(Math.Abs) + 1e-9;
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i] / size, actual[i] / size, tolerance);
    }

    private static double[] Numbers(Tensor tensor)
    {
        using (tensor)
        using (var plain = tensor.to(ScalarType.Float64).contiguous())
            return plain.data<double>().ToArray();
    }
}
