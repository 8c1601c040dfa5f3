using System.Globalization;
using System.Text.RegularExpressions;

namespace W2SR.Core.Evaluation.Behaviours;

/// <summary>Calculations that undo an earlier one (24 / 3 = 8, later 8 * 3 = 24), or that do it the other way round.</summary>
internal static partial class Recalculation
{
    private readonly record struct Equation(decimal Left, char Operator, decimal Right, decimal Result);

    public static IEnumerable<TextSpan> Find(string text)
    {
        var earlier = new HashSet<Equation>();
        foreach (Match m in Binary().Matches(text))
        {
            if (!TryRead(m, out var e)) continue;
            if (Undone(e).Any(earlier.Contains)) yield return new(m.Index, m.Length);
            earlier.Add(e);
        }
    }

    /// <summary>Calculations that an earlier one did with another result.</summary>
    public static IEnumerable<TextSpan> FindCorrected(string text)
    {
        var earlier = new Dictionary<Equation, decimal>();
        foreach (Match m in Binary().Matches(text))
        {
            if (!TryRead(m, out var e)) continue;
            var left = e with { Result = 0 };
            if (earlier.TryGetValue(left, out decimal before) && before != e.Result) yield return new(m.Index, m.Length);
            earlier[left] = e.Result;
        }
    }

    /// <summary>What an equation would check if it had come before.</summary>
    private static Equation[] Undone(Equation e) => e.Operator switch
    {
        '+' => [new(e.Result, '-', e.Right, e.Left), new(e.Result, '-', e.Left, e.Right), .. Swapped(e)],
        '*' => [new(e.Result, '/', e.Right, e.Left), new(e.Result, '/', e.Left, e.Right), .. Swapped(e)],
        '-' => [new(e.Result, '+', e.Right, e.Left), new(e.Right, '+', e.Result, e.Left)],
        _ => [new(e.Result, '*', e.Right, e.Left), new(e.Right, '*', e.Result, e.Left)],
    };

    private static Equation[] Swapped(Equation e) => e.Left == e.Right ? [] : [e with { Left = e.Right, Right = e.Left }];

    private static bool TryRead(Match m, out Equation equation)
    {
        equation = default;
        if (!Number(m, "a", out decimal a) || !Number(m, "b", out decimal b) || !Number(m, "r", out decimal r)) return false;
        char sign = m.Groups["op"].Value switch { "+" => '+', "-" or "−" => '-', "/" or "÷" or "\\div" => '/', _ => '*' };
        equation = new(a, sign, b, r);
        return true;
    }

    private static bool Number(Match m, string group, out decimal value) =>
        decimal.TryParse(m.Groups[group].ValueSpan, NumberStyles.AllowDecimalPoint | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out value);

    [GeneratedRegex(@"(^|[^-+*/^\d.=])\s*(?<a>\d+(\.\d+)?) ?(?<op>\+|-|−|\*|×|/|÷|\\times|\\cdot|\\div) ?(?<b>\d+(\.\d+)?)\$? ?= ?\$?(?<r>\d+(\.\d+)?)", TraceText.Rules)]
    private static partial Regex Binary();
}
