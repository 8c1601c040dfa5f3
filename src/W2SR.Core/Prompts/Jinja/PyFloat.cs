using System.Globalization;
using System.Numerics;
using System.Text;

namespace W2SR.Core.Prompts.Jinja;

/// <summary>Floats as Python writes them, with exact rounding to the nearest, ties to even.</summary>
internal static class PyFloat
{
    private const int MaxPrecision = 2_000;

    /// <summary>The shortest digits that give the float back, in Python's form: <c>1e+16</c>, <c>1000000.0</c>, <c>1e-07</c>.</summary>
    public static string Repr(double value)
    {
        if (!double.IsFinite(value))
            return double.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
        var (isNegative, digits, exponent) = Shortest(value);
        var text = exponent is < -4 or >= 16 ? Scientific(digits, exponent, 'e') : Plain(digits, exponent, minDecimals: 1);
        return isNegative ? "-" + text : text;
    }

    /// <summary>The shortest digits and the power of ten of the first one.</summary>
    public static (bool IsNegative, string Digits, int Exponent) Shortest(double value)
    {
        var shortest = Math.Abs(value).ToString("R", CultureInfo.InvariantCulture);
        var mantissaEnd = shortest.IndexOf('E', StringComparison.Ordinal);
        var mantissa = mantissaEnd < 0 ? shortest : shortest[..mantissaEnd];
        var digits = mantissa.Replace(".", "", StringComparison.Ordinal).TrimStart('0').TrimEnd('0');
        if (digits.Length == 0)
            return (double.IsNegative(value), "0", 0);
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var integerDigits = point < 0 ? mantissa.Length : point;
        var leading = mantissa.Replace(".", "", StringComparison.Ordinal);
        var zeros = leading.Length - leading.TrimStart('0').Length;
        var shift = mantissaEnd < 0 ? 0 : int.Parse(shortest.AsSpan(mantissaEnd + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return (double.IsNegative(value), digits, integerDigits - 1 - zeros + shift);
    }

    public static string Scientific(string digits, int exponent, char letter)
    {
        var text = new StringBuilder().Append(digits[0]);
        if (digits.Length > 1)
            text.Append('.').Append(digits, 1, digits.Length - 1);
        text.Append(letter).Append(exponent < 0 ? '-' : '+');
        return text.Append(Math.Abs(exponent).ToString("00", CultureInfo.InvariantCulture)).ToString();
    }

    public static string Plain(string digits, int exponent, int minDecimals)
    {
        var integer = exponent < 0 ? "0" : digits.Length > exponent ? digits[..(exponent + 1)] : digits.PadRight(exponent + 1, '0');
        var decimals = exponent < 0 ? new string('0', -exponent - 1) + digits : digits.Length > exponent + 1 ? digits[(exponent + 1)..] : "";
        decimals = decimals.PadRight(minDecimals, '0');
        return decimals.Length == 0 ? integer : integer + "." + decimals;
    }

    /// <summary>|value| with so many decimals, as <c>%f</c>.</summary>
    public static string Fixed(double value, int precision)
    {
        CheckPrecision(precision);
        var scaled = RoundScaled(Math.Abs(value), precision).ToString(CultureInfo.InvariantCulture).PadLeft(precision + 1, '0');
        return precision == 0 ? scaled : scaled[..^precision] + "." + scaled[^precision..];
    }

    /// <summary>|value| rounded to so many significant digits, and the power of ten of the first one.</summary>
    public static (string Digits, int Exponent) Significant(double value, int count)
    {
        CheckPrecision(count);
        value = Math.Abs(value);
        if (value == 0)
            return (new string('0', count), 0);
        var exponent = Shortest(value).Exponent;
        var digits = RoundScaled(value, count - 1 - exponent).ToString(CultureInfo.InvariantCulture);
        return digits.Length > count ? (digits[..count], exponent + 1) : (digits, exponent);
    }

    /// <summary>round(value * 10^power), exact, ties to even.</summary>
    public static BigInteger RoundScaled(double value, int power)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        var exponent = (int)((bits >> 52) & 0x7FF);
        BigInteger numerator = (bits & 0xFFFFFFFFFFFFF) | (exponent == 0 ? 0 : 1L << 52);
        exponent = Math.Max(exponent, 1) - 1075;
        var denominator = BigInteger.One;
        if (exponent >= 0)
            numerator <<= exponent;
        else
            denominator <<= -exponent;
        if (power >= 0)
            numerator *= BigInteger.Pow(10, power);
        else
            denominator *= BigInteger.Pow(10, -power);
        var quotient = RoundHalfEven(numerator, denominator);
        return bits < 0 ? -quotient : quotient;
    }

    public static BigInteger RoundHalfEven(BigInteger numerator, BigInteger denominator)
    {
        var quotient = PyNumber.FloorDivide(numerator, denominator);
        var twice = 2 * (numerator - quotient * denominator);
        return twice > denominator || (twice == denominator && !quotient.IsEven) ? quotient + 1 : quotient;
    }

    /// <summary>Python's <c>round(x, n)</c>.</summary>
    public static double Round(double value, int digits)
    {
        if (!double.IsFinite(value) || digits > 323)
            return value;
        if (digits < -308)
            return Math.CopySign(0, value);
        var scaled = RoundScaled(value, digits);
        var rounded = digits >= 0 ? PyNumber.ToDouble(scaled, BigInteger.Pow(10, digits)) : PyNumber.ToDouble(scaled * BigInteger.Pow(10, -digits), BigInteger.One);
        return rounded == 0 ? Math.CopySign(0, value) : double.IsInfinity(rounded) ? throw new JinjaError("rounded value too large to represent") : rounded;
    }

    private static void CheckPrecision(int precision)
    {
        if (precision > MaxPrecision)
            throw new JinjaError($"a precision of more than {MaxPrecision} digits is not supported");
    }
}
