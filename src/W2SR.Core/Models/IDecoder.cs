using static TorchSharp.torch;

namespace W2SR.Core.Models;

/// <summary>Reads prompts into a cache and adds tokens to its rows. One call of a generator; not thread-safe.</summary>
internal interface IDecoder : IDisposable
{
    /// <summary>Bytes that are kept from call to call.</summary>
    long HeldBytes { get; }

    /// <summary>Adds one token to each row in use and gives what predicts the next.</summary>
    /// <param name="ids">One id for each row.</param>
    /// <param name="cache">Its lengths grow by one.</param>
    /// <returns><c>[B, V]</c>, in the caller's dispose scope; valid until the next call.</returns>
    Tensor Next(int[] ids, KvCache cache);

    /// <summary>Reads the next tokens of prompts whose beginning is in the cache.</summary>
    /// <param name="prompts">Prompt i belongs to row i.</param>
    /// <param name="start">Tokens of each that were read before.</param>
    /// <param name="length">Tokens of each to read now at most.</param>
    /// <param name="cache">Gets their keys and values; its lengths are the caller's business.</param>
    /// <returns>The prompts that ended, and what predicts their first new tokens: <c>[ended, V]</c> in the caller's dispose scope, null for none.</returns>
    (Tensor? Logits, int[] Ended) Read(int[][] prompts, int start, int length, KvCache cache);
}
