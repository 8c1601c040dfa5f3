using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using TorchSharp;
using W2SR.Core.Checkpoints;
using W2SR.Core.Common;
using W2SR.Core.Tensors;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace W2SR.Core.Models;

/// <summary>A decoder-only language model. Owns its weights; not thread-safe, but two models may run on two threads.</summary>
public sealed class CausalLm : IDisposable
{
    private readonly DecoderBlock[] blocks;
    private readonly Tensor embedding, head;

    /// <summary>Creates a model whose weights are zero until they are loaded or drawn.</summary>
    /// <param name="config">Its shape.</param>
    /// <param name="target">Where it lives and what it computes in; null for float32 on the CPU.</param>
    public CausalLm(DecoderConfig config, ComputeTarget? target = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        Config = config;
        Target = target ?? ComputeTarget.Cpu;
        Parameters = new FlatParameters(new ParameterLayout(config), Target);
        Rotary = new RotaryTable(config, Target);
        embedding = Parameters.Leaf("model.embed_tokens.weight", "model.embed_tokens.weight", config.VocabularySize, config.HiddenSize);
        blocks = [.. Enumerable.Range(0, config.LayerCount).Select(layer => new DecoderBlock(config, layer, Parameters, Rotary))];
        FinalNorm = Parameters.Leaf("model.norm.weight", "model.norm.weight", config.HiddenSize);
        head = config.TieEmbeddings ? embedding : Parameters.Leaf("lm_head.weight", "lm_head.weight", config.VocabularySize, config.HiddenSize);
    }

    /// <summary>The model's shape.</summary>
    public DecoderConfig Config { get; }

    /// <summary>Where it lives and what it computes in.</summary>
    public ComputeTarget Target { get; }

    /// <summary>Number of parameters; tied embeddings count once.</summary>
    public long ParameterCount => Parameters.Layout.Count;

    internal FlatParameters Parameters { get; }

    /// <summary>What training moves.</summary>
    internal FlatParameters Trainable => Adapter?.Parameters ?? Parameters;

    internal IReadOnlyList<DecoderBlock> Blocks => blocks;

    internal RotaryTable Rotary { get; }

    /// <summary><c>[C]</c>: the norm before the head.</summary>
    internal Tensor FinalNorm { get; }

    /// <summary><c>[V, C]</c>: what tokens are looked up in.</summary>
    internal Tensor EmbeddingMatrix => Adapter?.SavedEmbedding ?? embedding;

    /// <summary><c>[V, C]</c>: the LM head; the embedding itself where they are tied.</summary>
    internal Tensor HeadMatrix => Adapter?.SavedHead ?? head;

    /// <summary>Creates a model with random weights that depend on the seed alone.</summary>
    public static CausalLm CreateRandom(DecoderConfig config, ulong seed, ComputeTarget? target = null)
    {
        var model = new CausalLm(config, target);
        model.Parameters.Initialize(config, new RandomStream(seed, "initial weights"));
        return model;
    }

    /// <summary>The adapter that is attached, or null.</summary>
    public LoraAdapter? Adapter { get; private set; }

    /// <summary>Attaches an adapter: the model computes with it, training moves it and leaves the base alone. Owned by the model from here on.</summary>
    /// <exception cref="ArgumentException">It was made for another shape, type or device.</exception>
    /// <exception cref="InvalidOperationException">There is one already, or the model is being trained.</exception>
    public void Attach(LoraAdapter adapter)
    {
        ArgumentNullException.ThrowIfNull(adapter);
        if (Adapter is not null) throw new InvalidOperationException("An adapter is attached already; detach or merge it first.");
        if (Parameters.Gradients is not null) throw new InvalidOperationException("The model is being trained; attach an adapter before or after.");
        adapter.CheckFits(this);
        SetAdapter(adapter);
    }

    /// <summary>Takes the adapter off again; the caller owns it from here on.</summary>
    /// <exception cref="InvalidOperationException">None is attached.</exception>
    public LoraAdapter Detach()
    {
        var adapter = Adapter ?? throw new InvalidOperationException("No adapter is attached.");
        SetAdapter(null);
        return adapter;
    }

    /// <summary>Makes a model of its own whose plain weights compute what this one computes with its adapter.</summary>
    /// <returns>Owned by the caller. Untied where the adapter brought an embedding or a head of its own.</returns>
    /// <exception cref="InvalidOperationException">No adapter is attached, or it has a bias where the base has none to take it.</exception>
    public CausalLm MergeAdapter() => LoraMerge.Merge(this, Adapter ?? throw new InvalidOperationException("No adapter is attached."));

    private void SetAdapter(LoraAdapter? adapter)
    {
        Adapter = adapter;
        for (var layer = 0; layer < blocks.Length; layer++)
            foreach (var (projection, i) in blocks[layer].Projections.Select((p, i) => (p, i))) projection.Attach(adapter?.Of(layer, i));
    }

    /// <summary>Creates a second model with the same weights (and a copy of the adapter, where one is attached), gradients off.</summary>
    public CausalLm Clone() => CloneAs(Target);

    /// <summary>A second model with the same weights in another type or place, gradients off.</summary>
    internal CausalLm CloneAs(ComputeTarget target)
    {
        var copy = new CausalLm(Config, target);
        using var quiet = no_grad();
        copy.Parameters.Values.copy_(Parameters.Values);
        if (Adapter is not null) copy.SetAdapter(Adapter.CopyFor(copy));
        return copy;
    }

    /// <summary>Writes the weights as safetensors under their Hugging Face names; the file is whole or absent.</summary>
    /// <exception cref="InvalidOperationException">An adapter is attached, which the file would lose.</exception>
    public void SaveWeights(string path)
    {
        if (Adapter is not null)
            throw new InvalidOperationException("The model carries an adapter, which this file would lose. Save it with Adapter.Save, or save the model that MergeAdapter gives.");
        var views = Parameters.NamedViews(Parameters.Values).ToArray();
        try
        {
            SafetensorsWriter.Write(path, views);
        }
        finally
        {
            foreach (var (_, view) in views) view.Dispose();
        }
    }

    /// <summary>Reads weights that <see cref="SaveWeights"/> wrote.</summary>
    /// <exception cref="W2srFormatException">The file is damaged, or its tensors are not this model's; every difference is named.</exception>
    public void LoadWeights(string path)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var file = SafetensorsReader.Open(path);
        WeightLoader.Load(file, Parameters.NamedViews(Parameters.Values).ToDictionary());
    }

    /// <summary>Logits at every position of whole sequences; for scoring and tests, since <c>[B, T, V]</c> is large.</summary>
    /// <param name="ids"><c>[B, T]</c> int64, right-padded with any id below V; padding does not change what stands before it.</param>
    /// <returns><c>[B, T, V]</c> in the model's type, owned by the caller.</returns>
    /// <exception cref="ShapeException">Not two-dimensional, or longer than the context.</exception>
    public Tensor Logits(Tensor ids)
    {
        using var scope = NewDisposeScope();
        return Project(Hidden(ids)).MoveToOuterDisposeScope();
    }

    /// <summary>The normalised hidden states before the LM head.</summary>
    /// <param name="ids"><c>[B, T]</c> int64, right-padded.</param>
    /// <returns><c>[B, T, C]</c>, in the caller's dispose scope.</returns>
    internal Tensor Hidden(Tensor ids)
    {
        ShapeCheck.Is(ids, ScalarType.Int64);
        var (_, length) = ShapeCheck.Rank2(ids);
        if (length > Config.ContextLength)
            throw new ShapeException($"ids: {length} tokens, but the model's context holds {Config.ContextLength}.");
        var layout = LayOut(length);
        var x = Embed(ids);                                                                          // [B, T, C]
        foreach (var block in blocks) x = block.Forward(x, layout);
        return Normalize(x);
    }

    /// <summary>The layout of rows that are one sample each.</summary>
    internal SequenceLayout LayOut(long length)
    {
        var (cosines, sines) = Rotary.Upto((int)length);
        return new(cosines.narrow(0, 0, length).unsqueeze(1), sines.narrow(0, 0, length).unsqueeze(1));   // [T, 1, D]
    }

    /// <summary>The layout of one row that holds several samples, each at its own positions from 0.</summary>
    internal SequenceLayout LayOutPacked(IReadOnlyList<int> segments)
    {
        var positions = tensor(segments.SelectMany(n => Enumerable.Range(0, n).Select(t => (long)t)).ToArray(), device: Target.Device);
        var (cosines, sines) = Rotary.Upto(segments.Max());
        return new(cosines.index_select(0, positions).unsqueeze(1), sines.index_select(0, positions).unsqueeze(1), segments);
    }

    /// <summary>The last norm, before the head.</summary>
    internal Tensor Normalize(Tensor x) => DecoderBlock.Norm(x, FinalNorm, Config.NormEpsilon);

    /// <summary>Reads the next tokens of right-padded prompts whose beginning is in the cache.</summary>
    /// <param name="ids"><c>[B, T]</c> int64.</param>
    /// <param name="cache">Gets their keys and values; its lengths are the caller's business.</param>
    /// <param name="start">Tokens read before.</param>
    /// <returns><c>[B, T, C]</c>, in the caller's dispose scope.</returns>
    internal Tensor ReadChunk(Tensor ids, KvCache cache, int start)
    {
        var (_, length) = ShapeCheck.Rank2(ids);
        var (cosines, sines) = Rotary.Upto(start + (int)length);
        var layout = new SequenceLayout(cosines.narrow(0, start, length).unsqueeze(1), sines.narrow(0, start, length).unsqueeze(1));
        var mask = start == 0 ? null
            : TensorArithmetic.Range(start + length, Target.Device).unsqueeze(0).le(TensorArithmetic.Range(start, start + length, Target.Device).unsqueeze(1));
        return Normalize(Through(Embed(ids), (block, x) => block.Extend(x, layout, cache, start, mask)));
    }

    /// <summary>Adds one token to each row of the cache and gives the hidden state that predicts the next.</summary>
    /// <param name="ids">One id for each row.</param>
    /// <param name="cache">Its lengths grow by one.</param>
    /// <returns><c>[B, C]</c>, in the caller's dispose scope.</returns>
    internal Tensor DecodeStep(int[] ids, KvCache cache)
    {
        cache.EnsureRoom();
        var places = tensor(Array.ConvertAll(cache.Lengths, l => (long)l), device: Target.Device);   // [B]
        var visible = cache.Lengths.Max() + 1;
        var mask = TensorArithmetic.Range(visible, Target.Device).unsqueeze(0).le(places.unsqueeze(1)).unsqueeze(1).unsqueeze(1);   // [B, 1, 1, visible]
        var (allCosines, allSines) = Rotary.Upto(visible);
        var cosines = allCosines.index_select(0, places).unsqueeze(1).unsqueeze(1);                  // [B, 1, 1, D]
        var sines = allSines.index_select(0, places).unsqueeze(1).unsqueeze(1);
        var spread = places.view(-1, 1, 1, 1).expand(ids.Length, 2L * Config.KeyValueHeadCount, 1, Config.HeadSize);
        var x = Through(Embed(tensor(Array.ConvertAll(ids, i => (long)i), device: Target.Device).unsqueeze(1)),
            (block, x) => block.Decode(x, cosines, sines, cache, spread, mask, visible));
        for (var i = 0; i < cache.Lengths.Length; i++) cache.Lengths[i]++;
        return Normalize(x).squeeze(1);
    }

    /// <summary>All blocks one after another, without gradients: what a block needed is freed before the next one runs.</summary>
    private Tensor Through(Tensor x, Func<DecoderBlock, Tensor, Tensor> step)
    {
        foreach (var block in blocks)
        {
            using var scope = NewDisposeScope();
            using var before = x;
            x = step(block, before).MoveToOuterDisposeScope();
        }
        return x;
    }

    /// <summary>What generates with this model: kernels of our own where they fit it, libtorch's operators elsewhere. Owned by the caller.</summary>
    internal IDecoder CreateDecoder(bool withOperators = false)
    {
        if (withOperators || !HasKernels) return new TensorDecoder(this);
        return Target.Dtype == ScalarType.Float32 ? new PanelDecoder<StoredSingle>(this, get_num_threads()) : new PanelDecoder<StoredBFloat16>(this, get_num_threads());
    }

    /// <summary>Bytes of activations of that decoder, logits apart.</summary>
    /// <param name="promptTokens">Padded prompt tokens that are read at once.</param>
    /// <param name="withOperators">As in <see cref="CreateDecoder"/>.</param>
    internal long DecoderBytes(long promptTokens, bool withOperators)
    {
        if (!withOperators && HasKernels) return PanelDecoder<StoredSingle>.BytesOf(Config);
        // One block's temporaries: the stream and its norms, heads before and after they are turned and joined, gate, up and their product.
        long heads = (long)Config.HeadCount * Config.HeadSize, shared = (long)Config.KeyValueHeadCount * Config.HeadSize;
        return promptTokens * (6L * Config.HiddenSize + 5 * (heads + 2 * shared) + 5L * Config.FeedForwardSize) * Math.Max(sizeof(float), KvCache.SizeOf(Target.Dtype));
    }

    /// <summary>True when it decodes by kernels of our own, which give a sequence the same bits in any batch.</summary>
    internal bool HasKernels => PanelProduct.IsSupported && Target.Device.type == DeviceType.CPU
        && Target.Dtype is ScalarType.Float32 or ScalarType.BFloat16 && Adapter is null && Config.HeadSize % 16 == 0;

    /// <summary>The LM head.</summary>
    /// <param name="hidden"><c>[.., C]</c>.</param>
    /// <returns><c>[.., V]</c>, in the caller's dispose scope.</returns>
    internal Tensor Project(Tensor hidden)
    {
        var logits = WidenedProduct.Linear(hidden, HeadMatrix);
        if (Adapter?.HeadTarget is not { } target) return logits;
        var factor = target.Scale;
        using Scalar scale = factor;
        return logits.add(WidenedProduct.Linear(WidenedProduct.Linear(hidden, Adapter.HeadDown!), Adapter.HeadUp!, Adapter.HeadUpBias), scale);
    }

    /// <summary><c>[B, T]</c> ids to <c>[B, T, C]</c>, in the caller's dispose scope.</summary>
    internal Tensor Embed(Tensor ids)
    {
        var x = EmbeddingMatrix.index_select(0, ids.flatten()).view(ids.shape[0], ids.shape[1], Config.HiddenSize);
        // A residual stream in bf16 loses small contributions block by block: it doubles the margin at which the most probable token turns round.
        return x.element_size() < sizeof(float) ? x.to(ScalarType.Float32) : x;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Adapter?.Dispose();
        Parameters.Dispose();
        Rotary.Dispose();
    }
}
