using System.Globalization;
using W2SR.Core.Prompts;

namespace W2SR.Core.Handover;

/// <summary>One sample as an engine reads it.</summary>
/// <param name="Id">"problem/sample", kept as an extra column that every engine ignores; null in the one format that has no place for it.</param>
/// <param name="System">The system turn.</param>
/// <param name="User">The user's turn.</param>
/// <param name="Response">The assistant's turn, thinking inside.</param>
public sealed record HandoverRow(string? Id, string System, string User, string Response)
{
    /// <summary>The verdict; null when it is not handed over.</summary>
    public bool? IsCorrect { get; init; }

    /// <summary>The turns that are read.</summary>
    public IReadOnlyList<ChatMessage> Prompt => [ChatMessage.System(System), ChatMessage.User(User)];

    /// <summary>All turns.</summary>
    public IReadOnlyList<ChatMessage> Messages => [.. Prompt, ChatMessage.Assistant(Response)];

    /// <summary>The id of a sample.</summary>
    public static string IdOf(string problemId, int sampleIndex) => $"{problemId}/{sampleIndex.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>Problem and sample of an id; null when it is no such id.</summary>
    public static (string ProblemId, int SampleIndex)? Split(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        var slash = id.LastIndexOf('/'); // a problem's id may have slashes of its own
        return slash > 0 && int.TryParse(id.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var sample) ? (id[..slash], sample) : null;
    }
}
