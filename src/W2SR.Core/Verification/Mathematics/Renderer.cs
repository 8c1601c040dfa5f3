using System.Globalization;
using System.Numerics;
using System.Text;

namespace W2SR.Core.Verification.Mathematics;

/// <summary>Writes a parsed answer as LaTeX that parses to the same tree's value.</summary>
internal static class Renderer
{
    private const int LongestForm = 4000;

    public static string Render(Node node)
    {
        var text = new StringBuilder(32);
        Write(node, text);
        return text.Length > LongestForm ? text.ToString(0, LongestForm) : text.ToString();
    }

    private static void Write(Node node, StringBuilder text)
    {
        switch (node.Kind)
        {
            case NodeKind.Number:
                WriteNumber(node, text);
                break;
            case NodeKind.Constant:
                text.Append(node.Name switch { "pi" => @"\pi", "∞" => @"\infty", _ => node.Name });
                break;
            case NodeKind.Variable:
                WriteVariable(node.Name, text);
                break;
            case NodeKind.Add:
                for (var i = 0; i < node.Items.Length; i++)
                {
                    var isNegative = node[i].Kind == NodeKind.Negate;
                    if (i > 0 || isNegative) text.Append(isNegative ? i > 0 ? " - " : "-" : " + ");
                    Wrap(isNegative ? node[i][0] : node[i], text, node.Items.Length > 0 && (isNegative ? node[i][0] : node[i]).Kind is NodeKind.Add or NodeKind.Negate or NodeKind.PlusMinus);
                }
                break;
            case NodeKind.Multiply:
                for (var i = 0; i < node.Items.Length; i++)
                {
                    if (i > 0) text.Append(@" \cdot ");
                    Wrap(node[i], text, node[i].Kind is NodeKind.Add or NodeKind.Negate or NodeKind.PlusMinus or NodeKind.Multiply);
                }
                break;
            case NodeKind.Divide:
                Arguments(@"\frac", node, text);
                break;
            case NodeKind.Binomial:
                Arguments(@"\binom", node, text);
                break;
            case NodeKind.Negate:
                text.Append('-');
                Wrap(node[0], text, node[0].Kind is NodeKind.Add or NodeKind.Negate or NodeKind.PlusMinus);
                break;
            case NodeKind.PlusMinus:
                if (node.Items.Length == 2) Write(node[0], text);
                text.Append(@" \pm ");
                Wrap(node.Items[^1], text, node.Items[^1].Kind is NodeKind.Add or NodeKind.Negate or NodeKind.PlusMinus);
                break;
            case NodeKind.Power:
                Wrap(node[0], text, !IsAtom(node[0]));
                Braced("^", node[1], text);
                break;
            case NodeKind.Root:
                text.Append(@"\sqrt");
                if (!(node[1].IsNumber && node[1].Value == 2))
                {
                    text.Append('[');
                    Write(node[1], text);
                    text.Append(']');
                }
                Braced("", node[0], text);
                break;
            case NodeKind.Function:
                text.Append('\\').Append(node.Name.StartsWith("arc", StringComparison.Ordinal) && node.Name is not ("arcsin" or "arccos" or "arctan") ? node.Name[3..] + "^{-1}" : node.Name);
                if (node.Items.Length > 1) Braced("_", node[1], text);
                Wrap(node[0], text, true);
                break;
            case NodeKind.Factorial:
                Wrap(node[0], text, !IsAtom(node[0]));
                text.Append('!');
                break;
            case NodeKind.Degree:
                Wrap(node[0], text, !IsAtom(node[0]));
                text.Append(@"^{\circ}");
                break;
            case NodeKind.Absolute:
                Between(@"\left|", node[0], @"\right|", text);
                break;
            case NodeKind.Floor:
                Between(@"\lfloor ", node[0], @" \rfloor", text);
                break;
            case NodeKind.Ceiling:
                Between(@"\lceil ", node[0], @" \rceil", text);
                break;
            case NodeKind.Percent:
                Wrap(node[0], text, !IsAtom(node[0]));
                text.Append(@"\%");
                break;
            case NodeKind.WithUnit:
                Wrap(node[0], text, node[0].Kind is NodeKind.Add or NodeKind.PlusMinus);
                text.Append(@"\text{ ").Append(node.Name == "$" ? "dollars" : node.Name).Append('}');
                break;
            default:
                AnswerRenderer.Write(node, text, Write);
                break;
        }
    }

    private static bool IsAtom(Node node) => node.Kind switch
    {
        NodeKind.Number => node.IsLiteral || node.Value.IsInteger,
        NodeKind.Constant or NodeKind.Variable => true,
        _ => false,
    };

    private static void WriteVariable(string name, StringBuilder text)
    {
        var cut = name.IndexOf('_', StringComparison.Ordinal);
        var stem = cut < 0 ? name : name[..cut];
        var letters = stem.TrimEnd('\'');
        if (letters.Length == 1) text.Append(stem);
        else if (LatexCommands.TryCommand(letters, out var meaning) && meaning.Role == LatexCommands.Role.Letter) text.Append('\\').Append(letters).Append(stem.AsSpan(letters.Length)).Append(' ');
        else text.Append(@"\text{").Append(stem).Append('}');
        if (cut >= 0) text.Append("_{").Append(name.AsSpan(cut + 1)).Append('}');
    }

    private static void WriteNumber(Node node, StringBuilder text)
    {
        var value = node.Value;
        if (value.IsInteger && node.Places <= 0)
        {
            text.Append(value.Numerator.ToString(CultureInfo.InvariantCulture));
            return;
        }
        if (node.Places > 0)
        {
            var digits = (value.Numerator * BigInteger.Pow(10, node.Places) / value.Denominator).ToString(CultureInfo.InvariantCulture).PadLeft(node.Places + 1, '0');
            text.Append(digits.AsSpan(0, digits.Length - node.Places)).Append('.').Append(digits.AsSpan(digits.Length - node.Places));
            return;
        }
        text.Append(@"\frac{").Append(value.Numerator.ToString(CultureInfo.InvariantCulture)).Append("}{").Append(value.Denominator.ToString(CultureInfo.InvariantCulture)).Append('}');
    }

    private static void Wrap(Node node, StringBuilder text, bool isNeeded)
    {
        if (isNeeded) text.Append('(');
        Write(node, text);
        if (isNeeded) text.Append(')');
    }

    private static void Between(string open, Node node, string close, StringBuilder text)
    {
        text.Append(open);
        Write(node, text);
        text.Append(close);
    }

    private static void Braced(string mark, Node node, StringBuilder text)
    {
        text.Append(mark).Append('{');
        Write(node, text);
        text.Append('}');
    }

    private static void Arguments(string command, Node node, StringBuilder text)
    {
        text.Append(command);
        foreach (var item in node.Items) Braced("", item, text);
    }
}
