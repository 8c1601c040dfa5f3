using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using W2SR.Core.Tests.Infrastructure;

namespace W2SR.Core.Tests.Architecture;

/// <summary>
/// TorchSharp does not keep a temporary <c>Scalar</c> alive during a native call. The library therefore makes scalars only where they are owned: in a
/// <c>using</c> declaration or a static field; and never calls an operator or overload that makes one inside.
/// </summary>
public sealed class ScalarLifetimeTests
{
    private static readonly HashSet<string> AddsAndSubtracts = ["add", "add_", "sub", "sub_", "subtract", "subtract_"];

    private const string ImplicitUsings =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; " +
        "global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;";

    [Fact]
    public void Sources_Library_MakesNoTemporaryScalars()
    {
        var trees = Directory.EnumerateFiles(RepositoryPaths.Source, "*.cs", SearchOption.AllDirectories)
            .Where(f => !Path.GetRelativePath(RepositoryPaths.Source, f).Split(Path.DirectorySeparatorChar).Any(p => p is "bin" or "obj" or "buildTransitive"))
            .Select(f => CSharpSyntaxTree.ParseText(File.ReadAllText(f), path: Path.GetRelativePath(RepositoryPaths.Source, f)));
        Assert.Empty(Offences(trees));
    }

    [Theory]
    [InlineData("x + y", 1)]
    [InlineData("x - y", 1)]
    [InlineData("x / 2", 1)]
    [InlineData("2.0 * x", 1)]
    [InlineData("x.clamp_min(1)", 1)]
    [InlineData("x.add(y)", 1)]
    [InlineData("x * y", 0)]
    [InlineData("x.add(y, kept)", 0)]
    [InlineData("-x", 0)]
    public void Offences_OneExpression_AreFound(string expression, int expected)
    {
        var tree = CSharpSyntaxTree.ParseText(
            $"using TorchSharp; static class Sample {{ static readonly Scalar kept = 1.0; static object M(torch.Tensor x, torch.Tensor y) => {expression}; }}");
        Assert.Equal(expected, Offences([tree]).Count);
    }

    private static List<string> Offences(IEnumerable<SyntaxTree> trees)
    {
        _ = typeof(TorchSharp.torch); // so that it is among the loaded references
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(p => MetadataReference.CreateFromFile(p));
        var options = new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable);
        var compilation = CSharpCompilation.Create("library", trees.Append(CSharpSyntaxTree.ParseText(ImplicitUsings)), references, options);
        var found = new List<string>();
        foreach (var tree in compilation.SyntaxTrees)
        {
            var root = tree.GetRoot();
            if (!root.ToString().Contains("TorchSharp", StringComparison.Ordinal)) continue;
            var model = compilation.GetSemanticModel(tree);
            foreach (var node in root.DescendantNodes().OfType<ExpressionSyntax>())
            {
                var conversion = model.GetConversion(node);
                var converts = conversion.IsUserDefined && conversion.MethodSymbol is { ContainingType.Name: "Scalar" };
                var offends = converts ? !IsOwned(node, model) : model.GetOperation(node) switch
                {
                    IBinaryOperation { OperatorMethod: { } method } => MakesScalar(method),
                    ICompoundAssignmentOperation { OperatorMethod: { } method } => MakesScalar(method),
                    IInvocationOperation call => IsTensorMethod(call.TargetMethod) && AddsAndSubtracts.Contains(call.TargetMethod.Name)
                        && !call.TargetMethod.Parameters.Any(p => p.Name == "alpha"),
                    _ => false,
                };
                if (offends) found.Add($"{tree.FilePath}:{node.GetLocation().GetLineSpan().StartLinePosition.Line + 1}: {node}");
            }
        }
        return found;
    }

    /// <summary>The number on a tensor's one side becomes a scalar inside the operator; so does the factor of + and -.</summary>
    private static bool MakesScalar(IMethodSymbol method) =>
        IsTensorMethod(method)
        && (method.Name is "op_Addition" or "op_Subtraction" || method.Parameters.Any(p => p.Type.SpecialType != SpecialType.None && p.Type.IsValueType));

    private static bool IsTensorMethod(IMethodSymbol method) => method.ContainingType.Name == "Tensor" && method.ContainingNamespace.Name == "TorchSharp";

    /// <summary>The initial value of a <c>using</c> local or of a static field lives long enough; so do both arms of a choice between such values.</summary>
    private static bool IsOwned(SyntaxNode node, SemanticModel model)
    {
        while (node.Parent is ConditionalExpressionSyntax or ParenthesizedExpressionSyntax) node = node.Parent;
        return node.Parent is EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Parent: { } owner } } }
            && owner switch
            {
                LocalDeclarationStatementSyntax local => local.UsingKeyword.IsKind(SyntaxKind.UsingKeyword),
                FieldDeclarationSyntax field => field.Modifiers.Any(SyntaxKind.StaticKeyword),
                _ => false,
            };
    }
}
