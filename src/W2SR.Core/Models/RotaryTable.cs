using TorchSharp;
using W2SR.Core.Tensors;
using static TorchSharp.torch;

namespace W2SR.Core.Models;

/// <summary>
/// Rotary positions (RoFormer, arXiv:2104.09864) in the half-split form of Hugging Face checkpoints: number i of a head turns with number
/// i + D/2 by the angle position * theta^(-2i/D).
/// </summary>
/// <remarks>x * cos + swap(x) * sin, where swap exchanges the halves and the first half of sin is negated: three operations instead of eight.</remarks>
internal sealed class RotaryTable : IDisposable
{
    private readonly long half;

    public RotaryTable(DecoderConfig config, ComputeTarget target)
    {
        half = config.HeadSize / 2;
        var size = config.HeadSize;
        var cosines = new float[config.ContextLength * size];
        var sines = new float[config.ContextLength * size];
        for (var position = 0; position < config.ContextLength; position++)
            for (var i = 0; i < half; i++)
            {
                var angle = position * Math.Pow(config.RopeTheta, -2.0 * i / size);
                var at = position * size + i;
                cosines[at] = cosines[at + (int)half] = (float)Math.Cos(angle);
                sines[at + (int)half] = (float)Math.Sin(angle);
                sines[at] = -sines[at + (int)half];
            }
        using var scope = NewDisposeScope();
        Cosines = tensor(cosines, [config.ContextLength, size]).to(target.Dtype, target.Device).DetachFromDisposeScope();
        Sines = tensor(sines, [config.ContextLength, size]).to(target.Dtype, target.Device).DetachFromDisposeScope();
    }

    /// <summary><c>[Tmax, D]</c>.</summary>
    public Tensor Cosines { get; }

    /// <summary><c>[Tmax, D]</c>, the first half negated.</summary>
    public Tensor Sines { get; }

    /// <summary>Turns heads by their positions.</summary>
    /// <param name="heads"><c>[B, T, h, D]</c>.</param>
    /// <param name="cosines">Broadcasts to <paramref name="heads"/>, such as <c>[T, 1, D]</c> or <c>[B, 1, 1, D]</c>.</param>
    /// <param name="sines">As <paramref name="cosines"/>.</param>
    public Tensor Apply(Tensor heads, Tensor cosines, Tensor sines) => addcmul(heads * cosines, heads.roll(half, -1), sines, Scalars.One);

    public void Dispose()
    {
        Cosines.Dispose();
        Sines.Dispose();
    }
}
