using W2SR.Core.Models;

namespace W2SR.Core.Experiments.Planning;

/// <summary>Tokens, operations, memory, hours and money of W2SR and of GRPO on machines that are not here.</summary>
/// <remarks>Rules and their sources: docs/experiments.md. Communication is not counted; it hides in the utilization.</remarks>
public sealed record LargeRunPlan
{
    private const double ActivationBytes = 2;
    private readonly LargeRunFile file;

    private LargeRunPlan(LargeRunFile file)
    {
        this.file = file;
        DecoderConfig student = LargeRunFile.ShapeOf(file.Student), teacher = LargeRunFile.ShapeOf(file.Teacher);
        double traces = (double)file.Problems * file.SamplesPerProblem, rollouts = (double)file.GrpoSteps * file.GrpoProblemsPerStep * file.GrpoGroupSize;
        var gradient = 3 + (file.GrpoReference ? 1 : 0) + (file.GradientCheckpointing ? 1 : 0);
        Parts =
        [
            Writing("writing the traces", "W2SR", teacher, traces, file.TraceTokens, 1),
            Training("fine-tuning the student", "W2SR", student, traces * file.Epochs, file.TraceTokens, file.GradientCheckpointing ? 4 : 3),
            Writing("rollouts", "GRPO", student, rollouts, file.RolloutTokens, file.GrpoSteps),
            Training("updates", "GRPO", student, rollouts * file.GrpoTrainingGroups, file.RolloutTokens, gradient),
            .. file.GrpoScores ? [Training("scoring the rollouts", "GRPO", student, rollouts, file.RolloutTokens, 1)] : Array.Empty<LargeRunPart>(),
        ];
        Memory = [.. from cluster in file.Clusters
                     from strategy in Enum.GetValues<ShardingStrategy>()
                     let memory = TrainingMemory.MixedPrecision(student, strategy, cluster.Count, file.MicroBatchTokens, file.GradientCheckpointing)
                     select new LargeRunMemory(cluster, strategy, memory, memory.Total <= 0.9e9 * cluster.MemoryGigabytes)];
        (StudentParameters, TeacherParameters) = (TrainingMemory.ParametersOf(student), TrainingMemory.ParametersOf(teacher));
    }

    /// <summary>Parameters of the student.</summary>
    public long StudentParameters { get; }

    /// <summary>Parameters of the teacher.</summary>
    public long TeacherParameters { get; }

    /// <summary>The parts of both routes.</summary>
    public IReadOnlyList<LargeRunPart> Parts { get; }

    /// <summary>What the parts rest on and the file can state otherwise, in words.</summary>
    public IReadOnlyList<string> Assumptions =>
    [
        FormattableString.Invariant($"A prompt has {file.PromptTokens} tokens on the mean, a trace {file.TraceTokens}, a rollout {file.RolloutTokens}; the longest response of a round has {file.MaxNewTokens} (promptTokens, traceTokens, rolloutTokens, maxNewTokens)."),
        FormattableString.Invariant($"GRPO's updates pass over {100 * file.GrpoTrainingGroups:0.#}% of the groups{(file.GrpoTrainingGroups < 1 ? "; those of equal rewards are skipped" : ", those of equal rewards too, as verl and TRL do")} (grpoTrainingGroups)."),
    ];

    /// <summary>Memory by cluster and strategy.</summary>
    public IReadOnlyList<LargeRunMemory> Memory { get; }

    /// <summary>Plans a run.</summary>
    /// <exception cref="ArgumentException">A value of the file cannot be used.</exception>
    public static LargeRunPlan Of(LargeRunFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        file.Validate();
        return new LargeRunPlan(file);
    }

    /// <summary>Device hours of a route on a cluster.</summary>
    public double DeviceHours(string route, int cluster) => Parts.Where(p => p.Route == route).Sum(p => p.DeviceHours[cluster]);

    private LargeRunPart Training(string name, string route, DecoderConfig shape, double sequences, int response, int units)
    {
        var flops = units * sequences * DecoderFlops.Forward(shape, [file.PromptTokens + response - 1], response);
        return new LargeRunPart(name, route, sequences * (file.PromptTokens + response), flops, [.. file.Clusters.Select(c => flops / (1e12 * c.PeakTeraflops * c.TrainingUtilization) / 3600)]);
    }

    private LargeRunPart Writing(string name, string route, DecoderConfig shape, double sequences, int response, int rounds)
    {
        var flops = sequences * DecoderFlops.Forward(shape, [file.PromptTokens + response - 1], response);
        return new LargeRunPart(name, route, sequences * response, flops, [.. file.Clusters.Select(c => WritingSeconds(c, shape, sequences / rounds, response) * rounds * c.Count / 3600)]);
    }

    /// <summary>
    /// Seconds of one round on the whole cluster. A decoding step reads all weights once and each row's keys and values, and takes what the bandwidth allows or what the products
    /// take, where that is more; and the round goes on, nearly empty, until its longest response has ended.
    /// </summary>
    private double WritingSeconds(GpuCluster cluster, DecoderConfig shape, double sequences, int response)
    {
        double weights = ActivationBytes * TrainingMemory.ParametersOf(shape), context = file.PromptTokens + response / 2.0;
        var cache = 2.0 * shape.LayerCount * shape.KeyValueHeadCount * shape.HeadSize * ActivationBytes * context;
        // Weights that take more than 60% of a device are shared out; such a group works as one device with as much bandwidth.
        var group = Math.Min(cluster.Count, Math.Max(1, Math.Ceiling(weights / (0.6e9 * cluster.MemoryGigabytes))));
        var share = Math.Ceiling(sequences * group / cluster.Count);
        var rows = Math.Clamp(Math.Floor((0.9e9 * cluster.MemoryGigabytes * group - weights) / cache), 1, Math.Max(1, share));
        double bandwidth = 1e9 * cluster.BandwidthGigabytes * group * cluster.DecodingUtilization, peak = 1e12 * cluster.PeakTeraflops * group * cluster.DecodingUtilization;
        var flops = share * DecoderFlops.Forward(shape, [file.PromptTokens + response - 1], response);
        var full = Math.Max(share * response / rows * (weights + rows * cache) / bandwidth, flops / peak);
        return full + Math.Max(0, file.MaxNewTokens - response) * weights / bandwidth;
    }
}
