using CsCheck;
using W2SR.Core.Verification;

namespace W2SR.Core.Tests.Verification;

/// <summary>Properties over random expressions: what is equal to itself, in either order, and what is not.</summary>
public sealed class MathVerifierPropertyTests
{
    private static readonly MathVerifier Verifier = new();

    private static readonly Gen<string> Atom = Gen.OneOf(Gen.Int[1, 99].Select(n => $"{n}"), Gen.OneOfConst("x", "y", @"\pi", @"\sqrt{2}", @"\sqrt{x^2+1}"), Gen.Select(Gen.Int[1, 20], Gen.Int[2, 9], (a, b) => $@"\frac{{{a}}}{{{b}}}"));

    private static readonly Gen<string> Expression = Gen.Select(Atom, Atom, Atom, Gen.Int[0, 4], (a, b, c, form) => form switch
    {
        0 => $"{a} + {b} \\cdot {c}",
        1 => $"({a} - {b}) \\cdot {c}",
        2 => $@"\frac{{{a} + {b}}}{{{c}}}",
        3 => $"({a} + {b})^2 - {c}",
        _ => $"{a} \\cdot {b} \\cdot {c}",
    });

    private static bool Equal(string gold, string prediction) => Verifier.Verify(gold, $@"\boxed{{{prediction}}}").IsCorrect;

    [Fact]
    public void Verify_NormalForm_EqualsItsOrigin() =>
        Expression.Sample(e => Equal(e, e) && Verifier.Verify(e, @"\boxed{0}").GoldNormal is var normal && Equal(e, normal) && Equal(normal, e), iter: 400);

    [Fact]
    public void Verify_Identities_AreAcceptedInBothOrders() =>
        Gen.Select(Expression, Expression).Sample((a, b) => Equal($"({a})+({b})", $"({b})+({a})") && Equal($"({b})({a})", $"({a})({b})") && Equal($"(({a})+({b}))^2", $"({a})^2+2({a})({b})+({b})^2"), iter: 200);

    [Fact]
    public void Verify_AddedTerm_IsRejected() =>
        Gen.Select(Expression, Gen.Int[1, 9]).Sample((e, n) => !Equal(e, $"{e} + {n}") && !Equal($"{e} + {n}", e), iter: 400);
}
