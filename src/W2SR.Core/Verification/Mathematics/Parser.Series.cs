namespace W2SR.Core.Verification.Mathematics;

/// <content>Sums and products of few terms, which are written out.</content>
internal sealed partial class Parser
{
    private const int MostTerms = 400;
    private const int LargestSeries = 4000;

    /// <summary>The terms of <c>\sum_{k=1}^{4} k^2</c>; null where the bounds are not integers or there are too many.</summary>
    private Node? Series(bool isSum)
    {
        if (!Enter() || !Take('_') || !Take('{') || Current.Kind is not (TokenKind.Letter or TokenKind.Constant)) return null;
        var name = tokens[at++].Text;
        if (!Take('=') || Bound() is not { } first || !Take('}') || !Take('^')) return null;
        var isBraced = Take('{');
        if (Bound() is not { } last || (isBraced && !Take('}')) || last < first || last - first >= MostTerms) return null;
        if (Product() is not { } term || term.Size * (last - first + 1L) > LargestSeries) return null;
        depth--;
        var terms = new Node[last - first + 1];
        for (var k = first; k <= last; k++) terms[k - first] = Substitute(term, name, Node.Number(k));
        return terms.Length == 1 ? terms[0] : Node.Of(isSum ? NodeKind.Add : NodeKind.Multiply, terms);
    }

    private int? Bound()
    {
        var isNegative = Take('-');
        if (Current.Kind != TokenKind.Number || !int.TryParse(Current.Text, System.Globalization.NumberStyles.None, null, out var value)) return null;
        at++;
        return isNegative ? -value : value;
    }

    private static Node Substitute(Node node, string name, Node value)
    {
        // An index i is read as the imaginary unit before it is known for one.
        if (node.Kind is NodeKind.Variable or NodeKind.Constant && node.Name == name) return value;
        return node.Items.Length == 0 ? node : node.With([.. node.Items.Select(i => Substitute(i, name, value))]);
    }
}
