using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using W2SR.Core.Tests.Infrastructure;

namespace W2SR.Core.Tests.Documentation;

public sealed class ReadmeTests
{
    private static string[] Example()
    {
        var lines = File.ReadAllLines(Path.Combine(RepositoryPaths.Root, "README.md"));
        var start = Array.FindIndex(lines, l => l == "## Library in 15 lines");
        Assert.True(start >= 0, "README.md has no section '## Library in 15 lines'.");
        var open = Array.IndexOf(lines, "```csharp", start);
        return lines[(open + 1)..Array.IndexOf(lines, "```", open)];
    }

    [Fact]
    public void LibraryExample_IsFifteenLines() => Assert.InRange(Example().Count(l => l.Trim().Length > 0), 10, 17);

    [Fact]
    public void LibraryExample_Compiles()
    {
        // The usings that a console app has by itself.
        const string implicitUsings = "global using System; global using System.Collections.Generic; global using System.Linq; global using System.Threading.Tasks;";
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(p => MetadataReference.CreateFromFile(p));
        var compilation = CSharpCompilation.Create("readme",
            [CSharpSyntaxTree.ParseText(implicitUsings), CSharpSyntaxTree.ParseText(string.Join('\n', Example()))],
            references, new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        Assert.Empty(compilation.GetDiagnostics().Where(d => d.Severity >= DiagnosticSeverity.Warning && d.Id != "CS8019"));
    }

    [Fact]
    public void Readme_Links_LeadToFiles()
    {
        var text = File.ReadAllText(Path.Combine(RepositoryPaths.Root, "README.md"));
        var targets = System.Text.RegularExpressions.Regex.Matches(text, @"\]\((?!https?:)([^)#]+)").Select(m => m.Groups[1].Value).ToArray();
        Assert.NotEmpty(targets);
        Assert.All(targets, t => Assert.True(Path.Exists(Path.Combine(RepositoryPaths.Root, t)), t));
    }
}
