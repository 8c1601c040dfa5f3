using System.Security.Cryptography;
using System.Text;
using W2SR.Reporting.Charts;

namespace W2SR.Reporting.Rendering;

/// <summary>
/// A report as one page that needs nothing else: style, script and data stand inside, and its content security policy forbids every request and every
/// script but its own, which is named by its hash. Without the script everything but the single traces can be read.
/// </summary>
internal static class HtmlPage
{
    private const int LongestTable = 500;

    public static string Write(Report report)
    {
        string style = ThemeVariables() + Resource("page.css"), script = Resource("page.js");
        var page = new StringBuilder();
        void Line(string line) => page.Append(line).Append('\n');
        Line("<!doctype html>");
        Line("<html lang=\"en\"><head><meta charset=\"utf-8\">");
        Line($"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '{Hash(style)}'; script-src '{Hash(script)}'; base-uri 'none'; form-action 'none'\">");
        Line("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"color-scheme\" content=\"light dark\"><meta name=\"referrer\" content=\"no-referrer\">");
        Line($"<title>{Html.Escape(report.Title)}</title>");
        Line($"<style>{style}</style></head><body>");
        Line("<header><button id=\"theme\" type=\"button\" hidden>Light or dark</button>");
        Line($"<h1>{Html.Escape(report.Title)}</h1><p class=\"headline\">{Html.Escape(report.Headline)}</p><p class=\"setting\">{Html.Escape(report.Setting)}</p></header><main>");
        Claims(Line, report);
        foreach (var figure in report.Figures) Section(Line, figure);
        if (report.Browser is { } browser) Traces(Line, browser);
        if (report.Provenance.Count > 0)
        {
            Line("<section id=\"provenance\"><h2>Provenance</h2>");
            foreach (var table in report.Provenance) Section(Line, table, level: 3);
            Line("</section>");
        }
        Line("</main>");
        if (report.Browser is { } traces) Line($"<script type=\"application/json\" id=\"traces-data\">{TraceJson.Write(traces)}</script>");
        Line($"<script>{script}</script>");
        Line("</body></html>");
        return page.ToString();
    }

    private static void Claims(Action<string> line, Report report)
    {
        void List(string kind, string title, IReadOnlyList<string> claims)
        {
            if (claims.Count == 0) return;
            line($"<section class=\"claims {kind}\"><h2>{title}</h2><ul>");
            foreach (var claim in claims) line($"<li>{Html.Escape(claim)}</li>");
            line("</ul></section>");
        }
        List("yes", "Confirmed", report.Confirmed);
        List("no", "Not confirmed", report.NotConfirmed);
        if (report.Confirmed.Count > 0 && report.NotConfirmed.Count == 0) line("<section class=\"claims no\"><h2>Not confirmed</h2><p>Nothing was left unconfirmed.</p></section>");
        List("remarks", "Keep in mind", report.Remarks);
    }

    private static void Section(Action<string> line, Figure figure, int level = 2)
    {
        line($"<section id=\"{Html.Escape(figure.Id)}\"><h{level}>{Html.Escape(figure.Title)}</h{level}>");
        if (figure.Svg is { } svg) line($"<figure>{svg}<figcaption>{Html.Escape(figure.Caption)}</figcaption></figure>");
        else if (figure.Caption.Length > 0) line($"<p class=\"caption\">{Html.Escape(figure.Caption)}</p>");
        if (figure.Data.Rows.Count > LongestTable)
        {
            line($"<p class=\"caption\">{figure.Data.Rows.Count} rows of numbers: figures/{Html.Escape(figure.Id)}.csv beside this page.</p></section>");
            return;
        }
        // Beside a drawing the numbers are folded away, on paper too; a table alone stands open unless it is long.
        var isOpen = figure.Svg is null && figure.Data.Rows.Count <= 40;
        line($"<details{(isOpen ? " open" : "")}><summary>{(figure.Svg is null ? "Table" : "Numbers")}, {figure.Data.Rows.Count} {(figure.Data.Rows.Count == 1 ? "row" : "rows")}</summary><div class=\"wide\"><table><thead><tr>");
        line(string.Concat(figure.Data.Columns.Select(c => $"<th>{Html.Escape(c)}</th>")) + "</tr></thead><tbody>");
        foreach (var row in figure.Data.Rows) line($"<tr>{string.Concat(row.Select(Html.Cell))}</tr>");
        line("</tbody></table></div></details></section>");
    }

    private static void Traces(Action<string> line, Traces.TraceBrowser browser)
    {
        line("<section id=\"traces\"><h2>Single traces</h2>");
        line("<p class=\"caption\">Each response with its verdict; the answer that the verifier read is marked. Right means: at least half of a model's samples of the problem are right."
            + (browser.Omitted > 0 ? $" {browser.Omitted} further problems are left out to keep the page small; the run folder has them." : "") + "</p>");
        line("<noscript><p>The traces need the page's script; they are in the run folder, too.</p></noscript>");
        line("<div id=\"browser\" hidden><div class=\"controls\"><label>Model <select id=\"model\"></select></label><label>Show <select id=\"filter\"></select></label>"
            + "<label>Containing <input id=\"search\" type=\"search\" autocomplete=\"off\"></label><span id=\"count\" role=\"status\"></span></div><div id=\"list\"></div><button id=\"more\" type=\"button\">Show more</button></div></section>");
    }

    private static string ThemeVariables() => ":root{" + string.Concat(ThemedSvg.Variables.Select(v => $"--{v.Name}:{v.Light};")) + "}\n";

    private static string Hash(string text) => "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(HtmlPage).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd().ReplaceLineEndings("\n"); // browsers hash the text with these line ends
    }
}
