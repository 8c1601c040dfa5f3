using System.Globalization;
using System.Numerics;
using System.Text;

namespace W2SR.Core.Prompts.Jinja;

/// <summary>Python's format specification: <c>[[fill]align][sign][#][0][width][,_][.precision][type]</c>.</summary>
internal sealed record FormatSpec(string Fill, char Align, char Sign, bool IsAlternate, int Width, char Grouping, int Precision, char Type)
{
    private const int MaxWidth = 100_000;

    public static FormatSpec Parse(string text)
    {
        var i = 0;
        var (fill, align) = (" ", '\0');
        var first = text.Length > 0 ? PyText.PointAt(text, 0).Length : 0;
        if (text.Length > first && "<>=^".Contains(text[first], StringComparison.Ordinal))
            (fill, align, i) = (text[..first], text[first], first + 1);
        else if (text.Length > 0 && "<>=^".Contains(text[0], StringComparison.Ordinal))
            (align, i) = (text[0], 1);
        char Take(string set) => i < text.Length && set.Contains(text[i], StringComparison.Ordinal) ? text[i++] : '\0';
        int Number()
        {
            var start = i;
            while (i < text.Length && char.IsAsciiDigit(text[i]))
                i++;
            return start == i ? -1 : int.TryParse(text.AsSpan(start, i - start), CultureInfo.InvariantCulture, out var n) && n <= MaxWidth
                ? n : throw new JinjaError($"a width or precision above {MaxWidth} is not supported");
        }
        var sign = Take("+- ");
        if (Take("z") != '\0')
            throw new JinjaError("the format option 'z' is not supported");
        var isAlternate = Take("#") != '\0';
        if (Take("0") != '\0' && align == '\0')
            (fill, align) = ("0", '=');
        var width = Number();
        var grouping = Take(",_");
        var precision = -1;
        if (Take(".") != '\0' && (precision = Number()) < 0)
            throw new JinjaError("Format specifier missing precision");
        var type = i < text.Length ? text[i++] : '\0';
        if (i < text.Length)
            throw new JinjaError($"Invalid format specifier '{text}'");
        return new FormatSpec(fill, align, sign, isAlternate, width, grouping, precision, type);
    }

    public static string Format(Rendering rendering, object? value, string spec)
    {
        switch (value)
        {
            case Undefined u when spec.Length > 0:
                throw new JinjaError($"unsupported format string passed to Undefined.__format__: {u.Message}");
            case string or Markup:
                return Parse(spec).FormatText(rendering, Py.AsText(value)!);
            case bool when spec.Length == 0:
                return PyRepr.Str(rendering, value);
            case bool or BigInteger:
                return Parse(spec).FormatInteger(rendering, Py.AsInteger(value)!.Value);
            case double d:
                return Parse(spec).FormatFloat(rendering, d);
            default:
                return spec.Length == 0 ? PyRepr.Str(rendering, value) : throw new JinjaError($"unsupported format string passed to {Py.TypeName(value)}.__format__");
        }
    }

    private JinjaError BadType(string what) => new($"Unknown format code '{Type}' for object of type '{what}'");

    private string FormatText(Rendering rendering, string text)
    {
        if (Type is not ('\0' or 's'))
            throw BadType("str");
        if (Sign != '\0' || IsAlternate || Grouping != '\0' || (Align == '=' && Fill != "0"))
            throw new JinjaError("this option is not allowed in a string format specifier");
        if (Align == '=')
            throw new JinjaError("'=' alignment not allowed in string format specifier");
        if (Precision >= 0)
            text = text[..PyText.Offset(text, Precision)];
        return Pad(rendering, "", text, '<');
    }

    private string FormatInteger(Rendering rendering, BigInteger value)
    {
        if (Type is 'e' or 'E' or 'f' or 'F' or 'g' or 'G' or '%')
            return FormatFloat(rendering, PyNumber.ToDouble(value));
        if (Precision >= 0)
            throw new JinjaError("Precision not allowed in integer format specifier");
        if (Type == 'c')
            return Pad(rendering, "", value >= 0 && value <= 0x10FFFF ? PyText.FromPoints([(int)value]) : throw new JinjaError("%c arg not in range(0x110000)"), '<');
        var (radix, prefix) = Type switch
        {
            '\0' or 'd' or 'n' => (10, ""),
            'b' => (2, "0b"),
            'o' => (8, "0o"),
            'x' => (16, "0x"),
            'X' => (16, "0X"),
            _ => throw BadType("int"),
        };
        if (Grouping == ',' && radix != 10)
            throw new JinjaError($"Cannot specify ',' with '{Type}'.");
        var digits = Digits(BigInteger.Abs(value), radix);
        if (Type == 'X')
            digits = digits.ToUpperInvariant();
        return Pad(rendering, SignOf(value.Sign < 0) + (IsAlternate ? prefix : ""), digits, '>', digits.Length, radix == 10 ? 3 : 4);
    }

    public static string Digits(BigInteger value, int radix)
    {
        if (radix == 10)
            return PyRepr.Integer(value);
        var digits = new StringBuilder();
        do
        {
            digits.Insert(0, "0123456789abcdef"[(int)(value % radix)]);
            value /= radix;
        }
        while (!value.IsZero);
        return digits.ToString();
    }

    private string FormatFloat(Rendering rendering, double value)
    {
        if (Type is not ('\0' or 'e' or 'E' or 'f' or 'F' or 'g' or 'G' or 'n' or '%'))
            throw BadType("float");
        var text = FloatText(value, Type, Precision, IsAlternate);
        var integer = text.TakeWhile(char.IsAsciiDigit).Count();
        return Pad(rendering, SignOf(double.IsNegative(value) && !double.IsNaN(value)), text, '>', integer, 3);
    }

    private string SignOf(bool isNegative) => isNegative ? "-" : Sign is '+' or ' ' ? Sign.ToString() : "";

    /// <summary>|value| in one of the float types.</summary>
    public static string FloatText(double value, char type, int precision, bool isAlternate)
    {
        if (!double.IsFinite(value))
            return (double.IsNaN(value) ? "nan" : "inf") is var word && type is 'E' or 'F' or 'G' ? word.ToUpperInvariant() : (double.IsNaN(value) ? "nan" : "inf") + (type == '%' ? "%" : "");
        switch (type)
        {
            case '%':
                return Point(PyFloat.Fixed(value * 100, precision < 0 ? 6 : precision), isAlternate) + "%";
            case 'f' or 'F':
                return Point(PyFloat.Fixed(value, precision < 0 ? 6 : precision), isAlternate);
            case 'e' or 'E':
                var (d, x) = PyFloat.Significant(value, (precision < 0 ? 6 : precision) + 1);
                var scientific = PyFloat.Scientific(d, x, type);
                return isAlternate && d.Length == 1 ? scientific.Insert(1, ".") : scientific;
            case '\0' when precision < 0:
                return PyFloat.Repr(Math.Abs(value));
        }
        var count = Math.Max(1, precision < 0 ? 6 : precision);
        var (digits, exponent) = PyFloat.Significant(value, count);
        var useScientific = exponent < -4 || exponent >= (type == '\0' ? count - 1 : count);
        if (!isAlternate)
            digits = digits.TrimEnd('0') is { Length: > 0 } trimmed ? trimmed : "0";
        return useScientific
            ? PyFloat.Scientific(digits, exponent, type == 'G' ? 'E' : 'e')
            : PyFloat.Plain(digits, exponent, type == '\0' ? 1 : 0);
    }

    private static string Point(string text, bool isAlternate) => isAlternate && !text.Contains('.', StringComparison.Ordinal) ? text + "." : text;

    /// <param name="integerDigits">How many digits at the start of the body are to be grouped; 0 for none.</param>
    private string Pad(Rendering rendering, string prefix, string body, char defaultAlign, int integerDigits = 0, int groupSize = 3)
    {
        if (Grouping != '\0' && integerDigits > 0)
        {
            var wanted = Align == '=' && Fill == "0" ? Width - prefix.Length - (body.Length - integerDigits) : 0;
            body = Group(body[..integerDigits], wanted, groupSize) + body[integerDigits..];
        }
        var missing = Width - PyText.Length(prefix) - PyText.Length(body);
        if (missing <= 0)
            return prefix + body;
        rendering.Budget.SpendText(Width);
        string Filling(int n) => string.Concat(Enumerable.Repeat(Fill, n));
        return (Align == '\0' ? defaultAlign : Align) switch
        {
            '<' => prefix + body + Filling(missing),
            '^' => Filling(missing / 2) + prefix + body + Filling(missing - missing / 2),
            '=' => prefix + Filling(missing) + body,
            _ => Filling(missing) + prefix + body,
        };
    }

    private string Group(string digits, int width, int size)
    {
        while (digits.Length + (digits.Length - 1) / size < width)
            digits = "0" + digits;
        var grouped = new StringBuilder(digits);
        for (var i = digits.Length - size; i > 0; i -= size)
            grouped.Insert(i, Grouping);
        return grouped.ToString();
    }
}
