namespace W2SR.Core.Models;

/// <summary>
/// Floating-point operations of a decoder, a multiply-add counted as two: 2 for each weight of a matrix and token, and 4 H D for each
/// pair of positions that attend to each other. Norms, rotations and activations are left out (well under 1% at usual sizes).
/// </summary>
/// <remarks>Kaplan et al. (arXiv:2001.08361), section 2.1, with the attention term; a backward pass costs twice the forward pass.</remarks>
public static class DecoderFlops
{
    /// <summary>Operations of a forward pass over whole sequences.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="lengths">Tokens of each sequence, padding not counted.</param>
    /// <param name="headTokens">Positions that go through the LM head.</param>
    public static double Forward(DecoderConfig config, IEnumerable<int> lengths, long headTokens)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(lengths);
        double tokens = 0, pairs = 0;
        foreach (double length in lengths)
        {
            tokens += length;
            pairs += length * (length + 1) / 2; // causal: position t sees t + 1 positions
        }
        double queries = (double)config.HeadCount * config.HeadSize, keys = (double)config.KeyValueHeadCount * config.HeadSize;
        var perLayer = config.HiddenSize * (2 * queries + 2 * keys) + 3.0 * config.HiddenSize * config.FeedForwardSize;
        return 2 * tokens * config.LayerCount * perLayer + 4 * pairs * config.LayerCount * queries
            + 2.0 * headTokens * config.HiddenSize * config.VocabularySize;
    }

    /// <summary>Operations of a training step: forward, and backward at twice its cost.</summary>
    /// <inheritdoc cref="Forward"/>
    public static double Training(DecoderConfig config, IEnumerable<int> lengths, long headTokens) => 3 * Forward(config, lengths, headTokens);
}
