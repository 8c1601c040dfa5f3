namespace W2SR.Core.Prompts.Jinja;

/// <summary>A template is not well formed, or what it asks of its data cannot be done. <see cref="ChatTemplate"/> adds the template's name.</summary>
internal sealed class JinjaError(string message, int? line = null) : Exception(message)
{
    /// <summary>The line of the template, counted from 1, where it is known at the throw.</summary>
    public int? Line { get; } = line;
}

/// <summary>The template called <c>raise_exception(message)</c>.</summary>
internal sealed class JinjaRaise(string message) : Exception(message);
