using System.Text;
using System.Text.Json;
using W2SR.Core.Common;
using W2SR.Core.Problems;

namespace W2SR.Core.Prompts;

/// <summary>Prompts with worked examples in front, for bases that were never taught to follow an instruction.</summary>
public static class FewShotPrompt
{
    /// <summary>How an example, and the problem after them, is laid out unless told otherwise.</summary>
    public const string DefaultLayout = "Question: {problem}\nAnswer:";

    /// <summary>Puts worked examples in front of the problem. Take them from a training file only.</summary>
    /// <param name="examples">Problems with their <see cref="Problem.Solution"/>.</param>
    /// <param name="layout">A text with <c>{problem}</c> in it once; an example's solution follows it after a blank.</param>
    /// <exception cref="ArgumentException">An example has no solution, or holds <c>{problem}</c> itself.</exception>
    public static ReasoningPrompt FromExamples(IReadOnlyList<Problem> examples, string layout = DefaultLayout)
    {
        ArgumentNullException.ThrowIfNull(examples);
        var one = new ReasoningPrompt(layout);
        var text = new StringBuilder();
        foreach (var example in examples)
        {
            if (string.IsNullOrWhiteSpace(example.Solution))
                throw new ArgumentException($"The example '{example.Id}' has no worked solution to show.", nameof(examples));
            text.Append(one.Render(example)).Append(' ').Append(example.Solution.Trim()).Append("\n\n");
        }
        return new ReasoningPrompt(text.Append(layout).ToString());
    }

    /// <summary>Reads a prompt kept as data: <c>{"layout": "...", "examples": [{"question": "...", "solution": "..."}]}</c>.</summary>
    /// <exception cref="W2srFormatException">The file is not of that form; an unknown key is an error.</exception>
    public static ReasoningPrompt FromFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            var file = JsonSerializer.Deserialize<PromptFile>(File.ReadAllBytes(path), W2srJson.Line) ?? throw new W2srFormatException(path, null, "is null; an object was expected.");
            return FromExamples([.. file.Examples.Select((e, i) => new Problem(FormattableString.Invariant($"example {i + 1}"), e.Question, "") { Solution = e.Solution })], file.Layout);
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new W2srFormatException(path, null, $"is no prompt of the form {{\"layout\", \"examples\": [{{\"question\", \"solution\"}}]}}: {e.Message}", e);
        }
    }

    private sealed record PromptFile(IReadOnlyList<Example> Examples, string Layout = DefaultLayout);

    private sealed record Example(string Question, string Solution);
}
