using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using W2SR.Core.Common;
using W2SR.Core.Evaluation;
using W2SR.Core.Verification;

namespace W2SR.Samples.Handover;

/// <summary><c>rgr BEFORE AFTER RL</c>: how much of RL's gain came back without RL.</summary>
internal static class RgrCommand
{
    private static readonly Argument<string> Before = new("before") { Description = "Evaluation folder of the student before training." };
    private static readonly Argument<string> After = new("after") { Description = "Evaluation folder of the student trained on traces." };
    private static readonly Argument<string> Rl = new("rl") { Description = "Evaluation folder of the student after reinforcement learning." };
    private static readonly Option<string?> Output = new("--out") { Description = "Writes the result as JSON, too." };
    private static readonly Option<bool> Force = new("--force") { Description = "Compares results that were not measured alike, and says what differs." };

    public static Command Create()
    {
        var command = new Command("rgr", "Reasoning gap recovered, from three evaluation folders; results that were not measured alike are refused.") { Before, After, Rl, Output, Force };
        command.SetAction(parsed => Commands.Run(() =>
        {
            EvaluationResult[] results = [Result(parsed.GetValue(Before)!), Result(parsed.GetValue(After)!), Result(parsed.GetValue(Rl)!)];
            var rgr = RgrMetric.Compute(results[0], results[1], results[2], force: parsed.GetValue(Force));
            Show(results, rgr);
            if (parsed.GetValue(Output) is { } file)
                AtomicFile.WriteText(file, JsonSerializer.Serialize(new { models = results.Select(r => new { r.Name, accuracy = r.Accuracy(), interval = r.AccuracyInterval() }), rgr }, W2srJson.Indented) + "\n");
            return 0;
        }));
        return command;
    }

    /// <summary>Accuracies, RGR with its interval, and what a reader must mind.</summary>
    public static void Show(IReadOnlyList<EvaluationResult> results, Rgr rgr)
    {
        foreach (var result in results) Console.WriteLine($"{result.Name,-24} accuracy {Commands.Percent(result.Accuracy())} ({result.AccuracyInterval()})");
        Console.WriteLine(rgr.Point is { } point ? string.Create(CultureInfo.InvariantCulture, $"RGR {point:F2}, 95% {rgr.Interval}, on {rgr.Problems} problems.") : $"RGR is undefined: {rgr.UndefinedBecause}");
        foreach (var warning in rgr.Warnings) Console.WriteLine("Look at: " + warning);
    }

    private static EvaluationResult Result(string folder) => EvaluationStore.FindResult(folder, new MathVerifier().Name)
        ?? throw new ArgumentException($"{folder} holds no result under {new MathVerifier().Name}. Make one with judge, or with samples/Evaluate.");
}
