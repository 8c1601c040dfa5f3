using System.Globalization;
using System.Numerics;
using System.Text;

namespace W2SR.Core.Prompts.Jinja;

/// <summary><c>tojson</c> as transformers defines it: Python's <c>json.dumps</c> with non-ASCII characters kept.</summary>
internal sealed class JsonText
{
    private readonly Rendering _rendering;
    private readonly StringBuilder _text = new();
    private readonly bool _asciiOnly;
    private readonly string? _indent;
    private readonly string _itemSeparator;
    private readonly string _keySeparator;
    private readonly bool _sortKeys;

    private JsonText(Rendering rendering, bool asciiOnly, object? indent, object? separators, bool sortKeys)
    {
        _rendering = rendering;
        _asciiOnly = asciiOnly;
        _sortKeys = sortKeys;
        _indent = indent is null ? null : Py.AsText(indent) ?? new string(' ', Math.Clamp(Py.ToIndex(indent, "indent"), 0, 1000));
        (_itemSeparator, _keySeparator) = (_indent is null ? ", " : ",", ": ");
        if (separators is not null)
        {
            var pair = Py.ToArray(rendering, separators);
            if (pair.Length != 2)
                throw new JinjaError("tojson: separators must be two strings");
            (_itemSeparator, _keySeparator) = (TextMethods.Text(pair[0]), TextMethods.Text(pair[1]));
        }
    }

    public static string Write(Rendering rendering, object? value, bool asciiOnly, object? indent, object? separators, bool sortKeys)
    {
        var json = new JsonText(rendering, asciiOnly, indent, separators, sortKeys);
        json.Write(value, 0);
        rendering.Budget.SpendText(json._text.Length);
        return json._text.ToString();
    }

    private void Write(object? value, int depth)
    {
        _rendering.Budget.Spend();
        _rendering.Budget.CheckLength(_text.Length);
        Budget.EnsureStack();
        switch (value)
        {
            case null or bool or BigInteger or double: _text.Append(Scalar(value)); break;
            case string or Markup: WriteText(Py.AsText(value)!); break;
            case PySequence s: WriteAll("[", s.Items, Write, "]", depth); break;
            case PyDict d: WriteAll("{", _sortKeys ? Sorted(d) : d.Pairs, WritePair, "}", depth); break;
            default: throw new JinjaError($"Object of type {Py.TypeName(value)} is not JSON serializable");
        }
    }

    private IEnumerable<KeyValuePair<object?, object?>> Sorted(PyDict dict) =>
        Py.Sort(_rendering, [.. dict.Keys], k => k, false).Select(k => new KeyValuePair<object?, object?>(k, dict.TryGet(k, out var v) ? v : null));

    private static string Scalar(object? value) => value switch
    {
        null => "null",
        bool b => b ? "true" : "false",
        double d => double.IsNaN(d) ? "NaN" : double.IsInfinity(d) ? (d > 0 ? "Infinity" : "-Infinity") : PyFloat.Repr(d),
        _ => PyRepr.Integer((BigInteger)value),
    };

    private void WritePair(KeyValuePair<object?, object?> pair, int depth)
    {
        WriteText(Py.AsText(pair.Key) ?? (pair.Key is null or bool or BigInteger or double
            ? Scalar(pair.Key)
            : throw new JinjaError($"keys must be str, int, float, bool or None, not {Py.TypeName(pair.Key)}")));
        _text.Append(_keySeparator);
        Write(pair.Value, depth);
    }

    private void WriteAll<T>(string open, IEnumerable<T> items, Action<T, int> write, string close, int depth)
    {
        _text.Append(open);
        var isFirst = true;
        foreach (var item in items)
        {
            if (!isFirst)
                _text.Append(_itemSeparator);
            isFirst = false;
            NewLine(depth + 1);
            write(item, depth + 1);
        }
        if (!isFirst)
            NewLine(depth);
        _text.Append(close);
    }

    private void NewLine(int depth)
    {
        if (_indent is null)
            return;
        _rendering.Budget.SpendText((long)depth * _indent.Length);
        _text.Append('\n').Insert(_text.Length, _indent, depth);
    }

    private void WriteText(string text)
    {
        _rendering.Budget.SpendText(text.Length);
        _text.Append('"');
        foreach (var c in text)
            _ = c switch
            {
                '"' => _text.Append("\\\""),
                '\\' => _text.Append("\\\\"),
                '\n' => _text.Append("\\n"),
                '\r' => _text.Append("\\r"),
                '\t' => _text.Append("\\t"),
                '\b' => _text.Append("\\b"),
                '\f' => _text.Append("\\f"),
                < ' ' => _text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture)),
                > (char)0x7F when _asciiOnly => _text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture)),
                _ => _text.Append(c),
            };
        _text.Append('"');
    }
}
