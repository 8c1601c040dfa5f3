namespace W2SR.Core.Verification.Mathematics;

/// <summary>Writes plus/minus out as the set of its two values.</summary>
internal static class SignExpansion
{
    public static Node Expand(Node node)
    {
        var signs = Signs(node);
        if (signs is 0 or > 4) return node;
        if (node.Kind == NodeKind.Relation && node.Items.Length == 2 && node.Name == "=" && Signs(node[0]) == 0)
            return Node.Named(NodeKind.Relation, "=", node[0], Expand(node[1]));
        if (node.Kind is NodeKind.Set or NodeKind.Bracketed or NodeKind.Relation && signs > 2) return node;
        if (node.Kind == NodeKind.Set) return Node.Named(NodeKind.Set, node.Name, [.. node.Items.SelectMany(i => Expand(i) is { Kind: NodeKind.Set } set ? set.Items : [i])]);
        var values = new List<Node>();
        for (var choice = 0; choice < 1 << signs; choice++)
        {
            var bits = choice;
            values.Add(Choose(node, ref bits));
        }
        return Node.Named(NodeKind.Set, ",", [.. values]);
    }

    private static int Signs(Node node) => (node.Kind == NodeKind.PlusMinus ? 1 : 0) + node.Items.Sum(Signs);

    private static Node Choose(Node node, ref int bits)
    {
        if (node.Items.Length == 0) return node;
        var items = new Node[node.Items.Length];
        for (var i = 0; i < items.Length; i++) items[i] = Choose(node[i], ref bits);
        if (node.Kind != NodeKind.PlusMinus) return node.With(items);
        var last = (bits & 1) == 0 ? items[^1] : Node.Of(NodeKind.Negate, items[^1]);
        bits >>= 1;
        return items.Length == 1 ? last : Node.Of(NodeKind.Add, items[0], last);
    }
}
