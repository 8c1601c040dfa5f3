using System.Text;

namespace W2SR.Core.Prompts.Jinja;

/// <summary>Upper, lower, title case and case folding with Unicode's full mappings, as Python has them: some letters become two or three.</summary>
/// <remarks>From SpecialCasing.txt and CaseFolding.txt of the Unicode Character Database. The rest are the simple mappings of .NET.</remarks>
internal static class TextCase
{
    // Each entry is a letter and what it becomes, with a blank between entries.

    /// <summary>Letters with more than one in upper case.</summary>
    private const string UpperEntries =
        "\u00DFSS \u0149\u02BCN \u01F0J\u030C \u0390\u0399\u0308\u0301 \u03B0\u03A5\u0308\u0301 \u0587\u0535\u0552 \u1E96H\u0331 " +
        "\u1E97T\u0308 \u1E98W\u030A \u1E99Y\u030A \u1E9AA\u02BE \u1F50\u03A5\u0313 \u1F52\u03A5\u0313\u0300 " +
        "\u1F54\u03A5\u0313\u0301 \u1F56\u03A5\u0313\u0342 \u1F80\u1F08\u0399 \u1F81\u1F09\u0399 \u1F82\u1F0A\u0399 " +
        "\u1F83\u1F0B\u0399 \u1F84\u1F0C\u0399 \u1F85\u1F0D\u0399 \u1F86\u1F0E\u0399 \u1F87\u1F0F\u0399 \u1F88\u1F08\u0399 " +
        "\u1F89\u1F09\u0399 \u1F8A\u1F0A\u0399 \u1F8B\u1F0B\u0399 \u1F8C\u1F0C\u0399 \u1F8D\u1F0D\u0399 \u1F8E\u1F0E\u0399 " +
        "\u1F8F\u1F0F\u0399 \u1F90\u1F28\u0399 \u1F91\u1F29\u0399 \u1F92\u1F2A\u0399 \u1F93\u1F2B\u0399 \u1F94\u1F2C\u0399 " +
        "\u1F95\u1F2D\u0399 \u1F96\u1F2E\u0399 \u1F97\u1F2F\u0399 \u1F98\u1F28\u0399 \u1F99\u1F29\u0399 \u1F9A\u1F2A\u0399 " +
        "\u1F9B\u1F2B\u0399 \u1F9C\u1F2C\u0399 \u1F9D\u1F2D\u0399 \u1F9E\u1F2E\u0399 \u1F9F\u1F2F\u0399 \u1FA0\u1F68\u0399 " +
        "\u1FA1\u1F69\u0399 \u1FA2\u1F6A\u0399 \u1FA3\u1F6B\u0399 \u1FA4\u1F6C\u0399 \u1FA5\u1F6D\u0399 \u1FA6\u1F6E\u0399 " +
        "\u1FA7\u1F6F\u0399 \u1FA8\u1F68\u0399 \u1FA9\u1F69\u0399 \u1FAA\u1F6A\u0399 \u1FAB\u1F6B\u0399 \u1FAC\u1F6C\u0399 " +
        "\u1FAD\u1F6D\u0399 \u1FAE\u1F6E\u0399 \u1FAF\u1F6F\u0399 \u1FB2\u1FBA\u0399 \u1FB3\u0391\u0399 \u1FB4\u0386\u0399 " +
        "\u1FB6\u0391\u0342 \u1FB7\u0391\u0342\u0399 \u1FBC\u0391\u0399 \u1FC2\u1FCA\u0399 \u1FC3\u0397\u0399 \u1FC4\u0389\u0399 " +
        "\u1FC6\u0397\u0342 \u1FC7\u0397\u0342\u0399 \u1FCC\u0397\u0399 \u1FD2\u0399\u0308\u0300 \u1FD3\u0399\u0308\u0301 " +
        "\u1FD6\u0399\u0342 \u1FD7\u0399\u0308\u0342 \u1FE2\u03A5\u0308\u0300 \u1FE3\u03A5\u0308\u0301 \u1FE4\u03A1\u0313 " +
        "\u1FE6\u03A5\u0342 \u1FE7\u03A5\u0308\u0342 \u1FF2\u1FFA\u0399 \u1FF3\u03A9\u0399 \u1FF4\u038F\u0399 \u1FF6\u03A9\u0342 " +
        "\u1FF7\u03A9\u0342\u0399 \u1FFC\u03A9\u0399 \uFB00FF \uFB01FI \uFB02FL \uFB03FFI \uFB04FFL \uFB05ST \uFB06ST " +
        "\uFB13\u0544\u0546 \uFB14\u0544\u0535 \uFB15\u0544\u053B \uFB16\u054E\u0546 \uFB17\u0544\u053D \u0131I \u017FS";

    /// <summary>Letters whose title case differs from their upper case, or is more than one.</summary>
    private const string TitleEntries =
        "\u00DFSs \u0149\u02BCN \u01C4\u01C5 \u01C5\u01C5 \u01C6\u01C5 \u01C7\u01C8 \u01C8\u01C8 \u01C9\u01C8 \u01CA\u01CB " +
        "\u01CB\u01CB \u01CC\u01CB \u01F0J\u030C \u01F1\u01F2 \u01F2\u01F2 \u01F3\u01F2 \u0390\u0399\u0308\u0301 " +
        "\u03B0\u03A5\u0308\u0301 \u0587\u0535\u0582 \u1E96H\u0331 \u1E97T\u0308 \u1E98W\u030A \u1E99Y\u030A \u1E9AA\u02BE " +
        "\u1F50\u03A5\u0313 \u1F52\u03A5\u0313\u0300 \u1F54\u03A5\u0313\u0301 \u1F56\u03A5\u0313\u0342 \u1F80\u1F88 \u1F81\u1F89 " +
        "\u1F82\u1F8A \u1F83\u1F8B \u1F84\u1F8C \u1F85\u1F8D \u1F86\u1F8E \u1F87\u1F8F \u1F88\u1F88 \u1F89\u1F89 \u1F8A\u1F8A " +
        "\u1F8B\u1F8B \u1F8C\u1F8C \u1F8D\u1F8D \u1F8E\u1F8E \u1F8F\u1F8F \u1F90\u1F98 \u1F91\u1F99 \u1F92\u1F9A \u1F93\u1F9B " +
        "\u1F94\u1F9C \u1F95\u1F9D \u1F96\u1F9E \u1F97\u1F9F \u1F98\u1F98 \u1F99\u1F99 \u1F9A\u1F9A \u1F9B\u1F9B \u1F9C\u1F9C " +
        "\u1F9D\u1F9D \u1F9E\u1F9E \u1F9F\u1F9F \u1FA0\u1FA8 \u1FA1\u1FA9 \u1FA2\u1FAA \u1FA3\u1FAB \u1FA4\u1FAC \u1FA5\u1FAD " +
        "\u1FA6\u1FAE \u1FA7\u1FAF \u1FA8\u1FA8 \u1FA9\u1FA9 \u1FAA\u1FAA \u1FAB\u1FAB \u1FAC\u1FAC \u1FAD\u1FAD \u1FAE\u1FAE " +
        "\u1FAF\u1FAF \u1FB2\u1FBA\u0345 \u1FB3\u1FBC \u1FB4\u0386\u0345 \u1FB6\u0391\u0342 \u1FB7\u0391\u0342\u0345 " +
        "\u1FBC\u1FBC \u1FC2\u1FCA\u0345 \u1FC3\u1FCC \u1FC4\u0389\u0345 \u1FC6\u0397\u0342 \u1FC7\u0397\u0342\u0345 " +
        "\u1FCC\u1FCC \u1FD2\u0399\u0308\u0300 \u1FD3\u0399\u0308\u0301 \u1FD6\u0399\u0342 \u1FD7\u0399\u0308\u0342 " +
        "\u1FE2\u03A5\u0308\u0300 \u1FE3\u03A5\u0308\u0301 \u1FE4\u03A1\u0313 \u1FE6\u03A5\u0342 \u1FE7\u03A5\u0308\u0342 " +
        "\u1FF2\u1FFA\u0345 \u1FF3\u1FFC \u1FF4\u038F\u0345 \u1FF6\u03A9\u0342 \u1FF7\u03A9\u0342\u0345 \u1FFC\u1FFC \uFB00Ff " +
        "\uFB01Fi \uFB02Fl \uFB03Ffi \uFB04Ffl \uFB05St \uFB06St \uFB13\u0544\u0576 \uFB14\u0544\u0565 \uFB15\u0544\u056B " +
        "\uFB16\u054E\u0576 \uFB17\u0544\u056D";

    /// <summary>Letters whose folding differs from their lower case.</summary>
    private const string FoldEntries =
        "\u00B5\u03BC \u00DFss \u0149\u02BCn \u017Fs \u01F0j\u030C \u0345\u03B9 \u0390\u03B9\u0308\u0301 " +
        "\u03B0\u03C5\u0308\u0301 \u03C2\u03C3 \u03D0\u03B2 \u03D1\u03B8 \u03D5\u03C6 \u03D6\u03C0 \u03F0\u03BA \u03F1\u03C1 " +
        "\u03F5\u03B5 \u0587\u0565\u0582 \u1C80\u0432 \u1C81\u0434 \u1C82\u043E \u1C83\u0441 \u1C84\u0442 \u1C85\u0442 " +
        "\u1C86\u044A \u1C87\u0463 \u1C88\uA64B \u1E96h\u0331 \u1E97t\u0308 \u1E98w\u030A \u1E99y\u030A \u1E9Aa\u02BE " +
        "\u1E9B\u1E61 \u1E9Ess \u1F50\u03C5\u0313 \u1F52\u03C5\u0313\u0300 \u1F54\u03C5\u0313\u0301 \u1F56\u03C5\u0313\u0342 " +
        "\u1F80\u1F00\u03B9 \u1F81\u1F01\u03B9 \u1F82\u1F02\u03B9 \u1F83\u1F03\u03B9 \u1F84\u1F04\u03B9 \u1F85\u1F05\u03B9 " +
        "\u1F86\u1F06\u03B9 \u1F87\u1F07\u03B9 \u1F88\u1F00\u03B9 \u1F89\u1F01\u03B9 \u1F8A\u1F02\u03B9 \u1F8B\u1F03\u03B9 " +
        "\u1F8C\u1F04\u03B9 \u1F8D\u1F05\u03B9 \u1F8E\u1F06\u03B9 \u1F8F\u1F07\u03B9 \u1F90\u1F20\u03B9 \u1F91\u1F21\u03B9 " +
        "\u1F92\u1F22\u03B9 \u1F93\u1F23\u03B9 \u1F94\u1F24\u03B9 \u1F95\u1F25\u03B9 \u1F96\u1F26\u03B9 \u1F97\u1F27\u03B9 " +
        "\u1F98\u1F20\u03B9 \u1F99\u1F21\u03B9 \u1F9A\u1F22\u03B9 \u1F9B\u1F23\u03B9 \u1F9C\u1F24\u03B9 \u1F9D\u1F25\u03B9 " +
        "\u1F9E\u1F26\u03B9 \u1F9F\u1F27\u03B9 \u1FA0\u1F60\u03B9 \u1FA1\u1F61\u03B9 \u1FA2\u1F62\u03B9 \u1FA3\u1F63\u03B9 " +
        "\u1FA4\u1F64\u03B9 \u1FA5\u1F65\u03B9 \u1FA6\u1F66\u03B9 \u1FA7\u1F67\u03B9 \u1FA8\u1F60\u03B9 \u1FA9\u1F61\u03B9 " +
        "\u1FAA\u1F62\u03B9 \u1FAB\u1F63\u03B9 \u1FAC\u1F64\u03B9 \u1FAD\u1F65\u03B9 \u1FAE\u1F66\u03B9 \u1FAF\u1F67\u03B9 " +
        "\u1FB2\u1F70\u03B9 \u1FB3\u03B1\u03B9 \u1FB4\u03AC\u03B9 \u1FB6\u03B1\u0342 \u1FB7\u03B1\u0342\u03B9 \u1FBC\u03B1\u03B9 " +
        "\u1FBE\u03B9 \u1FC2\u1F74\u03B9 \u1FC3\u03B7\u03B9 \u1FC4\u03AE\u03B9 \u1FC6\u03B7\u0342 \u1FC7\u03B7\u0342\u03B9 " +
        "\u1FCC\u03B7\u03B9 \u1FD2\u03B9\u0308\u0300 \u1FD3\u03B9\u0308\u0301 \u1FD6\u03B9\u0342 \u1FD7\u03B9\u0308\u0342 " +
        "\u1FE2\u03C5\u0308\u0300 \u1FE3\u03C5\u0308\u0301 \u1FE4\u03C1\u0313 \u1FE6\u03C5\u0342 \u1FE7\u03C5\u0308\u0342 " +
        "\u1FF2\u1F7C\u03B9 \u1FF3\u03C9\u03B9 \u1FF4\u03CE\u03B9 \u1FF6\u03C9\u0342 \u1FF7\u03C9\u0342\u03B9 \u1FFC\u03C9\u03B9 " +
        "\uFB00ff \uFB01fi \uFB02fl \uFB03ffi \uFB04ffl \uFB05st \uFB06st \uFB13\u0574\u0576 \uFB14\u0574\u0565 " +
        "\uFB15\u0574\u056B \uFB16\u057E\u0576 \uFB17\u0574\u056D";

    private static readonly Dictionary<int, string> Upper = Read(UpperEntries);
    private static readonly Dictionary<int, string> Title = Read(TitleEntries);
    private static readonly Dictionary<int, string> Fold = Read(FoldEntries);

    private static Dictionary<int, string> Read(string entries) =>
        entries.Split(' ').ToDictionary(e => PyText.PointAt(e, 0).Point, e => e[PyText.PointAt(e, 0).Length..]);

    public static string ToUpper(string text) => Map(text, (result, points, i) => AppendUpper(result, points[i]));

    public static string ToLower(string text) => Map(text, AppendLower);

    public static string ToFold(string text) => Map(text, (result, points, i) =>
    {
        if (Fold.TryGetValue(points[i], out var folded))
            result.Append(folded);
        else if (points[i] is >= 0x13A0 and <= 0x13F5)
            PyText.Append(result, points[i]); // Cherokee folds to its upper case
        else if (points[i] is >= 0x13F8 and <= 0x13FD or >= 0xAB70 and <= 0xABBF)
            AppendUpper(result, points[i]);
        else
            AppendSimpleLower(result, points[i]);
    });

    public static string Capitalize(string text) => Map(text, (result, points, i) =>
    {
        if (i == 0)
            AppendTitle(result, points[i]);
        else
            AppendLower(result, points, i);
    });

    public static string SwapCase(string text) => Map(text, (result, points, i) =>
    {
        if (IsUpper(points[i]))
            AppendLower(result, points, i);
        else if (IsLower(points[i]))
            AppendUpper(result, points[i]);
        else
            PyText.Append(result, points[i]);
    });

    /// <summary><c>str.title</c>: a letter after one that has case becomes lower case, any other title case.</summary>
    public static string ToTitle(string text) => Map(text, (result, points, i) =>
    {
        if (i > 0 && IsCased(points[i - 1]))
            AppendLower(result, points, i);
        else
            AppendTitle(result, points[i]);
    });

    /// <summary><c>str.islower</c>.</summary>
    public static bool IsLower(string text) => Array.TrueForAll(PyText.Points(text), p => !IsUpper(p) && !IsTitle(p)) && Array.Exists(PyText.Points(text), IsLower);

    /// <summary><c>str.isupper</c>.</summary>
    public static bool IsUpper(string text) => Array.TrueForAll(PyText.Points(text), p => !IsLower(p) && !IsTitle(p)) && Array.Exists(PyText.Points(text), IsUpper);

    /// <summary><c>str.istitle</c>.</summary>
    public static bool IsTitle(string text)
    {
        var (hasCased, wasCased) = (false, false);
        foreach (var point in PyText.Points(text))
        {
            if (IsUpper(point) || IsTitle(point) ? wasCased : IsLower(point) && !wasCased)
                return false;
            wasCased = IsCased(point);
            hasCased |= wasCased;
        }
        return hasCased;
    }

    private static string Map(string text, Action<StringBuilder, int[], int> append)
    {
        var points = PyText.Points(text);
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < points.Length; i++)
            append(result, points, i);
        return result.ToString();
    }

    private static void AppendUpper(StringBuilder result, int point)
    {
        if (Upper.TryGetValue(point, out var upper))
            result.Append(upper);
        else
            PyText.Append(result, point is >= 0xD800 and <= 0xDFFF ? point : Rune.ToUpperInvariant(new Rune(point)).Value);
    }

    private static void AppendTitle(StringBuilder result, int point)
    {
        if (Title.TryGetValue(point, out var title))
            result.Append(title);
        else if (point is >= 0x10D0 and <= 0x10FF)
            PyText.Append(result, point); // Georgian has no title case
        else
            AppendUpper(result, point);
    }

    private static void AppendLower(StringBuilder result, int[] points, int i)
    {
        if (points[i] == 0x3A3)
            result.Append(IsFinalSigma(points, i) ? '\u03C2' : '\u03C3');
        else
            AppendSimpleLower(result, points[i]);
    }

    private static void AppendSimpleLower(StringBuilder result, int point)
    {
        if (point == 0x130)
            result.Append("i\u0307");
        else
            PyText.Append(result, point is >= 0xD800 and <= 0xDFFF ? point : Rune.ToLowerInvariant(new Rune(point)).Value);
    }

    /// <summary>A sigma at the end of a word: a cased letter before it, none after it, whatever is ignored for case between.</summary>
    private static bool IsFinalSigma(int[] points, int i)
    {
        var before = i - 1;
        while (before >= 0 && IsCaseIgnorable(points[before]))
            before--;
        if (before < 0 || !IsCased(points[before]))
            return false;
        var after = i + 1;
        while (after < points.Length && IsCaseIgnorable(points[after]))
            after++;
        return after == points.Length || !IsCased(points[after]);
    }

    private static bool IsCaseIgnorable(int point) => point is '\'' or '.' or ':' or '^' or '`' or 0xA8 or 0xAD or 0xAF or 0xB4 or 0xB7 or 0xB8 or 0x2018 or 0x2019 or 0x2024 or 0x2027
        || PyText.Category(point) is System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.EnclosingMark
            or System.Globalization.UnicodeCategory.Format or System.Globalization.UnicodeCategory.ModifierLetter or System.Globalization.UnicodeCategory.ModifierSymbol;

    private static bool IsCased(int point) => IsLower(point) || IsUpper(point) || IsTitle(point);

    private static bool IsTitle(int point) => PyText.Category(point) == System.Globalization.UnicodeCategory.TitlecaseLetter;

    private static bool IsLower(int point) => PyText.Category(point) == System.Globalization.UnicodeCategory.LowercaseLetter
        || point is 0xAA or 0xBA or >= 0x2B0 and <= 0x2B8 or 0x2C0 or 0x2C1 or >= 0x2E0 and <= 0x2E4 or 0x345 or 0x37A or >= 0x2170 and <= 0x217F or >= 0x24D0 and <= 0x24E9;

    private static bool IsUpper(int point) => PyText.Category(point) == System.Globalization.UnicodeCategory.UppercaseLetter
        || point is >= 0x2160 and <= 0x216F or >= 0x24B6 and <= 0x24CF;
}
