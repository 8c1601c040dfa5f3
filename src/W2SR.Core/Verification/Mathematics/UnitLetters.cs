using System.Collections.Frozen;

namespace W2SR.Core.Verification.Mathematics;

/// <summary>Reads letters after a number as its unit: <c>5 m</c> and <c>17 m/s</c> parse as products of variables until the reference tells more.</summary>
internal static class UnitLetters
{
    private static readonly FrozenSet<string> Compound = "m/s m/s^2 g/mL g/L g/m J/g J/K N/m m^3/s m^2/s V/m C/s J/s".Split(' ').ToFrozenSet(StringComparer.Ordinal);

    /// <summary>A unit that no answer would write as a quotient of variables beside a number.</summary>
    public static bool IsCompound(string unit) => Compound.Contains(unit);

    /// <summary>Value and unit; null where the expression is no number followed by letters.</summary>
    public static (Node Value, string Unit)? Read(Node node)
    {
        if (!node.HasVariable) return null;
        if (node.Kind == NodeKind.Negate) return Read(node[0]) is { } positive ? (Node.Of(NodeKind.Negate, positive.Value), positive.Unit) : null;
        if (node.Kind == NodeKind.Divide) return Read(node[0]) is { } above && Letter(node[1]) is { } below ? (above.Value, above.Unit + "/" + below) : null;
        if (node.Kind != NodeKind.Multiply || node[0].HasVariable) return null;
        var first = 1;
        while (first < node.Items.Length && !node[first].HasVariable) first++;
        var unit = "";
        for (var i = first; i < node.Items.Length; i++)
        {
            if (Letter(node[i]) is not { } letter) return null;
            unit += letter;
        }
        return (first == 1 ? node[0] : Node.Of(NodeKind.Multiply, node.Items[..first]), unit);
    }

    private static string? Letter(Node node) => node.Kind switch
    {
        NodeKind.Variable => node.Name,
        NodeKind.Power when node[0].Kind == NodeKind.Variable && node[1].IsNumber => node[0].Name + "^" + node[1].Value,
        _ => null,
    };
}
