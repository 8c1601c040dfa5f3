using Microsoft.Win32.SafeHandles;
using W2SR.Core.Common;

namespace W2SR.Core.Checkpoints;

/// <summary>The header of a GGUF file (versions 2 and 3, little-endian), read and checked before anything of the size that it claims is allocated.</summary>
/// <remarks>https://github.com/ggml-org/ggml/blob/master/docs/gguf.md</remarks>
internal sealed record GgufHeader(int Version, GgufMetadata Metadata, IReadOnlyList<CheckpointTensor> Tensors)
{
    private const int LongestKey = 65_535, MostDimensions = 4;

    public static GgufHeader Read(SafeFileHandle file, string path)
    {
        var cursor = new GgufCursor(file, path);
        if (cursor.U32() != 0x46554747) throw cursor.Wrong("does not begin with GGUF. Is it a GGUF file?");
        var version = cursor.U32();
        if (version is not (2 or 3))
            throw cursor.Wrong(version is > 0 and <= 0xFFFF
                ? $"has version {version}; W2SR reads 2 and 3. Convert the checkpoint again with a current llama.cpp."
                : "is big-endian or damaged. W2SR reads little-endian files; convert the checkpoint again on a little-endian machine.");
        var tensorCount = cursor.Count("tensors", 24);
        var pairCount = cursor.Count("metadata pairs", 13);
        var values = new Dictionary<string, object>(StringComparer.Ordinal);
        for (var i = 0; i < pairCount; i++)
        {
            cursor.Location = $"metadata pair {i}";
            var key = cursor.Text();
            if (key.Length is 0 or > LongestKey) throw cursor.Wrong($"has a key of {key.Length} characters.");
            cursor.Location = key;
            var value = ReadValue(cursor, cursor.U32());
            if (!values.TryAdd(key, value)) throw cursor.Wrong("appears twice.");
        }
        var metadata = new GgufMetadata(values, path);
        var alignment = metadata.Integer("general.alignment") ?? 32;
        if (alignment is < 1 or > 1 << 20 || (alignment & (alignment - 1)) != 0)
            throw metadata.Wrong("general.alignment", $"is {alignment}, expected a power of two.");
        return new GgufHeader((int)version, metadata, ReadTensors(cursor, tensorCount, alignment));
    }

    private static object ReadValue(GgufCursor cursor, uint type) => type switch
    {
        0 => (long)cursor.U8(),
        1 => (long)(sbyte)cursor.U8(),
        2 => (long)cursor.U16(),
        3 => (long)(short)cursor.U16(),
        4 => (long)cursor.U32(),
        5 => (long)(int)cursor.U32(),
        6 => (double)BitConverter.UInt32BitsToSingle(cursor.U32()),
        7 => Flag(cursor),
        8 => cursor.Text(),
        9 => ReadArray(cursor),
        10 => Whole(cursor),
        11 => (long)cursor.U64(),
        12 => BitConverter.UInt64BitsToDouble(cursor.U64()),
        _ => throw cursor.Wrong($"has value type {type}, which GGUF does not have. Is the file damaged?"),
    };

    private static object ReadArray(GgufCursor cursor)
    {
        var type = cursor.U32();
        if (type == 9) throw cursor.Wrong("is a list of lists. No checkpoint needs one, and W2SR reads none.");
        var least = type switch { 0 or 1 or 7 => 1, 2 or 3 => 2, 4 or 5 or 6 => 4, 8 or 10 or 11 or 12 => 8, _ => throw cursor.Wrong($"is a list of value type {type}, which GGUF does not have. Is the file damaged?") };
        var count = cursor.Count("list entries", least);
        return type switch
        {
            6 => Fill(count, () => (double)BitConverter.UInt32BitsToSingle(cursor.U32())),
            7 => Fill(count, () => Flag(cursor)),
            8 => Fill(count, cursor.Text),
            12 => Fill(count, () => BitConverter.UInt64BitsToDouble(cursor.U64())),
            _ => Fill(count, () => (long)ReadValue(cursor, type)),
        };
    }

    private static T[] Fill<T>(int count, Func<T> read)
    {
        var values = new T[count];
        for (var i = 0; i < count; i++) values[i] = read();
        return values;
    }

    private static bool Flag(GgufCursor cursor) => cursor.U8() switch { 0 => false, 1 => true, var other => throw cursor.Wrong($"is {other}, expected true (1) or false (0).") };

    private static long Whole(GgufCursor cursor) => cursor.U64() is var value && value <= long.MaxValue ? (long)value : throw cursor.Wrong($"is {value}, too large a number.");

    private static List<CheckpointTensor> ReadTensors(GgufCursor cursor, int count, long alignment)
    {
        var found = new List<(string Name, GgufType Type, long[] Shape, ulong Offset, long Bytes)>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < count; i++)
        {
            cursor.Location = $"tensor {i}";
            var name = cursor.Text();
            cursor.Location = name.Length > 0 ? name : $"tensor {i}";
            if (!names.Add(name)) throw cursor.Wrong("appears twice. Which one is meant cannot be told; convert the checkpoint again.");
            var rank = cursor.U32();
            if (rank is 0 or > MostDimensions) throw cursor.Wrong($"has {rank} dimensions; GGUF tensors have 1 to {MostDimensions}.");
            var extents = Fill((int)rank, cursor.U64); // the fastest dimension first
            var typeId = cursor.U32();
            var type = GgufType.Find(typeId) ?? throw cursor.Wrong(
                $"is stored as {GgufType.Describe(typeId)}, which W2SR does not read. It reads F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0 and Q2_K to Q6_K; take such a file of the model, for example Q8_0 or Q4_K_M.");
            var offset = cursor.U64();
            Int128 elements = 1;
            foreach (var n in extents)
            {
                if (n is 0 or > int.MaxValue || (elements *= n) > long.MaxValue / 16) throw cursor.Wrong($"has the impossible shape [{string.Join(", ", extents.Reverse())}].");
            }
            if (extents[0] % (ulong)type.BlockElements != 0) throw cursor.Wrong($"has rows of {extents[0]} numbers, which are no whole blocks of {type.BlockElements} ({type.Name}).");
            found.Add((name, type, [.. extents.Reverse().Select(n => (long)n)], offset, (long)elements / type.BlockElements * type.BlockBytes));
        }
        var dataStart = (cursor.Position + alignment - 1) / alignment * alignment;
        var available = Math.Max(0, cursor.Position + cursor.Left - dataStart);
        found.Sort((a, b) => a.Offset.CompareTo(b.Offset));
        long end = 0;
        var tensors = new List<CheckpointTensor>(found.Count);
        foreach (var (name, type, shape, offset, bytes) in found)
        {
            cursor.Location = name;
            if (offset % (ulong)alignment != 0) throw cursor.Wrong($"begins at {offset}, which is no multiple of the alignment {alignment}.");
            if (offset > (ulong)available || bytes > available - (long)offset)
                throw cursor.Wrong($"has {bytes} bytes at {offset}, outside the {available} bytes of data. Was the file cut off?");
            if ((long)offset < end) throw cursor.Wrong($"begins at {offset}; it overlaps the tensor before it, which ends at {end}.");
            end = (long)offset + bytes;
            tensors.Add(new CheckpointTensor(name, type.Name, shape, dataStart + (long)offset, bytes));
        }
        return tensors;
    }
}
