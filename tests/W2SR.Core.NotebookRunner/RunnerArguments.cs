namespace W2SR.Core.NotebookRunner;

/// <summary>What to run.</summary>
/// <param name="Notebook">The <c>.ipynb</c> file.</param>
/// <param name="Sources">Folders with packages.</param>
/// <param name="HtmlFile">Where to write what a notebook would show, to look at it; null for nowhere.</param>
internal sealed record RunnerArguments(string Notebook, IReadOnlyList<string> Sources, string? HtmlFile)
{
    /// <exception cref="ArgumentException">An argument is unknown, or misses its value.</exception>
    public static RunnerArguments Parse(string[] args)
    {
        var sources = new List<string>();
        string? html = null;
        for (var i = 1; i < args.Length; i += 2)
        {
            if (i + 1 == args.Length) throw new ArgumentException($"{args[i]} needs a value.");
            if (args[i] == "--source") sources.Add(args[i + 1]);
            else if (args[i] == "--html") html = args[i + 1];
            else throw new ArgumentException($"Unknown argument {args[i]}.");
        }
        return new RunnerArguments(args[0], sources, html);
    }
}
