using W2SR.Core.Common;
using W2SR.Core.Traces;
using W2SR.Core.Verification;

namespace W2SR.Core.Experiments.Stages;

/// <summary>The control that keeps each trace's work and puts another trace's final answer under it.</summary>
internal static class AnswerShuffle
{
    /// <summary>Traces without an answer stay as they are.</summary>
    public static IReadOnlyList<Trace> Apply(IReadOnlyList<Trace> traces, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var answers = traces.Select(t => AnswerExtractor.Extract(t.Response).Text).ToArray();
        var with = Enumerable.Range(0, traces.Count).Where(i => answers[i] is { Length: > 0 }).ToArray();
        random.Shuffle<int>(with);
        var shuffled = traces.ToArray();
        for (var i = 0; i < with.Length; i++)
        {
            var (trace, own, other) = (traces[with[i]], answers[with[i]]!, answers[with[(i + 1) % with.Length]]!);
            var at = trace.Response.LastIndexOf(own, StringComparison.Ordinal);
            if (at >= 0) shuffled[with[i]] = trace with { Response = string.Concat(trace.Response.AsSpan(0, at), other, trace.Response.AsSpan(at + own.Length)) };
        }
        return shuffled;
    }
}
