using System.Globalization;
using System.Text;

namespace W2SR.Core.Verification.Mathematics;

/// <summary>Writes sets, tuples, matrices, relations and the like.</summary>
internal static class AnswerRenderer
{
    public static void Write(Node node, StringBuilder text, Action<Node, StringBuilder> write)
    {
        switch (node.Kind)
        {
            case NodeKind.Bracketed:
                text.Append(node.Name[0]);
                Join(node.Items, ", ");
                text.Append(node.Name[1]);
                break;
            case NodeKind.Set:
                if (node.Name == "{") text.Append(@"\{");
                Join(node.Items, node.Name is "{" or "," ? ", " : $@" \text{{ {node.Name} }} ");
                if (node.Name == "{") text.Append(@"\}");
                break;
            case NodeKind.Union:
                Join(node.Items, @" \cup ");
                break;
            case NodeKind.Intersection:
                Join(node.Items, @" \cap ");
                break;
            case NodeKind.Difference:
                Join(node.Items, @" \setminus ");
                break;
            case NodeKind.NamedSet:
                text.Append(@"\mathbb{").Append(node.Name).Append('}');
                break;
            case NodeKind.EmptySet:
                text.Append(@"\emptyset");
                break;
            case NodeKind.SetBuilder:
                text.Append(@"\{");
                Join(node.Items, @" \mid ");
                text.Append(@"\}");
                break;
            case NodeKind.Relation:
                for (var i = 0; i < node.Items.Length; i++)
                {
                    write(node[i], text);
                    if (i < node.Name.Length)
                        text.Append(node.Name[i] switch { '≤' => @" \le ", '≥' => @" \ge ", '≠' => @" \ne ", '∈' => @" \in ", '∉' => @" \notin ", '≈' => @" \approx ", var c => $" {c} " });
                }
                break;
            case NodeKind.BaseNumber:
                text.Append(@"\text{").Append(node.Name).Append("}_{").Append(node[0].Value.ToString()).Append('}');
                break;
            case NodeKind.Ratio:
                Join(node.Items, ":");
                if (node.Name.Length > 0) text.Append(@"\text{ ").Append(node.Name).Append('}');
                break;
            case NodeKind.Matrix or NodeKind.Determinant:
                var (matrix, name) = node.Kind == NodeKind.Matrix ? (node, "pmatrix") : (node[0], "vmatrix");
                text.Append(CultureInfo.InvariantCulture, $@"\begin{{{name}}}");
                for (var i = 0; i < matrix.Items.Length; i++)
                {
                    if (i > 0) text.Append(i % matrix.Places == 0 ? @" \\ " : " & ");
                    write(matrix[i], text);
                }
                text.Append(CultureInfo.InvariantCulture, $@"\end{{{name}}}");
                break;
            case NodeKind.Text:
                text.Append(@"\text{").Append(node.Name).Append('}');
                break;
            case NodeKind.Ellipsis:
                text.Append(@"\ldots");
                break;
        }

        void Join(Node[] items, string separator)
        {
            for (var i = 0; i < items.Length; i++)
            {
                if (i > 0) text.Append(separator);
                write(items[i], text);
            }
        }
    }
}
