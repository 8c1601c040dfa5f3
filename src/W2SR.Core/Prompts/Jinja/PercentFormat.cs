using System.Globalization;
using System.Numerics;
using System.Text;

namespace W2SR.Core.Prompts.Jinja;

/// <summary><c>'%s and %d' % (a, b)</c>.</summary>
internal sealed class PercentFormat
{
    private readonly Rendering _rendering;
    private readonly string _format;
    private readonly object? _arguments;
    private readonly bool _escapes;
    private readonly StringBuilder _result = new();
    private int _position;
    private int _next;

    private PercentFormat(Rendering rendering, object format, object? arguments)
    {
        _rendering = rendering;
        _format = Py.AsText(format)!;
        _arguments = arguments;
        _escapes = format is Markup;
    }

    public static object Apply(Rendering rendering, object format, object? arguments)
    {
        var text = new PercentFormat(rendering, format, arguments).Run();
        return format is Markup ? new Markup(text) : text;
    }

    private string Run()
    {
        while (_position < _format.Length)
        {
            var c = _format[_position++];
            if (c == '%')
                Append();
            else
                _result.Append(c);
        }
        var isUsedUp = _arguments is PyTuple tuple ? _next >= tuple.Items.Length : _next > 0 || _arguments is PyDict or PyList or PyRange;
        return isUsedUp ? _result.ToString() : throw new JinjaError("not all arguments converted during string formatting");
    }

    private char Peek => _position < _format.Length ? _format[_position] : throw new JinjaError("incomplete format");

    private object? Next()
    {
        if (_arguments is PyTuple tuple)
            return _next < tuple.Items.Length ? tuple.Items[_next++] : throw new JinjaError("not enough arguments for format string");
        return _next++ == 0 ? _arguments : throw new JinjaError("not enough arguments for format string");
    }

    private int Number()
    {
        if (Peek == '*')
        {
            _position++;
            return Py.ToIndex(Next(), "* wants int");
        }
        var start = _position;
        while (char.IsAsciiDigit(Peek))
            _position++;
        return start == _position ? -1 : int.TryParse(_format.AsSpan(start, _position - start), CultureInfo.InvariantCulture, out var n) ? n : int.MaxValue;
    }

    private void Append()
    {
        object? keyed = null;
        var isKeyed = Peek == '(';
        if (isKeyed)
        {
            var end = _format.IndexOf(')', _position);
            if (_arguments is not PyDict dict)
                throw new JinjaError("format requires a mapping");
            var key = end < 0 ? throw new JinjaError("incomplete format key") : _format[(_position + 1)..end];
            if (!dict.TryGet(key, out keyed))
                throw new JinjaError($"KeyError: '{key}'");
            _position = end + 1;
        }
        var flags = "";
        while ("-+ #0".Contains(Peek, StringComparison.Ordinal))
            flags += _format[_position++];
        var width = Number();
        var isLeft = flags.Contains('-', StringComparison.Ordinal) || width < -1;
        width = Math.Abs(width);
        var precision = -1;
        if (Peek == '.')
        {
            _position++;
            precision = Math.Max(0, Number());
        }
        while (Peek is 'h' or 'l' or 'L')
            _position++;
        var type = _format[_position++];
        if (type == '%')
        {
            _result.Append('%');
            return;
        }
        var value = isKeyed ? keyed : Next();
        var (sign, body) = Convert(type, value, flags, precision);
        var isNumber = "diuoxXeEfFgG".Contains(type, StringComparison.Ordinal);
        var missing = Math.Max(0, width - PyText.Length(sign) - PyText.Length(body));
        _rendering.Budget.SpendText((long)_result.Length + missing + body.Length);
        if (isLeft)
            _result.Append(sign).Append(body).Append(' ', missing);
        else if (isNumber && flags.Contains('0', StringComparison.Ordinal))
            _result.Append(sign).Append('0', missing).Append(body);
        else
            _result.Append(' ', missing).Append(sign).Append(body);
    }

    private (string Sign, string Body) Convert(char type, object? value, string flags, int precision)
    {
        switch (type)
        {
            case 's' or 'r' or 'a':
                var text = type == 's' ? PyRepr.Str(_rendering, value) : PyRepr.Of(value, _rendering);
                if (_escapes && !(type == 's' && value is Markup))
                    text = Html.Escape(_rendering, text).Text;
                return ("", precision >= 0 ? text[..PyText.Offset(text, precision)] : text);
            case 'c':
                if (Py.AsText(value) is { } one && PyText.Length(one) == 1)
                    return ("", one);
                return ("", Py.AsInteger(value) is { } code && code >= 0 && code <= 0x10FFFF ? PyText.FromPoints([(int)code]) : throw new JinjaError("%c requires int or char"));
            case 'd' or 'i' or 'u' or 'o' or 'x' or 'X':
                var integer = value is double real && type is 'd' or 'i' or 'u'
                    ? (value is double r && double.IsFinite(r) ? new BigInteger(r) : Py.AsInteger(value))
                    : Py.AsInteger(value);
                if (integer is not { } i)
                    throw new JinjaError($"%{type} format: a number is required, not {Py.TypeName(value)}");
                var digits = FormatSpec.Digits(BigInteger.Abs(i), type switch { 'o' => 8, 'x' or 'X' => 16, _ => 10 });
                if (precision > 1000)
                    throw new JinjaError("a precision above 1000 is not supported");
                digits = digits.PadLeft(Math.Max(0, precision), '0');
                var prefix = flags.Contains('#', StringComparison.Ordinal) ? type switch { 'o' => "0o", 'x' => "0x", 'X' => "0X", _ => "" } : "";
                return (Sign(i.Sign < 0, flags) + prefix, type == 'X' ? digits.ToUpperInvariant() : digits);
            case 'e' or 'E' or 'f' or 'F' or 'g' or 'G':
                var number = PyNumber.ToDouble(value);
                return (Sign(double.IsNegative(number) && !double.IsNaN(number), flags), FormatSpec.FloatText(number, type, precision < 0 ? 6 : precision, flags.Contains('#', StringComparison.Ordinal)));
            default:
                throw new JinjaError($"unsupported format character '{type}' (0x{(int)type:x})");
        }
    }

    private static string Sign(bool isNegative, string flags) =>
        isNegative ? "-" : flags.Contains('+', StringComparison.Ordinal) ? "+" : flags.Contains(' ', StringComparison.Ordinal) ? " " : "";
}
