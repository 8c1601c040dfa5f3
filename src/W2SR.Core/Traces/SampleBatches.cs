using W2SR.Core.Common;
using W2SR.Core.Problems;

namespace W2SR.Core.Traces;

/// <summary>
/// Samples that one request can ask for: of one problem and with consecutive numbers. A server gives the k-th sample of a request its seed plus k (vLLM), so a
/// sample's seed is the problem's plus its number, however samples are put together, also when a resumed run asks for single ones.
/// </summary>
internal static class SampleBatches
{
    public static IReadOnlyList<IReadOnlyList<SampleRequest>> Of(IReadOnlyList<SampleRequest> samples, int most)
    {
        var batches = new List<IReadOnlyList<SampleRequest>>();
        foreach (var problem in samples.GroupBy(s => s.Problem.Id, StringComparer.Ordinal))
        {
            var batch = new List<SampleRequest>();
            foreach (var sample in problem.OrderBy(s => s.SampleIndex))
            {
                if (batch.Count == most || (batch.Count > 0 && batch[^1].SampleIndex + 1 != sample.SampleIndex))
                {
                    batches.Add(batch);
                    batch = [];
                }
                batch.Add(sample);
            }
            batches.Add(batch);
        }
        return batches;
    }

    /// <summary>30 bits and the sample's number: what every server takes.</summary>
    public static long Seed(ulong seed, Problem problem, int sampleIndex) => (long)(new RandomStream(seed, problem.Id, 0).NextBits() >> 34) + sampleIndex;
}
