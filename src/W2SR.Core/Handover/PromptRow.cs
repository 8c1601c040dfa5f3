using W2SR.Core.Prompts;

namespace W2SR.Core.Handover;

/// <summary>A problem as an engine's reinforcement learning, or a server, reads it.</summary>
internal sealed record PromptRow(string ProblemId, string System, string User, string Answer)
{
    public IReadOnlyList<ChatMessage> Messages => [ChatMessage.System(System), ChatMessage.User(User)];

    /// <summary>Puts problems and measures them; one without words or too long is left out and counted.</summary>
    public static (IReadOnlyList<PromptRow> Training, IReadOnlyList<PromptRow> Validation, HandoverCounts Counts) Choose(
        IReadOnlyList<Problems.Problem> problems, HandoverOptions options, int maxLength)
    {
        _ = HandoverRows.ById(problems);
        int empty = 0, overLong = 0;
        List<PromptRow> training = [], validation = [];
        foreach (var problem in problems)
        {
            var row = new PromptRow(problem.Id, options.SystemMessage, options.Prompt.Render(problem), problem.Answer);
            if (string.IsNullOrWhiteSpace(problem.Question) || string.IsNullOrWhiteSpace(problem.Answer)) empty++;
            else if (options.Student.Encode(options.Student.Template.Render(row.Messages, ChatTemplateOptions.ForGeneration).Text).Length > maxLength) overLong++;
            else (HandoverRows.IsHeldOut(problem.Id, options.ValidationShare) ? validation : training).Add(row);
        }
        return (training, validation, new HandoverCounts(problems.Count, 0, empty, 0, overLong, training.Count, validation.Count));
    }
}
