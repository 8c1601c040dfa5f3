namespace W2SR.Core.Verification.Mathematics;

/// <summary>What a <see cref="Node"/> is. Scalars first, then what answers are made of.</summary>
internal enum NodeKind
{
    /// <summary>Exact value, with the number of decimal places it was written with.</summary>
    Number,

    /// <summary>pi, e, i or infinity, by name.</summary>
    Constant,
    Variable,
    Add,
    Multiply,
    Divide,
    Negate,
    Power,

    /// <summary>Items: radicand, index.</summary>
    Root,

    /// <summary>Items: argument, and for logarithms the base.</summary>
    Function,
    Factorial,
    Binomial,
    Absolute,
    Floor,
    Ceiling,
    Percent,
    Degree,

    /// <summary>Items: the middle (or none) and what is added and taken away.</summary>
    PlusMinus,

    /// <summary>Items row by row; Places is the number of columns.</summary>
    Matrix,
    Determinant,

    /// <summary>A tuple or an interval; the name holds both brackets.</summary>
    Bracketed,

    /// <summary>The name is "{" for a set in braces, else what joined the list: ",", "and", "or".</summary>
    Set,
    Union,
    Intersection,
    Difference,

    /// <summary>R, Q, Z, N, C.</summary>
    NamedSet,
    EmptySet,

    /// <summary>Items: the element's form and the conditions.</summary>
    SetBuilder,

    /// <summary>A chain: the name holds one character for each relation between the items.</summary>
    Relation,
    WithUnit,

    /// <summary>The name holds the digits; the item is the base.</summary>
    BaseNumber,

    /// <summary>A ratio or a clock time; the name holds am, pm or nothing.</summary>
    Ratio,
    Text,
    Ellipsis,
}
