using W2SR.Core.Models;

namespace W2SR.Core.Tests.Infrastructure;

/// <summary>
/// The decoder with its backward pass in plain loops, counting every multiplication that it makes (each with its addition): the slow twin of a
/// training step. Plain heads, no biases, untied head.
/// </summary>
internal sealed class CountingDecoder(DecoderConfig config, IReadOnlyDictionary<string, double[]> weights)
{
    private readonly List<Action> tape = [];

    /// <summary>Multiply-adds so far.</summary>
    public long MultiplyAdds { get; private set; }

    /// <summary>Gradients by weight, after <see cref="Backward"/>.</summary>
    public Dictionary<string, double[]> Gradients { get; } = [];

    /// <summary>Logits <c>[T * V]</c>; the tape then holds the backward pass.</summary>
    public double[] Forward(int[] ids)
    {
        int T = ids.Length, C = config.HiddenSize;
        var table = Weight("model.embed_tokens.weight");
        var x = new Node(T, C);
        for (var t = 0; t < T; t++) Array.Copy(table.Values, ids[t] * C, x.Values, t * C, C);
        var embedded = x;
        tape.Add(() =>
        {
            for (var t = 0; t < T; t++)
                for (var c = 0; c < C; c++) table.Grads[ids[t] * C + c] += embedded.Grads[t * C + c];
        });
        for (var layer = 0; layer < config.LayerCount; layer++)
        {
            var name = $"model.layers.{layer}.";
            var normed = Norm(x, Weight(name + "input_layernorm.weight"));
            Node Project(string kind) => Linear(normed, Weight($"{name}self_attn.{kind}_proj.weight"));
            var joined = Attend(Rotate(Project("q")), Rotate(Project("k")), Project("v"));
            x = Add(x, Linear(joined, Weight(name + "self_attn.o_proj.weight")));
            normed = Norm(x, Weight(name + "post_attention_layernorm.weight"));
            x = Add(x, Linear(Gate(Linear(normed, Weight(name + "mlp.gate_proj.weight")), Linear(normed, Weight(name + "mlp.up_proj.weight"))), Weight(name + "mlp.down_proj.weight")));
        }
        logits = Linear(Norm(x, Weight("model.norm.weight")), Weight("lm_head.weight"));
        return logits.Values;
    }

    private Node? logits;

    /// <summary>Backward from the gradient of the logits.</summary>
    public void Backward(double[] gradient)
    {
        gradient.CopyTo(logits!.Grads, 0);
        for (var i = tape.Count - 1; i >= 0; i--) tape[i]();
    }

    private Node Weight(string name)
    {
        var node = new Node(weights[name]);
        if (!Gradients.TryAdd(name, node.Grads)) throw new InvalidOperationException(name + " is used twice");
        return node;
    }

    private Node Linear(Node x, Node w)
    {
        int rows = x.Rows, n = x.Columns, m = w.Values.Length / n;
        var y = new Node(rows, m);
        for (var t = 0; t < rows; t++)
            for (var o = 0; o < m; o++)
            {
                var sum = 0.0;
                for (var i = 0; i < n; i++) sum += x.Values[t * n + i] * w.Values[o * n + i];
                y.Values[t * m + o] = sum;
            }
        MultiplyAdds += (long)rows * n * m;
        tape.Add(() =>
        {
            for (var t = 0; t < rows; t++)
                for (var o = 0; o < m; o++)
                {
                    var g = y.Grads[t * m + o];
                    for (var i = 0; i < n; i++)
                    {
                        x.Grads[t * n + i] += g * w.Values[o * n + i];
                        w.Grads[o * n + i] += g * x.Values[t * n + i];
                    }
                }
            MultiplyAdds += 2L * rows * n * m;
        });
        return y;
    }

    private Node Norm(Node x, Node gain)
    {
        int n = x.Columns;
        var y = new Node(x.Rows, n);
        var scale = new double[x.Rows];
        for (var t = 0; t < x.Rows; t++)
        {
            var squares = 0.0;
            for (var i = 0; i < n; i++) squares += x.Values[t * n + i] * x.Values[t * n + i];
            scale[t] = 1 / Math.Sqrt(squares / n + config.NormEpsilon);
            for (var i = 0; i < n; i++) y.Values[t * n + i] = x.Values[t * n + i] * scale[t] * gain.Values[i];
        }
        MultiplyAdds += 3L * x.Rows * n;
        tape.Add(() =>
        {
            for (var t = 0; t < x.Rows; t++)
            {
                var dot = 0.0;
                for (var i = 0; i < n; i++)
                {
                    dot += y.Grads[t * n + i] * gain.Values[i] * x.Values[t * n + i];
                    gain.Grads[i] += y.Grads[t * n + i] * x.Values[t * n + i] * scale[t];
                }
                for (var i = 0; i < n; i++)
                    x.Grads[t * n + i] += scale[t] * (y.Grads[t * n + i] * gain.Values[i] - x.Values[t * n + i] * dot * scale[t] * scale[t] / n);
            }
            MultiplyAdds += 8L * x.Rows * n;
        });
        return y;
    }

    private Node Rotate(Node x)
    {
        int D = config.HeadSize, half = D / 2;
        var y = new Node(x.Rows, x.Columns);
        void Turn(double[] from, double[] to, int sign)
        {
            for (var t = 0; t < x.Rows; t++)
                for (var h = 0; h < x.Columns; h += D)
                    for (var i = 0; i < half; i++)
                    {
                        var angle = t * Math.Pow(config.Rope.Theta, -2.0 * i / D);
                        double cos = (float)Math.Cos(angle), sin = sign * (float)Math.Sin(angle), a = from[t * x.Columns + h + i], b = from[t * x.Columns + h + i + half];
                        to[t * x.Columns + h + i] += a * cos - b * sin;
                        to[t * x.Columns + h + i + half] += b * cos + a * sin;
                    }
            MultiplyAdds += 2L * x.Rows * x.Columns;
        }
        Turn(x.Values, y.Values, 1);
        tape.Add(() => Turn(y.Grads, x.Grads, -1));
        return y;
    }

    private Node Attend(Node q, Node k, Node v)
    {
        int D = config.HeadSize, C = q.Columns, T = q.Rows;
        var y = new Node(T, C);
        var shares = new double[config.HeadCount, T, T];
        var root = 1 / Math.Sqrt(D);
        for (var h = 0; h < config.HeadCount; h++)
            for (var t = 0; t < T; t++)
            {
                var scores = new double[t + 1];
                for (var s = 0; s <= t; s++)
                    for (var i = 0; i < D; i++) scores[s] += q.Values[t * C + h * D + i] * k.Values[s * C + h * D + i] * root;
                double top = scores.Max(), total = scores.Sum(x => Math.Exp(x - top));
                for (var s = 0; s <= t; s++)
                {
                    shares[h, t, s] = Math.Exp(scores[s] - top) / total;
                    for (var i = 0; i < D; i++) y.Values[t * C + h * D + i] += shares[h, t, s] * v.Values[s * C + h * D + i];
                }
                MultiplyAdds += 2L * (t + 1) * D;
            }
        tape.Add(() =>
        {
            for (var h = 0; h < config.HeadCount; h++)
                for (var t = 0; t < T; t++)
                {
                    var back = new double[t + 1];
                    for (var s = 0; s <= t; s++)
                        for (var i = 0; i < D; i++)
                        {
                            back[s] += y.Grads[t * C + h * D + i] * v.Values[s * C + h * D + i];
                            v.Grads[s * C + h * D + i] += shares[h, t, s] * y.Grads[t * C + h * D + i];
                        }
                    var mean = back.Select((b, s) => b * shares[h, t, s]).Sum();
                    for (var s = 0; s <= t; s++)
                    {
                        var g = shares[h, t, s] * (back[s] - mean) * root;
                        for (var i = 0; i < D; i++)
                        {
                            q.Grads[t * C + h * D + i] += g * k.Values[s * C + h * D + i];
                            k.Grads[s * C + h * D + i] += g * q.Values[t * C + h * D + i];
                        }
                    }
                    MultiplyAdds += 4L * (t + 1) * D;
                }
        });
        return y;
    }

    private Node Gate(Node gate, Node up)
    {
        var y = new Node(gate.Rows, gate.Columns);
        for (var i = 0; i < y.Values.Length; i++) y.Values[i] = gate.Values[i] / (1 + Math.Exp(-gate.Values[i])) * up.Values[i];
        MultiplyAdds += 2L * y.Values.Length;
        tape.Add(() =>
        {
            for (var i = 0; i < y.Values.Length; i++)
            {
                double z = gate.Values[i], s = 1 / (1 + Math.Exp(-z)), g = y.Grads[i];
                up.Grads[i] += g * z * s;
                gate.Grads[i] += g * up.Values[i] * (s + z * s * (1 - s));
            }
            MultiplyAdds += 6L * y.Values.Length;
        });
        return y;
    }

    private Node Add(Node a, Node b)
    {
        var y = new Node(a.Rows, a.Columns);
        for (var i = 0; i < y.Values.Length; i++) y.Values[i] = a.Values[i] + b.Values[i];
        tape.Add(() =>
        {
            for (var i = 0; i < y.Values.Length; i++)
            {
                a.Grads[i] += y.Grads[i];
                b.Grads[i] += y.Grads[i];
            }
        });
        return y;
    }

    private sealed class Node
    {
        public Node(int rows, int columns)
        {
            (Rows, Columns) = (rows, columns);
            Values = new double[rows * columns];
            Grads = new double[rows * columns];
        }

        public Node(double[] values)
        {
            Values = values;
            Grads = new double[values.Length];
        }

        public int Rows { get; }

        public int Columns { get; }

        public double[] Values { get; }

        public double[] Grads { get; }
    }
}
