using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using W2SR.Core.Tests.Infrastructure;

namespace W2SR.Core.Tests.Architecture;

/// <summary>Holds the table of <c>docs/architecture.md</c>: who may use whom, which folders know tensors, and where types live.</summary>
public sealed class LayeringTests
{
    private const string Prefix = "W2SR.Core.";

    /// <summary>Folder -> the folders it may use besides Common. Mirrors the table in docs/architecture.md, which another test compares.</summary>
    internal static readonly Dictionary<string, string[]> MayUse = new()
    {
        ["Common"] = [],
        ["Problems"] = [],
        ["Prompts"] = ["Problems"],
        ["Tokens"] = [],
        ["Traces"] = ["Problems", "Prompts"],
        ["Verification"] = ["Problems", "Traces"],
        ["Handover"] = ["Problems", "Prompts", "Traces", "Verification"],
        ["Tensors"] = [],
        ["Checkpoints"] = ["Tensors"],
        ["Models"] = ["Tensors", "Checkpoints"],
        ["Generation"] = ["Tensors", "Tokens", "Models"],
        ["Reasoners"] = ["Problems", "Prompts", "Tokens", "Traces", "Tensors", "Checkpoints", "Models", "Generation"],
        ["Training"] = ["Problems", "Prompts", "Tokens", "Traces", "Verification", "Tensors", "Checkpoints", "Models", "Generation", "Reasoners"],
        ["Evaluation"] = ["Problems", "Traces", "Verification"],
        ["Experiments"] =
        [
            "Problems", "Prompts", "Tokens", "Traces", "Verification", "Tensors", "Checkpoints", "Models", "Generation", "Reasoners",
            "Training", "Evaluation", "Handover",
        ],
    };

    private static readonly HashSet<string> DryFolders = ["Common", "Problems", "Prompts", "Tokens", "Traces", "Verification", "Handover", "Evaluation"];

    private static IEnumerable<(string Folder, string File, CompilationUnitSyntax Root)> Sources() =>
        from file in Directory.EnumerateFiles(RepositoryPaths.Source, "*.cs", SearchOption.AllDirectories)
        let relative = Path.GetRelativePath(RepositoryPaths.Source, file)
        let parts = relative.Split(Path.DirectorySeparatorChar)
        where parts[0] is not ("bin" or "obj" or "buildTransitive")
        select (parts.Length == 1 ? "" : parts[0], relative, (CompilationUnitSyntax)CSharpSyntaxTree.ParseText(File.ReadAllText(file)).GetRoot());

    /// <summary>Every dotted name in the code (usings, qualified types, documentation excluded), so that full names cannot slip past the usings.</summary>
    private static IEnumerable<string> NamesIn(CompilationUnitSyntax root) =>
        root.DescendantNodes().Where(n => n is QualifiedNameSyntax or MemberAccessExpressionSyntax or UsingDirectiveSyntax or IdentifierNameSyntax)
            .Select(n => (n is UsingDirectiveSyntax u ? u.NamespaceOrType : n).ToString().Replace("global::", "", StringComparison.Ordinal));

    [Fact]
    public void Sources_EveryFolder_IsInTheTable()
    {
        var folders = Sources().Select(s => s.Folder).Distinct().ToArray();
        Assert.NotEmpty(folders);
        Assert.Empty(folders.Except(MayUse.Keys));
    }

    [Fact]
    public void Sources_NoFolder_UsesOneAboveIt()
    {
        var slips =
            from source in Sources()
            from name in NamesIn(source.Root).Distinct()
            where name.StartsWith(Prefix, StringComparison.Ordinal)
            let target = name[Prefix.Length..].Split('.')[0]
            where MayUse.ContainsKey(target) && target != source.Folder && target != "Common" && !MayUse[source.Folder].Contains(target)
            select $"{source.File} uses {target}";
        Assert.Empty(slips.Distinct());
    }

    [Fact]
    public void Sources_DryFolders_NeverMentionTorchSharp()
    {
        var slips =
            from source in Sources()
            where DryFolders.Contains(source.Folder) && NamesIn(source.Root).Any(n => n.StartsWith("TorchSharp", StringComparison.Ordinal))
            select source.File;
        Assert.Empty(slips);
    }

    [Fact]
    public void Sources_Namespace_IsTheFolder()
    {
        var slips =
            from source in Sources()
            from space in source.Root.DescendantNodes().OfType<BaseNamespaceDeclarationSyntax>()
            let expected = Prefix + Path.GetDirectoryName(source.File)!.Replace(Path.DirectorySeparatorChar, '.')
            where space.Name.ToString() != expected
            select $"{source.File} says {space.Name}, the folder says {expected}";
        Assert.Empty(slips);
    }

    [Fact]
    public void Sources_Types_AreNeverInTheBareNamespace()
    {
        var slips =
            from source in Sources()
            where source.Folder.Length == 0 || source.Root.Members.Any(m => m is BaseTypeDeclarationSyntax)
            select source.File;
        Assert.Empty(slips);
    }

    [Fact]
    public void Sources_Library_NeverWritesToTheConsole()
    {
        var slips =
            from source in Sources()
            where NamesIn(source.Root).Any(n => n.StartsWith("Console.", StringComparison.Ordinal) || n.StartsWith("System.Console", StringComparison.Ordinal))
            select source.File;
        Assert.Empty(slips);
    }

    [Fact]
    public void ArchitecturePage_Table_SaysWhatTheTestHolds()
    {
        var page = File.ReadAllLines(Path.Combine(RepositoryPaths.Root, "docs", "architecture.md"));
        var rows = page.Where(l => l.StartsWith("| ", StringComparison.Ordinal) && (l.Contains("(dry)", StringComparison.Ordinal) || l.Contains("(wet)", StringComparison.Ordinal)))
            .Select(l => l.Split('|')[1].Trim()).ToArray();
        foreach (var (folder, _) in MayUse)
        {
            var wetness = DryFolders.Contains(folder) ? "dry" : "wet";
            Assert.Contains($"{folder} ({wetness})", rows);
        }
    }
}
