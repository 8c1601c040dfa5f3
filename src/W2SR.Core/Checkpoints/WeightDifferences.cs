using System.Text;
using W2SR.Core.Common;

namespace W2SR.Core.Checkpoints;

/// <summary>Everything in which a checkpoint's weights differ from what its model needs, found before a number is read.</summary>
/// <param name="Missing">Names that the model needs and the files lack.</param>
/// <param name="Unexpected">Names that the files hold and the model has no place for.</param>
/// <param name="WronglyShaped">Names whose shape or type does not fit, each with both.</param>
/// <param name="Ignored">Names that the model rightly does without: old rotary buffers, and the LM head beside tied embeddings.</param>
public sealed record WeightDifferences(
    IReadOnlyList<string> Missing, IReadOnlyList<string> Unexpected, IReadOnlyList<string> WronglyShaped, IReadOnlyList<string> Ignored)
{
    /// <summary>True when the weights fit.</summary>
    public bool AreNone => Missing.Count + Unexpected.Count + WronglyShaped.Count == 0;

    /// <summary>Compares what the files hold with what a model needs.</summary>
    /// <param name="source">The files.</param>
    /// <param name="expected">Name to shape of every weight of the model; tied embeddings without <c>lm_head.weight</c>.</param>
    public static WeightDifferences Between(IWeightSource source, IReadOnlyDictionary<string, IReadOnlyList<long>> expected)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(expected);
        List<string> missing = [], unexpected = [], wrong = [], ignored = [];
        foreach (var (name, shape) in expected)
        {
            if (source.Find(name) is not { } tensor) missing.Add(name);
            else if (!tensor.Shape.SequenceEqual(shape)) wrong.Add($"{name} has shape [{string.Join(", ", tensor.Shape)}], the config expects [{string.Join(", ", shape)}]");
            else if (IsNoWeight(tensor.StorageType)) wrong.Add($"{name} is {tensor.StorageType}, a weight is a floating-point number");
        }
        foreach (var tensor in source.Tensors)
            if (!expected.ContainsKey(tensor.Name)) (IsHarmless(tensor.Name, expected) ? ignored : unexpected).Add(tensor.Name);
        return new WeightDifferences(missing, unexpected, wrong, ignored);
    }

    /// <summary>Raises one error that names every difference, however many there are: a list cut short would be asked for again.</summary>
    /// <param name="path">The file or folder.</param>
    /// <exception cref="W2srFormatException">There is any.</exception>
    public void ThrowIfAny(string path)
    {
        if (AreNone) return;
        var text = new StringBuilder("the weights are not those that the config describes.");
        Append(text, "Missing", Missing);
        Append(text, "Unexpected", Unexpected);
        Append(text, "Wrongly shaped", WronglyShaped);
        text.Append(Missing is ["lm_head.weight"] && Unexpected.Count == 0 && WronglyShaped.Count == 0
            ? " If the checkpoint ties its embeddings, say tie_word_embeddings: true in config.json."
            : " Are config.json and the weights from the same checkpoint?");
        throw new W2srFormatException(path, null, text.ToString());
    }

    private static void Append(StringBuilder text, string what, IReadOnlyList<string> names)
    {
        if (names.Count == 0) return;
        text.Append(' ').Append(what).Append(" (").Append(names.Count).Append("): ").AppendJoin("; ", names).Append('.');
    }

    private static bool IsNoWeight(string storageType) => storageType is "BOOL" or "C64" || (storageType[0] is 'I' or 'U' && SafetensorsTypes.Bits(storageType) is not null);

    private static bool IsHarmless(string name, IReadOnlyDictionary<string, IReadOnlyList<long>> expected) =>
        name.EndsWith(".rotary_emb.inv_freq", StringComparison.Ordinal) || (name == "lm_head.weight" && expected.ContainsKey("model.embed_tokens.weight"));
}
