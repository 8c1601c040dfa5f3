namespace W2SR.Core.Verification.Mathematics;

/// <summary>Reads Unicode mathematics as the ASCII or the one-character symbol it stands for (the parts of NFKC that answers meet).</summary>
internal static class UnicodeForms
{
    private const string Superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱˣ";
    private const string Subscripts = "₀₁₂₃₄₅₆₇₈₉₊₋₍₎ₙᵢₓ";
    private const string Plain = "0123456789+-()nix";
    private const string Greek = "αβγδεζηθικλμνξρστυφχψω";

    private static readonly string[] GreekNames =
        ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega"];

    private static readonly Dictionary<char, (int, int)> Fractions = new()
    {
        ['½'] = (1, 2),
        ['⅓'] = (1, 3),
        ['⅔'] = (2, 3),
        ['¼'] = (1, 4),
        ['¾'] = (3, 4),
        ['⅕'] = (1, 5),
        ['⅖'] = (2, 5),
        ['⅗'] = (3, 5),
        ['⅘'] = (4, 5),
        ['⅙'] = (1, 6),
        ['⅚'] = (5, 6),
        ['⅐'] = (1, 7),
        ['⅛'] = (1, 8),
        ['⅜'] = (3, 8),
        ['⅝'] = (5, 8),
        ['⅞'] = (7, 8),
        ['⅑'] = (1, 9),
        ['⅒'] = (1, 10),
    };

    private static readonly Dictionary<char, char> Symbols = new()
    {
        ['−'] = '-',
        ['–'] = '-',
        ['—'] = '-',
        ['‐'] = '-',
        ['‑'] = '-',
        ['﹣'] = '-',
        ['×'] = '*',
        ['·'] = '*',
        ['⋅'] = '*',
        ['∗'] = '*',
        ['∙'] = '*',
        ['•'] = '*',
        ['÷'] = '/',
        ['⁄'] = '/',
        ['∕'] = '/',
        ['≦'] = '≤',
        ['⩽'] = '≤',
        ['≧'] = '≥',
        ['⩾'] = '≥',
        ['′'] = '\'',
        ['’'] = '\'',
        ['∖'] = '∖',
        ['⋃'] = '∪',
        ['⋂'] = '∩',
        ['⟨'] = '⟨',
        ['〈'] = '⟨',
        ['〉'] = '⟩',
        ['∅'] = '∅',
        ['Ø'] = '∅',
        ['⋯'] = '…',
        ['∶'] = ':',
        ['、'] = ',',
        ['。'] = '.',
        ['￠'] = '¢',
        ['￡'] = '£',
        ['º'] = '°',
        ['“'] = '"',
        ['”'] = '"',
    };

    /// <summary>Replaces what has one character's equivalent; the same string when all of it is ASCII.</summary>
    public static string Fold(string text)
    {
        if (System.Text.Ascii.IsValid(text)) return text;
        var folded = new System.Text.StringBuilder(text.Length + 8);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c < 128) folded.Append(c);
            else if (c is >= '！' and <= '～') folded.Append((char)(c - '！' + '!'));
            else if (char.IsWhiteSpace(c)) folded.Append(' ');
            else if (Superscripts.Contains(c, StringComparison.Ordinal)) i = Run(text, i, Superscripts, '^', folded);
            else if (Subscripts.Contains(c, StringComparison.Ordinal)) i = Run(text, i, Subscripts, '_', folded);
            else if (c == '\ud835' && i + 1 < text.Length) folded.Append(MathLetter(text[++i]));
            else folded.Append(Symbols.GetValueOrDefault(c, c));
        }
        return folded.ToString();
    }

    /// <summary>The vulgar fraction's value.</summary>
    public static bool TryFraction(char c, out (int Numerator, int Denominator) value) => Fractions.TryGetValue(c, out value);

    /// <summary>The Greek letter's command name.</summary>
    public static bool TryGreek(char c, out string name)
    {
        var at = Greek.IndexOf(c, StringComparison.Ordinal);
        name = at < 0 ? "" : GreekNames[at];
        return at >= 0;
    }

    private static int Run(string text, int start, string digits, char mark, System.Text.StringBuilder folded)
    {
        folded.Append(mark).Append('{');
        var i = start;
        for (; i < text.Length && digits.IndexOf(text[i], StringComparison.Ordinal) is var digit and >= 0; i++) folded.Append(Plain[digit]);
        folded.Append('}');
        return i - 1;
    }

    /// <summary>Mathematical alphanumerics (U+1D400 on, by their low surrogate): bold and italic letters and digits.</summary>
    private static char MathLetter(char low)
    {
        var offset = low - 0xDC00;
        if (offset is >= 0x3CE and <= 0x3FF) return (char)('0' + (offset - 0x3CE) % 10);
        if (offset is >= 0 and < 0x2A4) return (offset % 52) is var letter && letter < 26 ? (char)('A' + letter) : (char)('a' + letter - 26);
        return '\ufffd';
    }
}
