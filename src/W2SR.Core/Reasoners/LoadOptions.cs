using W2SR.Core.Generation;
using W2SR.Core.Prompts;
using W2SR.Core.Tensors;

namespace W2SR.Core.Reasoners;

/// <summary>How a checkpoint is loaded and used.</summary>
public sealed record LoadOptions
{
    /// <summary>Where the model lives and what it computes in; stored numbers are converted on the way. Default: float32 on the CPU.</summary>
    public ComputeTarget Target { get; init; } = ComputeTarget.Cpu;

    /// <summary>Name for traces and reports; null for the name of the folder or file.</summary>
    public string? Name { get; init; }

    /// <summary>How a problem is put. Default: the paper's prompt.</summary>
    public ReasoningPrompt Prompt { get; init; } = ReasoningPrompt.Paper;

    /// <summary>The system turn before a problem; null leaves it to the checkpoint's chat template, which may have one of its own.</summary>
    public string? SystemMessage { get; init; }

    /// <summary>False leaves the chat template aside: problems are then put as plain text, as a base model reads them.</summary>
    public bool UsesChatTemplate { get; init; } = true;

    /// <summary>Further variables of the chat template, such as <c>enable_thinking</c> = false for Qwen3.</summary>
    public IReadOnlyDictionary<string, object?> TemplateVariables { get; init; } = new Dictionary<string, object?>();

    /// <summary>How much is generated at once.</summary>
    public GeneratorOptions Generator { get; init; } = new();

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">A value cannot be used; the message names it.</exception>
    public void Validate()
    {
        ArgumentNullException.ThrowIfNull(Target);
        ArgumentNullException.ThrowIfNull(Prompt);
        ArgumentNullException.ThrowIfNull(TemplateVariables);
        ArgumentNullException.ThrowIfNull(Generator);
        Target.Validate();
        Generator.Validate();
        if (Name is { Length: 0 }) throw new ArgumentException("Name is empty; null takes the name of the folder or file.");
    }
}
