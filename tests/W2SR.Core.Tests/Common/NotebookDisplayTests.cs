using System.Collections;
using System.Reflection;
using System.Xml.Linq;
using W2SR.Core.Common;
using W2SR.Core.Common.Display;
using W2SR.Core.Evaluation;
using W2SR.Core.Problems;
using W2SR.Core.Traces;
using W2SR.Core.Training;
using W2SR.Core.Verification;

namespace W2SR.Core.Tests.Common;

public sealed class NotebookDisplayTests
{
    private const string Hostile = "</pre><script>alert(1)</script>\u0000&amp; \"'<img src=x onerror=alert(1)> <think>";

    /// <summary>Finds the formatters as a notebook kernel does: by the attribute's name and the members' names alone.</summary>
    private static string Show(object value, string mimeType)
    {
        var attribute = Assert.Single(value.GetType().GetCustomAttributes(inherit: true), a => a.GetType().Name == "TypeFormatterSourceAttribute");
        var preferred = (string[])attribute.GetType().GetProperty("PreferredMimeTypes")!.GetValue(attribute)!;
        Assert.Equal("text/html", preferred[0]);
        var source = Activator.CreateInstance((Type)attribute.GetType().GetProperty("FormatterSourceType")!.GetValue(attribute)!)!;
        var formatters = (IEnumerable)source.GetType().GetMethod("CreateTypeFormatters")!.Invoke(source, null)!;
        var formatter = Assert.Single(formatters.Cast<object>(), f => (string)f.GetType().GetProperty("MimeType")!.GetValue(f)! == mimeType);
        var writer = new StringWriter();
        var format = formatter.GetType().GetMethod("Format", BindingFlags.Public | BindingFlags.Instance, [typeof(object), typeof(TextWriter)])!;
        Assert.True((bool)format.Invoke(formatter, [value, writer])!);
        Assert.False((bool)format.Invoke(formatter, ["not that type", writer])!);
        return writer.ToString();
    }

    private static Trace SomeTrace(string response) => new()
    {
        ProblemId = "p-1",
        SampleIndex = 2,
        Response = response,
        FinishReason = FinishReason.Length,
        Reasoner = "teacher",
        ResponseTokens = 17,
    };

    private static TrainingStep Step(int number, double loss, double? reward = null) => new()
    {
        Step = number,
        TotalSteps = 3,
        Loss = loss,
        LearningRate = 1e-5,
        GradientNorm = 1,
        Tokens = 10,
        Reward = reward,
        Elapsed = TimeSpan.FromSeconds(number),
    };

    [Fact]
    public void Show_Trace_SaysWhoWroteItAndHowItEnded()
    {
        Assert.Contains("cut off", Show(SomeTrace("text"), "text/html"));
        Assert.Equal("p-1 #2 by teacher, 17 tokens, ended by Length\ntext", Show(SomeTrace("text"), "text/plain"));
    }

    [Fact]
    public void Show_HostileText_StaysText()
    {
        object[] values =
        [
            SomeTrace(Hostile),
            new Verdict(VerdictOutcome.Incorrect, null, ExtractionRule.None, Hostile, Hostile, Hostile),
            new Rgr(null, null, Hostile) { Warnings = [Hostile] },
            new PairedDifference(0.1, new Interval(0, 0.2)) { Left = Hostile, Right = Hostile, Warnings = [Hostile] },
            new TrainingRun { Steps = [Step(1, 1)], TokensTrained = 1, Flops = 1, Elapsed = TimeSpan.FromSeconds(1), Findings = [Hostile] },
        ];
        foreach (var value in values)
        {
            var html = Show(value, "text/html");
            Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("<img", html, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("&lt;script&gt;", html);
        }
    }

    [Fact]
    public void Show_LongTrace_IsFoldedAway()
    {
        Assert.Contains("<details open>", Show(SomeTrace("short"), "text/html"));
        Assert.DoesNotContain("<details open>", Show(SomeTrace(new string('x', 5_000)), "text/html"));
    }

    [Fact]
    public void Show_Verdict_NamesOutcomeAnswerAndReason()
    {
        var verdict = new MathVerifier().Verify(new Problem("p", "q", "1/2"), @"so \boxed{0.5}");
        Assert.Contains("#15803d", Show(verdict, "text/html"));
        Assert.StartsWith("correct: ", Show(verdict, "text/plain"));
    }

    [Fact]
    public void Show_UndefinedRgr_SaysWhyAndDrawsNothing()
    {
        var rgr = RgrMetric.Compute([1, 0, 1, 0], [1, 1, 1, 0], [0, 0, 1, 0]);
        var html = Show(rgr, "text/html");
        Assert.Contains("RGR is undefined.", html);
        Assert.DoesNotContain("<svg", html);
        Assert.DoesNotContain("NaN", html);
    }

    [Fact]
    public void Show_Rgr_HasPointIntervalAndBar()
    {
        double[] low = [.. Enumerable.Range(0, 100).Select(i => i < 20 ? 1.0 : 0)], mid = [.. Enumerable.Range(0, 100).Select(i => i < 60 ? 1.0 : 0)], high = [.. Enumerable.Range(0, 100).Select(i => i < 70 ? 1.0 : 0)];
        var rgr = RgrMetric.Compute(low, mid, high);
        Assert.StartsWith("RGR 0.80 (95% ", Show(rgr, "text/plain"));
        Assert.Contains("<circle cx=\"208\"", Show(rgr, "text/html"));   // 320 * (0.8 + 0.5) / 2
    }

    [Fact]
    public void Show_TrainingRun_DrawsACurveForEachSeries()
    {
        var run = new TrainingRun { Steps = [Step(1, 2, 0.1), Step(2, double.NaN, 0.2), Step(3, 1, 0.4)], TokensTrained = 30, Flops = 1, Elapsed = TimeSpan.FromSeconds(3) };
        var html = Show(run, "text/html");
        Assert.Equal(2, html.Split("<svg").Length - 1);
        Assert.DoesNotContain("NaN", html);
        Assert.Contains("loss: 2 at step 1, 1 at step 3", Show(run, "text/plain"));
    }

    [Fact]
    public void Show_Html_IsWellFormed()
    {
        object[] values =
        [
            SomeTrace("a < b && c > d"),
            new MathVerifier().Verify(new Problem("p", "q", "3"), "no answer here, I think"),
            new FilteredTraces([SomeTrace("x")], 3, 1, 0, 0),
            RgrMetric.Compute([0, 0, 1, 0, 0, 0], [1, 1, 1, 0, 1, 0], [1, 1, 1, 1, 1, 1]),
            new PairedDifference(-0.125, new Interval(-0.3, 0.05)) { PValue = 0.2, Problems = 40 },
            new TrainingRun { Steps = [Step(1, 2), Step(2, 1.5)], TokensTrained = 30, Flops = 1, Elapsed = TimeSpan.FromSeconds(3) },
        ];
        Assert.All(values, v => XElement.Parse(Show(v, "text/html").Replace("<details open>", "<details>", StringComparison.Ordinal)));
    }

    [Fact]
    public void CurveSvg_OneValue_IsAPoint() => Assert.Contains("<circle", CurveSvg.Draw("loss", [(1, 2.0)]));

    [Fact]
    public void CurveSvg_NoFiniteValue_SaysSo() => Assert.Equal("<p>loss: no values.</p>", CurveSvg.Draw("loss", [(1, double.NaN)]));
}
