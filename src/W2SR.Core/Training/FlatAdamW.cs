using TorchSharp;
using W2SR.Core.Models;
using W2SR.Core.Tensors;
using static TorchSharp.torch;

namespace W2SR.Core.Training;

/// <summary>AdamW over flat buffers: each step is one fused kernel for every run of weights that decay alike.</summary>
internal sealed class FlatAdamW : IDisposable
{
    private readonly AdamWOptions options;
    private readonly Tensor gradients, step;
    private readonly List<(Tensor[] Views, double WeightDecay)> segments = [];

    public FlatAdamW(CausalLm model, AdamWOptions options)
        : this(model.Trainable, options)
    {
    }

    public FlatAdamW(FlatParameters parameters, AdamWOptions options)
    {
        options.Validate();
        this.options = options;
        parameters.EnableGradients();
        gradients = parameters.Gradients!;
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        FirstMoments = zeros_like(parameters.Values).DetachFromDisposeScope();
        SecondMoments = zeros_like(parameters.Values).DetachFromDisposeScope();
        step = zeros(1, ScalarType.Float32, parameters.Values.device).DetachFromDisposeScope();
        foreach (var (offset, count, decays) in Segments(parameters.Layout, options.WeightDecay == 0))
        {
            Tensor Part(Tensor t) => t.narrow(0, offset, count).DetachFromDisposeScope();
            segments.Add(([Part(parameters.Values), Part(gradients), Part(FirstMoments), Part(SecondMoments)], decays ? options.WeightDecay : 0));
        }
    }

    /// <summary><c>[N]</c>: running means of the gradients.</summary>
    public Tensor FirstMoments { get; }

    /// <summary><c>[N]</c>: running means of their squares.</summary>
    public Tensor SecondMoments { get; }

    /// <summary>Updates done; set when a run resumes.</summary>
    public int Steps { get; set; }

    /// <summary>Scales all gradients by min(1, max / (norm + 1e-6)), as torch and TRL do.</summary>
    /// <returns>The norm before.</returns>
    public double ClipGradientNorm(double maxNorm)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var norm = Norm(gradients);
        var factor = maxNorm / (norm + 1e-6);
        if (factor < 1) gradients.TimesInPlace(factor);
        return norm;
    }

    /// <summary>The Euclidean norm of a flat buffer, in pieces whose squares add up in float64: one float32 sum over it loses digits already at 100,000 numbers.</summary>
    internal static double Norm(Tensor flat)
    {
        const long piece = 2048;
        using var scope = NewDisposeScope();
        var whole = flat.numel() / piece * piece;
        var squares = 0.0;
        if (whole > 0) squares = flat.narrow(0, 0, whole).view(-1, piece).norm(1).to(ScalarType.Float64).square().sum().ToDouble();
        if (whole < flat.numel()) squares += flat.narrow(0, whole, flat.numel() - whole).to(ScalarType.Float64).square().sum().ToDouble();
        return Math.Sqrt(squares);
    }

    /// <summary>Updates every weight by its gradient.</summary>
    public void Step(double learningRate)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        step.FillInPlace(++Steps);
        foreach (var (views, weightDecay) in segments)
            NativeOps.FusedAdamW(
                views[0], views[1], views[2], views[3], step, learningRate, options.Beta1, options.Beta2, weightDecay, options.Epsilon);
    }

    public void Dispose()
    {
        foreach (var (views, _) in segments)
            foreach (var view in views) view.Dispose();
        segments.Clear();
        FirstMoments.Dispose();
        SecondMoments.Dispose();
        step.Dispose();
    }

    private static List<(long Offset, long Count, bool Decays)> Segments(ParameterLayout layout, bool allAlike)
    {
        var result = new List<(long, long, bool)>();
        foreach (var slot in layout.Slots)
        {
            var decays = !allAlike && slot.Decays;
            if (result.Count > 0 && result[^1].Item3 == decays) result[^1] = (result[^1].Item1, result[^1].Item2 + slot.Count, decays);
            else result.Add((slot.Offset, slot.Count, decays));
        }
        return result;
    }
}
