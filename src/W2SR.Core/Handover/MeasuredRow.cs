using W2SR.Core.Prompts;

namespace W2SR.Core.Handover;

/// <summary>A row with what the student's template and tokenizer make of it; <c>Ends</c> counts the end tokens among what is supervised.</summary>
internal sealed record MeasuredRow(HandoverRow Row, string PromptText, string ResponseText, int Length, int Supervised, int Ends, bool RoundTrips, bool LosesThinking)
{
    /// <summary>Renders and encodes a row as the engines do: prompt and response together, what the template writes after the response supervised, too.</summary>
    /// <exception cref="Common.W2srFormatException">The template fails, or the prompt for generation is no beginning of the training text.</exception>
    /// <exception cref="ChatTemplateRaisedException">The template refuses these turns.</exception>
    public static MeasuredRow Measure(HandoverRow row, StudentText student)
    {
        var text = PromptAndResponse.Render(student.Template, row.Messages);
        int[] prompt = student.Encode(text.Prompt), whole = student.Encode(text.Text);
        var shared = prompt.AsSpan().CommonPrefixLength(whole);
        var supervised = whole[shared..];
        var decoded = student.Decode(supervised);
        return new MeasuredRow(row, text.Prompt, text.Response, whole.Length, supervised.Length,
            supervised.Count(student.EndIds.Contains),
            decoded.StartsWith(row.Response, StringComparison.Ordinal) && string.IsNullOrWhiteSpace(decoded[row.Response.Length..]),
            row.Response.Contains("<think>", StringComparison.Ordinal) && !text.Response.Contains("<think>", StringComparison.Ordinal));
    }
}
