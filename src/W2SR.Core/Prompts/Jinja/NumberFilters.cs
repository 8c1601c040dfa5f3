using System.Globalization;
using System.Numerics;

namespace W2SR.Core.Prompts.Jinja;

/// <summary>Filters on numbers.</summary>
internal static class NumberFilters
{
    private static readonly string[] DecimalUnits = ["kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"];
    private static readonly string[] BinaryUnits = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"];

    public static IReadOnlyList<PyFunction> All { get; } =
    [
        Filters.Define("abs", "x /", [], (_, a) => a[0] switch
        {
            double d => Math.Abs(d),
            Undefined u => throw u.Fail(),
            _ => BigInteger.Abs(Py.AsInteger(a[0]) ?? throw new JinjaError($"bad operand type for abs(): '{Py.TypeName(a[0])}'")),
        }),
        Filters.Define("int", "value default base", [BigInteger.Zero, (BigInteger)10], (_, a) => ToInteger(a[0], a[2]) ?? a[1]),
        Filters.Define("float", "value default", [0.0], (_, a) => ToFloat(a[0]) ?? a[1]),
        Filters.Define("round", "value precision method", [BigInteger.Zero, "common"], Round),
        Filters.Define("filesizeformat", "value binary", [false], (_, a) => FileSize(ToFloat(a[0]) ?? throw new JinjaError("filesizeformat: not a number"), Py.IsTrue(a[1]))),
    ];

    private static object? ToInteger(object? value, object? radix)
    {
        switch (value)
        {
            case Undefined u: throw u.Fail();
            case bool or BigInteger: return Py.AsInteger(value);
            case double d when double.IsNaN(d): return null;
            case double d: return double.IsInfinity(d) ? throw new JinjaError("cannot convert float infinity to integer") : new BigInteger(d);
        }
        if (Py.AsText(value) is not { } text)
            return null;
        if (ParseInteger(text, Py.ToIndex(radix, "base")) is { } integer)
            return integer;
        return ToFloat(text) is { } real && double.IsFinite(real) ? new BigInteger(real) : null;
    }

    /// <summary>Python's <c>int(text, base)</c>.</summary>
    private static BigInteger? ParseInteger(string text, int radix)
    {
        if (radix is not (0 or (>= 2 and <= 36)))
            return null;
        text = AsciiDigits(TextSplitting.Trim(text, null, true, true));
        var isNegative = text.StartsWith('-');
        if (text.Length > 0 && text[0] is '+' or '-')
            text = text[1..];
        var prefixed = text.Length > 1 && text[0] == '0' ? char.ToLowerInvariant(text[1]) switch { 'b' => 2, 'o' => 8, 'x' => 16, _ => 0 } : 0;
        var hadPrefix = prefixed != 0 && (radix == 0 || radix == prefixed);
        if (hadPrefix)
        {
            radix = prefixed;
            text = text[2..];
        }
        else if (radix == 0)
        {
            radix = 10;
            if (text.Length > 1 && text[0] == '0' && text.Any(c => c is not ('0' or '_')))
                return null;
        }
        if (hadPrefix && text.StartsWith('_'))
            text = text[1..];
        if (text.Length == 0 || text[0] == '_' || text[^1] == '_' || text.Contains("__", StringComparison.Ordinal) || text.Any(c => c != '_' && NumberLiteral.DigitValue(c) >= radix))
            return null;
        var value = NumberLiteral.Parse(text, radix);
        return isNegative ? -value : value;
    }

    private static string AsciiDigits(string text) => Array.TrueForAll(PyText.Points(text), p => p < 0x80)
        ? text
        : PyText.FromPoints(PyText.Points(text).Select(p => p >= 0x80 && PyText.IsDecimal(p) ? '0' + CharUnicodeInfo.GetDecimalDigitValue(char.ConvertFromUtf32(p), 0) : p));

    private static double? ToFloat(object? value)
    {
        switch (value)
        {
            case Undefined u: throw u.Fail();
            case bool or BigInteger or double: return PyNumber.ToDouble(value);
        }
        if (Py.AsText(value) is not { } text)
            return null;
        text = AsciiDigits(TextSplitting.Trim(text, null, true, true));
        var word = text.TrimStart('+', '-').ToLowerInvariant();
        if (word is "inf" or "infinity" or "nan" && text.Length - word.Length <= 1)
            return word == "nan" ? double.NaN : text[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
        if (text.StartsWith('_') || text.EndsWith('_') || text.Contains("__", StringComparison.Ordinal) || HasLooseUnderscore(text))
            return null;
        return double.TryParse(text.Replace("_", "", StringComparison.Ordinal), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
            CultureInfo.InvariantCulture, out var real) && text.Any(char.IsAsciiDigit) && !text.Any(c => c is '\u221E' or 'I' or 'i' or 'N' or 'n') ? real : null;
    }

    private static bool HasLooseUnderscore(string text)
    {
        for (var i = 1; i + 1 < text.Length; i++)
            if (text[i] == '_' && !(char.IsAsciiDigit(text[i - 1]) && char.IsAsciiDigit(text[i + 1])))
                return true;
        return false;
    }

    private static object Round(Rendering rendering, object?[] a)
    {
        var method = Py.AsText(a[2]);
        if (method is not ("common" or "ceil" or "floor"))
            throw new JinjaError("method must be common, ceil or floor");
        if (a[0] is Undefined u)
            throw u.Fail();
        var digits = Math.Clamp(Py.ToIndex(a[1], "precision"), -5000, 5000);
        if (method != "common")
        {
            var scale = Operators.Apply(rendering, "**", (BigInteger)10, (BigInteger)digits);
            var scaled = Operators.Apply(rendering, "*", a[0], scale);
            var bound = scaled is double d
                ? (double.IsFinite(d) ? new BigInteger(method == "ceil" ? Math.Ceiling(d) : Math.Floor(d)) : throw new JinjaError("cannot convert float infinity or NaN to integer"))
                : Py.AsInteger(scaled) ?? throw new JinjaError($"must be real number, not {Py.TypeName(a[0])}");
            return Operators.Apply(rendering, "/", bound, scale)!;
        }
        if (a[0] is double real)
            return PyFloat.Round(real, digits);
        var integer = Py.AsInteger(a[0]) ?? throw new JinjaError($"type {Py.TypeName(a[0])} doesn't define __round__ method");
        if (digits >= 0)
            return integer;
        var unit = BigInteger.Pow(10, -digits);
        return PyFloat.RoundHalfEven(integer, unit) * unit;
    }

    private static string FileSize(double bytes, bool isBinary)
    {
        if (bytes == 1)
            return "1 Byte";
        var unit = isBinary ? 1024.0 : 1000.0;
        if (bytes < unit)
            return $"{PyRepr.Integer(new BigInteger(bytes))} Bytes";
        var names = isBinary ? BinaryUnits : DecimalUnits;
        var next = unit;
        for (var i = 0; ; i++)
        {
            next *= unit;
            if (bytes < next || i == names.Length - 1)
                return $"{FormatSpec.FloatText(unit * bytes / next, 'f', 1, false)} {names[i]}";
        }
    }
}
