using W2SR.Core.Evaluation.Statistics;

namespace W2SR.Core.Evaluation.Behaviours;

/// <summary>How far the detectors and another judge agree on which traces show a behaviour.</summary>
/// <param name="Behaviour">The behaviour.</param>
/// <param name="Both">Traces in which both found it.</param>
/// <param name="DetectorOnly">Traces in which the detector alone did.</param>
/// <param name="JudgeOnly">Traces in which the judge alone did.</param>
/// <param name="Neither">Traces in which neither did.</param>
public sealed record BehaviourAgreement(Behaviour Behaviour, int Both, int DetectorOnly, int JudgeOnly, int Neither)
{
    /// <summary>Cohen's kappa; null when chance explains everything, as when nobody finds it anywhere.</summary>
    public double? Kappa => Both + DetectorOnly + JudgeOnly + Neither == 0 ? null : Agreement.CohenKappa([[Both, DetectorOnly], [JudgeOnly, Neither]]);

    /// <summary>Share of the detector's finds that the judge shares; null when there are none.</summary>
    public double? Precision => Both + DetectorOnly == 0 ? null : (double)Both / (Both + DetectorOnly);

    /// <summary>Share of the judge's finds that the detector shares; null when there are none.</summary>
    public double? Recall => Both + JudgeOnly == 0 ? null : (double)Both / (Both + JudgeOnly);

    /// <summary>Lets a judge read every response and compares it with the detectors.</summary>
    /// <param name="responses">The responses.</param>
    /// <param name="judge">The behaviours that it finds in a response: a chat model asked for them, or a person's marks.</param>
    /// <param name="cancellationToken">Handed to the judge.</param>
    /// <returns>One entry a behaviour.</returns>
    public static async Task<IReadOnlyList<BehaviourAgreement>> MeasureAsync(
        IReadOnlyList<string> responses, Func<string, CancellationToken, Task<IReadOnlySet<Behaviour>>> judge, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(responses);
        ArgumentNullException.ThrowIfNull(judge);
        var pairs = new List<(IReadOnlySet<Behaviour> Judged, HashSet<Behaviour> Detected)>(responses.Count);
        foreach (var response in responses)
            pairs.Add((await judge(response, cancellationToken).ConfigureAwait(false), [.. BehaviourDetector.Detect(response).Select(s => s.Behaviour)]));
        return [.. Enum.GetValues<Behaviour>().Select(b => new BehaviourAgreement(b,
            pairs.Count(p => p.Detected.Contains(b) && p.Judged.Contains(b)), pairs.Count(p => p.Detected.Contains(b) && !p.Judged.Contains(b)),
            pairs.Count(p => !p.Detected.Contains(b) && p.Judged.Contains(b)), pairs.Count(p => !p.Detected.Contains(b) && !p.Judged.Contains(b))))];
    }
}
