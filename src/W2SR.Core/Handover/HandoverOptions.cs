using W2SR.Core.Prompts;
using W2SR.Core.Verification;

namespace W2SR.Core.Handover;

/// <summary>What is handed over, and to which student.</summary>
public sealed record HandoverOptions
{
    /// <summary>The system turn of the paper's prompt.</summary>
    public const string PaperSystemMessage = "Please reason step by step, and put your final answer within \\boxed{}.";

    /// <summary>Folder or name of the student as the engine will find it; goes into the configuration.</summary>
    public required string StudentPath { get; init; }

    /// <summary>How the student reads text.</summary>
    public required StudentText Student { get; init; }

    /// <summary>The system turn, never empty: each engine fills in another one where it is. Default: the paper's request to reason and to box the answer.</summary>
    public string SystemMessage { get; init; } = PaperSystemMessage;

    /// <summary>The user's turn. Default: the problem alone, since the request stands in the system turn.</summary>
    public ReasoningPrompt Prompt { get; init; } = ReasoningPrompt.Plain;

    /// <summary>Which traces: W2SR, W2SR-P or W2SR-N. No engine looks at correctness, so the choice is made here.</summary>
    public TraceSelection Selection { get; init; } = TraceSelection.All;

    /// <summary>What becomes of the thinking.</summary>
    public ThinkingForm Thinking { get; init; } = ThinkingForm.AsWritten;

    /// <summary>Hands over traces that were cut off, too. The engines put an end token behind every response, so such a trace teaches to stop in mid-thought; default false.</summary>
    public bool KeepsCutOff { get; init; }

    /// <summary>Share of the problems whose traces are held out for validation; by problem, never by trace. Default 0.</summary>
    public double ValidationShare { get; init; }

    /// <summary>The trace store that the traces come from, to be named in the manifest with its hash and its own manifest; null when they come from elsewhere.</summary>
    public string? TraceStorePath { get; init; }

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">A value cannot be used; the message names it.</exception>
    public void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(StudentPath);
        ArgumentNullException.ThrowIfNull(Student);
        ArgumentNullException.ThrowIfNull(Prompt);
        if (string.IsNullOrWhiteSpace(SystemMessage))
            throw new ArgumentException($"{nameof(SystemMessage)} is empty: LLaMA-Factory, TRL and verl would each put another one in its place. Write the one that the student is to be evaluated with.");
        if (!(ValidationShare is >= 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(ValidationShare), ValidationShare, "It must be at least 0 and below 1.");
    }
}
