namespace W2SR.Reporting.Charts;

/// <summary>A colour of the page's theme. Charts are drawn once and follow light and dark by themselves.</summary>
internal enum ThemeColor
{
    Ink,
    Muted,
    Grid,
    Paper,
    Series1,
    Series2,
    Series3,
    Series4,
    Series5,
    Series6,
    Series7,
    Series8,
}
