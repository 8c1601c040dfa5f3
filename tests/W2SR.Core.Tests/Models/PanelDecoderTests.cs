using System.Runtime.Intrinsics;
using TorchSharp;
using W2SR.Core.Models;
using W2SR.Core.Tensors;
using W2SR.Core.Tests.Infrastructure;
using static TorchSharp.torch;

namespace W2SR.Core.Tests.Models;

[Collection(TensorCountingCollection.Name)]
public sealed class PanelDecoderTests
{
    /// <summary>Sizes that are multiples of nothing but what a head must be.</summary>
    private static DecoderConfig Config(int headSize = 16, int heads = 6, int shared = 1, bool everything = false) => TinyModels.Config(vocabulary: 53, everything: everything) with
    {
        HiddenSize = 43,
        HeadSize = headSize,
        HeadCount = heads,
        KeyValueHeadCount = shared,
        FeedForwardSize = 37,
        ContextLength = 400,
    };

    private static int[] Ids(int length, int seed) => [.. Enumerable.Range(0, length).Select(i => (11 * i + 7 * seed + i * i % 5) % 53)];

    private static IDecoder Kernels(CausalLm model)
    {
        Skip.IfNot(PanelProduct.IsSupported, "The kernels need 512-bit vectors.");
        var decoder = model.CreateDecoder();
        Assert.IsNotType<TensorDecoder>(decoder);
        return decoder;
    }

    /// <summary>Reads a part of each sequence as a prompt, in chunks, and the rest token by token; the logits after every token from the prompt's last on.</summary>
    private static float[][][] Run(CausalLm model, IDecoder decoder, int[][] sequences, int promptLength, int chunk)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        int[][] prompts = [.. sequences.Select((s, row) => s[..Math.Min(s.Length, promptLength + row % 3)])];
        var steps = sequences.Min(s => s.Length) - promptLength - 2;
        using var cache = new KvCache(model, sequences.Length, promptLength + 2, sequences.Max(s => s.Length));
        var results = sequences.Select(_ => new List<float[]>()).ToArray();
        void Note(int row, Tensor logits) => results[row].Add(logits.to(ScalarType.Float32).data<float>().ToArray());
        var longest = prompts.Max(p => p.Length);
        for (var start = 0; start < longest; start += chunk)
        {
            var (logits, ended) = decoder.Read(prompts, start, Math.Min(chunk, longest - start), cache);
            for (var i = 0; i < ended.Length; i++) Note(ended[i], logits![i]);
        }
        for (var row = 0; row < prompts.Length; row++) cache.Lengths[row] = prompts[row].Length;
        for (var step = 0; step < steps; step++)
        {
            var logits = decoder.Next([.. sequences.Select((s, row) => s[cache.Lengths[row]])], cache);
            for (var row = 0; row < sequences.Length; row++) Note(row, logits[row]);
        }
        return [.. results.Select(r => r.ToArray())];
    }

    public static TheoryData<int, int, int, bool> Shapes => new() { { 16, 6, 1, false }, { 16, 6, 3, true }, { 64, 3, 3, false }, { 64, 9, 1, true }, { 32, 4, 2, true } };

    [SkippableTheory]
    [MemberData(nameof(Shapes))]
    public void Logits_RaggedRowsInChunks_EqualTheSlowDecoder(int headSize, int heads, int shared, bool everything)
    {
        using var model = TinyModels.Create(Config(headSize, heads, shared, everything));
        using (no_grad()) model.Parameters.Values.add_(0.02f); // biases and norms of their own
        using var decoder = Kernels(model);
        int[][] sequences = [.. Enumerable.Range(0, 5).Select(s => Ids(30, s))];
        var logits = Run(model, decoder, sequences, promptLength: 17, chunk: 5);
        for (var row = 0; row < sequences.Length; row++)
        {
            var exact = SlowDecoder.Logits(model, sequences[row]);
            for (var i = 0; i < logits[row].Length; i++)
            {
                var at = (17 + row % 3 - 1 + i) * 53;
                for (var v = 0; v < 53; v++) Assert.Equal(exact[at + v], logits[row][i][v], 1e-5 * Math.Max(1, Math.Abs(exact[at + v])));
            }
        }
    }

    /// <remarks>bfloat16 weights and cache, everything else in float32: nearer to the exact numbers of those weights than libtorch's operators, which round in between.</remarks>
    [SkippableFact]
    public void Logits_InBFloat16_AreNearerToTheExactOnesThanWithOperators()
    {
        using var model = TinyModels.Create(Config(everything: true), ScalarType.BFloat16);
        int[][] sequences = [Ids(30, 1), Ids(30, 2)];
        using var kernels = Kernels(model);
        using var operators = model.CreateDecoder(withOperators: true);
        double Worst(IDecoder decoder) => Run(model, decoder, sequences, 17, 100).SelectMany((rows, s) =>
        {
            var exact = SlowDecoder.Logits(model, sequences[s]);
            return rows.SelectMany((r, i) => r.Select((x, v) => Math.Abs(x - exact[(17 + s % 3 - 1 + i) * 53 + v])));
        }).Max();
        double ours = Worst(kernels), theirs = Worst(operators);
        Assert.True(ours < theirs, $"kernels {ours:E2}, operators {theirs:E2}");
        Assert.True(ours < 0.05, $"kernels {ours:E2}");
    }

    [SkippableTheory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void Logits_AnyBatchChunkAndThreads_AreTheSameBits(ScalarType type)
    {
        using var model = TinyModels.Create(Config(headSize: 64, heads: 6, shared: 2, everything: true), type);
        int[][] sequences = [.. Enumerable.Range(0, 40).Select(s => Ids(70 + s, s))];
        using var decoder = Kernels(model);
        var together = Run(model, decoder, sequences, 60, chunk: 1000);
        foreach (var chunk in new[] { 1, 7 })
            Assert.Equal(Bits(together), Bits(Run(model, decoder, sequences, 60, chunk)));
        var threads = get_num_threads();
        try
        {
            set_num_threads(threads == 1 ? 3 : 1);
            using var other = Kernels(model);
            foreach (var row in new[] { 0, 17, 39 })
            {
                // Row 0 of a batch reads promptLength tokens, row 1 one more, row 2 two more: compare what both have.
                var alone = Run(model, other, [sequences[row]], 60 + row % 3, chunk: 1000)[0];
                var count = Math.Min(alone.Length, together[row].Length);
                Assert.True(count >= 6);
                Assert.Equal(Bits([together[row][..count]]), Bits([alone[..count]]));
            }
        }
        finally
        {
            set_num_threads(threads);
        }
        static uint[] Bits(float[][][] logits) => [.. logits.SelectMany(r => r).SelectMany(r => r).Select(BitConverter.SingleToUInt32Bits)];
    }

    [SkippableFact]
    public void Decoder_UsedAndDisposed_LeavesNoTensor()
    {
        using var model = TinyModels.Create(Config());
        int[][] sequences = [Ids(30, 1), Ids(30, 2), Ids(30, 3)];
        using (var warm = Kernels(model)) Run(model, warm, sequences, 9, 4);
        var before = Tensor.TotalCount;
        using (var decoder = Kernels(model)) Run(model, decoder, sequences, 9, 4);
        Assert.Equal(before, Tensor.TotalCount);
    }

    [SkippableFact]
    public void CreateDecoder_WhatKernelsDoNotCover_UsesOperators()
    {
        using var doubled = TinyModels.Create(Config(), ScalarType.Float64);
        using var narrow = TinyModels.Create(TinyModels.Config());
        foreach (var model in new[] { doubled, narrow })
        {
            using var decoder = model.CreateDecoder();
            Assert.IsType<TensorDecoder>(decoder);
        }
    }
}
