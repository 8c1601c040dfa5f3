namespace W2SR.Samples.Handover;

/// <summary>Responses of an engine as an argument names them: <c>FORM:FILE</c>.</summary>
/// <param name="Form">One of <see cref="ReturnedJudge.Forms"/>.</param>
/// <param name="Path">The file.</param>
internal sealed record ResponseFile(string Form, string Path)
{
    /// <exception cref="ArgumentException">Another form, or no file of that name.</exception>
    public static ResponseFile Parse(string option, string text)
    {
        var at = text.IndexOf(':', StringComparison.Ordinal);
        if (at < 1 || !ReturnedJudge.Forms.Contains(text[..at]))
            throw new ArgumentException($"{option} {text}: write FORM:FILE, where FORM is one of {string.Join(", ", ReturnedJudge.Forms)}; such as llamafactory:out/predict/generated_predictions.jsonl.");
        var file = text[(at + 1)..];
        return File.Exists(file) ? new ResponseFile(text[..at], file) : throw new ArgumentException($"{option}: there is no file {file}. Has the engine written it yet?");
    }
}
