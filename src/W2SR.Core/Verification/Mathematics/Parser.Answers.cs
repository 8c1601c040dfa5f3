namespace W2SR.Core.Verification.Mathematics;

/// <content>What answers are made of: lists, relations, sets, units, ratios and words.</content>
internal sealed partial class Parser
{
    private const string RelationSymbols = "=<>≤≥≠∈∉≈≡";

    /// <summary>Items between commas, semicolons, "and" and "or".</summary>
    private Node? List(char close)
    {
        if (!Enter()) return null;
        var items = new List<Node>(2);
        var joint = ",";
        while (true)
        {
            if (Item(close) is not { } item) return null;
            items.Add(item);
            var separators = 0;
            while (Current.Is(',') || Current.Is(';') || Current.Kind is TokenKind.And or TokenKind.Or)
            {
                if (Current.Kind == TokenKind.And) joint = joint == "or" ? "or" : "and";
                if (Current.Kind == TokenKind.Or) joint = "or";
                at++;
                if (++separators > 2) return null;
            }
            if (separators == 0) break;
            if (items.Count > 400) return null;
        }
        depth--;
        return items.Count == 1 ? items[0] : Node.Named(NodeKind.Set, joint, [.. items]);
    }

    private Node? Item(char close)
    {
        if (Current.Is('¢') || Current.Is('£') || Current.Is('€') || Current.Is('≈')) at++;
        var isNamed = Current.Kind == TokenKind.Word && !BaseFollows();
        var left = isNamed ? WordsOrName() : Combined();
        // "[ABCD] = 12": letters in brackets name a quantity, an area mostly.
        if (left is { Kind: NodeKind.Text } && Current.Is('=')) left = Node.Named(NodeKind.Variable, left.Name);
        if (left is null || left.Kind == NodeKind.Text) return left;
        if (!isNamed) left = Measured(left);
        if (left is null) return null;
        if (Current.Is(':') && close != LatexCommands.CloseSet) return Ratio(left);
        if (Current.Kind != TokenKind.Symbol || !RelationSymbols.Contains(Current.Text[0], StringComparison.Ordinal)) return left;
        var items = new List<Node> { left };
        var relations = "";
        while (Current.Kind == TokenKind.Symbol && RelationSymbols.Contains(Current.Text[0], StringComparison.Ordinal))
        {
            relations += Current.Text == "≡" ? "=" : Current.Text;
            at++;
            var right = Current.Kind == TokenKind.Word && !BaseFollows() ? WordsOrName() : Combined() is { } value ? Measured(value) : null;
            if (right is null) return null;
            if (Current.Is(':') && close != LatexCommands.CloseSet && relations == "=") right = Ratio(right);
            if (right is null) return null;
            items.Add(right);
            if (items.Count > 12) return null;
        }
        return Node.Named(NodeKind.Relation, relations, [.. items]);
    }

    /// <summary>Unions, intersections and differences, and the scalars that most answers are.</summary>
    private Node? Combined()
    {
        var left = IsSetName() ? CommandPrimary(Current) : Sum();
        // An interval less a set in braces, written with a minus sign.
        if (left is { Kind: NodeKind.Add, Items: [{ Kind: NodeKind.Bracketed } whole, { Kind: NodeKind.Negate, Items: [{ Kind: NodeKind.Set, Name: "{" } without] }] }) left = Node.Of(NodeKind.Difference, whole, without);
        while (left is not null)
        {
            var kind = Current.Symbol switch
            {
                '∪' => NodeKind.Union,
                '∩' => NodeKind.Intersection,
                '∖' => NodeKind.Difference,
                '-' when left.Kind == NodeKind.NamedSet => NodeKind.Difference,
                _ => NodeKind.Text,
            };
            if (kind == NodeKind.Text) break;
            at++;
            var right = IsSetName() ? CommandPrimary(Current) : Sum();
            left = right is null ? null : Node.Of(kind, left, right);
        }
        return left;
    }

    private bool IsSetName() => Current.Kind == TokenKind.Command && Current.Text.StartsWith("set", StringComparison.Ordinal);

    /// <summary>Words alone: the name of a quantity before "=", else a text answer.</summary>
    private Node? WordsOrName()
    {
        var words = new System.Text.StringBuilder();
        while (at < tokens.Count && Current.Kind is not (TokenKind.And or TokenKind.Or) && !Current.Is(',') && !Current.Is(';') && !Current.Is(')') && !Current.Is(']') && !Current.Is(LatexCommands.CloseSet))
        {
            if (Current.Is('=') && words.Length > 0) return Node.Named(NodeKind.Variable, words.ToString());
            if (Current.Kind == TokenKind.Invalid) return null;
            if (!Current.Is('{') && !Current.Is('}') && !Current.Is('.')) words.Append(Current.Text.ToLowerInvariant());
            at++;
        }
        return words.Length == 0 ? null : Node.Named(NodeKind.Text, words.ToString());
    }

    /// <summary>A ratio or a clock time.</summary>
    private Node? Ratio(Node first)
    {
        var items = new List<Node> { first };
        while (Take(':'))
        {
            if (Sum() is not { } next) return null;
            items.Add(next);
            if (items.Count > 8) return null;
        }
        var suffix = "";
        while (Take('{')) { }
        if (Current is { Kind: TokenKind.Word, Text: "am" or "pm" }) suffix = tokens[at++].Text;
        else if (IsUnitStart())
        {
            var measured = Measured(Node.Number(0));
            if (measured is null) return null;
        }
        while (Take('}')) { }
        return Node.Named(NodeKind.Ratio, suffix, [.. items]);
    }

    /// <summary>A set in braces: empty, listed, or built by conditions.</summary>
    private Node? SetInBraces()
    {
        at++;
        if (Take(LatexCommands.CloseSet)) return Node.Of(NodeKind.EmptySet);
        if (!Enter()) return null;
        var saved = (absDepth, isBuilder);
        (absDepth, isBuilder) = (0, true);
        var inside = List(LatexCommands.CloseSet);
        Node? result = null;
        if (inside is not null && (Current.Is('∣') || Current.Is('|') || Current.Is(':')))
        {
            at++;
            isBuilder = false;
            result = List(LatexCommands.CloseSet) is { } condition ? Node.Of(NodeKind.SetBuilder, inside, condition) : null;
        }
        else if (inside is not null) result = Node.Named(NodeKind.Set, "{", inside.Kind == NodeKind.Set && inside.Name != "{" ? inside.Items : [inside]);
        (absDepth, isBuilder) = saved;
        depth--;
        return result is not null && Take(LatexCommands.CloseSet) ? result : null;
    }
}
