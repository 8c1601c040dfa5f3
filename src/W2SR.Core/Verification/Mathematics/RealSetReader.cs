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
        NodeKind.Set => IsJoined(node),
        _ => false,
    };

    /// <summary>Inequalities joined by commas or words; after "or" an equation may stand for a single point.</summary>
    private static bool IsJoined(Node node) => node.Name != "{" && node.Items.Any(IsForm) && Conditions(node).All(i => i.Kind == NodeKind.Relation && (IsForm(i) || (node.Name == "or" && IsPoint(i))));

    /// <summary>The joined conditions; what follows "x ≠ 2" after a comma without a relation of its own is excluded too.</summary>
    private static Node[] Conditions(Node node)
    {
        var conditions = new Node[node.Items.Length];
        for (var i = 0; i < conditions.Length; i++)
            conditions[i] = i > 0 && conditions[i - 1] is { Kind: NodeKind.Relation, Name: "≠" } excluded && !node[i].HasVariable && node[i].Kind is not (NodeKind.Relation or NodeKind.Text)
                ? Node.Named(NodeKind.Relation, "≠", excluded[0], node[i])
                : node[i];
        return conditions;
    }

    private static bool IsPoint(Node node) => node is { Kind: NodeKind.Relation, Name: "=", Items: [{ Kind: NodeKind.Variable }, { HasVariable: false }] };

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
                return IsJoined(node) ? Joined(node) : Listed(node);
            case NodeKind.SetBuilder:
                {
                    var condition = Read(node[1]);
                    return condition is not null && node[0] is { Kind: NodeKind.Relation, Name: "∈" } domain && Read(domain[1]) is { } over ? condition.Intersection(over) : condition;
                }
            case NodeKind.Relation:
                if (IsPoint(node)) return Read(node[1]);
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
        foreach (var item in Conditions(node))
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
            if (Compare(node[i], node[i + 1], node.Name[i]) is not { } part) return null;
            set = set is null ? part : set.Intersection(part);
        }
        return set;
    }

    /// <summary>Where one side is below or above the other: a name against a bound, or what is linear in it, or its absolute value.</summary>
    private RealSet? Compare(Node left, Node right, char relation)
    {
        if (!left.HasVariable) (left, right, relation) = (right, left, Flip(relation));
        if (!left.HasVariable || right.HasVariable || relation is not ('<' or '>' or '≤' or '≥' or '≠')) return null;
        if (left.Kind == NodeKind.Absolute)
        {
            if (BoundOf(right, false) is not { Expression: not null } distance) return null;
            if (distance.Value < 0) return relation is '<' or '≤' ? RealSet.Empty : RealSet.All;
            if (Compare(left[0], right, relation) is not { } upper || Compare(left[0], Node.Of(NodeKind.Negate, right), Flip(relation)) is not { } lower) return null;
            return relation is '<' or '≤' or '≠' ? upper.Intersection(lower) : upper.Union(lower);
        }
        if (!Assignments.IsName(left))
        {
            if (Linear(left) is not { } line) return null;
            right = Node.Of(NodeKind.Divide, Node.Of(NodeKind.Add, right, Node.Number(-line.Offset)), Node.Number(line.Slope));
            if (line.Slope.Sign < 0) relation = Flip(relation);
        }
        if (BoundOf(right, relation is '≤' or '≥') is not { } bound) return null;
        return relation switch
        {
            '<' or '≤' => RealSet.Ray(bound, isAbove: false),
            '>' or '≥' => RealSet.Ray(bound, isAbove: true),
            _ => bound.Expression is null ? RealSet.All : RealSet.Between(bound with { IsClosed = true }, bound with { IsClosed = true }).Complement(),
        };
    }

    /// <summary>Slope and offset of an expression that is linear in one variable.</summary>
    private (BigRational Slope, BigRational Offset)? Linear(Node node)
    {
        if (new FractionBuilder(budget).Build(node) is not { } fraction || fraction.Below.AsConstant() is not { IsZero: false } below) return null;
        BigRational slope = 0, offset = 0;
        foreach (var (monomial, coefficient) in fraction.Above.Terms)
        {
            if (monomial.IsOne) offset = coefficient / below;
            else if (slope.IsZero && monomial.Factors is [(['$', ..], { IsOne: true })]) slope = coefficient / below;
            else return null;
        }
        return slope.IsZero ? null : (slope, offset);
    }

    private static char Flip(char relation) => relation switch { '<' => '>', '>' => '<', '≤' => '≥', '≥' => '≤', var c => c };
}
