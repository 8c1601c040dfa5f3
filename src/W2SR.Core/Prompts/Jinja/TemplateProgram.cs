namespace W2SR.Core.Prompts.Jinja;

/// <summary>A parsed template with what is known of its frames. Never changed after <see cref="ScopeAnalyzer"/> is done; any number of threads may render it.</summary>
internal sealed class TemplateProgram(IReadOnlyList<Stmt> body)
{
    public IReadOnlyList<Stmt> Body { get; } = body;

    /// <summary>The names of a frame, by what opens it: the template's body, a macro, a loop, a loop's test, a loop's else part, a block.</summary>
    public Dictionary<object, Symbols> Frames { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>Which of caller, kwargs and varargs a macro reads.</summary>
    public Dictionary<MacroSignature, HashSet<string>> SpecialParameters { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>Loops whose body reads <c>loop</c>.</summary>
    public HashSet<For> LoopsWithContext { get; } = new(ReferenceEqualityComparer.Instance);

    public Dictionary<string, Block> Blocks { get; } = [];

    public static TemplateProgram Parse(string template) => ScopeAnalyzer.Analyze(Parser.Parse(template));
}
