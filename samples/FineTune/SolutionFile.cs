using W2SR.Core.Common;
using W2SR.Core.Problems;
using W2SR.Core.Traces;

namespace W2SR.Samples.FineTune;

/// <summary>Reads a benchmark file's worked solutions as traces that ended by themselves. GSM8K's lose their calculator marks and box their answer, as the prompt asks.</summary>
internal static class SolutionFile
{
    /// <exception cref="W2srFormatException">The file is damaged, of no known form, or has no worked solution.</exception>
    public static (IReadOnlyList<Problem> Problems, IReadOnlyList<Trace> Traces) Read(string path, int count)
    {
        Problem[] problems = [.. BenchmarkFile.Open(path).Read().Where(p => p.Solution is { Length: > 0 }).Take(count)];
        if (problems.Length == 0) throw new W2srFormatException(path, null, "has answers only; fine-tuning needs worked solutions, as GSM8K and MATH have them.");
        return (problems, Array.ConvertAll(problems, p => new Trace { ProblemId = p.Id, SampleIndex = 0, Response = p.Solution!, FinishReason = FinishReason.Stop, Reasoner = "worked solution" }));
    }
}
