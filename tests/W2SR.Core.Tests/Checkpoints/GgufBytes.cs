using System.Text;
using W2SR.Core.Common;

namespace W2SR.Core.Tests.Checkpoints;

/// <summary>GGUF files put together by hand, so that they can be small, and wrong on purpose.</summary>
internal sealed class GgufBytes
{
    private readonly List<(string Key, byte[] Value)> pairs = [];
    private readonly List<(string Name, ulong[] Extents, uint Type, ulong Offset)> tensors = [];
    private readonly List<byte> data = [];

    public uint Version { get; set; } = 3;

    public ulong? ClaimedPairs { get; set; }

    public ulong? ClaimedTensors { get; set; }

    public int Alignment { get; set; } = 32;

    /// <summary>A value as its bytes, type first.</summary>
    public static byte[] Value(object value) => Write(w =>
    {
        switch (value)
        {
            case byte[] raw: w.Write(raw); break;
            case bool b: w.Write(7u); w.Write(b); break;
            case uint u: w.Write(4u); w.Write(u); break;
            case ulong u: w.Write(10u); w.Write(u); break;
            case float f: w.Write(6u); w.Write(f); break;
            case string s: w.Write(8u); Text(w, s); break;
            case string[] list: w.Write(9u); w.Write(8u); w.Write((ulong)list.Length); foreach (var s in list) Text(w, s); break;
            case int[] list: w.Write(9u); w.Write(5u); w.Write((ulong)list.Length); foreach (var n in list) w.Write(n); break;
            default: throw new ArgumentException($"{value.GetType()}");
        }
    });

    public static byte[] Write(Action<BinaryWriter> write)
    {
        var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream)) write(writer);
        return stream.ToArray();
    }

    public static void Text(BinaryWriter writer, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }

    public GgufBytes Set(string key, object? value)
    {
        pairs.RemoveAll(p => p.Key == key);
        if (value is not null) Add(key, value);
        return this;
    }

    public GgufBytes Add(string key, object value)
    {
        pairs.Add((key, Value(value)));
        return this;
    }

    /// <param name="extents">The fastest dimension first.</param>
    /// <param name="bytes">The numbers.</param>
    /// <param name="offset">Another offset than the one where they are.</param>
    public GgufBytes Tensor(string name, uint type, ulong[] extents, byte[] bytes, ulong? offset = null)
    {
        while (data.Count % Alignment != 0) data.Add(0);
        tensors.Add((name, extents, type, offset ?? (ulong)data.Count));
        data.AddRange(bytes);
        return this;
    }

    public GgufBytes Drop(string tensor)
    {
        tensors.RemoveAll(t => t.Name == tensor);
        return this;
    }

    public byte[] ToArray() => Write(w =>
    {
        w.Write(0x46554747u);
        w.Write(Version);
        w.Write(ClaimedTensors ?? (ulong)tensors.Count);
        w.Write(ClaimedPairs ?? (ulong)pairs.Count);
        foreach (var (key, value) in pairs)
        {
            Text(w, key);
            w.Write(value);
        }
        foreach (var (name, extents, type, offset) in tensors)
        {
            Text(w, name);
            w.Write((uint)extents.Length);
            foreach (var n in extents) w.Write(n);
            w.Write(type);
            w.Write(offset);
        }
        if (tensors.Count > 0) while (w.BaseStream.Length % Alignment != 0) w.Write((byte)0);
        w.Write(data.ToArray());
    });

    /// <summary>A whole one-layer model of 4 tokens, with hidden size 64 in F32, and a tokenizer.</summary>
    public static GgufBytes Model(string architecture = "llama")
    {
        var random = new RandomStream(1, "gguf");
        byte[] Floats(int count) => [.. Enumerable.Range(0, count).SelectMany(_ => BitConverter.GetBytes((float)random.NextNormal()))];
        byte[] Blocks(int count, int bytes) => [.. Enumerable.Range(0, count).SelectMany(_ => (byte[])[0x00, 0x2C, .. Enumerable.Range(0, bytes - 2).Select(_ => (byte)(256 * random.NextUniform()))])];
        var file = new GgufBytes().Add("general.architecture", architecture);
        foreach (var (key, value) in new (string, object)[]
        {
            ("context_length", 128u), ("embedding_length", 64u), ("block_count", 1u), ("feed_forward_length", 32u), ("attention.head_count", 4u), ("attention.head_count_kv", 2u),
            ("attention.layer_norm_rms_epsilon", 1e-5f), ("rope.freq_base", 1e5f),
        })
            file.Add($"{architecture}.{key}", value);
        file.Add("tokenizer.ggml.model", "gpt2").Add("tokenizer.ggml.tokens", new[] { "a", "b", "ab", "<end>" }).Add("tokenizer.ggml.token_type", new[] { 1, 1, 1, 3 })
            .Add("tokenizer.ggml.merges", new[] { "a b" }).Add("tokenizer.ggml.eos_token_id", 3u).Add("tokenizer.chat_template", "{{ messages }}");
        file.Tensor("token_embd.weight", 0, [64, 4], Floats(256)).Tensor("output_norm.weight", 0, [64], Floats(64)).Tensor("blk.0.attn_norm.weight", 0, [64], Floats(64))
            .Tensor("blk.0.attn_q.weight", 2, [64, 64], Blocks(128, 18)).Tensor("blk.0.attn_k.weight", 0, [64, 32], Floats(64 * 32)).Tensor("blk.0.attn_v.weight", 8, [64, 32], Blocks(64, 34))
            .Tensor("blk.0.attn_output.weight", 2, [64, 64], Blocks(128, 18)).Tensor("blk.0.ffn_norm.weight", 0, [64], Floats(64))
            .Tensor("blk.0.ffn_gate.weight", 1, [64, 32], new byte[64 * 32 * 2]).Tensor("blk.0.ffn_up.weight", 30, [64, 32], new byte[64 * 32 * 2]).Tensor("blk.0.ffn_down.weight", 2, [32, 64], Blocks(64, 18));
        return file;
    }
}
