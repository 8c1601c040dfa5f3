using System.Text.Json;
using W2SR.Core.Checkpoints;
using W2SR.Core.Common;
using W2SR.Core.Models;

namespace W2SR.Core.Experiments.Planning;

/// <summary>A run for machines that are not here: it can be planned, not run. One JSON file; see docs/experiments.md.</summary>
public sealed record LargeRunFile
{
    private static readonly JsonSerializerOptions Json = new(W2srJson.Indented) { ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Name for the table.</summary>
    public required string Name { get; init; }

    /// <summary>The student: a name of <see cref="KnownShapes"/>, or the path of a model folder.</summary>
    public required string Student { get; init; }

    /// <summary>The teacher, likewise.</summary>
    public required string Teacher { get; init; }

    /// <summary>Problems that the teacher writes on.</summary>
    public required int Problems { get; init; }

    /// <summary>Traces of each problem. Default 1 (paper).</summary>
    public int SamplesPerProblem { get; init; } = 1;

    /// <summary>Mean tokens of a prompt.</summary>
    public required int PromptTokens { get; init; }

    /// <summary>Mean tokens of a teacher's trace.</summary>
    public required int TraceTokens { get; init; }

    /// <summary>Mean tokens of a rollout in reinforcement learning.</summary>
    public required int RolloutTokens { get; init; }

    /// <summary>Tokens of the longest trace or rollout: a round ends when its longest response does. Default 8192.</summary>
    public int MaxNewTokens { get; init; } = 8192;

    /// <summary>Passes over the traces. Default 5 (paper: 5 to 10).</summary>
    public int Epochs { get; init; } = 5;

    /// <summary>Steps of GRPO.</summary>
    public required int GrpoSteps { get; init; }

    /// <summary>Problems of one step. Default 128.</summary>
    public int GrpoProblemsPerStep { get; init; } = 128;

    /// <summary>Rollouts of each problem. Default 8 (paper).</summary>
    public int GrpoGroupSize { get; init; } = 8;

    /// <summary>True counts the pass of a reference model (a KL penalty). Default true.</summary>
    public bool GrpoReference { get; init; } = true;

    /// <summary>True counts a pass that scores the rollouts by the trainer's own weights before the update, as verl and TRL do. Default true.</summary>
    public bool GrpoScores { get; init; } = true;

    /// <summary>
    /// Share of the groups that an update passes over. Default 1: verl and TRL pass over groups of equal rewards, too, and with a reference model their penalty has a gradient. Below 1 for trainers
    /// that skip such groups, as this library does without a penalty.
    /// </summary>
    public double GrpoTrainingGroups { get; init; } = 1;

    /// <summary>Tokens of one device's micro-batch. Default 4096.</summary>
    public int MicroBatchTokens { get; init; } = 4096;

    /// <summary>True keeps each block's input only. Default true.</summary>
    public bool GradientCheckpointing { get; init; } = true;

    /// <summary>The machines to compare.</summary>
    public required IReadOnlyList<GpuCluster> Clusters { get; init; }

    /// <summary>What somebody published for such a run, to hold the formulas against; empty for nothing.</summary>
    public IReadOnlyList<PublishedTime> Published { get; init; } = [];

    /// <summary>True when a text is a file of this kind.</summary>
    public static bool Recognises(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("clusters", out _);
        }
        catch (JsonException)
        {
            return false; // whoever reads it as an experiment says what is wrong
        }
    }

    /// <summary>Reads a text and checks it.</summary>
    /// <param name="json">JSON; comments and trailing commas are allowed.</param>
    /// <param name="name">Name of the text for messages.</param>
    /// <exception cref="W2srFormatException">It has an unknown key, lacks one, or a value cannot be used.</exception>
    public static LargeRunFile Parse(string json, string name)
    {
        try
        {
            var file = JsonSerializer.Deserialize<LargeRunFile>(json, Json) ?? throw new W2srFormatException(name, null, "is null; a run was expected.");
            file.Validate();
            return file;
        }
        catch (JsonException e)
        {
            throw new W2srFormatException(name, e.LineNumber is { } line ? FormattableString.Invariant($"line {line + 1}, {e.Path}") : e.Path, e.Message, e);
        }
        catch (ArgumentException e)
        {
            throw new W2srFormatException(name, null, e.Message, e);
        }
    }

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">A value lies outside its range.</exception>
    public void Validate()
    {
        foreach (var (name, value) in new[]
        {
            ("problems", Problems), ("samplesPerProblem", SamplesPerProblem), ("promptTokens", PromptTokens), ("traceTokens", TraceTokens), ("rolloutTokens", RolloutTokens), ("epochs", Epochs),
            ("grpoSteps", GrpoSteps), ("grpoProblemsPerStep", GrpoProblemsPerStep), ("grpoGroupSize", GrpoGroupSize), ("microBatchTokens", MicroBatchTokens), ("maxNewTokens", MaxNewTokens),
        })
            if (value < 1) throw new ArgumentException($"{name} is {value}; it must be at least 1.");
        if (!(GrpoTrainingGroups is > 0 and <= 1)) throw new ArgumentException(FormattableString.Invariant($"grpoTrainingGroups is {GrpoTrainingGroups}; it must lie above 0 and at most at 1."));
        if (GrpoReference && GrpoTrainingGroups < 1) throw new ArgumentException(FormattableString.Invariant($"grpoTrainingGroups is {GrpoTrainingGroups}, but with grpoReference every group is trained on: the penalty has a gradient in all of them."));
        if (Clusters.Count == 0) throw new ArgumentException("clusters is empty; name the machines to plan for.");
        foreach (var cluster in Clusters) cluster.Validate();
        _ = ShapeOf(Student);
        _ = ShapeOf(Teacher);
    }

    /// <summary>The shape that a name or path stands for.</summary>
    internal static DecoderConfig ShapeOf(string model)
    {
        if (KnownShapes.Find(model) is { } known) return known;
        if (!Directory.Exists(model) && !File.Exists(model))
            throw new ArgumentException($"'{model}' is neither a known shape ({string.Join(", ", KnownShapes.Names)}) nor a model folder.");
        using var checkpoint = Checkpoint.Open(model);
        return DecoderConfig.From(checkpoint.Config);
    }
}
