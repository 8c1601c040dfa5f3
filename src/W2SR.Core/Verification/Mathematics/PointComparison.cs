using System.Numerics;

namespace W2SR.Core.Verification.Mathematics;

/// <summary>Compares two expressions with variables at deterministic points, drawn from the expressions' own hash.</summary>
internal sealed class PointComparison
{
    private const int Points = 14;
    private const int Enough = 5;

    private readonly Node gold, predicted;
    private readonly WorkBudget budget;
    private readonly NumericEvaluator evaluator;
    private readonly string[] variables;
    private ulong state;

    public PointComparison(Node gold, Node predicted, WorkBudget budget, NumericEvaluator evaluator)
    {
        (this.gold, this.predicted, this.budget, this.evaluator) = (gold, predicted, budget, evaluator);
        var names = new SortedSet<string>(StringComparer.Ordinal);
        Collect(gold, names);
        Collect(predicted, names);
        variables = [.. names];
        // FNV-1a over what is compared, in an order of no consequence, so that swapping the sides draws the same points.
        state = Hash(Renderer.Render(gold)) ^ Hash(Renderer.Render(predicted));
    }

    public static void Collect(Node node, SortedSet<string> names)
    {
        if (node.Kind == NodeKind.Variable) names.Add(node.Name);
        foreach (var item in node.Items) Collect(item, names);
    }

    public static ulong Hash(string text)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in text) hash = (hash ^ c) * 1099511628211UL;
        return hash;
    }

    /// <summary>Equal wherever both are defined, over the reals; where they are never both defined, over the complex numbers.</summary>
    public bool Agree()
    {
        if (variables.Length > 24) return false;
        var isReal = !gold.Any(IsImaginary) && !predicted.Any(IsImaginary);
        return Over(isReal) ?? (isReal && Over(false) == true);
    }

    private static bool IsImaginary(Node node) => node is { Kind: NodeKind.Constant, Name: "i" };

    private bool? Over(bool isReal)
    {
        evaluator.IsReal = isReal;
        var defined = 0;
        for (var k = 0; k < Points && defined < 10; k++)
        {
            if (budget.IsSpent) return false;
            foreach (var name in variables)
            {
                // Small and large, both signs; the first points and every third are positive.
                var size = 0.15 + 2.7 * Next() * (k % 4 == 3 ? 0.3 : 1);
                evaluator.Point[name] = k < 3 || k % 3 == 0 || Next() < 0.4 ? size : -size;
            }
            var (x, y) = (evaluator.Evaluate(gold), evaluator.Evaluate(predicted));
            if (!double.IsFinite(x.Real) || !double.IsFinite(y.Real) || !double.IsFinite(x.Imaginary) || !double.IsFinite(y.Imaginary)) continue;
            if (isReal && (Math.Abs(x.Imaginary) > 1e-9 * Complex.Abs(x) || Math.Abs(y.Imaginary) > 1e-9 * Complex.Abs(y))) continue;
            defined++;
            if (!ScalarEquivalence.Close(x, y, 1e-8)) return false;
        }
        return budget.IsSpent ? false : defined >= Math.Min(Enough, Points / 5) ? true : null;
    }

    /// <summary>splitmix64, in [0, 1).</summary>
    private double Next()
    {
        state += 0x9E3779B97F4A7C15UL;
        var z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
    }
}
