using System.Text;

namespace W2SR.Core.Prompts.Jinja;

/// <summary>The operators between any two values.</summary>
internal static class Operators
{
    /// <exception cref="JinjaError">The operator is not defined between these types.</exception>
    public static object? Apply(Rendering rendering, string op, object? left, object? right)
    {
        if (left is Undefined u)
            throw u.Fail();
        if (op == "%" && Py.IsText(left))
            return PercentFormat.Apply(rendering, left!, right);
        if (right is Undefined v)
            throw v.Fail();
        if (Py.IsNumber(left) && Py.IsNumber(right))
            return PyNumber.Apply(rendering.Budget, op, left!, right!);
        if (op == "+" && Add(rendering, left, right) is { } sum)
            return sum;
        if (op == "*" && Py.AsInteger(right) is not null && (Py.IsText(left) || left is PySequence))
            return Repeat(rendering, left!, Py.ToIndex(right, "repeat"));
        if (op == "*" && Py.AsInteger(left) is not null && (Py.IsText(right) || right is PySequence))
            return Repeat(rendering, right!, Py.ToIndex(left, "repeat"));
        if (left is DictView or PyBytes || right is DictView or PyBytes)
            throw new JinjaError($"operator {op} between '{Py.TypeName(left)}' and '{Py.TypeName(right)}' is not supported");
        throw new JinjaError($"unsupported operand type(s) for {op}: '{Py.TypeName(left)}' and '{Py.TypeName(right)}'");
    }

    private static object? Add(Rendering rendering, object? left, object? right)
    {
        switch (left, right)
        {
            case (string a, string b):
                rendering.Budget.SpendText((long)a.Length + b.Length);
                return a + b;
            case (Markup, string or Markup) or (string, Markup):
                var (x, y) = (Html.Escape(rendering, left).Text, Html.Escape(rendering, right).Text);
                rendering.Budget.SpendText((long)x.Length + y.Length);
                return new Markup(x + y);
            case (PyList a, PyList b):
                rendering.Budget.SpendItems(a.Items.Length + b.Items.Length);
                return new PyList([.. a.Items, .. b.Items]);
            case (PyTuple a, PyTuple b):
                rendering.Budget.SpendItems(a.Items.Length + b.Items.Length);
                return new PyTuple([.. a.Items, .. b.Items]);
            default:
                return null;
        }
    }

    private static object Repeat(Rendering rendering, object value, int count)
    {
        count = Math.Max(count, 0);
        if (value is PySequence sequence)
        {
            rendering.Budget.SpendItems((long)sequence.Items.Length * count);
            var items = new object?[sequence.Items.Length * count];
            for (var i = 0; i < items.Length; i++)
                items[i] = sequence.Items[i % sequence.Items.Length];
            return value is PyList ? new PyList(items) : new PyTuple(items);
        }
        var text = Py.AsText(value)!;
        rendering.Budget.SpendText((long)text.Length * count);
        var repeated = new StringBuilder(text.Length * count).Insert(0, text, count).ToString();
        return value is Markup ? new Markup(repeated) : repeated;
    }

    public static bool Compare(Rendering rendering, string op, object? left, object? right) => op switch
    {
        "==" => Py.AreEqual(rendering, left, right),
        "!=" => !Py.AreEqual(rendering, left, right),
        "in" => Py.Contains(rendering, right, left),
        "not in" => !Py.Contains(rendering, right, left),
        _ => Py.Compare(rendering, op, left, right),
    };
}
