namespace W2SR.Core.Tokens;

/// <summary>Text of what a model drew. Checkpoints pad their vocabulary (Qwen2.5 by 271 rows), and a draw at temperature 1 can hit a row that no token belongs to.</summary>
internal static class GeneratedText
{
    /// <summary>Decodes; an id without a token has no text, and is no reason to lose a batch.</summary>
    public static string Decode(ITokenizer tokenizer, int[] ids) =>
        tokenizer.Decode(Array.Exists(ids, id => id >= tokenizer.VocabularySize) ? Array.FindAll(ids, id => id < tokenizer.VocabularySize) : ids);
}
