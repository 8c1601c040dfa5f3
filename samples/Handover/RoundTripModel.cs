using W2SR.Core.Evaluation;

namespace W2SR.Samples.Handover;

/// <summary>One model of <see cref="RoundTripResults"/>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Responses">The engine's file, as it was named.</param>
/// <param name="Folder">The evaluation folder.</param>
/// <param name="Problems">Problems.</param>
/// <param name="Samples">Responses.</param>
/// <param name="Accuracy">Mean over problems of the share of right responses, with its 95% interval.</param>
/// <param name="CutOff">Share of responses that were cut off.</param>
internal sealed record RoundTripModel(string Name, string Responses, string Folder, int Problems, int Samples, Estimate Accuracy, double CutOff)
{
    public static RoundTripModel Of(EvaluationResult result, string responses, string folder)
    {
        var metrics = EvaluationMetrics.Compute(result);
        return new RoundTripModel(result.Name, responses, folder, metrics.Accuracy.Problems, result.Samples.Count, metrics.Accuracy, metrics.CutOff.Value);
    }
}
