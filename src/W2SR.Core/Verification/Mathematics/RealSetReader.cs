namespace W2SR.Core.Verification.Mathematics;

/// <summary>Reads intervals, inequalities, set builders and their combinations as sets of reals.</summary>
internal sealed class RealSetReader(WorkBudget budget)
{
    /// <summary>True when the answer is written as a set of reals: an interval, an inequality, a union and the like.</summary>
    public static bool IsForm(Node node) => node.Kind switch
    {
        NodeKind.Bracketed => node.Items.Length == 2 && (node.Name is "[)" or "(]" or "[]" || node.Items.Any(IsInfinite)),
        NodeKind.Union or NodeKind.Intersection or NodeKind.Difference or NodeKind.SetBuilder => true,
        NodeKind.NamedSet => node.Name == "R",
        NodeKind.Relation => node.Name.All(c => c is '<' or '>' or '≤' or '≥' or '≠') || (node.Name == "∈" && IsForm(node[1])),
        NodeKind.Set => node.Name != "{" && node.Items.All(IsForm) && node.Items.All(i => i.Kind == NodeKind.Relation),
        _ => false,
    };

    private static bool IsInfinite(Node node) => node is { Kind: NodeKind.Constant, Name: "∞" } or { Kind: NodeKind.Negate, Items: [{ Kind: NodeKind.Constant, Name: "∞" }] };

    /// <summary>The set; null for what is none.</summary>
    public RealSet? Read(Node node)
    {
        if (!budget.Spend(2)) return null;
        switch (node.Kind)
        {
            case NodeKind.Bracketed when node.Items.Length == 2:
                return BoundOf(node[0], node.Name[0] == '[') is { } low && BoundOf(node[1], node.Name[1] == ']') is { } high ? RealSet.Between(low, high) : null;
            case NodeKind.EmptySet:
                return RealSet.Empty;
            case NodeKind.NamedSet:
                return node.Name == "R" ? RealSet.All : null;
            case NodeKind.Union:
                return Read(node[0]) is { } a && Read(node[1]) is { } b && budget.Spend(10 * (a.Spans.Count + b.Spans.Count)) ? a.Union(b) : null;
            case NodeKind.Intersection:
                return Read(node[0]) is { } c && Read(node[1]) is { } d ? c.Intersection(d) : null;
            case NodeKind.Difference:
                return Read(node[0]) is { } all && Read(node[1]) is { } without ? all.Intersection(without.Complement()) : null;
            case NodeKind.Set:
                return node.Items.All(IsForm) && node.Items.All(i => i.Kind == NodeKind.Relation) ? Joined(node) : Listed(node);
            case NodeKind.SetBuilder:
                {
                    var condition = Read(node[1]);
                    return condition is not null && node[0] is { Kind: NodeKind.Relation, Name: "∈" } domain && Read(domain[1]) is { } over ? condition.Intersection(over) : condition;
                }
            case NodeKind.Relation:
                return node.Name is "∈" or "∉" ? node.Name == "∈" ? Read(node[1]) : Read(node[1])?.Complement() : Chain(node);
            default:
                return node.HasVariable ? null : BoundOf(node, true) is { Expression: not null } point ? RealSet.Between(point, point) : null;
        }
    }

    private RealSet? Listed(Node node)
    {
        var set = RealSet.Empty;
        if (node.Items.Length > 40) return null;
        foreach (var item in node.Items)
        {
            if (Read(item) is not { } part) return null;
            set = set.Union(part);
        }
        return set;
    }

    /// <summary>Several inequalities: "or" unites them; "and" and commas intersect, but for commas between what is disjoint.</summary>
    private RealSet? Joined(Node node)
    {
        if (node.Items.Length > 12) return null;
        RealSet meet = RealSet.All, union = RealSet.Empty;
        foreach (var item in node.Items)
        {
            if (Read(item) is not { } part) return null;
            meet = meet.Intersection(part);
            union = union.Union(part);
        }
        return node.Name == "or" || (node.Name == "," && meet.IsEmpty) ? union : meet;
    }

    private Bound? BoundOf(Node node, bool isClosed)
    {
        if (IsInfinite(node)) return new Bound(null, node.Kind == NodeKind.Negate ? double.NegativeInfinity : double.PositiveInfinity, false);
        if (node.HasVariable) return null;
        var value = new NumericEvaluator(budget).Evaluate(node);
        return double.IsFinite(value.Real) && Math.Abs(value.Imaginary) < 1e-12 ? new Bound(node, value.Real, isClosed) : null;
    }

    /// <summary>A chain such as 0 &lt; x ≤ 1 about one name.</summary>
    private RealSet? Chain(Node node)
    {
        RealSet? set = null;
        for (var i = 0; i < node.Name.Length; i++)
        {
            var (left, right, relation) = (node[i], node[i + 1], node.Name[i]);
            if (Assignments.IsName(right) && !left.HasVariable) (left, right, relation) = (right, left, Flip(relation));
            if (!Assignments.IsName(left) || BoundOf(right, relation is '≤' or '≥') is not { } bound) return null;
            var part = relation switch
            {
                '<' or '≤' => RealSet.Ray(bound, isAbove: false),
                '>' or '≥' => RealSet.Ray(bound, isAbove: true),
                '≠' => bound.Expression is null ? RealSet.All : RealSet.Between(bound with { IsClosed = true }, bound with { IsClosed = true }).Complement(),
                _ => null,
            };
            if (part is null) return null;
            set = set is null ? part : set.Intersection(part);
        }
        return set;
    }

    private static char Flip(char relation) => relation switch { '<' => '>', '>' => '<', '≤' => '≥', '≥' => '≤', var c => c };
}
