using W2SR.Core.Common;
using W2SR.Core.Tokens;

namespace W2SR.Core.Generation;

/// <summary>What ends the sequences of one call.</summary>
/// <param name="EndIds">Ids that end a sequence.</param>
/// <param name="Sampling">Limits, stop strings, whether repetition ends a sequence.</param>
/// <param name="ContextLength">Tokens that prompt and response have together at most.</param>
/// <param name="Tokenizer">Turns ids into text for stop strings; null when there are none.</param>
internal sealed record StopRules(HashSet<int> EndIds, SamplingOptions Sampling, int ContextLength, ITokenizer? Tokenizer)
{
    /// <summary>A watch for one sequence, or null when there are no stop strings.</summary>
    public StopStringWatch? Watch() =>
        Sampling.StopStrings.Count == 0 ? null : new StopStringWatch(Sampling.StopStrings, Tokenizer!.CreateDecoder());
}
