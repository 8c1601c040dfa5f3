namespace W2SR.Core.Verification.Mathematics;

/// <summary>One node of a parsed answer. Immutable.</summary>
internal sealed class Node
{
    private static readonly Node[] NoItems = [];
    private static readonly Node[] SmallIntegers = [.. Enumerable.Range(0, 101).Select(n => new Node(NodeKind.Number) { Value = n })];

    private Node(NodeKind kind) => Kind = kind;

    public NodeKind Kind { get; }

    public Node[] Items { get; private init; } = NoItems;

    public string Name { get; private init; } = "";

    public BigRational Value { get; private init; }

    /// <summary>Of a number the decimal places it was written with, -1 for an integer or fraction; of a matrix its columns.</summary>
    public int Places { get; private init; } = -1;

    /// <summary>A number written with an overline: exact, though it has decimal places.</summary>
    public bool IsLiteral { get; private init; }

    public Node this[int i] => Items[i];

    public bool IsNumber => Kind == NodeKind.Number;

    /// <summary>A constant expression has no variable in it.</summary>
    public bool HasVariable => hasVariable ??= Kind is NodeKind.Variable || Items.Any(i => i.HasVariable);

    private bool? hasVariable;

    public static Node Of(NodeKind kind, params Node[] items) => new(kind) { Items = items };

    public static Node Named(NodeKind kind, string name, params Node[] items) => new(kind) { Name = name, Items = items };

    /// <summary>An exact number that was not written as a decimal.</summary>
    public static Node Number(BigRational value) => value.IsInteger && value.Numerator >= 0 && value.Numerator <= 100
        ? SmallIntegers[(int)value.Numerator]
        : new(NodeKind.Number) { Value = value };

    /// <summary>A number as it was written, so that neighbours know it for a literal.</summary>
    public static Node Literal(BigRational value, int places) => new(NodeKind.Number) { Value = value, Places = places, IsLiteral = true };

    public static Node Matrix(int columns, Node[] items) => new(NodeKind.Matrix) { Places = columns, Items = items };

    public Node With(Node[] items) => new(Kind) { Items = items, Name = Name, Value = Value, Places = Places, IsLiteral = IsLiteral };

    /// <summary>The same tree, written alike: decimal places do not count, order does.</summary>
    public bool SameAs(Node other)
    {
        if (ReferenceEquals(this, other)) return true;
        if (Kind != other.Kind || Items.Length != other.Items.Length || Name != other.Name || (Kind == NodeKind.Matrix && Places != other.Places)) return false;
        if (Kind == NodeKind.Number) return Value == other.Value;
        for (var i = 0; i < Items.Length; i++)
            if (!Items[i].SameAs(other.Items[i]))
                return false;
        return true;
    }

    /// <summary>Does any node of the tree answer the question?</summary>
    public bool Any(Func<Node, bool> question)
    {
        if (question(this)) return true;
        foreach (var item in Items)
            if (item.Any(question))
                return true;
        return false;
    }

    /// <summary>Number of nodes, what the work on a tree is counted by.</summary>
    public int Size => size == 0 ? size = 1 + Items.Sum(i => i.Size) : size;

    private int size;
}
