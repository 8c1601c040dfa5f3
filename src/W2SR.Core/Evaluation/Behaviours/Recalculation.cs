using System.Globalization;
using W2SR.Core.Common;

namespace W2SR.Core.Evaluation.Behaviours;

/// <summary>Calculations that come back to a number: they undo an earlier one (24 / 3 = 8, later 8 * 3 = 24), put a result into an equation, or correct themselves.</summary>
internal static class Recalculation
{
    /// <summary>Calculations with the answer that give a number which stood there before the answer did.</summary>
    public static IEnumerable<TextSpan> FindPutBack(TraceText text)
    {
        var solutions = Equations.Solutions(text.Text);
        int solved = Equations.FirstSolution(text.Text) ?? int.MaxValue;
        var results = text.Equations.Where(IsResult).Select(e => e.ValueStart).ToHashSet();
        var seen = new HashSet<(string, string)>();
        var inverses = new HashSet<(string, string, string)>();
        var unsolved = new Dictionary<string, (int Start, HashSet<string> Operands, bool HasSeveral)>();
        foreach (var e in text.Equations)
        {
            bool isNew = seen.Add((e.Key, e.Value));
            string[] operands = e.Operands;
            if (e.HasUnknown && e.HasOperator) unsolved.TryAdd(e.Value, (e.Start, operands.ToHashSet(), e.Key.Count(char.IsAsciiLetter) > 1));
            if (!isNew || !e.HasOperator || e.HasUnknown || operands.Length < 2) continue;
            bool undoes = !text.Answers.Contains(e.Value) && text.Mentions(e.Value, e.Start) && operands.Any(o => text.Answers.Contains(o) && text.FirstMention(o) is int i && i < e.Start && results.Contains(i));
            bool substitutes = unsolved.TryGetValue(e.Value, out var equation) && equation.Start < e.Start
                && (operands.Any(o => text.Answers.Contains(o) || solutions.Contains(o)) || equation.Operands.Count > 0 && equation.Operands.IsSubsetOf(operands) && !text.Answers.Contains(e.Value)
                    || equation.HasSeveral && equation.Start < solved && solved < e.Start && e.Value.Length > 1); // "n^2 + (n + 1)^2 = 85 ... n = 6 ... 36 + 49 = 85"
            bool inverts = operands is [var a, var b] && inverses.Contains((a, b, e.Value)) && e.Left.AsSpan().ContainsAny("*×·+");
            if (operands is [var total, var part] && e.Left.AsSpan().ContainsAny("/÷-−") && text.Mentions(total, e.Start)) inverses.UnionWith([(e.Value, part, total), (part, e.Value, total)]);
            if (undoes || substitutes || inverts) yield return new(e.Start, e.End);
        }
    }

    /// <summary>Calculations that an earlier one did with another result.</summary>
    public static IEnumerable<TextSpan> FindCorrected(TraceText text)
    {
        var earlier = new Dictionary<string, string>();
        foreach (var e in text.Equations)
        {
            bool isWhole = e.Key is [>= '0' and <= '9' or '(' or '\\', ..] && (e.Start == 0 || text.Text[e.Start - 1] != '=') && e.Operands.Length > 1;
            bool isCut = e.End + 1 < text.Text.Length && text.Text[e.End] is ',' or '.' && char.IsAsciiDigit(text.Text[e.End + 1]); // 14,400
            if (!e.HasSign || !e.HasOperator || e.HasUnknown || !isWhole || isCut) continue;
            if (earlier.TryGetValue(e.Key, out var before) && before != e.Value) yield return new(e.Start, e.End);
            earlier[e.Key] = e.Value;
        }
    }

    /// <summary>Tables: calculations of one shape whose numbers go up by one (2^1 = 2, 2^2 = 4, 2^3 = 8).</summary>
    /// <param name="text">The response.</param>
    /// <param name="fewest">How many make a table.</param>
    public static IEnumerable<TextSpan> FindTables(TraceText text, int fewest)
    {
        var run = new SpanRun();
        (string Shape, long A, long B, string Value) before = default;
        foreach (var e in text.Equations)
        {
            if (!e.HasSign || !e.HasOperator || e.Operands is not [var a, var b] || !Whole(a, out long left) || !Whole(b, out long right))
            {
                before = default;
                run.Break();
                continue;
            }
            string shape = e.Shape;
            bool accumulates = shape is "+" or "-" && before.Value == a; // 1 + 1 = 2, 2 + 1 = 3: a running total
            bool goesOn = !accumulates && shape == before.Shape && (left - before.A, right - before.B) is (1, 0) or (0, 1) or (1, 1);
            if (!goesOn) run.Break();
            before = (shape, left, right, e.Value);
            foreach (var span in run.Add(new(e.Start, e.End), fewest)) yield return span;
        }
    }

    /// <summary>Products of two numbers or sums, one after the other, that all give the same: 3 * 20 = 60, 4 * 15 = 60, 5 * 12 = 60.</summary>
    /// <param name="text">The response.</param>
    /// <param name="fewest">How many make a list.</param>
    public static IEnumerable<TextSpan> FindFactorPairs(TraceText text, int fewest)
    {
        for (int i = 0; i + fewest <= text.Equations.Count; i++)
        {
            var run = text.Equations.Skip(i).Take(fewest).ToArray();
            if (run.All(e => e.HasSign && !e.HasUnknown && e.Value == run[0].Value && (e.Operands.Length == 2 && e.Left.AsSpan().ContainsAny("*×·") || e.Operands.Length > 1 && e.Shape == run[0].Shape && e.Left.Contains('+', StringComparison.Ordinal))) && run.Select(e => e.Key).Distinct().Count() == fewest)
                yield return new(run[0].Start, run[^1].End);
        }
    }

    private static bool Whole(string number, out long value) => long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    // "30% of 70 is 21" gives 21, "x + 9 = 15" gives nothing yet.
    private static bool IsResult(Equation e) =>
        (e.HasSign || e.HasOperator || e.Operands.Length > 0) && !(e.HasUnknown && (e.HasOperator || e.Operands.Length > 0));
}
