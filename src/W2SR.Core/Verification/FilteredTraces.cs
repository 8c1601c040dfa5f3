using W2SR.Core.Common.Display;
using W2SR.Core.Traces;

namespace W2SR.Core.Verification;

/// <summary>The traces that a selection keeps, and what was found among all of them.</summary>
/// <param name="Kept">The traces to learn from, in their order.</param>
/// <param name="Correct">Traces with the right answer.</param>
/// <param name="Incorrect">Traces with a wrong answer.</param>
/// <param name="NoAnswer">Traces that state no answer.</param>
/// <param name="Unverifiable">Traces whose reference answer was not understood; neither positive nor negative.</param>
[TypeFormatterSource(typeof(DisplaySource<FilteredTraces, FilteredTracesDisplay>))]
public sealed record FilteredTraces(IReadOnlyList<Trace> Kept, int Correct, int Incorrect, int NoAnswer, int Unverifiable)
{
    /// <summary>Share of the verifiable traces that are correct; 0 when there are none.</summary>
    public double Accuracy => Correct + Incorrect + NoAnswer == 0 ? 0 : (double)Correct / (Correct + Incorrect + NoAnswer);
}
