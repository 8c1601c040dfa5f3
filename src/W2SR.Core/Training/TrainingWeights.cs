using TorchSharp;
using W2SR.Core.Models;
using W2SR.Core.Tensors;
using static TorchSharp.torch;

namespace W2SR.Core.Training;

/// <summary>
/// The weights that train, twice where that is needed: masters in float32 that the optimizer moves and gradients add up to, and the copy that
/// forward and backward run on, in a narrower type. Where both types are the same, they are one.
/// </summary>
internal sealed class TrainingWeights : IDisposable
{
    private readonly CausalLm model;
    private readonly bool ownsCompute, ownsMaster;

    /// <summary>Enables gradients.</summary>
    /// <param name="model">Its weights are the result; with an adapter attached, only the adapter trains.</param>
    /// <param name="computeType">Type of forward and backward; null for the model's own.</param>
    public TrainingWeights(CausalLm model, ScalarType? computeType = null)
    {
        this.model = model;
        if (model.Adapter?.HeadTarget is not null)
            throw new ArgumentException("The adapter targets lm_head, which is not trained here; put lm_head into ModulesToSave instead.", nameof(model));
        if (model.Adapter?.Config.Dropout > 0)
            throw new ArgumentException($"The adapter asks for dropout {model.Adapter.Config.Dropout}, which is not trained here; set it to 0.", nameof(model));
        var type = model.Target.Dtype;
        Compute = model;
        Master = model.Trainable;
        if (computeType is { } narrow && narrow != type)
        {
            Compute = model.CloneAs(model.Target with { Dtype = narrow });
            ownsCompute = true;
        }
        if (type is ScalarType.BFloat16 or ScalarType.Float16)
        {
            Master = new FlatParameters(model.Trainable.Layout, model.Target with { Dtype = ScalarType.Float32 });
            ownsMaster = true;
            Copy(model.Trainable, Master);
        }
        if (ownsCompute) Copy(Master, Compute.Trainable); // rounded as after every step
        Compute.Trainable.EnableGradients();
        Master.EnableGradients();
    }

    /// <summary>Runs forward and backward.</summary>
    public CausalLm Compute { get; }

    /// <summary>What the optimizer moves; its gradients are the sum over the step's micro-batches.</summary>
    public FlatParameters Master { get; }

    /// <summary>The masters' gradient of a weight that computes: what is added up by hand adds up there, in the masters' type, and loses nothing on the way.</summary>
    /// <param name="leaf">A weight of <see cref="Compute"/>.</param>
    /// <returns>A view in the leaf's shape, in the caller's dispose scope; null where the leaf does not train.</returns>
    public Tensor? MasterGradientOf(Tensor leaf)
    {
        using var quiet = no_grad();
        if (!leaf.requires_grad || Compute.Trainable.PlaceOf(leaf) is not { } place) return null;
        using var scope = NewDisposeScope();
        return Master.Gradients!.narrow(0, place.Offset, place.Count).view(leaf.shape).MoveToOuterDisposeScope();
    }

    private bool AreOne => ReferenceEquals(Compute.Trainable, Master);

    /// <summary>Sets all gradients to zero.</summary>
    public void ClearGradients()
    {
        Master.ClearGradients();
        if (!AreOne) Compute.Trainable.ClearGradients();
    }

    /// <summary>Adds a micro-batch's gradient to the masters'; nothing to do where they are one.</summary>
    public void Collect()
    {
        if (AreOne) return;
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        Master.Gradients!.PlusInPlace(Compute.Trainable.Gradients!);
        Compute.Trainable.ClearGradients();
    }

    /// <summary>Takes the masters' values to the weights that compute, and to the model; into bfloat16 with dithered rounding, so that steps below its spacing are not lost.</summary>
    public void Publish()
    {
        if (!AreOne) Copy(Master, Compute.Trainable);
        if (ownsMaster && ownsCompute) Copy(Master, model.Trainable);
    }

    public void Dispose()
    {
        Compute.Trainable.DisableGradients();
        Master.DisableGradients();
        if (ownsMaster) Master.Dispose();
        if (ownsCompute) Compute.Dispose();
    }

    private static void Copy(FlatParameters from, FlatParameters to)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        if (from.Values.dtype == ScalarType.Float32 && to.Values.dtype == ScalarType.BFloat16) DitheredRounding.Copy(from.Values, to.Values);
        else to.Values.copy_(from.Values);
    }
}
