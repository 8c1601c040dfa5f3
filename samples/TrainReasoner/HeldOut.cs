using System.Globalization;
using Spectre.Console;
using W2SR.Core.Common;
using W2SR.Core.Evaluation;
using W2SR.Core.Problems;
using W2SR.Core.Prompts;
using W2SR.Core.Reasoners;
using W2SR.Core.Traces;
using W2SR.Core.Verification;

namespace W2SR.Samples.TrainReasoner;

/// <summary>The measurement before and after, on the same held-out problems. Responses are kept, so that a run that was stopped does not measure twice.</summary>
internal sealed class HeldOut(IVerifier verifier, ReasoningPrompt prompt, IReadOnlyList<Problem> problems, SamplingOptions sampling)
{
    // By the last number, wherever it stands: tells apart whether a model learned to compute or to state its answer.
    private static readonly MathVerifier Lenient = new() { AllowLastExpression = true };

    public Measurement Measure(LocalStudent student, string folder, string model, CancellationToken cancellation)
    {
        var evaluator = new Evaluator(verifier) { Prompt = prompt.Template };
        using var store = EvaluationStore.Open(folder, evaluator.Manifest(model, problems, sampling));
        var result = evaluator.EvaluateAsync(student, problems, sampling, store, chunkSize: 64, cancellationToken: cancellation).GetAwaiter().GetResult();
        var traces = problems.Select(p => store.Responses.Find(p.Id, 0)!).ToArray();
        return new Measurement(result, new Evaluator(Lenient).Score(student.Name, problems, traces, sampling), traces);
    }
}

/// <summary>How a model did.</summary>
/// <param name="Strict">Judged as the reward judges: an answer counts that is stated as one.</param>
/// <param name="Lenient">Judged by the last number of a response without a stated answer.</param>
/// <param name="Responses">What it wrote.</param>
internal sealed record Measurement(EvaluationResult Strict, EvaluationResult Lenient, IReadOnlyList<Trace> Responses)
{
    public override string ToString()
    {
        var interval = Strict.AccuracyInterval();
        return string.Create(CultureInfo.InvariantCulture,
            $"{100 * Strict.Accuracy():F1}% of {Responses.Count} held-out problems right (95% interval {100 * interval.Low:F1} to {100 * interval.High:F1}), {100 * Lenient.Accuracy():F1}% by the last number; {Strict.MeanLength():F0} tokens, {100 * Strict.TruncatedShare():F0}% cut off.");
    }

    public void ShowSome(IReadOnlyList<Problem> problems)
    {
        foreach (var (problem, response) in problems.Zip(Responses).Take(3))
            Console.WriteLine($"  {OneLine(problem.Question)} -> {OneLine(response.Response)} [{problem.Answer}]");
    }

    public IEnumerable<string> Compare(Measurement before)
    {
        yield return Describe("Difference", Strict, before.Strict);
        yield return Describe("By the last number", Lenient, before.Lenient);
    }

    private static string Describe(string name, EvaluationResult after, EvaluationResult before)
    {
        var difference = PairedDifference.Compute(after, before);
        return string.Create(CultureInfo.InvariantCulture,
            $"{name}: {100 * difference.Point:+0.0;-0.0;0.0} points (95% paired interval {100 * difference.Interval.Low:+0.0;-0.0;0.0} to {100 * difference.Interval.High:+0.0;-0.0;0.0}, p = {difference.PValue:G2}).");
    }

    private static string OneLine(string text)
    {
        var line = text.ReplaceLineEndings(" ").Trim();
        return line.Length <= 120 ? line : line[..120] + "...";
    }
}
