namespace W2SR.Core.Verification.Mathematics;

/// <summary>Tells names from equations: x, AB, f(2), m + n and (x, y) are names whose equation states a value.</summary>
internal static class Assignments
{
    /// <summary>Something that has a value rather than being one.</summary>
    public static bool IsName(Node node) => node.Kind switch
    {
        NodeKind.Variable => true,
        NodeKind.Multiply => node[0] is { Kind: NodeKind.Variable } or { Kind: NodeKind.Power, Items: [{ Kind: NodeKind.Variable }, { Kind: NodeKind.Negate }] }
            && node.Items.Skip(1).All(i => i.Kind is NodeKind.Variable || (node.Items.Length == 2 && i.Kind is NodeKind.Number or NodeKind.Negate or NodeKind.Bracketed && !i.HasVariable)
                || (node.Items.Length == 2 && (i.Kind == NodeKind.Bracketed || (i is { Kind: NodeKind.Multiply, Items.Length: 2 } && IsName(i))))),
        NodeKind.Add => node.Items.All(i => i.Kind == NodeKind.Negate ? IsVariables(i[0]) : IsVariables(i)),
        NodeKind.Divide => node.Items.All(IsVariables),
        NodeKind.Function => node[0].HasVariable,
        NodeKind.Absolute or NodeKind.Degree => IsName(node[0]),
        NodeKind.Bracketed => node.Items.All(i => i.Kind == NodeKind.Variable),
        _ => false,
    };

    private static bool IsVariables(Node node) => node.Kind == NodeKind.Variable || (node.Kind == NodeKind.Multiply && node.Items.All(i => i.Kind == NodeKind.Variable));

    /// <summary>y, or a function of a variable: names that a formula may go without.</summary>
    public static bool IsFunctionName(Node node) => node is { Kind: NodeKind.Variable, Name: "y" } || (node is { Kind: NodeKind.Multiply, Items: [{ Kind: NodeKind.Variable }, { Kind: NodeKind.Variable }] });

    /// <summary>An expression of several variables without a constant of its own, such as x² + y² or AB²: stated equal to a number it is the quantity that was asked for.</summary>
    private static bool IsQuantity(Node node)
    {
        static bool IsTerm(Node n) => n.Kind switch
        {
            NodeKind.Variable => true,
            NodeKind.Negate => IsTerm(n[0]),
            NodeKind.Power => IsTerm(n[0]) && n[1].IsNumber,
            NodeKind.Root or NodeKind.Absolute => IsQuantity(n[0]),
            NodeKind.Multiply => n.Items.All(i => i.IsNumber || IsTerm(i)) && n.Items.Any(IsTerm),
            NodeKind.Divide => IsTerm(n[0]) && (IsTerm(n[1]) || n[1].IsNumber),
            NodeKind.Add => n.Items.All(IsTerm),
            _ => false,
        };
        if (!IsTerm(node) && node.Kind is not (NodeKind.Root or NodeKind.Absolute)) return false;
        var names = new SortedSet<string>(StringComparer.Ordinal);
        PointComparison.Collect(node, names);
        return names.Count >= 2;
    }

    /// <summary>As <see cref="Split"/>, for a prediction whose reference is bare: what is stated of an expression counts as its value too.</summary>
    public static (Node? Name, Node[] Values)? SplitStatement(Node node)
    {
        if (Split(node) is { } split) return split;
        if (node.Kind != NodeKind.Relation || node.Name.Any(c => c != '=')) return null;
        if (IsQuantity(node[0]) && !node.Items.Skip(1).Any(i => i.HasVariable)) return (node[0], node.Items[1..]);
        if (IsQuantity(node.Items[^1]) && !node.Items.SkipLast(1).Any(i => i.HasVariable)) return (node.Items[^1], node.Items[..^1]);
        // Two forms of one expression: whoever reads the values finds out whether it is an identity.
        return (null, node.Items);
    }

    /// <summary>Name and value of "x = 3" and "3 = x"; a chain "x = 2 + 3 = 5" has all its values. Null for equations still to be solved.</summary>
    public static (Node? Name, Node[] Values)? Split(Node node)
    {
        if (node.Kind != NodeKind.Relation || node.Name.Any(c => c != '=' && c != '≈')) return null;
        var (first, last) = (node[0], node.Items[^1]);
        if (IsName(first)) return (first, node.Items[1..]);
        if (last.Kind == NodeKind.Matrix && !first.Any(n => n.Kind == NodeKind.Matrix) && first.HasVariable) return (first, node.Items[1..]);
        if (IsName(last)) return (last, node.Items[..^1]);
        return node.HasVariable ? null : (null, node.Items);
    }
}
