using TorchSharp;
using W2SR.Core.Models;

namespace W2SR.Core.Tests.Infrastructure;

/// <summary>The decoder once more, one number at a time in plain loops: slow, obvious, and written from the formulas alone.</summary>
internal static class SlowDecoder
{
    /// <summary>Logits of one sequence, <c>[T * V]</c>, in float64.</summary>
    public static double[] Logits(CausalLm model, int[] ids)
    {
        var c = model.Config;
        var w = model.Parameters.NamedViews(model.Parameters.Values).ToDictionary(v => v.Key, v =>
        {
            using var view = v.Value;
            using var plain = view.to(torch.ScalarType.Float64).contiguous();
            return plain.data<double>().ToArray();
        });
        var x = ids.Select(id => w["model.embed_tokens.weight"][(id * c.HiddenSize)..((id + 1) * c.HiddenSize)]).ToArray();
        for (var layer = 0; layer < c.LayerCount; layer++)
        {
            double[] W(string name) => w[$"model.layers.{layer}.{name}"];
            double[]? Optional(string name) => w.GetValueOrDefault($"model.layers.{layer}.{name}");
            var normed = x.Select(r => Norm(r, W("input_layernorm.weight"), c.NormEpsilon)).ToArray();
            double[][] Heads(string kind, int count, bool turn) => [.. normed.Select((r, t) =>
            {
                var all = Times(W($"self_attn.{kind}_proj.weight"), r, Optional($"self_attn.{kind}_proj.bias"));
                for (var h = 0; h < count; h++)
                {
                    var head = all.AsSpan(h * c.HeadSize, c.HeadSize);
                    if (turn && Optional($"self_attn.{kind}_norm.weight") is { } gain) Norm(head.ToArray(), gain, c.NormEpsilon).CopyTo(head);
                    if (turn) Rotate(head, t, c.Rope.Theta);
                }
                return all;
            })];
            double[][] q = Heads("q", c.HeadCount, true), k = Heads("k", c.KeyValueHeadCount, true), v = Heads("v", c.KeyValueHeadCount, false);
            for (var t = 0; t < x.Length; t++)
            {
                var joined = new double[c.HeadCount * c.HeadSize];
                for (var h = 0; h < c.HeadCount; h++)
                {
                    var shared = h / (c.HeadCount / c.KeyValueHeadCount);
                    var scores = Enumerable.Range(0, t + 1).Select(s => Enumerable.Range(0, c.HeadSize)
                        .Sum(i => q[t][h * c.HeadSize + i] * k[s][shared * c.HeadSize + i]) / Math.Sqrt(c.HeadSize)).ToArray();
                    var total = scores.Sum(s => Math.Exp(s - scores.Max()));
                    for (var s = 0; s <= t; s++)
                        for (var i = 0; i < c.HeadSize; i++)
                            joined[h * c.HeadSize + i] += Math.Exp(scores[s] - scores.Max()) / total * v[s][shared * c.HeadSize + i];
                }
                x[t] = Add(x[t], Times(W("self_attn.o_proj.weight"), joined, Optional("self_attn.o_proj.bias")));
            }
            for (var t = 0; t < x.Length; t++)
            {
                var r = Norm(x[t], W("post_attention_layernorm.weight"), c.NormEpsilon);
                double[] gate = Times(W("mlp.gate_proj.weight"), r, Optional("mlp.gate_proj.bias")), up = Times(W("mlp.up_proj.weight"), r, Optional("mlp.up_proj.bias"));
                x[t] = Add(x[t], Times(W("mlp.down_proj.weight"), [.. gate.Zip(up, (g, u) => g / (1 + Math.Exp(-g)) * u)], Optional("mlp.down_proj.bias")));
            }
        }
        var head = w[c.TieEmbeddings ? "model.embed_tokens.weight" : "lm_head.weight"];
        return [.. x.SelectMany(r => Times(head, Norm(r, w["model.norm.weight"], c.NormEpsilon), null))];
    }

    private static double[] Norm(double[] x, double[] gain, double epsilon)
    {
        var root = Math.Sqrt(x.Average(v => v * v) + epsilon);
        return [.. x.Select((v, i) => v / root * gain[i])];
    }

    private static double[] Times(double[] matrix, double[] x, double[]? bias) =>
        [.. Enumerable.Range(0, matrix.Length / x.Length).Select(row => (bias?[row] ?? 0) + Enumerable.Range(0, x.Length).Sum(i => matrix[row * x.Length + i] * x[i]))];

    private static double[] Add(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];

    private static void Rotate(Span<double> head, int position, double theta)
    {
        var half = head.Length / 2;
        for (var i = 0; i < half; i++)
        {
            // float32 tables, as models are trained with them.
            var angle = position * Math.Pow(theta, -2.0 * i / head.Length);
            double cos = (float)Math.Cos(angle), sin = (float)Math.Sin(angle), a = head[i], b = head[i + half];
            head[i] = a * cos - b * sin;
            head[i + half] = b * cos + a * sin;
        }
    }
}
