using System.Buffers;
using System.Runtime.Intrinsics;
using TorchSharp;
using W2SR.Core.Tensors;
using static TorchSharp.torch;

namespace W2SR.Core.Models;

/// <summary>
/// Decoding on the CPU with kernels of our own, for float32 and bfloat16 weights; activations are float32. Tokens are columns of panels
/// (<see cref="PanelBuffer"/>), so a pass has no padding, and what a token gives depends on its own sequence alone, bit for bit: not on the rows
/// beside it, the chunks in which its prompt was read, or the number of threads.
/// </summary>
internal sealed unsafe class PanelDecoder<T> : IDecoder where T : struct, IStoredNumbers
{
    // Enough for the products to run at full speed; more would only hold more memory.
    private const int MaxColumns = 512;
    private const int Width = PanelBuffer.Width;

    private readonly CausalLm model;
    private readonly DecoderConfig config;
    private readonly ThreadTeam team;
    private readonly PanelBlock[] blocks;
    private readonly float[] finalNorm, rotation;
    private readonly byte* embedding, head;
    private readonly PanelBuffer stream, normed, heads, attended, gated, wanted;
    private readonly int size, queries, shared, gatedRows;
    private PanelToken[] tokens = [];
    private Tensor? logits;

    public PanelDecoder(CausalLm model, int threads)
    {
        this.model = model;
        config = model.Config;
        (size, queries, shared) = (config.HeadSize, config.HeadCount, config.KeyValueHeadCount);
        gatedRows = PanelProduct.TilesOf(config.FeedForwardSize) * PanelProduct.TileRows;
        blocks = [.. model.Blocks.Select(b => new PanelBlock(b))];
        finalNorm = PanelBlock.Numbers(model.FinalNorm)!;
        rotation = new float[MaxColumns * size];
        embedding = (byte*)ExternalMemory.Address(model.EmbeddingMatrix);
        head = (byte*)ExternalMemory.Address(model.HeadMatrix);
        const int panels = MaxColumns / Width;
        stream = new PanelBuffer(config.HiddenSize, panels);
        normed = new PanelBuffer(config.HiddenSize, panels);
        heads = new PanelBuffer((queries + 2 * shared) * size, panels);
        attended = new PanelBuffer(queries * size, panels);
        gated = new PanelBuffer(2 * gatedRows, panels); // gates, then what they open for
        wanted = new PanelBuffer(config.HiddenSize, panels);
        team = new ThreadTeam(threads);
    }

    /// <inheritdoc/>
    public long HeldBytes => Buffers.Sum(b => b.Bytes) + sizeof(float) * (logits?.numel() ?? 0);

    private PanelBuffer[] Buffers => [stream, normed, heads, attended, gated, wanted];

    /// <inheritdoc/>
    public Tensor Next(int[] ids, KvCache cache)
    {
        cache.EnsureRoom();
        if (logits is null || logits.size(0) < ids.Length)
        {
            logits?.Dispose();
            logits = empty([cache.Lengths.Length, config.VocabularySize]).DetachFromDisposeScope();
        }
        Run([.. ids.Select((id, row) => new PanelToken(id, row, cache.Lengths[row], IsWanted: true))], cache, (float*)ExternalMemory.Address(logits));
        for (var row = 0; row < ids.Length; row++) cache.Lengths[row]++;
        return logits.narrow(0, 0, ids.Length);
    }

    /// <inheritdoc/>
    public (Tensor? Logits, int[] Ended) Read(int[][] prompts, int start, int length, KvCache cache)
    {
        var all = new List<PanelToken>();
        for (var row = 0; row < prompts.Length; row++)
            for (var t = start; t < Math.Min(start + length, prompts[row].Length); t++)
                all.Add(new PanelToken(prompts[row][t], row, t, IsWanted: t == prompts[row].Length - 1));
        var ended = all.Where(t => t.IsWanted).Select(t => t.Row).ToArray();
        var result = ended.Length == 0 ? null : empty([ended.Length, config.VocabularySize]);
        Run([.. all], cache, result is null ? null : (float*)ExternalMemory.Address(result));
        return (result, ended);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        team.Dispose();
        logits?.Dispose();
        foreach (var buffer in Buffers) buffer.Dispose();
    }

    /// <summary>Bytes of activations, logits apart.</summary>
    public static long BytesOf(DecoderConfig config)
    {
        long Rows(long features) => (features + PanelProduct.TileRows) * MaxColumns * sizeof(float);
        long heads = (long)config.HeadCount * config.HeadSize, shared = (long)config.KeyValueHeadCount * config.HeadSize;
        return 3 * Rows(config.HiddenSize) + Rows(heads + 2 * shared) + Rows(heads) + 2 * Rows(config.FeedForwardSize) + (long)MaxColumns * config.HeadSize * sizeof(float);
    }

    /// <summary>One pass; tokens of one row stand in their order. Their keys and values are in the cache afterwards.</summary>
    private void Run(PanelToken[] all, KvCache cache, float* result)
    {
        foreach (var slice in all.Chunk(MaxColumns))
        {
            tokens = slice;
            Prepare();
            for (var layer = 0; layer < blocks.Length; layer++)
            {
                Attention(blocks[layer], (byte*)cache.Address(layer), cache.Capacity);
                FeedForward(blocks[layer]);
            }
            if (result is not null) result += WriteLogits(result) * (long)config.VocabularySize;
        }
        GC.KeepAlive(model);
    }

    /// <summary>Looks up the tokens and the cosines and sines of their positions.</summary>
    private void Prepare()
    {
        var (cosines, sines) = model.Rotary.Upto(tokens.Max(t => t.Position) + 1);
        byte* cos = (byte*)ExternalMemory.Address(cosines), sin = (byte*)ExternalMemory.Address(sines);
        int hidden = config.HiddenSize, half = size / 2;
        team.Run(PanelBuffer.PanelsOf(tokens.Length), panel =>
        {
            for (var column = panel * Width; column < Math.Min(tokens.Length, (panel + 1) * Width); column++)
            {
                var from = embedding + (long)tokens[column].Id * hidden * T.Size;
                var to = stream.At(0, column);
                for (var i = 0; i < hidden; i++) to[i * Width] = T.Read(from + i * T.Size);
                // The first half of a row of sines is the second half negated.
                for (var i = 0; i < half; i++)
                {
                    rotation[column * size + i] = T.Read(cos + ((long)tokens[column].Position * size + i) * T.Size);
                    rotation[column * size + half + i] = T.Read(sin + ((long)tokens[column].Position * size + half + i) * T.Size);
                }
            }
        });
        GC.KeepAlive(cosines);
        GC.KeepAlive(sines);
    }

    private void Attention(PanelBlock block, byte* cache, int capacity)
    {
        Normalize(stream, block.AttentionNorm, tokens.Length);
        Multiply(block.Projections[0], normed, config.HiddenSize, heads, (queries + 2 * shared) * size, adds: false);
        long headBytes = (long)capacity * size * T.Size, rowBytes = 2 * shared * headBytes;
        // All keys and values first: tokens of one prompt look at each other.
        team.Run((tokens.Length + 7) / 8, part =>
        {
            var vector = stackalloc float[size];
            for (var column = part * 8; column < Math.Min(tokens.Length, part * 8 + 8); column++)
            {
                var to = cache + tokens[column].Row * rowBytes + (long)tokens[column].Position * size * T.Size;
                for (var h = 0; h < 2 * shared; h++, to += headBytes)
                {
                    Gather(queries + h, column, vector);
                    if (h < shared) Turn(vector, column, block.KeyNorm);
                    for (var i = 0; i < size; i++) T.Write(to + i * T.Size, vector[i]);
                }
            }
        });
        team.Run(tokens.Length * shared, item => Attend(item / shared, item % shared, block, cache + tokens[item / shared].Row * rowBytes, headBytes));
        Multiply(block.Projections[1], attended, queries * size, stream, config.HiddenSize, adds: true);
    }

    private void Attend(int column, int h, PanelBlock block, byte* row, long headBytes)
    {
        int group = queries / shared, length = tokens[column].Position + 1;
        var scale = (float)(1 / Math.Sqrt(size));
        var scratch = ArrayPool<float>.Shared.Rent(PanelAttention.ScratchOf(length));
        var vectors = stackalloc float[PanelAttention.Together * size];
        fixed (float* scores = scratch)
            for (var first = 0; first < group; first += PanelAttention.Together)
            {
                var count = Math.Min(PanelAttention.Together, group - first);
                for (var g = 0; g < count; g++)
                {
                    var vector = vectors + g * size;
                    Gather(h * group + first + g, column, vector);
                    Turn(vector, column, block.QueryNorm);
                    for (var i = 0; i < size; i++) vector[i] *= scale;
                }
                PanelAttention.Attend<T>(vectors, count, row + h * headBytes, row + (shared + h) * headBytes, length, size, scores, vectors);
                var to = attended.At((h * group + first) * size, column);
                for (var i = 0; i < count * size; i++) to[i * Width] = vectors[i];
            }
        ArrayPool<float>.Shared.Return(scratch);
    }

    private void Gather(int headIndex, int column, float* vector)
    {
        var from = heads.At(headIndex * size, column);
        for (var i = 0; i < size; i++) vector[i] = from[i * Width];
    }

    /// <summary>Normalises a head where the model does so, and turns it by its position.</summary>
    private void Turn(float* vector, int column, float[]? norm)
    {
        if (norm is not null)
        {
            var squares = 0f;
            for (var i = 0; i < size; i++) squares += vector[i] * vector[i];
            var factor = 1 / MathF.Sqrt(squares / size + (float)config.NormEpsilon);
            for (var i = 0; i < size; i++) vector[i] *= factor * norm[i];
        }
        var half = size / 2;
        var angles = rotation.AsSpan(column * size, size);
        for (var i = 0; i < half; i++)
        {
            float first = vector[i], second = vector[half + i], cos = angles[i], sin = angles[half + i];
            vector[i] = first * cos - second * sin;
            vector[half + i] = second * cos + first * sin;
        }
    }

    private void FeedForward(PanelBlock block)
    {
        Normalize(stream, block.FeedForwardNorm, tokens.Length);
        var (weight, bias) = block.Projections[2];
        var width = config.FeedForwardSize;
        ForTiles(width, (row, count) =>
        {
            Start(gated, row, count, bias, row);
            Start(gated, gatedRows + row, count, bias, width + row);
            PanelProduct.Add<T>((byte*)weight, config.HiddenSize, row, count, normed, gated, row, tokens.Length);
            PanelProduct.Add<T>((byte*)weight, config.HiddenSize, width + row, count, normed, gated, gatedRows + row, tokens.Length);
            for (var panel = 0; panel * Width < tokens.Length; panel++)
            {
                float* gate = gated.Panel(panel) + row * Width, up = gate + gatedRows * Width;
                for (var i = 0; i < count * Width; i += 16) (GatedUnit.Silu(Vector512.Load(gate + i)) * Vector512.Load(up + i)).Store(gate + i);
            }
        });
        Multiply(block.Projections[3], gated, width, stream, config.HiddenSize, adds: true);
    }

    /// <summary>y = W x + b, or y += W x + b.</summary>
    private void Multiply((nint Weight, float[]? Bias) projection, PanelBuffer x, int inputs, PanelBuffer y, int outputs, bool adds) => ForTiles(outputs, (row, count) =>
    {
        if (!adds || projection.Bias is not null) Start(y, row, count, projection.Bias, row, adds);
        PanelProduct.Add<T>((byte*)projection.Weight, inputs, row, count, x, y, row, tokens.Length);
    });

    /// <summary>Calls <paramref name="work"/> with the first row and the rows of each tile; a thread takes some tiles in a row, since each fetches the next one's weights.</summary>
    private void ForTiles(int rows, Action<int, int> work)
    {
        const int together = 4;
        var tiles = PanelProduct.TilesOf(rows);
        team.Run((tiles + together - 1) / together, part =>
        {
            for (var tile = part * together; tile < Math.Min(tiles, (part + 1) * together); tile++)
                work(tile * PanelProduct.TileRows, Math.Min(PanelProduct.TileRows, rows - tile * PanelProduct.TileRows));
        });
    }

    /// <summary>Sets a tile's rows to the bias, or to zero, or adds the bias.</summary>
    private void Start(PanelBuffer y, int row, int count, float[]? bias, int biasRow, bool adds = false)
    {
        for (var panel = 0; panel * Width < tokens.Length; panel++)
            for (var r = 0; r < count; r++)
            {
                var to = y.Panel(panel) + (row + r) * Width;
                var start = Vector512.Create(bias is null ? 0 : bias[biasRow + r]);
                (adds ? Vector512.Load(to) + start : start).Store(to);
                (adds ? Vector512.Load(to + 16) + start : start).Store(to + 16);
            }
    }

    /// <summary>RMSNorm over the features of each column, into <see cref="normed"/>.</summary>
    private void Normalize(PanelBuffer x, float[] weight, int columns)
    {
        var hidden = config.HiddenSize;
        var epsilon = Vector512.Create((float)config.NormEpsilon);
        team.Run(2 * PanelBuffer.PanelsOf(columns), half =>
        {
            float* from = x.Panel(half / 2) + half % 2 * 16, to = normed.Panel(half / 2) + half % 2 * 16;
            Vector512<float> even = default, odd = default;
            for (var i = 0; i < hidden; i++)
            {
                var value = Vector512.Load(from + i * Width);
                if ((i & 1) == 0) even = Vector512.FusedMultiplyAdd(value, value, even);
                else odd = Vector512.FusedMultiplyAdd(value, value, odd);
            }
            var factor = Vector512<float>.One / Vector512.Sqrt((even + odd) / Vector512.Create((float)hidden) + epsilon);
            for (var i = 0; i < hidden; i++) (Vector512.Load(from + i * Width) * factor * Vector512.Create(weight[i])).Store(to + i * Width);
        });
    }

    /// <summary>Writes the logits of the tokens that are wanted.</summary>
    /// <returns>How many they are.</returns>
    private int WriteLogits(float* result)
    {
        var count = 0;
        for (var column = 0; column < tokens.Length; column++)
        {
            if (!tokens[column].IsWanted) continue;
            float* from = stream.At(0, column), to = wanted.At(0, count++);
            for (var i = 0; i < config.HiddenSize; i++) to[i * Width] = from[i * Width];
        }
        if (count == 0) return 0;
        Normalize(wanted, finalNorm, count);
        var outputs = config.VocabularySize;
        ForTiles(outputs, (row, rows) => PanelProduct.WriteColumns<T>(head, config.HiddenSize, row, rows, normed, result, outputs, count));
        return count;
    }
}
