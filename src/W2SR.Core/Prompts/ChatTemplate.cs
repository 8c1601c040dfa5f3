using System.Text.Json.Nodes;
using W2SR.Core.Common;
using W2SR.Core.Prompts.Jinja;

namespace W2SR.Core.Prompts;

/// <summary>
/// A chat template in Jinja, as checkpoints carry it: turns a conversation into the text a model was trained on, character for character as
/// transformers does. Immutable; any number of threads may render it.
/// </summary>
/// <remarks>What is supported, and the limits that keep a hostile template from hanging: <c>docs/chat-templates.md</c>.</remarks>
public sealed class ChatTemplate
{
    private const int MaxSourceLength = 1_000_000;
    private static readonly Lazy<ChatTemplate> ChatMlTemplate = new(() => Parse(BuiltInTemplates.ChatMl, "ChatML"));
    private static readonly Lazy<ChatTemplate> Llama3Template = new(() => Parse(BuiltInTemplates.Llama3, "Llama 3", new Dictionary<string, string> { ["bos_token"] = "<|begin_of_text|>" }));
    private readonly TemplateProgram _program;

    private ChatTemplate(string name, string source, IReadOnlyDictionary<string, string> specialTokens, TemplateProgram program)
    {
        Name = name;
        Source = source;
        SpecialTokens = specialTokens;
        _program = program;
    }

    /// <summary>ChatML as Qwen and SmolLM2 use it, without a default system turn.</summary>
    public static ChatTemplate ChatMl => ChatMlTemplate.Value;

    /// <summary>Llama 3's template; <c>bos_token</c> is <c>&lt;|begin_of_text|&gt;</c> unless given.</summary>
    public static ChatTemplate Llama3 => Llama3Template.Value;

    /// <summary>The template's name or path, for error messages.</summary>
    public string Name { get; }

    /// <summary>The template as it was given, for saving.</summary>
    public string Source { get; }

    /// <summary>Variables the template is always given, such as <c>bos_token</c>.</summary>
    public IReadOnlyDictionary<string, string> SpecialTokens { get; }

    /// <summary>Reads a template.</summary>
    /// <param name="source">The template's text.</param>
    /// <param name="name">A name or path for error messages.</param>
    /// <param name="specialTokens">Variables the template is always given, such as <c>bos_token</c>; null for none.</param>
    /// <exception cref="W2srFormatException">Not a template: the line and what is wrong with it.</exception>
    public static ChatTemplate Parse(string source, string name = "chat template", IReadOnlyDictionary<string, string>? specialTokens = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (source.Length > MaxSourceLength)
            throw new W2srFormatException(name, null, $"the template has {source.Length:N0} characters; at most {MaxSourceLength:N0} are supported.");
        try
        {
            return new ChatTemplate(name, source, specialTokens ?? new Dictionary<string, string>(), TemplateProgram.Parse(source));
        }
        catch (JinjaError e)
        {
            throw new W2srFormatException(name, e.Line is null ? null : $"line {e.Line}", e.Message, e);
        }
    }

    /// <summary>Renders a conversation.</summary>
    /// <exception cref="ChatTemplateRaisedException">The template refuses it.</exception>
    /// <exception cref="W2srFormatException">The template fails on it, or exceeds a limit.</exception>
    public RenderedChat Render(IReadOnlyList<ChatMessage> messages, ChatTemplateOptions? options = null) => Render(ChatJson.FromMessages(messages), options);

    /// <summary>Renders a conversation in the JSON form of chat APIs: <c>role</c>, <c>content</c> (text or a list of parts), <c>reasoning_content</c>, <c>tool_calls</c>.</summary>
    /// <remarks>As in transformers, keys that hold null are dropped, and <c>reasoning_content</c>, <c>thinking</c> and <c>reasoning</c> stand in for each other.</remarks>
    /// <exception cref="ChatTemplateRaisedException">The template refuses it.</exception>
    /// <exception cref="W2srFormatException">The template fails on it, or exceeds a limit.</exception>
    /// <exception cref="ArgumentException">A message that is no object, or nothing to continue.</exception>
    public RenderedChat Render(JsonArray messages, ChatTemplateOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(messages);
        options ??= ChatTemplateOptions.Default;
        options.Validate();
        var prepared = ChatJson.Prepare(messages, options.ContinueFinalMessage);
        var rendered = Run(
        [
            .. options.Variables,
            new("messages", prepared),
            new("tools", options.Tools),
            new("documents", options.Documents),
            new("add_generation_prompt", options.AddGenerationPrompt),
        ], options);
        return options.ContinueFinalMessage is null ? rendered : new RenderedChat(ChatJson.CutAtContinuation(Name, rendered.Text), []);
    }

    /// <summary>Renders with these variables and nothing else but the engine's own names.</summary>
    internal string RenderVariables(IReadOnlyDictionary<string, JsonNode?> variables, ChatTemplateOptions options) => Run(variables, options).Text;

    private RenderedChat Run(IEnumerable<KeyValuePair<string, JsonNode?>> variables, ChatTemplateOptions options)
    {
        Rendering? rendering = null;
        try
        {
            var values = new PyDict();
            foreach (var (name, value) in Globals.All)
                values[name] = value;
            foreach (var (name, value) in SpecialTokens)
                values[name] = value;
            foreach (var (name, value) in variables)
                values[name] = JsonValues.From(value);
            rendering = new Rendering(new Budget(options.Limits), values, options.Clock);
            Interpreter.Render(_program, rendering);
            return new RenderedChat(rendering.Text, rendering.AssistantSpans);
        }
        catch (JinjaRaise e)
        {
            throw new ChatTemplateRaisedException(Name, e.Message);
        }
        catch (JinjaError e)
        {
            throw new W2srFormatException(Name, rendering is null ? null : $"line {e.Line ?? rendering.Line}", e.Message, e);
        }
    }
}
