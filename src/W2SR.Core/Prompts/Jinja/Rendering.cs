using System.Text;
using W2SR.Core.Common;

namespace W2SR.Core.Prompts.Jinja;

/// <summary>The state of one rendering.</summary>
internal sealed class Rendering(Budget budget, PyDict variables, TimeProvider clock)
{
    private readonly Stack<StringBuilder> _captures = new();
    private readonly StringBuilder _root = new();

    public Budget Budget { get; } = budget;

    /// <summary>The variables the template is rendered with, and the engine's own names.</summary>
    public PyDict Variables { get; } = variables;

    /// <summary>What the template has set at its top level; blocks see it.</summary>
    public PyDict Exports { get; } = new();

    public TimeProvider Clock { get; } = clock;

    /// <summary>Whether an <c>autoescape</c> block is being rendered.</summary>
    public bool IsAutoescaping { get; set; }

    /// <summary>The line of the statement or expression being worked on.</summary>
    public int Line { get; set; }

    public List<TextSpan> AssistantSpans { get; } = [];

    /// <summary>The text written outside captures so far.</summary>
    public int RootLength => _root.Length;

    public string Text => _root.ToString();

    public void Write(string text)
    {
        var target = _captures.TryPeek(out var capture) ? capture : _root;
        Budget.CheckLength((long)target.Length + text.Length);
        target.Append(text);
    }

    public void BeginCapture() => _captures.Push(new StringBuilder());

    public string EndCapture()
    {
        var text = _captures.Pop();
        Budget.SpendText(text.Length);
        return text.ToString();
    }

    /// <summary>A name that no frame of the template sets.</summary>
    public bool TryResolve(string name, out object? value) => Exports.TryGet(name, out value) || Variables.TryGet(name, out value);
}
