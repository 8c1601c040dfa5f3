using CsCheck;

namespace W2SR.Core.Tests.Verification;

/// <summary>A formula of the property tests: how it is written, and its value by plain double arithmetic, so that the verifier does not judge itself.</summary>
internal abstract record RandomFormula
{
    public sealed record Integer(int N) : RandomFormula;

    public sealed record Root(int N) : RandomFormula;

    public sealed record Letter(string Name) : RandomFormula;

    public sealed record Sum(RandomFormula A, RandomFormula B) : RandomFormula;

    public sealed record Product(RandomFormula A, RandomFormula B) : RandomFormula;

    public sealed record Quotient(RandomFormula A, int N) : RandomFormula;

    public sealed record Negative(RandomFormula A) : RandomFormula;

    public sealed record Power(RandomFormula A, int N) : RandomFormula;

    private static readonly Gen<RandomFormula> Leaf = Gen.OneOf(
        Gen.Int[1, 99].Select(n => (RandomFormula)new Integer(n)), Gen.OneOfConst(2, 3, 5, 6, 12, 50).Select(n => (RandomFormula)new Root(n)), Gen.OneOfConst("x", "y", "n", @"\pi").Select(n => (RandomFormula)new Letter(n)));

    public static Gen<RandomFormula> Of(int depth) => depth == 0 ? Leaf : Gen.Frequency(
        (1, Leaf),
        (3, Gen.Select(Of(depth - 1), Of(depth - 1), (a, b) => (RandomFormula)new Sum(a, b))),
        (2, Gen.Select(Of(depth - 1), Of(depth - 1), (a, b) => (RandomFormula)new Product(a, b))),
        (1, Gen.Select(Of(depth - 1), Gen.Int[2, 9], (a, n) => (RandomFormula)new Quotient(a, n))),
        (1, Of(depth - 1).Select(a => (RandomFormula)new Negative(a))),
        (1, Gen.Select(Of(depth - 1), Gen.Int[2, 3], (a, n) => (RandomFormula)new Power(a, n))));

    public double Value(double x, double y, double n) => this switch
    {
        Integer i => i.N,
        Root r => Math.Sqrt(r.N),
        Letter l => l.Name switch { "x" => x, "y" => y, "n" => n, _ => Math.PI },
        Sum s => s.A.Value(x, y, n) + s.B.Value(x, y, n),
        Product p => p.A.Value(x, y, n) * p.B.Value(x, y, n),
        Quotient q => q.A.Value(x, y, n) / q.N,
        Negative m => -m.A.Value(x, y, n),
        Power p => Math.Pow(p.A.Value(x, y, n), p.N),
        _ => throw new InvalidOperationException(),
    };

    public string Latex() => this switch
    {
        Integer i => $"{i.N}",
        Root r => $@"\sqrt{{{r.N}}}",
        Letter l => l.Name,
        Sum { B: Negative m } s => $"{s.A.Latex()} - {Factor(m.A)}",
        Sum s => $"{s.A.Latex()} + {(s.B is Sum ? $"({s.B.Latex()})" : s.B.Latex())}",
        Product p => $@"{Factor(p.A)} \cdot {Factor(p.B)}",
        Quotient q => $@"\frac{{{q.A.Latex()}}}{{{q.N}}}",
        Negative m => $"-{Factor(m.A)}",
        Power p => $"{(p.A is Integer or Letter ? p.A.Latex() : $"({p.A.Latex()})")}^{{{p.N}}}",
        _ => throw new InvalidOperationException(),
    };

    /// <summary>As a program would print it.</summary>
    public string Plain() => this switch
    {
        Integer i => $"{i.N}",
        Root r => $"sqrt({r.N})",
        Letter l => l.Name == @"\pi" ? "pi" : l.Name,
        Sum s => $"({s.A.Plain()}+{s.B.Plain()})",
        Product p => $"{p.A.Plain()}*{p.B.Plain()}",
        Quotient q => $"({q.A.Plain()})/{q.N}",
        Negative m => $"(-{m.A.Plain()})",
        Power p => $"({p.A.Plain()})^{p.N}",
        _ => throw new InvalidOperationException(),
    };

    private static string Factor(RandomFormula a) => a is Sum or Negative ? $@"\left({a.Latex()}\right)" : a.Latex();

    /// <summary>The same value, written by one of the rules of algebra at every place where the choices say so.</summary>
    public RandomFormula Rewritten(Random choices)
    {
        var inner = this switch
        {
            Sum s => new Sum(s.A.Rewritten(choices), s.B.Rewritten(choices)),
            Product p => new Product(p.A.Rewritten(choices), p.B.Rewritten(choices)),
            Quotient q => q with { A = q.A.Rewritten(choices) },
            Negative m => new Negative(m.A.Rewritten(choices)),
            Power p => p with { A = p.A.Rewritten(choices) },
            _ => this,
        };
        return (choices.Next(8), inner) switch
        {
            (0 or 1 or 2, Sum s) => new Sum(s.B, s.A),
            (0 or 1, Product p) => new Product(p.B, p.A),
            (2 or 3, Product { B: Sum s } p) => new Sum(new Product(p.A, s.A), new Product(p.A, s.B)),
            (3, Sum s) => new Negative(new Sum(new Negative(s.A), new Negative(s.B))),
            (0 or 1, Power { N: 2, A: Sum s }) => new Sum(new Sum(new Power(s.A, 2), new Product(new Integer(2), new Product(s.A, s.B))), new Power(s.B, 2)),
            (2 or 3, Power p) => new Product(p.A, p.N == 2 ? p.A : new Power(p.A, 2)),
            (0 or 1, Quotient q) => new Quotient(new Product(new Integer(3), q.A), 3 * q.N),
            (0, Integer { N: > 1 } i) => new Sum(new Integer(i.N - 1), new Integer(1)),
            (0, Root { N: 12 or 50 } r) => new Product(new Integer(r.N == 12 ? 2 : 5), new Root(r.N == 12 ? 3 : 2)),
            (4, _) => new Negative(new Negative(inner)),
            (5, _) => new Quotient(new Product(inner, new Integer(2)), 2),
            _ => inner,
        };
    }

    /// <summary>One place changed: a number, a letter, a sign or an exponent.</summary>
    public RandomFormula Mutated(Random choices) => this switch
    {
        Sum s => choices.Next(3) switch { 0 => new Sum(s.A.Mutated(choices), s.B), 1 => new Sum(s.A, s.B.Mutated(choices)), _ => new Sum(s.A, new Negative(s.B)) },
        Product p => choices.Next(2) == 0 ? new Product(p.A.Mutated(choices), p.B) : new Product(p.A, p.B.Mutated(choices)),
        Quotient q => choices.Next(2) == 0 ? q with { N = q.N + 1 } : q with { A = q.A.Mutated(choices) },
        Negative m => choices.Next(2) == 0 ? m.A : new Negative(m.A.Mutated(choices)),
        Power p => choices.Next(2) == 0 ? p with { N = p.N + 1 } : p with { A = p.A.Mutated(choices) },
        Integer i => new Integer(i.N + 1),
        Root r => new Root(r.N + 1),
        Letter { Name: "x" } => new Letter("y"),
        _ => new Letter("x"),
    };
}
