using W2SR.Core.Problems;

namespace W2SR.Core.Prompts;

/// <summary>Turns a problem into the text of the user's turn.</summary>
public sealed record ReasoningPrompt
{
    private const string Placeholder = "{problem}";

    /// <summary>Creates a prompt.</summary>
    /// <param name="template">A text with <c>{problem}</c> in it exactly once.</param>
    /// <exception cref="ArgumentException"><c>{problem}</c> is missing or stands there twice.</exception>
    public ReasoningPrompt(string template)
    {
        ArgumentNullException.ThrowIfNull(template);
        var first = template.IndexOf(Placeholder, StringComparison.Ordinal);
        if (first < 0 || template.IndexOf(Placeholder, first + 1, StringComparison.Ordinal) >= 0)
            throw new ArgumentException($"The template must contain {Placeholder} exactly once: \"{template}\".", nameof(template));
        Template = template;
    }

    /// <summary>The paper's prompt (arXiv:2505.20072, section 3): the problem, then the request to reason and to box the answer.</summary>
    public static ReasoningPrompt Paper { get; } = new("{problem}\nPlease reason step by step, and put your final answer within \\boxed{}.");

    /// <summary>The problem's text and nothing else.</summary>
    public static ReasoningPrompt Plain { get; } = new(Placeholder);

    /// <summary>The text with <c>{problem}</c> in it.</summary>
    public string Template { get; }

    /// <summary>The prompt's text for one problem.</summary>
    public string Render(Problem problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        return Template.Replace(Placeholder, problem.Question, StringComparison.Ordinal);
    }
}
