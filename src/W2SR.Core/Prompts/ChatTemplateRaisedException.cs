namespace W2SR.Core.Prompts;

/// <summary>A chat template refused its conversation by <c>raise_exception(message)</c>: the roles do not alternate, a system turn is not supported and the like.</summary>
public sealed class ChatTemplateRaisedException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="templateName">The template's name or path.</param>
    /// <param name="templateMessage">What the template said.</param>
    public ChatTemplateRaisedException(string templateName, string templateMessage)
        : base($"{templateName}: the chat template refuses this conversation: {templateMessage}")
    {
        TemplateName = templateName;
        TemplateMessage = templateMessage;
    }

    /// <summary>The template's name or path.</summary>
    public string TemplateName { get; }

    /// <summary>What the template said, word for word.</summary>
    public string TemplateMessage { get; }
}
