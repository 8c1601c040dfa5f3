using TorchSharp;
using W2SR.Core.Models;
using static TorchSharp.torch;

namespace W2SR.Core.Training;

/// <summary>Finds where numbers stopped being numbers, once that has happened.</summary>
internal static class Divergence
{
    /// <summary>A batch whose loss is not a number: runs it again, sample by sample and block by block.</summary>
    public static TrainingDivergedException InLoss(CausalLm model, IReadOnlyList<TrainingExample> examples, int step, double loss)
    {
        using var quiet = no_grad();
        foreach (var example in examples)
        {
            if (FirstBadPlace(model, example) is { } place)
                return new TrainingDivergedException(step, loss, double.NaN, place, example.Id is null ? [] : [example.Id]);
        }
        return new TrainingDivergedException(step, loss, double.NaN, null, Ids(examples));
    }

    /// <summary>A gradient that is not a number though the loss was: names the first weight it is seen at.</summary>
    public static TrainingDivergedException InGradients(FlatParameters parameters, int step, double loss, double norm, IReadOnlyList<TrainingExample> examples)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var bad = parameters.NamedViews(parameters.Gradients!).FirstOrDefault(v => !v.Value.isfinite().all().ToBoolean()).Key;
        return new TrainingDivergedException(step, loss, norm, bad is null ? null : $"the gradient of {bad}", Ids(examples));
    }

    private static string[] Ids(IReadOnlyList<TrainingExample> examples) => [.. examples.Select(e => e.Id).OfType<string>().Distinct()];

    private static string? FirstBadPlace(CausalLm model, TrainingExample example)
    {
        using var scope = NewDisposeScope();
        using var batch = new ExampleBatch([example], model.Target.Device);
        var layout = model.LayOut(batch.Ids.shape[1]);
        var x = model.Embed(batch.Ids);
        if (!IsFinite(x)) return "the embedding";
        for (var layer = 0; layer < model.Blocks.Count; layer++)
        {
            x = model.Blocks[layer].Forward(x, layout);
            if (!IsFinite(x)) return $"layer {layer}";
        }
        x = model.Normalize(x);
        if (!IsFinite(x)) return "the last norm";
        return IsFinite(new ChunkedHead(model).Score(x.view(-1, model.Config.HiddenSize).index_select(0, batch.Positions), batch.Targets).LogProbs) ? null : "the LM head";
    }

    private static bool IsFinite(Tensor x) => x.isfinite().all().ToBoolean();
}
