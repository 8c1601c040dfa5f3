using W2SR.Core.Common;
using W2SR.Core.Problems;
using W2SR.Core.Reasoners;
using W2SR.Core.Traces;

namespace W2SR.Core.Training;

/// <summary>Traces as examples, with the count of what was left out or cut.</summary>
/// <param name="Examples">What trains.</param>
/// <param name="Traces">The trace of each example.</param>
/// <param name="Lengths">Tokens of every trace with its prompt, over-long ones included.</param>
/// <param name="Dropped">Traces left out.</param>
/// <param name="Cut">Examples whose response was cut.</param>
internal sealed record EncodedTraces(IReadOnlyList<TrainingExample> Examples, IReadOnlyList<Trace> Traces, IReadOnlyList<int> Lengths, int Dropped, int Cut)
{
    /// <summary>Encodes traces; prompt and response apart, as the student does.</summary>
    /// <exception cref="ArgumentException">A trace of an unknown problem, or an over-long one where that is refused.</exception>
    public static EncodedTraces Encode(IStudent student, IReadOnlyList<Problem> problems, IReadOnlyList<Trace> traces, SftOptions options)
    {
        var byId = problems.ToDictionary(p => p.Id, StringComparer.Ordinal);
        var limit = Math.Min(options.MaxLength, student.Model.Config.ContextLength);
        List<TrainingExample> examples = new(traces.Count);
        List<Trace> kept = new(traces.Count);
        var lengths = new List<int>(traces.Count);
        int dropped = 0, cut = 0;
        foreach (var trace in traces)
        {
            if (!byId.TryGetValue(trace.ProblemId, out var problem))
                throw new ArgumentException($"A trace answers problem '{trace.ProblemId}', which is not among the {problems.Count} problems given.", nameof(traces));
            var example = new TrainingExample(student.EncodePrompt(problem), student.EncodeResponse(trace)) { Id = $"{trace.ProblemId}#{trace.SampleIndex}" };
            lengths.Add(example.Length);
            if (example.Length > limit && options.OverLong == OverLong.Refuse)
                throw new ArgumentException($"{example.Id} has {example.Length} tokens, more than the {limit} allowed. Raise MaxLength, or let over-long samples be dropped or cut.", nameof(traces));
            var left = LeftOf(example.PromptIds.Length, example.ResponseIds.Length, limit, options.OverLong);
            if (left < example.ResponseIds.Length && left > 0)
            {
                example = example with { ResponseIds = example.ResponseIds[..left] };
                cut++;
            }
            if (left == 0 || example.PromptIds.Length == 0)
            {
                dropped++;
                continue;
            }
            examples.Add(example);
            kept.Add(trace);
        }
        return new EncodedTraces(examples, kept, lengths, dropped, cut);
    }

    /// <summary>Tokens of a response that are trained on; 0 where the sample is left out.</summary>
    /// <param name="prompt">Tokens of the prompt.</param>
    /// <param name="response">Tokens of the response.</param>
    /// <param name="limit">Tokens of both at most.</param>
    /// <param name="overLong">What becomes of a longer one.</param>
    public static int LeftOf(int prompt, int response, int limit, OverLong overLong) =>
        prompt + response <= limit ? response : overLong == OverLong.Cut ? Math.Max(0, limit - prompt) : 0;

    /// <summary>Splits by problem, so that no held-out problem is trained on with another of its traces.</summary>
    /// <returns>Which examples are held out.</returns>
    public bool[] HoldOut(double share) =>
        [.. Traces.Select(t => share > 0 && new RandomStream(0, "held out " + t.ProblemId).NextUniform() < share)];
}
