using System.Globalization;
using System.Text;

namespace W2SR.Samples.AuditVerifier;

/// <summary>The string comparison of the MATH data set (Hendrycks et al. 2021), written after its description: many papers' numbers rest on it.</summary>
internal static class MathStringNormalizer
{
    public static bool AreEqual(string a, string b) => Normalize(a) == Normalize(b);

    public static string Normalize(string text)
    {
        foreach (var (old, replacement) in (ReadOnlySpan<(string, string)>)
        [
            ("\n", ""), (@"\!", ""), (@"\\", @"\"), ("tfrac", "frac"), ("dfrac", "frac"), (@"\left", ""), (@"\right", ""), (@"^{\circ}", ""), (@"^\circ", ""), (@"\$", ""),
        ])
            text = text.Replace(old, replacement, StringComparison.Ordinal);
        var unit = text.IndexOf(@"\text{ ", StringComparison.Ordinal);
        if (unit >= 0) text = text[..unit];
        text = text.Replace(@"\%", "", StringComparison.Ordinal).Replace(" .", " 0.", StringComparison.Ordinal).Replace("{.", "{0.", StringComparison.Ordinal);
        if (text.Length == 0) return text;
        if (text[0] == '.') text = "0" + text;
        // A short left side is a name.
        var sides = text.Split('=');
        if (sides.Length == 2 && sides[0].Length <= 2) text = sides[1];
        text = Braced(text, @"\sqrt", 1).Replace(" ", "", StringComparison.Ordinal);
        text = Braced(text, @"\frac", 2);
        if (text == "0.5") text = @"\frac{1}{2}";
        var parts = text.Split('/');
        return parts.Length == 2 && int.TryParse(parts[0], CultureInfo.InvariantCulture, out var n) && int.TryParse(parts[1], CultureInfo.InvariantCulture, out var d) ? $@"\frac{{{n}}}{{{d}}}" : text;
    }

    /// <summary>Puts braces around arguments of one character.</summary>
    private static string Braced(string text, string command, int arguments)
    {
        var result = new StringBuilder();
        for (var i = 0; i < text.Length;)
        {
            if (!text.AsSpan(i).StartsWith(command, StringComparison.Ordinal))
            {
                result.Append(text[i++]);
                continue;
            }
            result.Append(command);
            i += command.Length;
            for (var k = 0; k < arguments && i < text.Length && text[i] != '{'; k++) result.Append('{').Append(text[i++]).Append('}');
        }
        return result.ToString();
    }
}
