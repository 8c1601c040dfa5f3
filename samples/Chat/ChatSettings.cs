namespace W2SR.Samples.Chat;

/// <summary>What the command line asked for.</summary>
internal sealed record ChatSettings(string Model, string? Prompt, string? System, string Type, double? Temperature, int MaxTokens, ulong Seed, bool NoThinking);
