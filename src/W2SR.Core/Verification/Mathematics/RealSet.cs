namespace W2SR.Core.Verification.Mathematics;

/// <summary>One end of an interval.</summary>
/// <param name="Expression">Its exact value; null at infinity.</param>
/// <param name="Value">The same in double precision, for the order.</param>
/// <param name="IsClosed">True when the end belongs to the interval.</param>
internal readonly record struct Bound(Node? Expression, double Value, bool IsClosed);

/// <summary>An interval; a single point has two equal closed ends.</summary>
internal readonly record struct Span(Bound Low, Bound High);

/// <summary>A union of disjoint intervals and points of the real line, in order.</summary>
internal sealed class RealSet
{
    private static readonly Bound Below = new(null, double.NegativeInfinity, false);
    private static readonly Bound Above = new(null, double.PositiveInfinity, false);

    private RealSet(IReadOnlyList<Span> spans) => Spans = spans;

    public IReadOnlyList<Span> Spans { get; }

    public bool IsEmpty => Spans.Count == 0;

    public static RealSet All { get; } = new([new Span(Below, Above)]);

    public static RealSet Empty { get; } = new([]);

    public static RealSet Between(Bound low, Bound high) => Of([new Span(low, high)]);

    public static RealSet Ray(Bound bound, bool isAbove) => isAbove ? Between(bound, Above) : Between(Below, bound);

    private static bool Same(double a, double b) => a == b || double.IsFinite(a) && double.IsFinite(b) && Math.Abs(a - b) <= 1e-12 * Math.Max(Math.Abs(a), Math.Abs(b));

    /// <summary>Sorts, drops what is empty and joins what touches.</summary>
    private static RealSet Of(IEnumerable<Span> spans)
    {
        var sorted = spans.Where(s => s.Low.Value < s.High.Value && !Same(s.Low.Value, s.High.Value) || (Same(s.Low.Value, s.High.Value) && s.Low.IsClosed && s.High.IsClosed))
            .OrderBy(s => s.Low.Value).ThenBy(s => s.Low.IsClosed ? 0 : 1).ToList();
        var joined = new List<Span>();
        foreach (var next in sorted)
        {
            if (joined.Count > 0 && joined[^1] is var last && (next.Low.Value < last.High.Value && !Same(next.Low.Value, last.High.Value) || (Same(next.Low.Value, last.High.Value) && (next.Low.IsClosed || last.High.IsClosed))))
            {
                var high = Same(next.High.Value, last.High.Value) ? (next.High.IsClosed ? next.High : last.High) : next.High.Value > last.High.Value ? next.High : last.High;
                joined[^1] = last with { High = high };
            }
            else joined.Add(next);
        }
        return new(joined);
    }

    public RealSet Union(RealSet other) => Of(Spans.Concat(other.Spans));

    public RealSet Intersection(RealSet other)
    {
        var parts = new List<Span>();
        foreach (var a in Spans)
            foreach (var b in other.Spans)
            {
                var low = Same(a.Low.Value, b.Low.Value) ? (a.Low.IsClosed ? b.Low : a.Low) : a.Low.Value > b.Low.Value ? a.Low : b.Low;
                var high = Same(a.High.Value, b.High.Value) ? (a.High.IsClosed ? b.High : a.High) : a.High.Value < b.High.Value ? a.High : b.High;
                parts.Add(new Span(low, high));
            }
        return Of(parts);
    }

    public RealSet Complement()
    {
        var parts = new List<Span>();
        var low = Below;
        foreach (var span in Spans)
        {
            parts.Add(new Span(low, span.Low with { IsClosed = !span.Low.IsClosed && span.Low.Expression is not null }));
            low = span.High with { IsClosed = !span.High.IsClosed && span.High.Expression is not null };
        }
        if (Spans.Count == 0 || Spans[^1].High.Expression is not null) parts.Add(new Span(low, Above));
        return Of(parts.Where(s => s.Low.Value < s.High.Value || (s.Low.Value == s.High.Value && s.Low.Expression is not null)));
    }

    /// <summary>The same intervals with the same ends.</summary>
    public bool EqualTo(RealSet other, Func<Node, Node, bool> areEqual)
    {
        if (Spans.Count != other.Spans.Count) return false;
        bool SameEnd(Bound a, Bound b) => a.IsClosed == b.IsClosed && (a.Expression, b.Expression) switch
        {
            (null, null) => a.Value == b.Value,
            ({ } x, { } y) => areEqual(x, y),
            _ => false,
        };
        for (var i = 0; i < Spans.Count; i++)
            if (!SameEnd(Spans[i].Low, other.Spans[i].Low) || !SameEnd(Spans[i].High, other.Spans[i].High))
                return false;
        return true;
    }
}
