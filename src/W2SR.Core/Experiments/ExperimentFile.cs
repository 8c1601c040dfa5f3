using System.Text.Json;
using W2SR.Core.Common;

namespace W2SR.Core.Experiments;

/// <summary>An experiment as a person writes it: bases, teachers, arms, and how they are trained and measured. One JSON file; see docs/experiments.md.</summary>
public sealed record ExperimentFile
{
    private static readonly JsonSerializerOptions Json = new(W2srJson.Indented) { ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Name for reports.</summary>
    public required string Name { get; init; }

    /// <summary>Seeds; everything is done once for each. Default 1.</summary>
    public IReadOnlyList<ulong> Seeds { get; init; } = [1];

    /// <summary>The procedural task; null where <see cref="Benchmarks"/> is given.</summary>
    public RouteTask? Routes { get; init; }

    /// <summary>Problems from files; null where <see cref="Routes"/> is given.</summary>
    public BenchmarkTask? Benchmarks { get; init; }

    /// <summary>The models that are there at first, by name.</summary>
    public required IReadOnlyDictionary<string, BaseModel> Bases { get; init; }

    /// <summary>The models that are made to write traces, by name; a base may teach as it is.</summary>
    public IReadOnlyDictionary<string, TeacherPlan> Teachers { get; init; } = new Dictionary<string, TeacherPlan>();

    /// <summary>What is compared.</summary>
    public required IReadOnlyList<ArmPlan> Arms { get; init; }

    /// <summary>How students and teachers are trained.</summary>
    public TrainingPlan Training { get; init; } = new();

    /// <summary>How teachers write.</summary>
    public TracePlan Traces { get; init; } = new();

    /// <summary>How models are measured.</summary>
    public EvaluationPlan Evaluation { get; init; } = new();

    /// <summary>True holds the paper's claims, with the quickstart's thresholds, against every arm; the result lists which held and which did not. Default false.</summary>
    public bool JudgesClaims { get; init; }

    /// <summary>Stages that run side by side. Default 2 for the route world, whose models are too small for two threads in one operator, and 1 for checkpoints.</summary>
    public int? Workers { get; init; }

    /// <summary>The folder that relative paths start from; not part of the file.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Folder { get; init; } = ".";

    /// <summary>Reads a file and checks it.</summary>
    /// <exception cref="W2srFormatException">It is not JSON, has an unknown key, or does not fit together; the message names the place and what to do.</exception>
    public static ExperimentFile Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Parse(File.ReadAllText(path), path) with { Folder = Path.GetDirectoryName(Path.GetFullPath(path))! };
    }

    /// <summary>Reads a text and checks it.</summary>
    /// <param name="json">JSON; comments and trailing commas are allowed.</param>
    /// <param name="name">Name of the text for messages.</param>
    /// <inheritdoc cref="Load" path="/exception"/>
    public static ExperimentFile Parse(string json, string name)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            var file = JsonSerializer.Deserialize<ExperimentFile>(json, Json) ?? throw new W2srFormatException(name, null, "is null; an experiment was expected.");
            file.Validate();
            return file;
        }
        catch (JsonException e)
        {
            throw new W2srFormatException(name, e.LineNumber is { } line ? FormattableString.Invariant($"line {line + 1}, {e.Path}") : e.Path, Plain(e.Message), e);
        }
        catch (ArgumentException e)
        {
            throw new W2srFormatException(name, null, e.Message, e);
        }
    }

    /// <summary>The experiment as JSON, every setting written out.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>Checks every value, and that the names fit together.</summary>
    /// <exception cref="ArgumentException">They do not; the message names the entry.</exception>
    public void Validate() => ExperimentChecks.Check(this);

    /// <summary>The message without .NET's own names and the place, which stands before it already.</summary>
    private static string Plain(string message)
    {
        var end = message.IndexOf(" Path: ", StringComparison.Ordinal);
        if (end > 0) message = message[..end];
        var type = message.IndexOf(" could not be mapped to any .NET member", StringComparison.Ordinal);
        return type > 0 ? $"{message[..type].Replace("The JSON property", "the key", StringComparison.Ordinal)} is unknown. Is it misspelt? docs/experiments.md lists the keys." : message;
    }
}
