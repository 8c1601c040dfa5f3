using W2SR.Core.Common;
using static TorchSharp.torch;

namespace W2SR.Core.Checkpoints;

/// <summary>Fills a model's weights from files.</summary>
public static class WeightLoader
{
    /// <summary>Reads every weight into the tensor of its name, after checking that all of them fit.</summary>
    /// <param name="source">The files.</param>
    /// <param name="targets">The model's tensors by Hugging Face name; borrowed. Tied embeddings without <c>lm_head.weight</c>.</param>
    /// <param name="progress">Told after each tensor.</param>
    /// <param name="cancellationToken">Checked between tensors; some targets are filled then.</param>
    /// <returns>Warnings for the user: tensors with NaN or infinite numbers, and what was left aside. Empty when there are none.</returns>
    /// <exception cref="W2srFormatException">Weights are missing, unexpected or wrongly shaped (every one is named, nothing was read), or a file is damaged.</exception>
    public static IReadOnlyList<string> Load(
        IWeightSource source, IReadOnlyDictionary<string, Tensor> targets, IProgress<LoadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(targets);
        var differences = WeightDifferences.Between(source, targets.ToDictionary(t => t.Key, t => (IReadOnlyList<long>)t.Value.shape));
        differences.ThrowIfAny(source.Path);
        var warnings = differences.Ignored.Select(name => $"{source.Path}: {name} is not used by this model and was left aside.").ToList();
        var wanted = source.Tensors.Where(t => targets.ContainsKey(t.Name)).ToArray(); // in file order, so that disks read forward
        long done = 0, total = wanted.Sum(t => t.ByteCount);
        for (var i = 0; i < wanted.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var bad = source.ReadInto(wanted[i].Name, targets[wanted[i].Name]);
            if (bad > 0) warnings.Add($"{source.Path}: {wanted[i].Name} holds {bad} NaN or infinite numbers. Whatever this model computes with them is noise; was its training broken off, or the file damaged?");
            progress?.Report(new LoadProgress(i + 1, wanted.Length, done += wanted[i].ByteCount, total));
        }
        return warnings;
    }
}
