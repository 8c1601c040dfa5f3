using TorchSharp;
using W2SR.Core.Tensors;
using W2SR.Core.Tests.Infrastructure;
using W2SR.Core.Training;
using static TorchSharp.torch;

namespace W2SR.Core.Tests.Oracles;

/// <summary>Trajectories of torch.optim.AdamW.</summary>
public sealed class AdamWOracleTests
{
    [SkippableTheory]
    [InlineData(ScalarType.Float64, 1e-9)]
    [InlineData(ScalarType.Float32, 1e-6)]
    public void FusedAdamW_EveryRun_FollowsTorch(ScalarType type, double tolerance)
    {
        using var json = OracleData.Json("optim/adamw_schedules.json");
        var start = json.RootElement.GetProperty("p0").EnumerateArray().Select(v => v.GetDouble()).ToArray();
        var gradients = json.RootElement.GetProperty("grads").EnumerateArray().Select(g => g.EnumerateArray().Select(v => v.GetDouble()).ToArray()).ToArray();
        var runs = 0;
        foreach (var run in json.RootElement.GetProperty("runs").EnumerateArray())
        {
            var options = run.GetProperty("options");
            double Option(string name, double otherwise) => options.TryGetProperty(name, out var v) ? v.GetDouble() : otherwise;
            var betas = options.TryGetProperty("betas", out var b) ? b.EnumerateArray().Select(v => v.GetDouble()).ToArray() : [0.9, 0.999];
            using var scope = NewDisposeScope();
            using var quiet = no_grad();
            Tensor p = tensor(start).to(type), m = zeros_like(p), v = zeros_like(p), step = zeros(1);
            var t = 0;
            foreach (var expected in run.GetProperty("trajectory").EnumerateArray())
            {
                step.fill_(t + 1);
                NativeOps.FusedAdamW(p, tensor(gradients[t++]).to(type), m, v, step, Option("lr", 1e-3), betas[0], betas[1], Option("weight_decay", 0), Option("eps", 1e-8));
                var actual = p.to(ScalarType.Float64).data<double>().ToArray();
                var wanted = expected.EnumerateArray().Select(x => x.GetDouble()).ToArray();
                for (var i = 0; i < wanted.Length; i++) Assert.Equal(wanted[i], actual[i], tolerance * Math.Max(1, Math.Abs(wanted[i])));
            }
            runs++;
        }
        Assert.True(runs > 0);
    }

    [Fact]
    public void Options_OutsideTheirRange_AreRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new AdamWOptions { Beta1 = 1 }.Validate());
}
