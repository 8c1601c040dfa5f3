using TorchSharp;
using W2SR.Core.Benchmarks.Ratios;
using W2SR.Core.Training;

namespace W2SR.Core.Benchmarks.Training;

/// <summary>The trainer with one switch turned at a time: what each costs in time and in peak memory. Run by `ratios sft-ablation`.</summary>
internal static class SftAblation
{
    private const string Group = "sft-ablation", Settings = "SmolLM2-135M-Instruct, first 24 GSM8K training rows in its chat format, batch 8, float32 unless said";
    private const int Rows = 24;

    private static readonly (string Name, string Meaning, SftWay Way)[] Switches =
    [
        ("every-position", "the LM head at every position, prompts too", new SftWay(EveryPosition: true)),
        ("libtorch", "libtorch's products, norms and SwiGLU instead of our kernels", new SftWay(OnKernels: false)),
        ("one-graph", "logits of a whole micro-batch and a dense embedding gradient in one autograd graph", new SftWay(Pass: new PassOptions(OneGraph: true))),
        ("one-batch", "one padded batch a step", new SftWay(MicroBatchTokens: int.MaxValue)),
        ("torch-adamw", "TorchSharp's AdamW", new SftWay(TorchAdamW: true)),
        ("packed", "packing", new SftWay(Packed: true)),
        ("checkpointing", "gradient checkpointing", new SftWay(Pass: new PassOptions(Checkpointing: true))),
        ("bf16", "bfloat16 compute", new SftWay(torch.ScalarType.BFloat16)),
    ];

    public static IReadOnlyList<Ratio> List { get; } = [.. Switches.Select(Time), .. Switches.Select(Memory)];

    private static Ratio Time((string Name, string Meaning, SftWay Way) turned) =>
        new($"{Group}-time-{turned.Name}", 1, $"time with {turned.Meaning} over the defaults'", Settings, () =>
        {
            using SftBench ours = new(rows: Rows), other = new(turned.Way, Rows);
            return SftBench.Turns(other.Batches, other.Step, ours.Batches, ours.Step);
        })
        { Group = Group };

    private static Ratio Memory((string Name, string Meaning, SftWay Way) turned)
    {
        var name = $"{Group}-memory-{turned.Name}";
        return new Ratio(name, 1, $"peak memory with {turned.Meaning} over the defaults', whole processes", Settings, () => RatioRunner.PeakRatio(name, "other", "ours"))
        {
            Group = Group,
            Arms = new Dictionary<string, Action> { ["other"] = () => Run(turned.Way), ["ours"] = () => Run(new SftWay()) },
        };
    }

    private static void Run(SftWay way)
    {
        using var bench = new SftBench(way, Rows);
        foreach (var batch in bench.Batches) bench.Step(batch);
    }
}
