using TorchSharp;
using W2SR.Core.Models;
using W2SR.Core.Tensors;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace W2SR.Core.Training;

/// <summary>
/// The LM head over supervised positions, a chunk at a time: <c>[B, T, V]</c> never exists, and <c>[S, V]</c> only in pieces. Forward and
/// backward are written out by hand, so that a chunk's logits become its gradient in place and the head's gradient adds up where it lies.
/// </summary>
/// <param name="model">The model whose head it is.</param>
/// <param name="chunkElements">Logits that exist at a time, at most (one row at least).</param>
/// <param name="gradientSum"><c>[V, C]</c>: what the head's gradient is added to; null for the head's own, where it trains.</param>
internal sealed class ChunkedHead(CausalLm model, long chunkElements = ChunkedHead.DefaultChunkElements, Tensor? gradientSum = null)
{
    /// <summary>128 MiB in float32: several hundred rows of a large vocabulary, enough for a product at full speed.</summary>
    public const long DefaultChunkElements = 1L << 25;

    /// <summary>4 MiB in float32. Softmax reads its numbers several times: in pieces they stay in the cache, and the allocator gives the same memory again instead of fresh pages.</summary>
    private const long PieceElements = 1L << 20;

    private readonly long rowsAtATime = Math.Max(1, chunkElements / model.Config.VocabularySize);

    // A GPU has no such cache, and each piece costs it launches.
    private readonly long rowsOfPiece = model.Target.Device.type == DeviceType.CPU
        ? Math.Max(1, Math.Min(PieceElements, chunkElements / 4) / model.Config.VocabularySize)
        : Math.Max(1, chunkElements / model.Config.VocabularySize);

    /// <summary>Bytes that a float32 head takes at most for so many positions on a CPU: the logits of a chunk, and four arrays of a piece.</summary>
    public static long BytesAtATime(int vocabulary, long positions) =>
        sizeof(float) * (Math.Min(Math.Max(DefaultChunkElements, vocabulary), positions * vocabulary) + 4 * PieceElements);

    /// <summary>Whether the head is widened to float32 once and its logits are not rounded: where each product would widen it again.</summary>
    private readonly bool isWidened = model.Target.Dtype == ScalarType.BFloat16 && WidenedProduct.IsNeededOn(model.Target.Device);

    /// <summary>float64 for float64 models, otherwise float32: bfloat16 log-probs lose what losses look at.</summary>
    private ScalarType ScoreType => model.Target.Dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;

    /// <summary>Log-probs of the targets, without a graph.</summary>
    /// <param name="states"><c>[S, C]</c> normalised hidden states.</param>
    /// <param name="targets"><c>[S]</c> int64.</param>
    /// <param name="temperature">Logits are divided by it.</param>
    /// <param name="withEntropy">Also gives the entropy of each distribution, in nats.</param>
    /// <returns>Both <c>[S]</c>, in the caller's dispose scope; entropies null unless asked for.</returns>
    public (Tensor LogProbs, Tensor? Entropies) Score(Tensor states, Tensor targets, double temperature = 1, bool withEntropy = false)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var count = ShapeCheck.Rank1(targets);
        var logProbs = empty(count, ScoreType, states.device);
        var entropies = withEntropy ? empty(count, ScoreType, states.device) : null;
        var head = Head();
        foreach (var (start, rows) in Runs(count, rowsAtATime))
        {
            using var chunk = NewDisposeScope();
            var logits = Logits(states.narrow(0, start, rows), head);
            foreach (var (at, some) in Runs(rows, rowsOfPiece))
            {
                using var piece = NewDisposeScope();
                var all = LogSoftmax(logits.narrow(0, at, some), temperature);
                logProbs.narrow(0, start + at, some).copy_(Pick(all, targets.narrow(0, start + at, some)));
                entropies?.narrow(0, start + at, some).copy_(RowEntropy.Of(all));
            }
        }
        return (logProbs.MoveToOuterDisposeScope(), entropies?.MoveToOuterDisposeScope());
    }

    /// <summary>Passes a gradient of log-probs on: adds to the head's own gradient, where it trains, and gives that of the states. Computes the logits anew.</summary>
    /// <param name="states"><c>[S, C]</c>.</param>
    /// <param name="targets"><c>[S]</c>.</param>
    /// <param name="gradient"><c>[S]</c>: of the loss by each log-prob.</param>
    /// <param name="temperature">As in <see cref="Score"/>.</param>
    /// <param name="entropyGradient"><c>[S]</c>: of the loss by each entropy; null where it has no entropy term.</param>
    /// <returns><c>[S, C]</c> in the model's type, in the caller's dispose scope.</returns>
    public Tensor Backward(Tensor states, Tensor targets, Tensor gradient, double temperature = 1, Tensor? entropyGradient = null) =>
        entropyGradient is null ? BackwardLogProbs(states, targets, gradient, temperature) : BackwardBoth(states, targets, gradient, entropyGradient, temperature);

    private Tensor BackwardLogProbs(Tensor states, Tensor targets, Tensor gradient, double temperature) =>
        Descend(states, targets, temperature, (_, _, start, rows) => gradient.narrow(0, start, rows));

    /// <summary>Log-probs, entropies and gradient in one pass, where the loss's gradient by each log-prob is known beforehand.</summary>
    /// <param name="states"><c>[S, C]</c>.</param>
    /// <param name="targets"><c>[S]</c>.</param>
    /// <param name="gradient"><c>[S]</c>: of the loss by each log-prob.</param>
    /// <param name="temperature">As in <see cref="Score"/>.</param>
    /// <returns>Log-probs and entropies <c>[S]</c>, and the states' gradient <c>[S, C]</c>, in the caller's dispose scope.</returns>
    public (Tensor LogProbs, Tensor Entropies, Tensor StatesGradient) ScoreAndDescend(Tensor states, Tensor targets, Tensor gradient, double temperature)
    {
        using var quiet = no_grad();
        var count = ShapeCheck.Rank1(targets);
        Tensor logProbs = empty(count, ScoreType, states.device), entropies = empty(count, ScoreType, states.device);
        var statesGradient = Descend(states, targets, temperature, (all, picked, start, rows) =>
        {
            logProbs.narrow(0, start, rows).copy_(picked);
            entropies.narrow(0, start, rows).copy_(RowEntropy.Of(all));
            return gradient.narrow(0, start, rows);
        });
        return (logProbs, entropies, statesGradient);
    }

    /// <summary>Loss and gradient in one pass, for losses whose weight on each token is known from its own log-prob.</summary>
    /// <param name="states"><c>[S, C]</c>.</param>
    /// <param name="targets"><c>[S]</c>.</param>
    /// <param name="loss">Likelihood, or DFT, whose terms are weighted by the token's own probability, detached.</param>
    /// <param name="share">Factor on every token's term: one over the supervised tokens of the optimizer step.</param>
    /// <returns>The summed loss, and the states' gradient <c>[S, C]</c> in the caller's dispose scope.</returns>
    public (double Loss, Tensor StatesGradient) Descend(Tensor states, Tensor targets, SftLoss loss, double share)
    {
        double total = 0;
        var gradient = Descend(states, targets, 1, (_, logProbs, _, _) =>
        {
            var weights = loss == SftLoss.Dft ? logProbs.exp().Times(-share) : zeros_like(logProbs).Minus(share);
            total += (weights * logProbs).sum().ToDouble();
            return weights;
        });
        return (total, gradient);
    }

    /// <param name="gradientOf">From all log-probs <c>[rows, V]</c>, those of the targets <c>[rows]</c>, and the piece's first row and number of rows: the loss's gradient by the latter.</param>
    private Tensor Descend(Tensor states, Tensor targets, double temperature, Func<Tensor, Tensor, long, long, Tensor> gradientOf)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var count = ShapeCheck.Rank1(targets);
        var head = Head();
        var headGradient = gradientSum ?? (model.HeadMatrix.requires_grad ? model.HeadMatrix.grad : null);
        var statesGradient = empty_like(states);
        foreach (var (start, rows) in Runs(count, rowsAtATime))
        {
            using var chunk = NewDisposeScope();
            var x = states.narrow(0, start, rows);
            var slope = Logits(x, head); // logits first; each piece becomes its gradient where it lies
            var weights = empty(rows, ScoreType, states.device);
            foreach (var (at, some) in Runs(rows, rowsOfPiece))
            {
                using var piece = NewDisposeScope();
                var (part, y) = (slope.narrow(0, at, some), targets.narrow(0, start + at, some));
                var all = LogSoftmax(part, temperature);
                weights.narrow(0, at, some).copy_(gradientOf(all, Pick(all, y), start + at, some).Over(-temperature));
                part.copy_(all.exp_().scatter_add_(1, y.unsqueeze(1), full_like(y, Scalars.MinusOne, all.dtype).unsqueeze(1)));
            }
            // d logProb / d logit = onehot - softmax; the sign and the token's weight go to the narrow side, [rows, C], not over [rows, V].
            var factors = weights.unsqueeze(1);
            statesGradient.narrow(0, start, rows).copy_(LargeProduct.Backward(slope, head).to(ScoreType) * factors);
            if (headGradient is not null) LargeProduct.AddWeight(headGradient, slope, (x.to(ScoreType) * factors).to(slope.dtype));
        }
        return statesGradient.MoveToOuterDisposeScope();
    }

    /// <summary>As <see cref="Descend(Tensor, Tensor, double, Func{Tensor, Tensor, long, long, Tensor})"/>, with a gradient by entropy: d H / d logit = -p (log p + H), which differs from column to column.</summary>
    private Tensor BackwardBoth(Tensor states, Tensor targets, Tensor gradient, Tensor entropyGradient, double temperature)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var head = Head();
        var headGradient = gradientSum ?? (model.HeadMatrix.requires_grad ? model.HeadMatrix.grad : null);
        var statesGradient = empty_like(states);
        foreach (var (start, rows) in Runs(ShapeCheck.Rank1(targets), rowsAtATime))
        {
            using var chunk = NewDisposeScope();
            var x = states.narrow(0, start, rows);
            var slope = Logits(x, head);
            foreach (var (at, some) in Runs(rows, rowsOfPiece))
            {
                using var piece = NewDisposeScope();
                Tensor Part(Tensor whole) => whole.narrow(0, start + at, some).unsqueeze(1);
                var (part, byLogProb) = (slope.narrow(0, at, some), Part(gradient));
                var all = LogSoftmax(part, temperature);
                var p = all.exp();
                var entropy = -(p * all).sum(1, keepdim: true);
                var wide = -(p * (all.Plus(entropy) * Part(entropyGradient)).Plus(byLogProb));
                part.copy_(wide.scatter_add_(1, Part(targets), byLogProb).Over(temperature));
            }
            statesGradient.narrow(0, start, rows).copy_(LargeProduct.Backward(slope, head));
            if (headGradient is not null) LargeProduct.AddWeight(headGradient, slope, x.to(slope.dtype));
        }
        return statesGradient.MoveToOuterDisposeScope();
    }

    private Tensor Head() => isWidened ? model.HeadMatrix.detach().to(ScalarType.Float32) : model.HeadMatrix;

    private Tensor Logits(Tensor states, Tensor head) => model.Adapter?.HeadTarget is null ? LargeProduct.Forward(states.to(head.dtype), head) : model.Project(states);

    private Tensor LogSoftmax(Tensor logits, double temperature)
    {
        var wide = logits.to(ScoreType);
        return (temperature == 1 ? wide : wide.Over(temperature)).log_softmax(-1);
    }

    private static Tensor Pick(Tensor logProbs, Tensor targets) => logProbs.gather(1, targets.unsqueeze(1)).squeeze(1);

    private static IEnumerable<(long Start, long Rows)> Runs(long count, long most)
    {
        for (long start = 0; start < count; start += most) yield return (start, Math.Min(most, count - start));
    }
}
