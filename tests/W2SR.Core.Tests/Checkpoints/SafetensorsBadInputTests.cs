using W2SR.Core.Checkpoints;
using W2SR.Core.Common;

namespace W2SR.Core.Tests.Checkpoints;

public sealed class SafetensorsBadInputTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("w2sr-bad-safetensors-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Refusal(byte[] bytes)
    {
        var path = Path.Combine(folder, "model.safetensors");
        File.WriteAllBytes(path, bytes);
        var thrown = Assert.Throws<W2srFormatException>(() => SafetensorsReader.Open(path));
        Assert.StartsWith(path, thrown.Message, StringComparison.Ordinal);
        return thrown.Message[path.Length..];
    }

    [Theory]
    [InlineData(0, ": has 0 bytes, too few for a header. Was it cut off?")]
    [InlineData(7, ": has 7 bytes, too few for a header. Was it cut off?")]
    [InlineData(50, ": header: claims 201 bytes, the file has 50. Was it cut off, or is it no safetensors file?")]
    public void Open_CutInTheHeader_IsRefused(int length, string message) => Assert.Equal(message, Refusal(SafetensorsBytes.Valid()[..length]));

    [Fact]
    public void Open_CutInTheNumbers_NamesTheTensor() => Assert.Equal(": ids: lies at 24 to 32, outside the 31 bytes of data. Was the file cut off?", Refusal(SafetensorsBytes.Valid()[..^1]));

    [Theory]
    [InlineData(long.MaxValue, "claims 9223372036854775807 bytes")]
    [InlineData(-1, "claims 18446744073709551615 bytes")]
    [InlineData(1, "claims 1 bytes; a header has 2 to 100000000")]
    public void Open_HeaderLargerThanTheFile_IsRefusedBeforeItIsAllocated(long claimed, string message)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains(message, Refusal(SafetensorsBytes.File("{}", [], claimed)), StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", ": b: begins at 4; it overlaps the tensor before it, which ends at 8.")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[0],"data_offsets":[12,12]}}""", ": b: begins at 12, after a gap from 8 on.")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", ": a: begins at 4, after a gap from 0 on.")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}""", ": a: lies at 8 to 16, outside the 12 bytes of data. Was the file cut off?")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", ": a: lies at 8 to 0, outside")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}""", ": a: lies at -8 to 0, outside")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,12]}}""", ": a: lies at 0 to 12, but F32 [2] has 8 bytes.")]
    [InlineData("""{"a":{"dtype":"F16","shape":[3],"data_offsets":[0,12]}}""", ": a: lies at 0 to 12, but F16 [3] has 6 bytes.")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", ": has 4 bytes after its last tensor.")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""", ": a: appears twice in the header.")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,12]}}""", ": a: has the impossible shape [4294967296, 4294967296].")]
    [InlineData("""{"a":{"dtype":"F32","shape":[0,4294967296,4294967296],"data_offsets":[0,0]}}""", ": a: has the impossible shape [0, 4294967296, 4294967296].")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,12]}}""", ": a: has the impossible shape [-1].")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1e30],"data_offsets":[0,12]}}""", ": header: is not a safetensors header:")]
    [InlineData("""{"a":{"dtype":"Q9","shape":[3],"data_offsets":[0,12]}}""", ": a: has the unknown type 'Q9'. Export it as F32, F16 or BF16.")]
    [InlineData("""{"a":{"dtype":"F4","shape":[3],"data_offsets":[0,12]}}""", ": a: has 12 bits, which fill no whole bytes.")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0]}}""", ": a: has 1 data_offsets, expected a beginning and an end.")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3]}}""", ": header: is not a safetensors header:")]
    [InlineData("""{"a":7}""", ": header: is not a safetensors header:")]
    [InlineData("""[]""", ": header: is not a safetensors header:")]
    [InlineData("""{"a":""", ": header: is not a safetensors header:")]
    public void Open_HeaderThatLies_SaysWhatAndWhere(string header, string message) =>
        Assert.StartsWith(message, Refusal(SafetensorsBytes.File(header, new byte[12])), StringComparison.Ordinal);

    [Fact]
    public void Read_TypeThatLibtorchLacks_IsListedButRefused()
    {
        var path = Path.Combine(folder, "f8.safetensors");
        File.WriteAllBytes(path, SafetensorsBytes.File("""{"a":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]}}""", new byte[4]));
        using var reader = SafetensorsReader.Open(path);
        Assert.Contains("is stored as F8_E4M3, which libtorch cannot hold here", Assert.Throws<W2srFormatException>(() => reader.Read("a")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_FileCutAfterOpening_EndsInAnError()
    {
        var path = Path.Combine(folder, "cut.safetensors");
        File.WriteAllBytes(path, SafetensorsBytes.Valid());
        using var reader = SafetensorsReader.Open(path);
        using (var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite)) file.SetLength(210);
        Assert.Contains("Was it changed while it was read?", Assert.Throws<W2srFormatException>(() => reader.Read("a")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"weight_map":{"a":"part-1.safetensors","c":"part-2.safetensors"}}""", "names part-2.safetensors, which the folder does not hold. Was every shard downloaded?")]
    [InlineData("""{"weight_map":{"a":"../part-1.safetensors"}}""", "a: is in '../part-1.safetensors', which is no file name in this folder. An index may only name files beside it.")]
    [InlineData("""{"weight_map":{"a":"/etc/passwd"}}""", "a: is in '/etc/passwd', which is no file name in this folder.")]
    [InlineData("""{"weight_map":{"a":"..\\part"}}""", "which is no file name in this folder.")]
    [InlineData("""{"weight_map":{"a":".."}}""", "which is no file name in this folder.")]
    [InlineData("""{"weight_map":{"a":"part-1.safetensors"}}""", "b: is not what model.safetensors.index.json names here.")]
    [InlineData("""{"weight_map":{"a":"part-1.safetensors","b":"part-1.safetensors","ids":"part-1.safetensors","x":"part-1.safetensors"}}""", "lacks x, which model.safetensors.index.json says it holds.")]
    [InlineData("""{"weight_map":{}}""", "weight_map: names no tensor.")]
    [InlineData("""{"weight_map":{"a":7}}""", "weight_map.a: is 7, expected a string.")]
    [InlineData("""{}""", "weight_map: is missing. Is the index whole?")]
    public void OpenFolder_IndexThatLies_IsRefused(string index, string message)
    {
        File.WriteAllBytes(Path.Combine(folder, "part-1.safetensors"), SafetensorsBytes.Valid());
        File.WriteAllText(Path.Combine(folder, "model.safetensors.index.json"), index);
        Assert.Contains(message, Assert.Throws<W2srFormatException>(() => SafetensorsFolder.Open(folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OpenFolder_WithoutSafetensors_SaysWhatToDo()
    {
        Assert.Contains("holds neither model.safetensors nor", Assert.Throws<W2srFormatException>(() => SafetensorsFolder.Open(folder)).Message, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(folder, "pytorch_model.bin"), "");
        Assert.Contains("Convert it to safetensors", Assert.Throws<W2srFormatException>(() => SafetensorsFolder.Open(folder)).Message, StringComparison.Ordinal);
        Assert.Contains("is no folder", Assert.Throws<W2srFormatException>(() => SafetensorsFolder.Open(Path.Combine(folder, "absent"))).Message, StringComparison.Ordinal);
    }
}
