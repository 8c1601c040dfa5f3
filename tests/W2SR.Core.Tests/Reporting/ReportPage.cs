using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace W2SR.Core.Tests.Reporting;

/// <summary>A written report, read back as a program would read it.</summary>
internal sealed partial class ReportPage(string html)
{
    public string Html => html;

    /// <summary>The rows of a section's table by column: the unrounded number where there is one, else the text.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, string>> Table(string section)
    {
        var start = html.IndexOf($"<section id=\"{section}\">", StringComparison.Ordinal);
        Assert.True(start >= 0, $"the page has no section '{section}'");
        var table = html[start..html.IndexOf("</table>", start, StringComparison.Ordinal)];
        var columns = HeadCell().Matches(table).Select(m => WebUtility.HtmlDecode(m.Groups[1].Value)).ToArray();
        return [.. Row().Matches(table).Select(r => (IReadOnlyDictionary<string, string>)columns.Zip(BodyCell().Matches(r.Value))
            .ToDictionary(p => p.First, p => p.Second.Groups[1].Success ? p.Second.Groups[1].Value : WebUtility.HtmlDecode(p.Second.Groups[2].Value)))];
    }

    public bool Has(string section) => html.Contains($"<section id=\"{section}\">", StringComparison.Ordinal);

    /// <summary>The data of the trace browser.</summary>
    public JsonNode Traces() => JsonNode.Parse(Data().Match(html).Groups[1].Value)!;

    public static double Number(string cell) => double.Parse(cell, CultureInfo.InvariantCulture);

    /// <summary>What every report must hold: its own policy fits its own script, nothing refers outside, nothing is not a number, and it is small.</summary>
    public void AssertStandsAlone()
    {
        Assert.True(Encoding.UTF8.GetByteCount(html) < 5_000_000, $"{Encoding.UTF8.GetByteCount(html)} bytes");
        var policy = Policy().Match(html).Groups[1].Value;
        Assert.StartsWith("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains($"script-src '{Hash(Script().Match(html).Groups[1].Value)}'", policy, StringComparison.Ordinal);
        Assert.Contains($"style-src '{Hash(Style().Match(html).Groups[1].Value)}'", policy, StringComparison.Ordinal);
        var markup = Data().Replace(html, "");
        Assert.Equal(1, ScriptTag().Count(markup));
        Assert.Equal(html.Length == markup.Length ? 1 : 2, ScriptTag().Count(html));
        Assert.DoesNotMatch(Outside(), markup.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal));
        // No style by attribute and no handler: the policy would stop them, and model text could bring them.
        Assert.DoesNotMatch(Handler(), markup);
        Assert.DoesNotMatch(NotANumber(), markup);
    }

    private static string Hash(string text) => "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    [GeneratedRegex("<th>(.*?)</th>", RegexOptions.Singleline)]
    private static partial Regex HeadCell();

    [GeneratedRegex("<tr><td.*?</tr>", RegexOptions.Singleline)]
    private static partial Regex Row();

    [GeneratedRegex("<td(?: class=\"n\" data-value=\"([^\"]*)\")?>(.*?)</td>", RegexOptions.Singleline)]
    private static partial Regex BodyCell();

    [GeneratedRegex("<script type=\"application/json\" id=\"traces-data\">(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex Data();

    [GeneratedRegex("<script>(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex Script();

    [GeneratedRegex("<style>(.*?)</style>", RegexOptions.Singleline)]
    private static partial Regex Style();

    [GeneratedRegex("Content-Security-Policy\" content=\"([^\"]*)\"")]
    private static partial Regex Policy();

    [GeneratedRegex("<script", RegexOptions.IgnoreCase)]
    private static partial Regex ScriptTag();

    [GeneratedRegex("https?://|src=\"|href=\"(?!#)|@import|url\\((?!#)", RegexOptions.IgnoreCase)]
    private static partial Regex Outside();

    [GeneratedRegex("<[a-z][^>]*\\s(on[a-z]+|style)=\"", RegexOptions.IgnoreCase)]
    private static partial Regex Handler();

    [GeneratedRegex(">[^<]*\\b(NaN|Infinity|∞)\\b[^<]*<|=\"(NaN|-?Infinity)\"")]
    private static partial Regex NotANumber();
}
