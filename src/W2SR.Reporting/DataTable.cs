namespace W2SR.Reporting;

/// <summary>Named columns and rows of cells: what a figure shows, or a table of the report.</summary>
/// <param name="Columns">Names of the columns.</param>
/// <param name="Rows">One cell a column.</param>
public sealed record DataTable(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<Cell>> Rows)
{
    /// <summary>Creates a table from rows.</summary>
    /// <exception cref="ArgumentException">A row has another number of cells.</exception>
    public static DataTable Of(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<Cell>> rows)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(rows);
        var kept = rows.ToArray();
        foreach (var row in kept)
            if (row.Count != columns.Count) throw new ArgumentException($"A row has {row.Count} cells, the table {columns.Count} columns ({string.Join(", ", columns)}).", nameof(rows));
        return new DataTable(columns, kept);
    }
}
