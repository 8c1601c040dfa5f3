using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using W2SR.Core.Tests.Infrastructure;

namespace W2SR.Core.Tests.Architecture;

/// <summary>What a reward may not rest on: regular expressions that can run away, and a clock, chance or the machine's culture.</summary>
public sealed class VerifierSourceTests
{
    private static readonly string[] Forbidden = ["Regex", "GeneratedRegex", "Stopwatch", "DateTime", "DateTimeOffset", "TimeProvider", "Random", "CurrentCulture", "Thread", "Task", "CancellationToken", "Console"];

    private static IEnumerable<(string File, SyntaxToken Name)> Names() =>
        from file in Directory.EnumerateFiles(Path.Combine(RepositoryPaths.Source, "Verification"), "*.cs", SearchOption.AllDirectories)
        from token in CSharpSyntaxTree.ParseText(File.ReadAllText(file)).GetRoot().DescendantTokens()
        where token.IsKind(SyntaxKind.IdentifierToken)
        select (Path.GetRelativePath(RepositoryPaths.Source, file), token);

    [Fact]
    public void Verification_Sources_UseNoRegularExpressionClockOrChance()
    {
        var names = Names().ToArray();
        Assert.True(names.Length > 5000, $"Only {names.Length} names were read: is the folder still where it was?");
        var found = names.Where(n => Forbidden.Contains(n.Name.ValueText) || (n.Name.ValueText == "Environment" && n.Name.Parent is IdentifierNameSyntax { Parent: MemberAccessExpressionSyntax access } left && access.Expression == left))
            .Select(n => $"{n.File}: {n.Name.ValueText}").Distinct();
        Assert.Empty(found);
    }
}
