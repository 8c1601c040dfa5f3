using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Commands;
using Microsoft.DotNet.Interactive.CSharp;
using Microsoft.DotNet.Interactive.Events;
using Microsoft.DotNet.Interactive.PackageManagement;
using W2SR.Core.NotebookRunner;

// Runs a notebook's code cells in order in the kernel that Jupyter and Polyglot Notebooks use for C#, and prints what each cell shows.
// Usage: NOTEBOOK [--source FOLDER]... [--html FILE]   (a source is a folder with packages, beside the machine's own sources)
if (args.Length == 0 || args[0] is "-h" or "--help")
{
    Console.WriteLine("Usage: W2SR.Core.NotebookRunner NOTEBOOK [--source FOLDER]... [--html FILE]");
    return args.Length == 0 ? 2 : 0;
}
var arguments = RunnerArguments.Parse(args);
using var kernel = new CSharpKernel().UseKernelHelpers().UseNugetDirective(LoadPackages).UseWho();
using var page = arguments.HtmlFile is null ? null : new StreamWriter(arguments.HtmlFile);
page?.Write("<!doctype html><meta charset=\"utf-8\"><style>:root{color-scheme:light dark}body{font-family:sans-serif;max-width:60em;margin:2em auto}pre.code{opacity:.7}</style>");
foreach (var source in arguments.Sources)
    if (await Submit($"#i \"nuget:{Path.GetFullPath(source)}\"") is { } failed) return Fail($"package source {source}: {failed}");

var number = 0;
foreach (var cell in NotebookFile.CodeCells(arguments.Notebook))
{
    number++;
    Console.WriteLine($"-- cell {number}");
    page?.Write($"<pre class=\"code\">{System.Net.WebUtility.HtmlEncode(cell)}</pre>");
    if (await Submit(cell) is { } message) return Fail($"cell {number}: {message}\n{cell}");
}
if (number == 0) return Fail($"{arguments.Notebook} has no code cell.");
Console.WriteLine($"{Path.GetFileName(arguments.Notebook)}: {number} cells ran");
return 0;

static async Task LoadPackages(CSharpKernel kernel, IReadOnlyList<ResolvedPackageReference> packages)
{
    kernel.AddAssemblyReferences(packages.SelectMany(p => p.AssemblyPaths));
    await Task.CompletedTask;
}

// Null when all went well, otherwise the error.
async Task<string?> Submit(string code)
{
    var result = await kernel.SendAsync(new SubmitCode(code));
    foreach (var shown in result.Events.OfType<DisplayEvent>().Where(e => e is not DisplayedValueUpdated))
    {
        var html = shown.FormattedValues.FirstOrDefault(v => v.MimeType == "text/html")?.Value;
        if (html is not null) page?.Write($"<div>{html}</div>");
        var kinds = string.Join(", ", shown.FormattedValues.Select(v => v.MimeType));
        // A notebook shows the first of these that it can; here the text is printed, and HTML by its length.
        Console.WriteLine(shown.FormattedValues.FirstOrDefault(v => v.MimeType == "text/plain") is { } text
            ? text.Value.TrimEnd()
            : $"[{kinds}: {html?.Length ?? 0} characters]");
    }
    foreach (var error in result.Events.OfType<StandardErrorValueProduced>())
        Console.Error.WriteLine(error.FormattedValues.First().Value);
    return result.Events.OfType<CommandFailed>().FirstOrDefault()?.Message
        ?? result.Events.OfType<ErrorProduced>().FirstOrDefault()?.Message;
}

static int Fail(string message)
{
    Console.Error.WriteLine("FAILED: " + message);
    return 1;
}
