using System.Globalization;

namespace W2SR.Core.Tokens.Unicode;

/// <summary>
/// Reads the embedded Unicode tables. They are our own copy, since the runtime's grow with its version and with ICU, while token ids must be
/// those of the engine that trained the vocabulary.
/// </summary>
internal static class UnicodeData
{
    public const int CodePoints = 0x110000;

    private static readonly Lazy<Dictionary<string, string[]>> Sections = new(Read);

    /// <summary>Inclusive ranges of a class: letter, number, digit or space.</summary>
    public static IEnumerable<(int First, int Last)> Ranges(string section) => Sections.Value[section].Select(Range);

    /// <summary>Canonical combining classes other than 0.</summary>
    public static IEnumerable<(int First, int Last, byte Class)> CombiningClasses() =>
        from item in Sections.Value["combining"]
        let parts = item.Split('=')
        from range in parts[1].Split(',')
        let ends = Range(range)
        select (ends.First, ends.Last, byte.Parse(parts[0], CultureInfo.InvariantCulture));

    /// <summary>One-step canonical decompositions, Hangul syllables (which are computed) left out.</summary>
    public static IEnumerable<(int CodePoint, int[] Decomposition, bool Composes)> Decompositions() =>
        from item in Sections.Value["canonical"]
        let at = item.AsSpan().IndexOfAny('=', '~')
        select (Hex(item[..at]), Array.ConvertAll(item[(at + 1)..].Split('+'), Hex), item[at] == '=');

    private static (int First, int Last) Range(string text)
    {
        var ends = text.Split('-');
        return (Hex(ends[0]), Hex(ends[^1]));
    }

    private static int Hex(string text) => int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static Dictionary<string, string[]> Read()
    {
        using var stream = typeof(UnicodeData).Assembly.GetManifestResourceStream("W2SR.Core.Tokens.Unicode.unicode.txt")!;
        using var reader = new StreamReader(stream);
        var sections = new Dictionary<string, List<string>>();
        List<string>? current = null;
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#')) continue;
            if (line.StartsWith('[')) sections[line.Trim('[', ']')] = current = [];
            else current!.AddRange(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        }
        return sections.ToDictionary(s => s.Key, s => s.Value.ToArray());
    }
}
