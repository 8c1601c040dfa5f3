using System.Globalization;
using System.Numerics;
using System.Text;

namespace W2SR.Core.Prompts.Jinja;

/// <summary>Python's <c>str</c> and <c>repr</c>.</summary>
internal static class PyRepr
{
    private const int MaxDigits = 4300; // Python refuses to write longer integers

    /// <summary>What printing a value gives.</summary>
    /// <exception cref="JinjaError">A value whose text in Python would hold a memory address.</exception>
    public static string Str(Rendering? rendering, object? value) => value switch
    {
        string s => s,
        Markup m => m.Text,
        Undefined => "",
        _ => Of(value, rendering),
    };

    public static string Of(object? value, Rendering? rendering = null)
    {
        switch (value)
        {
            case null: return "None";
            case bool b: return b ? "True" : "False";
            case BigInteger i: return Integer(i);
            case double d: return PyFloat.Repr(d);
            case string s: return Quote(s);
        }
        var text = new StringBuilder();
        Write(rendering, text, value);
        return text.ToString();
    }

    public static string Integer(BigInteger value)
    {
        var text = value.ToString(CultureInfo.InvariantCulture);
        return text.Length > MaxDigits + 1 ? throw new JinjaError($"Exceeds the limit ({MaxDigits} digits) for integer string conversion") : text;
    }

    private static void Write(Rendering? rendering, StringBuilder text, object? value)
    {
        rendering?.Budget.Spend();
        rendering?.Budget.CheckLength(text.Length);
        switch (value)
        {
            case null or bool or BigInteger or double:
                text.Append(Of(value));
                return;
            case string s:
                rendering?.Budget.SpendText(s.Length);
                text.Append(Quote(s));
                return;
            case Undefined:
                text.Append("Undefined");
                return;
        }
        Budget.EnsureStack();
        switch (value)
        {
            case Markup m: text.Append("Markup(").Append(Quote(m.Text)).Append(')'); break;
            case PyList l: WriteItems(rendering, text, "[", l.Items, "]"); break;
            case PyTuple t: WriteItems(rendering, text, "(", t.Items, t.Items.Length == 1 ? ",)" : ")"); break;
            case PyDict d: WriteDict(rendering, text, d); break;
            case DictView v: WriteItems(rendering, text, Py.TypeName(v) + "([", v.Items, "])"); break;
            case PyRange r:
                text.Append(CultureInfo.InvariantCulture, $"range({r.Start}, {r.Stop}").Append(r.Step.IsOne ? ")" : $", {r.Step})");
                break;
            case PyBytes b: text.Append(Bytes(b.Content)); break;
            case Namespace n:
                text.Append("<Namespace ");
                WriteDict(rendering, text, n.Attributes);
                text.Append('>');
                break;
            case LoopContext l: text.Append(CultureInfo.InvariantCulture, $"<LoopContext {l.Index0 + 1}/{l.Length}>"); break;
            case Macro m: text.Append(m.Signature.Name is { } name ? $"<Macro {Quote(name)}>" : "<Macro anonymous>"); break;
            default: throw new JinjaError($"printing a {Py.TypeName(value)} is not supported: Python would show a memory address");
        }
    }

    private static void WriteItems(Rendering? rendering, StringBuilder text, string open, IEnumerable<object?> items, string close)
    {
        text.Append(open);
        var isFirst = true;
        foreach (var item in items)
        {
            if (!isFirst)
                text.Append(", ");
            isFirst = false;
            Write(rendering, text, item);
        }
        text.Append(close);
    }

    private static void WriteDict(Rendering? rendering, StringBuilder text, PyDict dict)
    {
        text.Append('{');
        var isFirst = true;
        foreach (var (key, value) in dict.Pairs)
        {
            if (!isFirst)
                text.Append(", ");
            isFirst = false;
            Write(rendering, text, key);
            text.Append(": ");
            Write(rendering, text, value);
        }
        text.Append('}');
    }

    /// <summary>A string in quotes: single ones unless it holds those and no double ones; what cannot be printed is escaped.</summary>
    public static string Quote(string value, bool asciiOnly = false)
    {
        var quote = value.Contains('\'') && !value.Contains('"') ? '"' : '\'';
        var text = new StringBuilder(value.Length + 2).Append(quote);
        for (var i = 0; i < value.Length;)
        {
            var (point, length) = PyText.PointAt(value, i);
            i += length;
            if (point == quote || point == '\\')
                text.Append('\\').Append((char)point);
            else if (point is '\n' or '\r' or '\t')
                text.Append(point switch { '\n' => "\\n", '\r' => "\\r", _ => "\\t" });
            else if (point is >= ' ' and < 0x7F || (point > 0xA0 && !asciiOnly && PyText.IsPrintable(point)))
                PyText.Append(text, point);
            else
                text.Append(point switch { < 0x100 => $"\\x{point:x2}", < 0x10000 => $"\\u{point:x4}", _ => $"\\U{point:x8}" });
        }
        return text.Append(quote).ToString();
    }

    private static string Bytes(byte[] content)
    {
        var quote = content.Contains((byte)'\'') && !content.Contains((byte)'"') ? '"' : '\'';
        var text = new StringBuilder("b").Append(quote);
        foreach (var b in content)
            text.Append(b switch
            {
                (byte)'\n' => "\\n",
                (byte)'\r' => "\\r",
                (byte)'\t' => "\\t",
                (byte)'\\' => "\\\\",
                >= 0x20 and < 0x7F => b == quote ? $"\\{(char)b}" : ((char)b).ToString(),
                _ => $"\\x{b:x2}",
            });
        return text.Append(quote).ToString();
    }
}
