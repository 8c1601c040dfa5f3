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
                || (node.Items.Length == 2 && i.Kind == NodeKind.Bracketed)),
        NodeKind.Add => node.Items.All(i => i.Kind == NodeKind.Negate ? IsVariables(i[0]) : IsVariables(i)),
        NodeKind.Divide => node.Items.All(IsVariables),
        NodeKind.Function => node[0].HasVariable && IsName(node[0]),
        NodeKind.Absolute or NodeKind.Degree => IsName(node[0]),
        NodeKind.Bracketed => node.Items.All(i => i.Kind == NodeKind.Variable),
        _ => false,
    };

    private static bool IsVariables(Node node) => node.Kind == NodeKind.Variable || (node.Kind == NodeKind.Multiply && node.Items.All(i => i.Kind == NodeKind.Variable));

    /// <summary>y, or a function of a variable: names that a formula may go without.</summary>
    public static bool IsFunctionName(Node node) => node is { Kind: NodeKind.Variable, Name: "y" } || (node is { Kind: NodeKind.Multiply, Items: [{ Kind: NodeKind.Variable }, { Kind: NodeKind.Variable }] });

    /// <summary>Name and value of "x = 3" and "3 = x"; a chain "x = 2 + 3 = 5" has all its values. Null for equations still to be solved.</summary>
    public static (Node? Name, Node[] Values)? Split(Node node)
    {
        if (node.Kind != NodeKind.Relation || node.Name.Any(c => c != '=' && c != '≈')) return null;
        var (first, last) = (node[0], node.Items[^1]);
        if (IsName(first)) return (first, node.Items[1..]);
        if (IsName(last)) return (last, node.Items[..^1]);
        return node.HasVariable ? null : (null, node.Items);
    }
}
