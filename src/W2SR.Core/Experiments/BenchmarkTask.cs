namespace W2SR.Core.Experiments;

/// <summary>Problems from benchmark files, for checkpoints.</summary>
public sealed record BenchmarkTask
{
    /// <summary>File of the training problems, relative to the experiment's file; its form is told by its content.</summary>
    public required string Train { get; init; }

    /// <summary>Files of the held-out problems.</summary>
    public required IReadOnlyList<string> Test { get; init; }

    /// <summary>Problems of each test file, drawn by <see cref="TestSeed"/>; null for all. Default all.</summary>
    public int? TestProblems { get; init; }

    /// <summary>Seed of the draw of test problems, the same for every seed of the experiment so that all runs are measured alike. Default 0.</summary>
    public ulong TestSeed { get; init; }

    /// <summary>The prompt, with <c>{problem}</c> in it once; null for the paper's.</summary>
    public string? Prompt { get; init; }

    /// <summary>False puts problems as plain text, as base models read them. Default true: through the checkpoint's chat template.</summary>
    public bool UsesChatTemplate { get; init; } = true;

    /// <summary>Tokens of a response at most. Default 2048.</summary>
    public int MaxNewTokens { get; init; } = 2048;

    /// <summary>Mean length that responses are expected to have, for <c>--plan</c> alone; null for the length of the worked solutions.</summary>
    public int? ExpectedResponseTokens { get; init; }

    /// <summary>Problems that go through a model together and are stored together; a run that died repeats at most so many. Default 32.</summary>
    public int ChunkSize { get; init; } = 32;

    /// <summary>Checks every value; whether the files are there is seen when they are read.</summary>
    /// <exception cref="ArgumentException">A value lies outside its range.</exception>
    public void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Train);
        if (Test.Count == 0 || Test.Any(string.IsNullOrWhiteSpace)) throw new ArgumentException("test names no file; there must be held-out problems to measure on.");
        if (TestProblems is { } count) ArgumentOutOfRangeException.ThrowIfLessThan(count, 1, nameof(TestProblems));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxNewTokens, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(ChunkSize, 1);
        if (Prompt is not null) _ = new Prompts.ReasoningPrompt(Prompt);
    }
}
