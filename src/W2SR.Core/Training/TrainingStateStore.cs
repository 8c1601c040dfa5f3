using System.Globalization;
using System.Text.Json;
using TorchSharp;
using W2SR.Core.Checkpoints;
using W2SR.Core.Common;
using W2SR.Core.Models;
using static TorchSharp.torch;

namespace W2SR.Core.Training;

/// <summary>
/// Checkpoints of one run in one folder. Each is written under a hidden name and renamed when it is whole, and renamed away before it is
/// deleted: under <c>step-...</c> there are whole ones only, whenever the process dies.
/// </summary>
internal sealed class TrainingStateStore : IDisposable
{
    private const string Prefix = "step-", StateFile = "state.json", WeightsFile = "weights.safetensors", OptimizerFile = "optimizer.safetensors";

    private readonly TrainingStateOptions options;
    private readonly IReadOnlyDictionary<string, string> identity;
    private readonly FlatParameters parameters;
    private readonly FlatAdamW optimizer;
    private readonly FileStream held;

    public TrainingStateStore(TrainingStateOptions options, IReadOnlyDictionary<string, string> identity, FlatParameters parameters, FlatAdamW optimizer)
    {
        (this.options, this.identity, this.parameters, this.optimizer) = (options, identity, parameters, optimizer);
        Directory.CreateDirectory(options.Folder);
        try
        {
            held = new FileStream(Path.Combine(options.Folder, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new IOException($"{options.Folder} is in use by another training. Give each run a folder of its own.", e);
        }
        foreach (var leftover in Directory.EnumerateDirectories(options.Folder, ".checkpoint-*")) Directory.Delete(leftover, recursive: true);
    }

    /// <summary>Called before each file of a checkpoint is written; tests let the disk be full here.</summary>
    internal Action<string>? BeforeFile { get; set; }

    /// <summary>What was noticed while reading, in plain words.</summary>
    public List<string> Findings { get; } = [];

    /// <summary>Looks at the newest checkpoint's description, without its tensors.</summary>
    /// <exception cref="ArgumentException">The folder holds another run; every difference is named.</exception>
    public static void RefuseAnotherRun(string folder, IReadOnlyDictionary<string, string> identity)
    {
        if (!Directory.Exists(folder)) return;
        foreach (var checkpoint in Directory.EnumerateDirectories(folder, Prefix + "*").OrderDescending(StringComparer.Ordinal))
        {
            if (Describe(checkpoint, out _) is not { } state) continue;
            CheckSameRun(folder, identity, state);
            return;
        }
    }

    /// <summary>Puts weights and moments back as the newest undamaged checkpoint has them.</summary>
    /// <returns>Null when there is none yet.</returns>
    /// <exception cref="ArgumentException">The folder holds another run; every difference is named.</exception>
    /// <exception cref="W2srFormatException">There are checkpoints, and every one is damaged.</exception>
    public TrainingState? Resume()
    {
        var folders = Folders().Reverse().ToArray();
        foreach (var folder in folders)
        {
            if (ReadState(folder) is not { } state) continue;
            CheckSameRun(options.Folder, identity, state);
            ReadTensors(folder);
            optimizer.Steps = state.OptimizerSteps ?? state.Step;
            return state;
        }
        return folders.Length == 0 ? null : throw new W2srFormatException(options.Folder, null, $"holds {folders.Length} checkpoints, and every one is damaged: {string.Join(" ", Findings)}");
    }

    /// <summary>Puts the weights alone back as they were after a step that is still kept.</summary>
    public bool TryReadWeights(int step)
    {
        var folder = FolderOf(step);
        if (!Directory.Exists(folder) || ReadState(folder) is null) return false;
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var weights = SafetensorsReader.Open(Path.Combine(folder, WeightsFile));
        WeightLoader.Load(weights, parameters.NamedViews(parameters.Values).ToDictionary());
        return true;
    }

    /// <summary>Writes a checkpoint and removes those that are no longer kept.</summary>
    /// <exception cref="IOException">It could not be written; the ones before are as they were.</exception>
    public void Save(TrainingState state)
    {
        var target = FolderOf(state.Step);
        if (Directory.Exists(target)) return;
        var temporary = Path.Combine(options.Folder, $".checkpoint-{Guid.NewGuid():N}");
        try
        {
            Directory.CreateDirectory(temporary);
            string Place(string name)
            {
                var path = Path.Combine(temporary, name);
                BeforeFile?.Invoke(path);
                return path;
            }
            using (NewDisposeScope())
            {
                SafetensorsWriter.Write(Place(WeightsFile), parameters.NamedViews(parameters.Values));
                SafetensorsWriter.Write(Place(OptimizerFile), Moments());
            }
            var hashes = new[] { WeightsFile, OptimizerFile }.ToDictionary(f => f, f => ContentHash.OfFile(Path.Combine(temporary, f)));
            AtomicFile.WriteText(Place(StateFile), JsonSerializer.Serialize(state with { Identity = identity, Files = hashes }, W2srJson.Indented));
            Directory.Move(temporary, target);
        }
        catch (IOException e)
        {
            if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
            var previous = Folders().LastOrDefault();
            throw new IOException($"The checkpoint of step {state.Step} could not be written to {options.Folder}: {e.Message} " +
                (previous is null ? "There is none before it. " : $"{Path.GetFileName(previous)} is intact. ") + "Make room and run again with the same options.", e);
        }
        foreach (var old in Folders().SkipLast(options.KeepLast).Where(f => f != FolderOf(state.BestStep)))
        {
            var doomed = Path.Combine(options.Folder, $".checkpoint-{Guid.NewGuid():N}");
            Directory.Move(old, doomed);
            Directory.Delete(doomed, recursive: true);
        }
    }

    public void Dispose() => held.Dispose();

    private string FolderOf(int step) => Path.Combine(options.Folder, Prefix + step.ToString("D8", CultureInfo.InvariantCulture));

    private IEnumerable<string> Folders() => Directory.EnumerateDirectories(options.Folder, Prefix + "*").Order(StringComparer.Ordinal);

    private KeyValuePair<string, Tensor>[] Moments() => [new("first_moments", optimizer.FirstMoments), new("second_moments", optimizer.SecondMoments)];

    private void ReadTensors(string folder)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var weights = SafetensorsReader.Open(Path.Combine(folder, WeightsFile));
        WeightLoader.Load(weights, parameters.NamedViews(parameters.Values).ToDictionary());
        using var moments = SafetensorsReader.Open(Path.Combine(folder, OptimizerFile));
        WeightLoader.Load(moments, Moments().ToDictionary());
    }

    private TrainingState? ReadState(string folder)
    {
        var state = Describe(folder, out var trouble);
        try
        {
            if (state?.Files.FirstOrDefault(f => ContentHash.OfFile(Path.Combine(folder, f.Key)) != f.Value).Key is { } changed) trouble = $"{changed} is not what was written.";
        }
        catch (IOException e)
        {
            trouble = e.Message;
        }
        if (trouble is null) return state;
        Findings.Add($"{Path.GetFileName(folder)} was left aside: {trouble}");
        return null;
    }

    private static TrainingState? Describe(string checkpoint, out string? trouble)
    {
        try
        {
            trouble = null;
            return JsonSerializer.Deserialize<TrainingState>(File.ReadAllBytes(Path.Combine(checkpoint, StateFile)), W2srJson.Indented)!;
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            trouble = e.Message;
            return null;
        }
    }

    private static void CheckSameRun(string folder, IReadOnlyDictionary<string, string> identity, TrainingState state)
    {
        var differences = identity.Keys.Union(state.Identity.Keys).Order(StringComparer.Ordinal)
            .Select(k => (Name: k, Then: state.Identity.GetValueOrDefault(k, "absent"), Now: identity.GetValueOrDefault(k, "absent")))
            .Where(d => d.Then != d.Now).Select(d => $"{d.Name} was {d.Then}, is {d.Now}").ToArray();
        if (differences.Length > 0)
            throw new ArgumentException($"{folder} holds another run: {string.Join("; ", differences)}. Use its options and data to resume it, or another folder.");
    }
}
