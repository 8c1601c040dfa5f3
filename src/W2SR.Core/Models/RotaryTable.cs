using TorchSharp;
using W2SR.Core.Tensors;
using static TorchSharp.torch;

namespace W2SR.Core.Models;

/// <summary>
/// Rotary positions (RoFormer, arXiv:2104.09864) in the half-split form of Hugging Face checkpoints: number i of a head turns with number
/// i + D/2 by the angle position * frequency(i). Tables grow with the positions that are asked for.
/// </summary>
/// <remarks>x * cos + swap(x) * sin, where swap exchanges the halves and the first half of sin is negated: three operations instead of eight.</remarks>
internal sealed class RotaryTable : IDisposable
{
    // Contexts of 128k and more are common in configs and rare in use; their whole table would be as large as a small model.
    private const int FirstPositions = 4096;

    private readonly ComputeTarget target;
    private readonly double[] frequencies;
    private readonly double attentionFactor;
    private readonly long half;
    private readonly int contextLength;
    private Tensor cosines, sines;

    public RotaryTable(DecoderConfig config, ComputeTarget target)
    {
        this.target = target;
        half = config.HeadSize / 2;
        contextLength = config.ContextLength;
        (frequencies, attentionFactor) = RotaryFrequencies.Compute(config);
        (cosines, sines) = Create(Math.Min(contextLength, FirstPositions));
    }

    /// <summary>Cosines and sines of at least so many first positions, each <c>[T.., D]</c>, the first half of the sines negated; borrowed.</summary>
    public (Tensor Cosines, Tensor Sines) Upto(int positions)
    {
        var held = cosines.shape[0];
        if (positions > held)
        {
            Dispose(); // views that a graph still needs keep the storage alive
            (cosines, sines) = Create((int)Math.Min(contextLength, Math.Max(positions, 2 * held)));
        }
        return (cosines, sines);
    }

    /// <summary>Turns heads by their positions.</summary>
    /// <param name="heads"><c>[B, T, h, D]</c>.</param>
    /// <param name="cosines">Broadcasts to <paramref name="heads"/>, such as <c>[T, 1, D]</c> or <c>[B, 1, 1, D]</c>.</param>
    /// <param name="sines">As <paramref name="cosines"/>.</param>
    public Tensor Apply(Tensor heads, Tensor cosines, Tensor sines) => addcmul(heads * cosines, heads.roll(half, -1), sines, Scalars.One);

    public void Dispose()
    {
        cosines.Dispose();
        sines.Dispose();
    }

    private (Tensor Cosines, Tensor Sines) Create(int positions)
    {
        var size = (int)(2 * half);
        var cos = new float[checked(positions * size)];
        var sin = new float[cos.Length];
        for (var position = 0; position < positions; position++)
            for (var i = 0; i < half; i++)
            {
                var angle = position * frequencies[i];
                var at = position * size + i;
                cos[at] = cos[at + (int)half] = (float)(attentionFactor * Math.Cos(angle));
                sin[at + (int)half] = (float)(attentionFactor * Math.Sin(angle));
                sin[at] = -sin[at + (int)half];
            }
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        return (tensor(cos, [positions, size]).to(target.Dtype, target.Device).DetachFromDisposeScope(),
            tensor(sin, [positions, size]).to(target.Dtype, target.Device).DetachFromDisposeScope());
    }
}
