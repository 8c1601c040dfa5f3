using TorchSharp;
using W2SR.Core.Models;
using static TorchSharp.torch;

namespace W2SR.Core.Training;

/// <summary>
/// Examples as tensors. The next-token shift happens here and nowhere else: the state at the position before a token predicts it, so the
/// first response token is predicted at the prompt's last position.
/// </summary>
/// <remarks>Rows are right-padded; with causal attention nothing real ever sees the padding, so there is no mask. A packed batch has none.</remarks>
internal sealed class ExampleBatch : IDisposable
{
    /// <summary>Lays examples out.</summary>
    /// <param name="examples">At least one.</param>
    /// <param name="device">Where the tensors live.</param>
    /// <param name="packed">All in one row without padding, each a segment of its own, instead of one row each.</param>
    public ExampleBatch(IReadOnlyList<TrainingExample> examples, Device device, bool packed = false)
    {
        Rows = examples.Count;
        Lengths = [.. examples.Select(e => e.Length)];
        MaxResponse = examples.Max(e => e.ResponseIds.Length);
        // The last token predicts nothing, so it is not read.
        var width = Lengths.Max() - 1;
        var starts = new int[Rows];
        for (var row = 1; row < Rows; row++) starts[row] = packed ? starts[row - 1] + Lengths[row - 1] - 1 : row * width;
        var ids = new long[packed ? starts[^1] + Lengths[^1] - 1 : Rows * width];
        var count = examples.Sum(e => e.ResponseIds.Length);
        long[] positions = new long[count], targets = new long[count], places = new long[count];
        var at = 0;
        for (var row = 0; row < Rows; row++)
        {
            var (prompt, response) = (examples[row].PromptIds, examples[row].ResponseIds);
            for (var t = 0; t < prompt.Length; t++) ids[starts[row] + t] = prompt[t];
            for (var t = 0; t < response.Length; t++)
            {
                if (t < response.Length - 1) ids[starts[row] + prompt.Length + t] = response[t];
                positions[at] = (long)starts[row] + prompt.Length - 1 + t;
                targets[at] = response[t];
                places[at] = (long)row * MaxResponse + t;
                at++;
            }
        }
        using var scope = NewDisposeScope();
        if (packed) Segments = Array.ConvertAll(Lengths, l => l - 1);
        Ids = tensor(ids, packed ? [1, ids.Length] : [Rows, width], device: device).DetachFromDisposeScope();
        Positions = tensor(positions, device: device).DetachFromDisposeScope();
        Targets = tensor(targets, device: device).DetachFromDisposeScope();
        Places = tensor(places, device: device).DetachFromDisposeScope();
    }

    public int Rows { get; }

    public int[] Lengths { get; }

    /// <summary>R: the longest response.</summary>
    public int MaxResponse { get; }

    /// <summary>S: supervised tokens.</summary>
    public int SupervisedTokens => (int)Targets.shape[0];

    /// <summary>Tokens of each example in the one row of a packed batch; null when each has a row of its own.</summary>
    public int[]? Segments { get; }

    /// <summary><c>[B, T]</c> int64; <c>[1, T]</c> when packed.</summary>
    public Tensor Ids { get; }

    /// <summary><c>[S]</c>: where in the flattened <c>[B * T]</c> each supervised token is predicted.</summary>
    public Tensor Positions { get; }

    /// <summary><c>[S]</c>: the supervised tokens.</summary>
    public Tensor Targets { get; }

    /// <summary><c>[S]</c>: where each stands in a flattened <c>[B * R]</c> table of responses.</summary>
    public Tensor Places { get; }

    /// <summary>Logits at the supervised positions only, so that <c>[B, T, V]</c> never exists.</summary>
    /// <returns><c>[S, V]</c> in the model's type, in the caller's dispose scope.</returns>
    public Tensor SupervisedLogits(CausalLm model) =>
        model.Project(model.Hidden(Ids).view(-1, model.Config.HiddenSize).index_select(0, Positions));

    /// <summary>Lays values of the supervised tokens out as one row for each example, zeros behind shorter ones.</summary>
    /// <param name="values"><c>[S]</c>.</param>
    /// <returns><c>[B, R]</c>, in the caller's dispose scope; gradients flow through.</returns>
    public Tensor ToRows(Tensor values) =>
        zeros((long)Rows * MaxResponse, values.dtype, values.device).scatter(0, Places, values).view(Rows, MaxResponse);

    /// <summary>Tokens that the model reads for these examples, padding not counted.</summary>
    public int ReadTokens => Lengths.Sum(l => l - 1);

    /// <summary>Splits examples of like length into batches of at most <paramref name="tokenBudget"/> tokens; every example is in exactly one, and one that is longer is alone.</summary>
    /// <param name="examples">The examples.</param>
    /// <param name="tokenBudget">Tokens of a batch; padding counts.</param>
    /// <param name="packed">Whether batches are packed, so that there is no padding.</param>
    public static IEnumerable<int[]> Plan(IReadOnlyList<TrainingExample> examples, int tokenBudget, bool packed = false)
    {
        var batch = new List<int>();
        long tokens = 0;
        foreach (var i in Enumerable.Range(0, examples.Count).OrderBy(i => examples[i].Length).ThenBy(i => i))
        {
            // Sorted by length, so the newcomer is the longest: the padded size if it joins.
            var joined = packed ? tokens + examples[i].Length : (long)(batch.Count + 1) * examples[i].Length;
            if (batch.Count > 0 && joined > tokenBudget)
            {
                yield return [.. batch];
                batch.Clear();
                tokens = 0;
            }
            batch.Add(i);
            tokens += examples[i].Length;
        }
        if (batch.Count > 0) yield return [.. batch];
    }

    public void Dispose()
    {
        Ids.Dispose();
        Positions.Dispose();
        Targets.Dispose();
        Places.Dispose();
    }
}
