using TorchSharp;
using W2SR.Core.Checkpoints;
using W2SR.Core.Common;
using W2SR.Core.Tensors;
using static TorchSharp.torch;

namespace W2SR.Core.Models;

/// <summary>
/// A low-rank adapter for one model's shape, in PEFT's format on disk. Attached to a model (<see cref="CausalLm.Attach"/>) it changes what
/// the model computes, and it alone trains.
/// </summary>
public sealed class LoraAdapter : IDisposable
{
    private const string Embedding = "model.embed_tokens", WeightsFile = "adapter_model.safetensors";

    private readonly DecoderConfig shape;
    private readonly LoraProjection?[][] projections;

    private LoraAdapter(CausalLm model, LoraConfig config)
    {
        config.Validate();
        Config = config;
        shape = model.Config;
        Targets = [.. Candidates(model).Select(name => LoraTargets.Resolve(config, name)).OfType<LoraTarget>()];
        if (Targets.Count == 0 && config.ModulesToSave.Count == 0)
            throw new ArgumentException($"No module of this model is meant by the targets {config.TargetPattern ?? string.Join(", ", config.TargetModules)}. Is the adapter for another kind of model?");
        Parameters = new FlatParameters(Layout(model), model.Target);
        projections = [.. model.Blocks.Select(block => block.Projections.Select(p => Over(p)).ToArray())];
        long vocabulary = shape.VocabularySize, width = shape.HiddenSize;
        if (Saves("embed_tokens")) SavedEmbedding = Parameters.Leaf(LoraNames.Saved(Embedding), LoraNames.Saved(Embedding), vocabulary, width);
        if (Saves(LoraTargets.Head)) SavedHead = Parameters.Leaf(LoraNames.Saved(LoraTargets.Head), LoraNames.Saved(LoraTargets.Head), vocabulary, width);
        if (HeadTarget is { } head)
        {
            SavedHead = Parameters.Leaf(LoraNames.BaseWeight(head.Name), LoraNames.BaseWeight(head.Name), vocabulary, width);
            HeadDown = Parameters.Leaf(LoraNames.Down(head.Name), LoraNames.Down(head.Name), head.Rank, width);
            HeadUp = Parameters.Leaf(LoraNames.Up(head.Name), LoraNames.Up(head.Name), vocabulary, head.Rank);
            if (config.AdapterBias) HeadUpBias = Parameters.Leaf(LoraNames.UpBias(head.Name), LoraNames.UpBias(head.Name), vocabulary);
        }
    }

    /// <summary>Which modules, and of what size.</summary>
    public LoraConfig Config { get; }

    /// <summary>Number of parameters, modules that are trained whole included.</summary>
    public long ParameterCount => Parameters.Layout.Count;

    internal FlatParameters Parameters { get; }

    internal IReadOnlyList<LoraTarget> Targets { get; }

    internal Tensor? SavedEmbedding { get; }

    internal Tensor? SavedHead { get; }

    internal Tensor? HeadDown { get; }

    internal Tensor? HeadUp { get; }

    internal Tensor? HeadUpBias { get; }

    internal LoraTarget? HeadTarget => Targets.FirstOrDefault(t => t.Name == LoraTargets.Head);

    /// <summary>Makes a fresh adapter that changes nothing yet: A uniform within 1 / sqrt(inputs), B zero, saved modules and biases as the base has them.</summary>
    /// <param name="model">The base, without an adapter.</param>
    /// <param name="config">Null for rank 16, alpha 32 on every matrix of a block.</param>
    /// <param name="seed">A depends on it alone.</param>
    /// <exception cref="ArgumentException">The configuration means no module of this model.</exception>
    public static LoraAdapter Create(CausalLm model, LoraConfig? config = null, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(model);
        var adapter = new LoraAdapter(model, config ?? new LoraConfig());
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var random = new RandomStream(seed, "lora");
        var bases = model.Parameters.NamedViews(model.Parameters.Values).ToDictionary();
        foreach (var (name, view) in adapter.Parameters.NamedViews(adapter.Parameters.Values))
        {
            var module = name[LoraNames.Prefix.Length..];
            if (name.EndsWith(".lora_A.weight", StringComparison.Ordinal))
            {
                var bound = 1 / Math.Sqrt(view.shape[1]);
                var values = new float[view.numel()];
                for (var i = 0; i < values.Length; i++) values[i] = (float)(bound * (2 * random.NextUniform() - 1));
                view.copy_(tensor(values, view.shape));
            }
            else if (!name.Contains(".lora_B.", StringComparison.Ordinal))
            {
                module = module.Replace(".base_layer.", ".", StringComparison.Ordinal);
                view.copy_(bases.TryGetValue(module, out var origin) ? origin : bases[Embedding + ".weight"]); // a tied head starts as the embedding
            }
        }
        return adapter;
    }

    /// <summary>Reads an adapter that PEFT or <see cref="Save"/> wrote.</summary>
    /// <param name="model">The base it belongs to.</param>
    /// <param name="folder">Holds <c>adapter_config.json</c> and <c>adapter_model.safetensors</c>.</param>
    /// <exception cref="W2srFormatException">A file is damaged, belongs to a model of another shape, or uses an unsupported feature; the message names what.</exception>
    public static LoraAdapter Load(CausalLm model, string folder)
    {
        ArgumentNullException.ThrowIfNull(model);
        var config = LoraConfig.Read(folder);
        LoraAdapter adapter;
        try
        {
            adapter = new LoraAdapter(model, config);
        }
        catch (ArgumentException e)
        {
            throw new W2srFormatException(Path.Combine(folder, LoraConfig.FileName), "target_modules", e.Message, e);
        }
        try
        {
            using var scope = NewDisposeScope();
            using var quiet = no_grad();
            using var file = SafetensorsReader.Open(Path.Combine(folder, WeightsFile));
            WeightLoader.Load(file, adapter.Parameters.NamedViews(adapter.Parameters.Values).ToDictionary());
            return adapter;
        }
        catch
        {
            adapter.Dispose();
            throw;
        }
    }

    /// <summary>Writes the adapter as PEFT would; the configuration last, so that a folder with one is whole.</summary>
    public void Save(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        Directory.CreateDirectory(folder);
        using var scope = NewDisposeScope();
        SafetensorsWriter.Write(Path.Combine(folder, WeightsFile), [.. Parameters.NamedViews(Parameters.Values).OrderBy(v => v.Key, StringComparer.Ordinal)]);
        AtomicFile.WriteText(Path.Combine(folder, LoraConfig.FileName), LoraConfigFile.Write(Config));
    }

    /// <inheritdoc/>
    public void Dispose() => Parameters.Dispose();

    internal IProjectionAdapter? Of(int layer, int projection) => projections[layer][projection];

    /// <summary>A second adapter with the same values for another model of the same shape.</summary>
    internal LoraAdapter CopyFor(CausalLm model)
    {
        var copy = new LoraAdapter(model, Config);
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        copy.Parameters.Values.copy_(Parameters.Values);
        return copy;
    }

    /// <summary>Checks that it was made for a model like this.</summary>
    internal void CheckFits(CausalLm model)
    {
        var values = Parameters.Values;
        if (model.Config != shape || model.Target.Dtype != values.dtype || model.Target.Device.ToString() != values.device.ToString())
            throw new ArgumentException("The adapter was made for a model of another shape, type or device. Load it again with this model.");
    }

    private bool Saves(string module) => Config.ModulesToSave.Contains(module);

    private static IEnumerable<string> Candidates(CausalLm model) =>
        model.Blocks.SelectMany(b => b.Projections).SelectMany(p => p.Modules).Select(m => m.Name).Append(LoraTargets.Head);

    private LoraProjection? Over(Projection projection)
    {
        var targets = projection.Modules.Select(m => Targets.FirstOrDefault(t => t.Name == m.Name)).ToArray();
        return targets.All(t => t is null) && !projection.Modules.Any(m => Parameters.Layout.Slots.Any(s => s.Name == LoraNames.PlainBias(m.Name)))
            ? null
            : new LoraProjection(projection, Parameters, targets, Config.AdapterBias);
    }

    private ParameterLayout Layout(CausalLm model)
    {
        var slots = new List<(string Name, bool Decays, long[] Shape)>();
        foreach (var projection in model.Blocks.SelectMany(b => b.Projections))
        {
            var live = projection.Modules.Select(m => (m.Name, m.Outputs, Target: Targets.FirstOrDefault(t => t.Name == m.Name))).ToArray();
            foreach (var (name, _, target) in live)
                if (target is not null) slots.Add((LoraNames.Down(name), true, [target.Rank, projection.Inputs]));
            foreach (var (name, outputs, target) in live)
            {
                if (target is not null) slots.Add((LoraNames.Up(name), true, [outputs, target.Rank]));
                if (target is not null && Config.AdapterBias) slots.Add((LoraNames.UpBias(name), false, [outputs]));
                if (projection.Bias is null || Config.Bias == LoraBias.None) continue;
                if (target is not null) slots.Add((LoraNames.BaseBias(name), false, [outputs]));
                else if (Config.Bias == LoraBias.All) slots.Add((LoraNames.PlainBias(name), false, [outputs]));
            }
        }
        long vocabulary = shape.VocabularySize, width = shape.HiddenSize;
        if (Saves("embed_tokens")) slots.Add((LoraNames.Saved(Embedding), true, [vocabulary, width]));
        if (HeadTarget is { } head)
        {
            if (Saves(LoraTargets.Head)) throw new ArgumentException("lm_head is named as a target and as a module to save; it can be one of them.");
            slots.Add((LoraNames.BaseWeight(head.Name), true, [vocabulary, width]));
            slots.Add((LoraNames.Down(head.Name), true, [head.Rank, width]));
            slots.Add((LoraNames.Up(head.Name), true, [vocabulary, head.Rank]));
            if (Config.AdapterBias) slots.Add((LoraNames.UpBias(head.Name), false, [vocabulary]));
        }
        else if (Saves(LoraTargets.Head)) slots.Add((LoraNames.Saved(LoraTargets.Head), true, [vocabulary, width]));
        return new ParameterLayout(slots);
    }
}
