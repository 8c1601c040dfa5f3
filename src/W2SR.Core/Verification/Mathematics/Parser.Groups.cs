namespace W2SR.Core.Verification.Mathematics;

/// <content>Groups, brackets and matrices.</content>
internal sealed partial class Parser
{
    /// <summary>A group in braces; a list in it is a set that lost its backslashes.</summary>
    private Node? Group()
    {
        if (!Take('{') || !Enter()) return null;
        if (Take('}')) return null;
        var inside = List('}');
        if (inside is not null && (Current.IsCommand("over") || Current.IsCommand("choose")))
        {
            var kind = tokens[at++].Text == "over" ? NodeKind.Divide : NodeKind.Binomial;
            inside = Sum() is { } below ? Node.Of(kind, inside, below) : null;
        }
        if (inside is null || !Take('}')) return null;
        depth--;
        return inside.Kind == NodeKind.Set && inside.Name == "," ? Node.Named(NodeKind.Set, "{", inside.Items) : inside;
    }

    /// <summary>Round, square or angle brackets: a grouping, a tuple or an interval.</summary>
    private Node? Bracket()
    {
        if (!Enter()) return null;
        var open = Current.Is('[') ? '[' : Current.Is('(') ? '(' : Current.Is('⟨') ? '⟨' : '\0';
        if (open == '\0') return null;
        at++;
        var saved = (absDepth, isBuilder);
        (absDepth, isBuilder) = (0, false);
        var inside = List(')');
        (absDepth, isBuilder) = saved;
        var close = Current.Is(')') ? ')' : Current.Is(']') ? ']' : Current.Is('⟩') ? '⟩' : '\0';
        if (inside is null || close == '\0' || (open == '⟨') != (close == '⟩')) return null;
        at++;
        depth--;
        if (inside.Kind == NodeKind.Set && inside.Name is "," && inside.Items.Length >= 2)
            return Node.Named(NodeKind.Bracketed, open == '⟨' ? "()" : $"{open}{close}", inside.Items);
        return (open == '[') == (close == ']') ? inside : null;
    }

    private Node? MatrixOf(string environment)
    {
        if (environment is not ("pmatrix" or "bmatrix" or "matrix" or "Bmatrix" or "vmatrix" or "Vmatrix" or "smallmatrix" or "array" or "tabular")) return null;
        if (!Enter()) return null;
        var entries = new List<Node>();
        var columns = -1;
        while (true)
        {
            if (Current.Kind == TokenKind.Command && Current.Text.StartsWith("end:", StringComparison.Ordinal)) break;
            var row = 0;
            do
            {
                if (Sum() is not { } entry) return null;
                entries.Add(entry);
                row++;
            }
            while (Take('&'));
            if (columns >= 0 && row != columns) return null;
            columns = row;
            if (!Take(LatexCommands.RowBreak)) break;
        }
        if (Current.Kind != TokenKind.Command || Current.Text != "end:" + environment || entries.Count == 0) return null;
        at++;
        depth--;
        var matrix = Node.Matrix(columns, [.. entries]);
        return environment == "vmatrix" ? Node.Of(NodeKind.Determinant, matrix) : matrix;
    }
}
