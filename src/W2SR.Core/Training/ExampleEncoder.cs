using W2SR.Core.Tokens;

namespace W2SR.Core.Training;

/// <summary>
/// Prompt and response encoded together, as TRL does it: where a token merges over the border it counts as response. The default is apart
/// (<see cref="Reasoners.IStudent.EncodePrompt"/>, <see cref="Reasoners.IStudent.EncodeResponse"/>), which is what the model sees when it answers.
/// </summary>
public static class ExampleEncoder
{
    /// <summary>Encodes a text whose beginning is the prompt, such as a conversation that a chat template has rendered.</summary>
    /// <param name="tokenizer">The model's.</param>
    /// <param name="prompt">The prompt alone; through a template, with the assistant's turn opened.</param>
    /// <param name="whole">Prompt and response.</param>
    /// <param name="maxLength">Tokens that are kept from the start; null for all.</param>
    /// <returns>Null when no token is left to supervise.</returns>
    public static TrainingExample? Together(ITokenizer tokenizer, string prompt, string whole, int? maxLength = null)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentNullException.ThrowIfNull(whole);
        if (maxLength is { } least) ArgumentOutOfRangeException.ThrowIfLessThan(least, 1, nameof(maxLength));
        int[] read = tokenizer.Encode(prompt), all = tokenizer.Encode(whole);
        var shared = Math.Max(1, read.AsSpan().CommonPrefixLength(all)); // nothing predicts the first token
        if (maxLength is { } limit && all.Length > limit) all = all[..limit];
        return shared < all.Length ? new TrainingExample(all[..shared], all[shared..]) : null;
    }

    /// <summary>Encodes plain texts without a template; the end token is put behind the response unless it stands there.</summary>
    /// <inheritdoc cref="Together(ITokenizer, string, string, int?)"/>
    public static TrainingExample? TogetherWithEnd(ITokenizer tokenizer, string prompt, string response, int? maxLength = null)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(response);
        var end = tokenizer.Decode([tokenizer.EndIds[0]], skipSpecialTokens: false);
        return Together(tokenizer, prompt, prompt + response + (response.EndsWith(end, StringComparison.Ordinal) ? "" : end), maxLength);
    }
}
