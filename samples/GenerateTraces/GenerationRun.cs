using W2SR.Core.Common;
using W2SR.Core.Problems;
using W2SR.Core.Prompts;
using W2SR.Core.Traces;

namespace W2SR.Samples.GenerateTraces;

/// <summary>One run: problems in, traces out.</summary>
internal sealed class GenerationRun(string file, string output, int? limit, TeacherSource source, SamplingOptions sampling)
{
    /// <summary>Asks the servers what would go wrong.</summary>
    public async Task<int> ProbeAsync(CancellationToken cancellation)
    {
        using var teacher = await source.OpenAsync(cancellation);
        if (teacher.Reasoner is not ChatClientTeacher remote) throw new ArgumentException("A probe asks servers; this teacher is a model on this machine.");
        return Show(await remote.ProbeAsync(Problems(), sampling, cancellation)) ? 0 : 1;
    }

    /// <summary>Makes the traces that the file does not have yet, and sums up all of them.</summary>
    public async Task<int> GenerateAsync(bool asksFirst, CancellationToken cancellation)
    {
        sampling.Validate();
        var problems = Problems();
        var manifest = TraceManifest.Of(source.Identity(), ReasoningPrompt.Paper, sampling, file);
        // Opened before the model: another process at work, or other settings, shows at once.
        using var store = TraceStore.Open(output, manifest);
        using var teacher = await source.OpenAsync(cancellation);
        var isComplete = problems.All(p => Enumerable.Range(0, sampling.SamplesPerProblem).All(s => store.Contains(p.Id, s)));
        if (asksFirst && !isComplete && teacher.Reasoner is ChatClientTeacher remote && !Show(await remote.ProbeAsync(problems, sampling, cancellation))) return 1;
        if (store.Count > 0) Console.WriteLine($"{store.Count} traces are there already.");
        TraceProgress? last = null;
        var traces = await GenerationDisplay.ShowAsync(
            progress => new TraceGenerator(teacher.Reasoner, sampling).GenerateAsync(problems, store, progress, cancellation), value => last = value);
        TraceSummary.Show(problems, traces, last?.TokensPerSecond ?? 0);
        Console.WriteLine($"{traces.Count} traces in {Path.GetFullPath(output)}");
        return 0;
    }

    private IReadOnlyList<Problem> Problems()
    {
        var problems = BenchmarkFile.ReadAll(file);
        if (limit is { } most) problems = [.. problems.Take(most)];
        return problems.Count > 0 ? problems : throw new ArgumentException($"There are no problems to answer: {file} is empty, or --limit is 0.");
    }

    private static bool Show(ProbeReport report)
    {
        foreach (var finding in report.Findings) (finding.Severity == ProbeSeverity.Note ? Console.Out : Console.Error).WriteLine($"{finding.Severity}: {finding.Server} {finding.Message}");
        if (!report.IsUsable) Console.Error.WriteLine("No traces were asked for. Mend what is marked as Error, or go on with --no-probe.");
        return report.IsUsable;
    }
}
