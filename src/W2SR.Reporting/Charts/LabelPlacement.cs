namespace W2SR.Reporting.Charts;

/// <summary>Moves names of points that lie close together up or down, so that none is written over another.</summary>
internal sealed class LabelPlacement
{
    private const double LineHeight = 14, LetterWidth = 7;
    private readonly List<(double X, double Y, double Width)> taken = [];

    /// <summary>Places a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="x">Where it begins, in units of the drawing.</param>
    /// <param name="y">Its middle, downwards.</param>
    /// <returns>How far down it is moved.</returns>
    public float Place(string name, double x, double y)
    {
        var width = LetterWidth * name.Length;
        for (var i = 0; ; i++)
        {
            var shift = (i + 1) / 2 * LineHeight * (i % 2 == 0 ? 1 : -1); // 0, up, down, further up, ...
            if (i < 20 && taken.Exists(t => Math.Abs(t.Y - y - shift) < LineHeight && x < t.X + t.Width && t.X < x + width)) continue;
            taken.Add((x, y + shift, width));
            return (float)shift;
        }
    }
}
