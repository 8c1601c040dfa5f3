using W2SR.Core.Common;

namespace W2SR.Core.Evaluation.Behaviours;

/// <summary>Spans of one kind, one after the other, that count from a certain number on.</summary>
internal sealed class SpanRun
{
    private readonly List<TextSpan> _spans = [];

    /// <summary>Something of another kind came between.</summary>
    public void Break() => _spans.Clear();

    /// <summary>Goes on.</summary>
    /// <param name="span">The next one.</param>
    /// <param name="fewest">How many count.</param>
    /// <returns>What counts by now and did not before: all of them when there are just enough, the next one when there were.</returns>
    public IReadOnlyList<TextSpan> Add(TextSpan span, int fewest)
    {
        _spans.Add(span);
        return _spans.Count == fewest ? [.. _spans] : _spans.Count > fewest ? [span] : [];
    }
}
