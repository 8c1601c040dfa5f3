using System.Numerics;

namespace W2SR.Core.Verification.Mathematics;

/// <summary>Equations up to a factor that is not zero, inequalities up to a positive one or a flip.</summary>
internal sealed class RelationEquivalence(WorkBudget budget, Func<Node, Node, bool> areEqual)
{
    public bool AreEqual(Node gold, Node predicted)
    {
        if (gold.Name.Length != predicted.Name.Length) return false;
        if (gold.Name.Length > 1 || gold.Name is "∈" or "∉" or "≈")
            return gold.Name == predicted.Name ? Entries(gold, predicted.Items) : gold.Name == Flipped(predicted.Name) && Entries(gold, [.. predicted.Items.Reverse()]);
        var (a, b) = (gold.Name[0], predicted.Name[0]);
        if ((a is '=' or '≠') != (b is '=' or '≠') || (a is '=' or '≠' && a != b) || !IsScalarPair(gold) || !IsScalarPair(predicted)) return false;
        var (left, right) = (Difference(gold), Difference(predicted));
        // g - p·k = 0 for one k: with both brought to one denominator, their numerators are proportional.
        var builder = new FractionBuilder(budget);
        if (builder.Build(left) is { } x && builder.Build(right) is { } y && !x.Above.IsZero && !y.Above.IsZero)
        {
            if (Ratio(x.Above, y.Above) is { } ratio)
            {
                if (a is '=' or '≠') return true;
                return x.Below.AsConstant() is { } c && y.Below.AsConstant() is { } d && IsSameSense(a, b, (ratio * d / c).Sign);
            }
            if (x.IsPure && y.IsPure && !NeedsValues(x) && !NeedsValues(y)) return false;
        }
        return NumericRatio(left, right) is { } sign && (a is '=' or '≠' || IsSameSense(a, b, sign));
    }

    private bool Entries(Node gold, Node[] items)
    {
        for (var i = 0; i < items.Length; i++)
            if (!areEqual(gold[i], items[i]))
                return false;
        return true;
    }

    private static bool IsScalarPair(Node node) => node.Items.All(i => i.Kind is not (NodeKind.Set or NodeKind.Bracketed or NodeKind.Text or NodeKind.Matrix or NodeKind.EmptySet or NodeKind.NamedSet or NodeKind.Union));

    private static Node Difference(Node relation) => Node.Of(NodeKind.Add, relation[0], Node.Of(NodeKind.Negate, relation[1]));

    /// <summary>Roots of primes and pi among the coefficients: a constant factor need not be rational then.</summary>
    private static bool NeedsValues(Fraction fraction)
    {
        foreach (var (monomial, _) in fraction.Above.Terms)
            foreach (var (generator, _) in monomial.Factors)
                if (generator[0] != '$')
                    return true;
        return false;
    }

    /// <summary>The factor between two polynomials, or null.</summary>
    private static BigRational? Ratio(Polynomial x, Polynomial y)
    {
        if (x.Count != y.Count) return null;
        BigRational? ratio = null;
        foreach (var (a, b) in x.Terms.Zip(y.Terms))
        {
            if (a.Key.CompareTo(b.Key) != 0) return null;
            var here = a.Value / b.Value;
            if (ratio is { } known && known != here) return null;
            ratio = here;
        }
        return ratio;
    }

    private static bool IsSameSense(char a, char b, int sign) => sign != 0 && a == (sign > 0 ? b : Flipped(b.ToString())[0]);

    private static string Flipped(string relations)
    {
        var flipped = relations.Select(c => c switch { '<' => '>', '>' => '<', '≤' => '≥', '≥' => '≤', _ => c }).ToArray();
        if (relations.Length > 1) Array.Reverse(flipped);
        return new string(flipped);
    }

    /// <summary>Sign of the constant quotient of two expressions at several points, or null when it is not constant.</summary>
    private int? NumericRatio(Node left, Node right)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        PointComparison.Collect(left, names);
        PointComparison.Collect(right, names);
        if (names.Count is 0 or > 12) return null;
        var evaluator = new NumericEvaluator(budget) { IsReal = true };
        var state = PointComparison.Hash(Renderer.Render(left)) ^ PointComparison.Hash(Renderer.Render(right));
        Complex? ratio = null;
        var agreed = 0;
        for (var k = 0; k < 12; k++)
        {
            foreach (var name in names)
            {
                state = state * 6364136223846793005UL + 1442695040888963407UL;
                evaluator.Point[name] = ((state >> 33) / (double)(1UL << 31) - (k < 4 ? 0 : 0.5)) * 4 + 0.1;
            }
            var (x, y) = (evaluator.Evaluate(left), evaluator.Evaluate(right));
            if (!double.IsFinite(x.Real) || !double.IsFinite(y.Real) || Complex.Abs(y) < 1e-9 || Complex.Abs(x) < 1e-9) continue;
            var here = x / y;
            if (ratio is { } known && !ScalarEquivalence.Close(known, here, 1e-8)) return null;
            ratio = here;
            agreed++;
        }
        return agreed >= 3 && ratio is { } constant && Math.Abs(constant.Imaginary) < 1e-9 ? Math.Sign(constant.Real) : null;
    }
}
