using System.Diagnostics;
using System.Text;
using W2SR.Core.Checkpoints;
using W2SR.Core.Common;
using W2SR.Core.Models;
using W2SR.Core.Tests.Infrastructure;
using static TorchSharp.torch;

namespace W2SR.Core.Tests.Checkpoints;

/// <summary>
/// Random corruptions of small valid files: each ends in success or in <see cref="W2srFormatException"/>, within 2 s, and allocates at
/// most 64 MB + 16 times the file, tensors included.
/// </summary>
[Collection(TensorCountingCollection.Name)]
public sealed class CheckpointMutationTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("w2sr-mutation-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Safetensors_Mutated_EndWell()
    {
        var path = Path.Combine(folder, "x.safetensors");
        Run("safetensors", SafetensorsBytes.Valid(), LongChecks.Rounds(300, 6000), bytes =>
        {
            File.WriteAllBytes(path, bytes);
            using var reader = SafetensorsReader.Open(path);
            foreach (var tensor in reader.Tensors)
            {
                if (SafetensorsTypes.ToTorch(tensor.StorageType) is null) continue;
                reader.Map(tensor.Name);
                reader.Read(tensor.Name);
            }
        });
    }

    [Fact]
    public void Gguf_Mutated_EndWell()
    {
        var path = Path.Combine(folder, "x.gguf");
        Run("gguf", GgufBytes.Model().ToArray(), LongChecks.Rounds(300, 6000), bytes =>
        {
            File.WriteAllBytes(path, bytes);
            using var checkpoint = Checkpoint.Open(path);
            ModelLoader.Load(checkpoint).Model.Dispose();
        }, headOnly: 2500); // numbers cannot be wrong; what describes them can
    }

    [Fact]
    public void Config_Mutated_EndsWell()
    {
        using var model = CausalLm.CreateRandom(DecoderConfig.From(HuggingFaceConfigReader.Parse(HuggingFaceConfigReaderTests.Bytes(("vocab_size", 16)), "config")), 1);
        model.SaveWeights(Path.Combine(folder, "model.safetensors"));
        Run("config.json", HuggingFaceConfigReaderTests.Bytes(("vocab_size", 16), ("rope_theta", 1e4), ("eos_token_id", 2), ("tie_word_embeddings", false)), LongChecks.Rounds(300, 4000), bytes =>
        {
            File.WriteAllBytes(Path.Combine(folder, "config.json"), bytes);
            ModelLoader.Load(folder).Model.Dispose();
        });
    }

    [Fact]
    public void IndexAndGenerationConfig_Mutated_EndWell()
    {
        File.WriteAllBytes(Path.Combine(folder, "p.safetensors"), SafetensorsBytes.Valid());
        Run("index", """{"metadata":{"total_size":32},"weight_map":{"a":"p.safetensors","b":"p.safetensors","ids":"p.safetensors"}}"""u8.ToArray(), LongChecks.Rounds(150, 2000), bytes =>
        {
            File.WriteAllBytes(Path.Combine(folder, "model.safetensors.index.json"), bytes);
            SafetensorsFolder.Open(folder).Dispose();
        });
        Run("generation", """{"eos_token_id":[2,5],"pad_token_id":0,"temperature":0.6,"top_p":0.9,"top_k":20,"do_sample":true,"x":null}"""u8.ToArray(), LongChecks.Rounds(150, 2000),
            bytes => GenerationConfig.Parse(bytes, "generation").ToJson());
    }

    private static void Run(string what, byte[] valid, int rounds, Action<byte[]> use, int? headOnly = null)
    {
        use(valid); // the file is good before it is not
        var refused = 0;
        for (var round = 0; round < rounds; round++)
        {
            var mutated = Mutate(valid, new RandomStream(17, what, round), headOnly ?? valid.Length);
            var peak = Peak();
            var (before, clock) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.StartNew());
            using var scope = NewDisposeScope();
            try
            {
                use(mutated);
            }
            catch (W2srFormatException)
            {
                refused++;
            }
            catch (Exception e)
            {
                Assert.Fail($"{what}, round {round}: {e}\n{Encoding.Latin1.GetString(mutated.AsSpan(0, Math.Min(mutated.Length, 600)))}");
            }
            Assert.True(clock.Elapsed.TotalSeconds < 20, $"{what}, round {round}: took {clock.Elapsed}");
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, (64L << 20) + 16L * mutated.Length);
            Assert.InRange(Peak() - peak, long.MinValue, (64L << 20) + 16L * mutated.Length);
        }
        Assert.InRange(refused, 1, rounds);
    }

    /// <summary>Most memory that the process ever held, libtorch's included: this grows by what a round takes beyond all before it.</summary>
    private static long Peak()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }

    private static byte[] Mutate(byte[] valid, RandomStream random, int extent)
    {
        var bytes = valid.ToList();
        for (var edits = 1 + random.NextInt(3); edits > 0; edits--)
        {
            var at = random.NextInt(Math.Min(extent, bytes.Count));
            switch (random.NextInt(7))
            {
                case 0: bytes[at] ^= (byte)(1 << random.NextInt(8)); break;
                case 1: bytes[at] = (byte)random.NextInt(256); break;
                case 2: bytes.RemoveRange(at, Math.Min(bytes.Count - at, 1 + random.NextInt(9))); break;
                case 3: bytes.InsertRange(at, Enumerable.Range(0, 1 + random.NextInt(9)).Select(_ => (byte)random.NextInt(256))); break;
                case 4: bytes.RemoveRange(at, bytes.Count - at); break;
                case 5: // a number becomes another, text or binary
                    if (bytes[at] is >= (byte)'0' and <= (byte)'9') bytes.InsertRange(at, Encoding.ASCII.GetBytes(((string[])["-", "9999999999", "1e", "0.", "2147483647", "00"])[random.NextInt(6)]));
                    else for (var i = at; i < Math.Min(at + 8, bytes.Count); i++) bytes[i] = (byte)(random.NextInt(2) * 255);
                    break;
                default:
                    var from = random.NextInt(bytes.Count);
                    bytes.InsertRange(at, bytes.GetRange(from, Math.Min(bytes.Count - from, 1 + random.NextInt(40))));
                    break;
            }
            if (bytes.Count == 0) bytes.Add(0);
        }
        return [.. bytes];
    }
}
