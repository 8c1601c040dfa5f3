namespace W2SR.Core.Verification.Mathematics;

/// <summary>Brings scalar factors, signs and sums into the entries of matrices.</summary>
internal static class MatrixForms
{
    /// <summary>One matrix where the expression is one; the expression itself where it is not understood.</summary>
    public static Node Distribute(Node node) => Read(node) ?? node;

    private static Node? Read(Node node)
    {
        switch (node.Kind)
        {
            case NodeKind.Matrix:
                return node;
            case NodeKind.Negate:
                return Read(node[0]) is { } inside ? Map(inside, e => Node.Of(NodeKind.Negate, e)) : null;
            case NodeKind.Divide:
                return Read(node[0]) is { } above ? Map(above, e => Node.Of(NodeKind.Divide, e, node[1])) : null;
            case NodeKind.Multiply:
                {
                    Node? matrix = null;
                    var factors = new List<Node>();
                    foreach (var item in node.Items)
                    {
                        if (Read(item) is not { } found) factors.Add(item);
                        else if (matrix is null) matrix = found;
                        else return null;
                    }
                    return matrix is null || factors.Count == 0 ? matrix : Map(matrix, e => Node.Of(NodeKind.Multiply, [.. factors, e]));
                }
            case NodeKind.Add:
                {
                    Node? sum = null;
                    foreach (var item in node.Items)
                    {
                        if (Read(item) is not { } part || (sum is not null && (part.Places != sum.Places || part.Items.Length != sum.Items.Length))) return null;
                        sum = sum is null ? part : Node.Matrix(sum.Places, [.. sum.Items.Zip(part.Items, (a, b) => Node.Of(NodeKind.Add, a, b))]);
                    }
                    return sum;
                }
            default:
                return null;
        }
    }

    private static Node Map(Node matrix, Func<Node, Node> entry) => Node.Matrix(matrix.Places, [.. matrix.Items.Select(entry)]);
}
