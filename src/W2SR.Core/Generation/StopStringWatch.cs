using System.Text;
using W2SR.Core.Tokens;

namespace W2SR.Core.Generation;

/// <summary>Looks for stop strings in a text that grows token by token, also where one straddles tokens.</summary>
internal sealed class StopStringWatch(IReadOnlyList<string> stops, IIncrementalDecoder decoder)
{
    private readonly StringBuilder text = new();
    private readonly int longest = stops.Max(s => s.Length);

    /// <summary>The text up to the stop string that was met first; null while none was.</summary>
    public string? TextBeforeStop { get; private set; }

    /// <summary>Adds a token.</summary>
    /// <returns>True when a stop string is complete; of several, the one that begins first counts.</returns>
    public bool Add(int id)
    {
        var piece = decoder.Append(id);
        if (piece.Length == 0) return false;
        var from = Math.Max(0, text.Length - longest + 1);
        text.Append(piece);
        var tail = text.ToString(from, text.Length - from);
        var first = -1;
        foreach (var stop in stops)
        {
            var at = tail.IndexOf(stop, StringComparison.Ordinal);
            if (at >= 0 && (first < 0 || at < first)) first = at;
        }
        if (first < 0) return false;
        TextBeforeStop = text.ToString(0, from + first);
        return true;
    }
}
