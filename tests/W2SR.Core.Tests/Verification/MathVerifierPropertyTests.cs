using CsCheck;
using W2SR.Core.Tests.Infrastructure;
using W2SR.Core.Verification;
using W2SR.Core.Verification.Mathematics;

namespace W2SR.Core.Tests.Verification;

/// <summary>Properties over random formulas, numbers, lists and intervals: what is equal to itself, in either order, however written, and what is not.</summary>
public sealed class MathVerifierPropertyTests
{
    private static readonly MathVerifier Verifier = new();

    private static readonly int Samples = LongChecks.Rounds(400, 20_000);

    private static readonly Gen<RandomFormula> Formula = RandomFormula.Of(3);

    private static readonly Gen<string> Number = Gen.OneOf(
        Gen.Int[-2000, 2000].Select(n => $"{n}"),
        Gen.Select(Gen.Int[-99, 99], Gen.Int[2, 40], (a, b) => $@"\frac{{{a}}}{{{b}}}"),
        Gen.Select(Gen.Int[0, 99], Gen.Int[1, 999], (a, b) => $"{a}.{b}"),
        Gen.Select(Gen.Int[2, 9], Gen.OneOfConst(2, 3, 5, 7), (a, b) => $@"{a}\sqrt{{{b}}}"),
        Gen.Int[2, 12].Select(n => $@"\frac{{\pi}}{{{n}}}"));

    private static readonly Gen<string> Structured = Gen.OneOf(
        Gen.Select(Number, Number, (a, b) => $"({a}, {b})"),
        Gen.Select(Number, Number, Number, (a, b, c) => $"{a}, {b}, {c}"),
        Gen.Select(Number, Number, (a, b) => $@"\{{{a}, {b}\}}"),
        Gen.Int[-50, 50].Select(Gen.Int[1, 50]).Select((low, width) => $"[{low}, {low + width})"),
        Gen.Int[-50, 50].Select(n => $@"(-\infty, {n}) \cup ({n}, \infty)"),
        Gen.Int[-50, 50].Select(n => $@"x \ge {n}"),
        Gen.Select(Number, Number, (a, b) => $@"\begin{{pmatrix}} {a} \\ {b} \end{{pmatrix}}"),
        Number.Select(n => $@"\pm {n}"),
        Gen.Select(Gen.Int[1, 12], Gen.Int[0, 59], (h, m) => $"{h}:{m:D2}"),
        Gen.Int[1, 99].Select(n => $@"{n}\%"),
        Gen.Int[1, 99].Select(n => $@"{n}\text{{ cm}}"),
        Gen.Int[10, 99].Select(n => $"{n}^\\circ"),
        Gen.Int[2, 9].Select(n => $"y = {n}x + {n + 1}"));

    private static bool Equal(string gold, string prediction) => Verifier.Verify(gold, $@"\boxed{{{prediction}}}").IsCorrect;

    private static Node Parsed(string text) => Parser.Parse([.. Tokenizer.Run(text)!]) ?? throw new InvalidOperationException(text);

    [Fact]
    public void Verify_AnyAnswer_EqualsItselfItsNormalFormAndIsSymmetric() =>
        Gen.OneOf(Formula.Select(f => f.Latex()), Number, Structured).Sample(e =>
        {
            var normal = Renderer.Render(Parsed(e));
            return Equal(e, e) && Equal(e, normal) && Equal(normal, e);
        }, iter: Samples);

    /// <summary>The tree that a normal form parses to is written the same way again, so it has lost nothing.</summary>
    [Fact]
    public void Render_ParsedNormalForm_IsItself() =>
        Gen.OneOf(Formula.Select(f => f.Latex()), Number, Structured).Sample(e =>
        {
            var normal = Renderer.Render(Parsed(e));
            Assert.Equal(normal, Renderer.Render(Parsed(normal)));
        }, iter: Samples);

    [Fact]
    public void Verify_LatexAndPlainText_AreOneFormula() =>
        Formula.Sample(f => Equal(f.Latex(), f.Plain()) && Equal(f.Plain(), f.Latex()), iter: Samples);

    [Fact]
    public void Verify_RulesOfAlgebra_KeepTheValueInBothOrders() =>
        Gen.Select(Formula, Gen.Int).Sample((f, seed) =>
        {
            var other = f.Rewritten(new Random(seed));
            Assert.True(Equal(f.Latex(), other.Latex()) && Equal(other.Latex(), f.Latex()), $"{f.Latex()} | {other.Latex()}");
        }, iter: Samples);

    /// <summary>Judged by plain arithmetic at three points: what differs there is not equal.</summary>
    [Fact]
    public void Verify_OnePlaceChanged_IsEqualOnlyIfItsValuesAre() =>
        Gen.Select(Formula, Gen.Int).Sample((f, seed) =>
        {
            var other = f.Mutated(new Random(seed));
            var isOther = ((double X, double Y, double N)[])[(0.37, 1.93, 2.71), (-1.41, 0.59, 3.3), (2.2, -0.7, 1.1)] is var points
                && points.Any(p => Math.Abs(f.Value(p.X, p.Y, p.N) - other.Value(p.X, p.Y, p.N)) > 1e-7 * Math.Max(1, Math.Abs(f.Value(p.X, p.Y, p.N))));
            if (isOther) Assert.False(Equal(f.Latex(), other.Latex()) || Equal(other.Latex(), f.Latex()), $"{f.Latex()} | {other.Latex()}");
        }, iter: Samples);

    [Fact]
    public void Verify_Lists_IgnoreOrderAndTuplesDoNot() =>
        Gen.Int[-99, 99].Array[2, 5].Where(a => a.Distinct().Count() == a.Length).Sample(items =>
        {
            var (list, reversed) = (string.Join(", ", items), string.Join(", ", items.Reverse()));
            Assert.True(Equal(list, reversed) && Equal($@"\{{{list}\}}", $@"\{{{reversed}\}}") && Equal(list, $@"\{{{reversed}\}}"));
            Assert.False(Equal($"({list})", $"({reversed})") || Equal(list, string.Join(", ", items[1..])) || Equal(string.Join(", ", items[1..]), list));
        }, iter: Samples);

    [Fact]
    public void Verify_IntervalAndInequality_AreOneSetAndItsNeighboursAreNot() =>
        Gen.Select(Gen.Int[-50, 50], Gen.Int[1, 50], Gen.Bool, Gen.Bool).Sample((low, width, isLeft, isRight) =>
        {
            static string Interval(int low, int high, bool isLeft, bool isRight) => $"{(isLeft ? '[' : '(')}{low}, {high}{(isRight ? ']' : ')')}";
            static string Chain(int low, int high, bool isLeft, bool isRight) => $@"{low} {(isLeft ? @"\le" : "<")} x {(isRight ? @"\le" : "<")} {high}";
            var high = low + width;
            var gold = Chain(low, high, isLeft, isRight);
            Assert.True(Equal(gold, Interval(low, high, isLeft, isRight)), gold);
            foreach (var other in (string[])[Interval(low, high, !isLeft, isRight), Interval(low, high, isLeft, !isRight), Interval(low, high + 1, isLeft, isRight), Interval(low - 1, high, isLeft, isRight), Chain(low, high, !isLeft, isRight), Chain(low, high + 1, isLeft, isRight)])
                Assert.False(Equal(gold, other) || Equal(other, gold), $"{gold} | {other}");
        }, iter: Samples);

    [Fact]
    public void Verify_ExactNumbers_AreToldFromTheirNeighbours() =>
        Gen.Select(Gen.Int[-5000, 5000], Gen.Int[1, 500]).Where((a, b) => a != 0).Sample((a, b) =>
        {
            var gold = $@"\frac{{{a}}}{{{b}}}";
            Assert.True(Equal(gold, $"{a}/{b}") && Equal(gold, $@"\frac{{{-3 * a}}}{{{-3 * b}}}") && Equal(gold, $"{a}*{b}^(-1)"));
            Assert.False(Equal(gold, $"{a + 1}/{b}") || Equal(gold, $"{a}/{b + 1}") || Equal(gold, $"{-a}/{b}") || Equal(gold, $@"{a}/{b} + 10^{{-30}}"));
        }, iter: Samples);
}
