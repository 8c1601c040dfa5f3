using BenchmarkDotNet.Attributes;

namespace W2SR.Core.Benchmarks.Tokens;

/// <summary>Encoding with a real tokenizer: <c>dotnet run -c Release -- --filter '*Tokenizer*'</c>.</summary>
[MemoryDiagnoser]
public class TokenizerBenchmarks
{
    private readonly string ideographs = new('漢', 20_000);
    private TokenizerWork work = null!;
    private int[] ids = null!;

    [Params("qwen3", "llama3_1")]
    public string Name { get; set; } = "";

    [GlobalSetup]
    public void Load()
    {
        work = TokenizerWork.Load(Name);
        ids = [.. work.Texts.SelectMany(work.Ours.Encode)];
    }

    [Benchmark(Baseline = true)]
    public long Encode() => work.EncodeOurs();

    [Benchmark]
    public long MlNetBpe() => work.EncodePairs();

    [Benchmark]
    public long MlNetTiktoken() => work.EncodeTiktoken();

    [Benchmark]
    public int LongWord() => work.Ours.Encode(ideographs).Length;

    [Benchmark]
    public int Decode() => work.Ours.Decode(ids).Length;
}
