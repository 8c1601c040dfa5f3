using System.Numerics;

namespace W2SR.Core.Verification.Mathematics;

/// <summary>Evaluates an expression in double precision at given values of its variables. NaN where it is not defined.</summary>
internal sealed class NumericEvaluator(WorkBudget budget)
{
    private static readonly Complex Undefined = new(double.NaN, double.NaN);

    /// <summary>Values of the variables.</summary>
    public Dictionary<string, double> Point { get; } = new(StringComparer.Ordinal);

    /// <summary>With real variables roots and logarithms of negative numbers are not defined; constants and complex expressions take principal values.</summary>
    public bool IsReal { get; set; }

    private bool inTrigonometry;

    public Complex Evaluate(Node node)
    {
        if (!budget.Spend(1)) return Undefined;
        switch (node.Kind)
        {
            case NodeKind.Number:
                return node.Value.ToDouble();
            case NodeKind.Constant:
                return node.Name switch { "pi" => Math.PI, "e" => Math.E, "i" => Complex.ImaginaryOne, _ => double.PositiveInfinity };
            case NodeKind.Variable:
                return Point.TryGetValue(node.Name, out var value) ? value : Undefined;
            case NodeKind.Add:
                {
                    var sum = Complex.Zero;
                    foreach (var item in node.Items) sum += Evaluate(item);
                    return sum;
                }
            case NodeKind.Multiply:
                {
                    var product = Complex.One;
                    foreach (var item in node.Items) product *= Evaluate(item);
                    return product;
                }
            case NodeKind.Divide:
                {
                    var below = Evaluate(node[1]);
                    return below == Complex.Zero ? Undefined : Evaluate(node[0]) / below;
                }
            case NodeKind.Negate:
                return -Evaluate(node[0]);
            case NodeKind.Power:
                return Power(Evaluate(node[0]), Evaluate(node[1]), node[1]);
            case NodeKind.Root:
                return Root(node);
            case NodeKind.Function:
                return Function(node);
            case NodeKind.Factorial:
                return Gamma(Evaluate(node[0]) + 1);
            case NodeKind.Binomial:
                {
                    var (n, k) = (Evaluate(node[0]), Evaluate(node[1]));
                    return Gamma(n + 1) / (Gamma(k + 1) * Gamma(n - k + 1));
                }
            case NodeKind.Absolute:
                return Complex.Abs(Evaluate(node[0]));
            case NodeKind.Floor:
                return Evaluate(node[0]) is { Imaginary: 0 } low ? Math.Floor(low.Real) : Undefined;
            case NodeKind.Ceiling:
                return Evaluate(node[0]) is { Imaginary: 0 } high ? Math.Ceiling(high.Real) : Undefined;
            case NodeKind.Percent:
                return Evaluate(node[0]) / 100;
            case NodeKind.Degree:
                return inTrigonometry ? Evaluate(node[0]) * (Math.PI / 180) : Evaluate(node[0]);
            case NodeKind.WithUnit:
                return Evaluate(node[0]) * (inTrigonometry && node.Name == "deg" ? Math.PI / 180 : 1);
            case NodeKind.Determinant:
                return ExactEvaluator.Evaluate(node, budget, out var exact) == Exactness.Rational ? exact.ToDouble() : Undefined;
            default:
                return Undefined;
        }
    }

    private Complex Power(Complex basis, Complex exponent, Node exponentNode)
    {
        if (double.IsNaN(basis.Real) || double.IsNaN(exponent.Real)) return Undefined;
        if (basis == Complex.Zero) return exponent.Real > 0 ? Complex.Zero : Undefined;
        if (exponent.Imaginary == 0 && basis.Imaginary == 0)
        {
            var whole = Math.Round(exponent.Real);
            if (basis.Real > 0 || whole == exponent.Real) return Math.Pow(basis.Real, exponent.Real);
            // (-8)^(1/3) is read as the real root, as the radical is.
            if (ExactEvaluator.Evaluate(exponentNode, budget, out var exact) == Exactness.Rational && !exact.Denominator.IsEven && exact.Denominator < 100)
                return Math.Pow(-basis.Real, exponent.Real) * (exact.Numerator.IsEven ? 1 : -1);
            if (IsReal) return Undefined;
        }
        if (exponent.Imaginary == 0 && exponent.Real == Math.Round(exponent.Real) && Math.Abs(exponent.Real) <= 64)
        {
            var (result, factor) = (Complex.One, basis);
            for (var n = (int)Math.Abs(exponent.Real); n > 0; n >>= 1, factor *= factor)
                if ((n & 1) == 1)
                    result *= factor;
            return exponent.Real < 0 ? 1 / result : result;
        }
        return Complex.Exp(exponent * Complex.Log(basis));
    }

    private Complex Root(Node node)
    {
        var (radicand, index) = (Evaluate(node[0]), Evaluate(node[1]));
        if (index.Imaginary != 0 || !(index.Real >= 1)) return Undefined;
        if (radicand.Imaginary == 0 && radicand.Real >= 0) return index.Real == 2 ? Math.Sqrt(radicand.Real) : Math.Pow(radicand.Real, 1 / index.Real);
        if (radicand.Imaginary == 0 && index.Real % 2 == 1) return -Math.Pow(-radicand.Real, 1 / index.Real);
        if (IsReal) return Undefined;
        return index.Real == 2 ? Complex.Sqrt(radicand) : Complex.Exp(Complex.Log(radicand) / index);
    }

    private Complex Function(Node node)
    {
        var isTrigonometric = node.Name is "sin" or "cos" or "tan" or "cot" or "sec" or "csc";
        var saved = inTrigonometry;
        inTrigonometry = isTrigonometric;
        var x = Evaluate(node[0]);
        inTrigonometry = saved;
        if (double.IsNaN(x.Real)) return Undefined;
        var isReal = x.Imaginary == 0;
        switch (node.Name)
        {
            case "sin": return isReal ? Math.Sin(x.Real) : Complex.Sin(x);
            case "cos": return isReal ? Math.Cos(x.Real) : Complex.Cos(x);
            case "tan": return isReal ? Math.Tan(x.Real) : Complex.Tan(x);
            case "cot": return 1 / Complex.Tan(x);
            case "sec": return 1 / Complex.Cos(x);
            case "csc": return 1 / Complex.Sin(x);
            case "arcsin": return isReal && Math.Abs(x.Real) <= 1 ? Math.Asin(x.Real) : IsReal ? Undefined : Complex.Asin(x);
            case "arccos": return isReal && Math.Abs(x.Real) <= 1 ? Math.Acos(x.Real) : IsReal ? Undefined : Complex.Acos(x);
            case "arctan": return isReal ? Math.Atan(x.Real) : Complex.Atan(x);
            case "arccot": return isReal ? Math.PI / 2 - Math.Atan(x.Real) : Undefined;
            case "arcsec": return isReal && Math.Abs(x.Real) >= 1 ? Math.Acos(1 / x.Real) : Undefined;
            case "arccsc": return isReal && Math.Abs(x.Real) >= 1 ? Math.Asin(1 / x.Real) : Undefined;
            case "sinh": return Complex.Sinh(x);
            case "cosh": return Complex.Cosh(x);
            case "tanh": return isReal ? Math.Tanh(x.Real) : Complex.Tanh(x);
            case "coth": return 1 / Complex.Tanh(x);
            case "sech": return 1 / Complex.Cosh(x);
            case "csch": return 1 / Complex.Sinh(x);
            case "ln" or "log":
                if (x == Complex.Zero || (IsReal && (!isReal || x.Real < 0))) return Undefined;
                var log = isReal && x.Real > 0 ? Math.Log(x.Real) : Complex.Log(x);
                if (node.Items.Length > 1)
                {
                    var radix = Evaluate(node[1]);
                    return radix is { Imaginary: 0, Real: > 0 and not 1 } ? log / Math.Log(radix.Real) : Undefined;
                }
                return node.Name == "log" ? log / Math.Log(10) : log;
            default: return Undefined;
        }
    }

    /// <summary>Lanczos with g = 7 and nine coefficients, about 15 digits.</summary>
    private static Complex Gamma(Complex z)
    {
        ReadOnlySpan<double> c =
        [
            0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
            -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
        ];
        if (double.IsNaN(z.Real) || (z.Imaginary == 0 && z.Real <= 0 && z.Real == Math.Round(z.Real))) return Undefined;
        if (z.Real < 0.5) return Math.PI / (Complex.Sin(Math.PI * z) * Gamma(1 - z));
        z -= 1;
        Complex sum = c[0];
        for (var i = 1; i < c.Length; i++) sum += c[i] / (z + i);
        var t = z + 7.5;
        return Math.Sqrt(2 * Math.PI) * Complex.Exp((z + 0.5) * Complex.Log(t) - t) * sum;
    }
}
