using System.Globalization;
using W2SR.Core.Experiments.Results;
using W2SR.Reporting.Charts;

namespace W2SR.Reporting.Figures;

/// <summary>RGR as a forest plot, undefined as words: of an experiment's arms, or of evaluations beside each other.</summary>
internal static class RgrFigure
{
    private const int MostRows = 60;

    /// <param name="rows">One an arm, with its name in the drawing and its colour.</param>
    /// <param name="hasSeedColumn">True puts the seed into the table.</param>
    /// <returns>Null without rows.</returns>
    public static Figure? Of(IReadOnlyList<(string Label, RgrRow Rgr, ThemeColor Color)> rows, bool hasSeedColumn)
    {
        if (rows.Count == 0) return null;
        var data = DataTable.Of([.. hasSeedColumn ? ["seed"] : Array.Empty<string>(), "arm", "RGR", "low", "high", "undefined because"], rows.Select(row => (IReadOnlyList<Cell>)
        [
            .. hasSeedColumn ? [Cell.Of(row.Rgr.Seed.ToString(CultureInfo.InvariantCulture))] : Array.Empty<Cell>(), Cell.Of(row.Rgr.Variant),
            Cell.Number(row.Rgr.Point, 3, "undefined"), Cell.Number(row.Rgr.Low, 3, "undefined"), Cell.Number(row.Rgr.High, 3, "undefined"), Cell.Of(row.Rgr.UndefinedBecause),
        ]));
        var drawn = rows.Select(row => new ChartRow(row.Label, row.Rgr.Point, row.Rgr.Low, row.Rgr.High, row.Rgr.UndefinedBecause is { } reason ? "undefined: " + Shorten(reason, 70) : null, row.Color)).ToArray();
        return new Figure("rgr", "Reasoning gap recovered", "RGR = (arm - student before) / (student after RL - student before): 0 is no gain, 1 all of reinforcement learning's gain. 95% paired bootstrap intervals over problems. Undefined where RL's gain cannot be told from zero.", data,
            rows.Count > MostRows ? null : IntervalChart.Draw("rgr", "RGR of each arm", "RGR", drawn, [0, 1], isShare: false));
    }

    private static string Shorten(string text, int most) => text.Length <= most ? text : text[..(most - 1)].TrimEnd() + "\u2026";
}
