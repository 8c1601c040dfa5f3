using W2SR.Core.Common;
using W2SR.Core.Experiments.Results;
using W2SR.Reporting.Figures;
using W2SR.Reporting.Reading;
using W2SR.Reporting.Rendering;

namespace W2SR.Reporting;

/// <summary>
/// Turns the folder of a finished or partial run into a report: one page that needs no network (<c>report.html</c>), the same in Markdown
/// (<c>report.md</c>), and the data of every figure as CSV, JSON and SVG (<c>figures/</c>). The same folder gives the same bytes.
/// </summary>
public static class RunReport
{
    /// <summary>Name of the page.</summary>
    public const string HtmlFile = "report.html";

    /// <summary>Name of the report in Markdown.</summary>
    public const string MarkdownFile = "report.md";

    /// <summary>Folder of the figures' data.</summary>
    public const string FigureFolder = "figures";

    /// <summary>Reads an experiment's run folder, or one or several evaluation folders.</summary>
    /// <param name="folders">One run folder, or evaluation folders to show side by side.</param>
    /// <param name="options">How much is shown; null for the defaults.</param>
    /// <exception cref="InvalidOperationException">There is nothing in the folder that a report could be made of; the message says what was looked for.</exception>
    /// <exception cref="W2srFormatException">A file is damaged.</exception>
    public static Report Read(IReadOnlyList<string> folders, ReportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(folders);
        ArgumentOutOfRangeException.ThrowIfZero(folders.Count);
        options ??= new ReportOptions();
        options.Validate();
        RequireFolders(folders);
        return folders.Count == 1 && ExperimentReading.IsRunFolder(folders[0])
            ? new ExperimentReading(folders[0], options).Read()
            : new EvaluationReading(folders, options).Read();
    }

    /// <summary>Reads evaluations of one student before training, taught, and after reinforcement learning: the report has RGR beside what <see cref="Read"/> shows of them.</summary>
    /// <param name="before">Evaluation folder of the student before training.</param>
    /// <param name="taught">Those of the student taught in one or several ways; each gets its RGR.</param>
    /// <param name="ceiling">That of the same student after reinforcement learning.</param>
    /// <param name="options">How much is shown; null for the defaults.</param>
    /// <exception cref="ArgumentException">They were not measured alike; the message names what differs (see <see cref="ReportOptions.ForcesComparison"/>).</exception>
    /// <inheritdoc cref="Read" path="/exception"/>
    public static Report ReadRecovery(string before, IReadOnlyList<string> taught, string ceiling, ReportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(taught);
        ArgumentOutOfRangeException.ThrowIfZero(taught.Count);
        options ??= new ReportOptions();
        options.Validate();
        string[] folders = [before, .. taught, ceiling];
        RequireFolders(folders);
        return new EvaluationReading(folders, options, isRecovery: true).Read();
    }

    /// <summary>Figures of training curves, to be put into a report of evaluations: losses of fine-tuning, rewards of reinforcement learning.</summary>
    /// <param name="trainings">The trainings.</param>
    /// <param name="folder">The folder that their paths start from.</param>
    /// <exception cref="W2srFormatException">A file is damaged.</exception>
    public static IReadOnlyList<Figure> TrainingCurves(IReadOnlyList<TrainingRow> trainings, string folder)
    {
        ArgumentNullException.ThrowIfNull(trainings);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return [.. TrainingFigures.Of(trainings, folder)];
    }

    /// <summary>The page as text.</summary>
    public static string ToHtml(Report report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return HtmlPage.Write(report);
    }

    /// <summary>The report in Markdown; it refers to the files in <see cref="FigureFolder"/>.</summary>
    public static string ToMarkdown(Report report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return MarkdownPage.Write(report, FigureFolder);
    }

    /// <summary>Writes page, Markdown and figures; each file is replaced in one step.</summary>
    /// <param name="report">The report.</param>
    /// <param name="folder">Where to; created if absent.</param>
    public static void Write(Report report, string folder)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var figures = Path.Combine(folder, FigureFolder);
        Directory.CreateDirectory(figures);
        foreach (var figure in report.Figures.Concat(report.Provenance)) FigureFiles.Write(figures, figure);
        AtomicFile.WriteText(Path.Combine(folder, MarkdownFile), ToMarkdown(report));
        AtomicFile.WriteText(Path.Combine(folder, HtmlFile), ToHtml(report));
    }

    private static void RequireFolders(IReadOnlyList<string> folders)
    {
        foreach (var folder in folders)
            if (!Directory.Exists(folder)) throw new DirectoryNotFoundException($"{folder} is no folder. Give the run folder of an experiment, or the folder of an evaluation.");
    }
}
