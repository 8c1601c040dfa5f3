using W2SR.Core.Common;
using W2SR.Core.Generation;
using W2SR.Core.Models;
using W2SR.Core.Training;
using Stopwatch = System.Diagnostics.Stopwatch;

namespace W2SR.Core.Experiments.Planning;

/// <summary>How fast a model of some shape trains and writes on this machine.</summary>
/// <param name="TokensTrainedPerSecond">Forward and backward.</param>
/// <param name="TokensGeneratedPerSecond">Decoding of a full batch.</param>
internal sealed record SpeedProbe(double TokensTrainedPerSecond, double TokensGeneratedPerSecond)
{
    private const long Largest = 400_000_000;

    /// <summary>Measures a model with random weights for a few seconds at most; a model too large for that counts as never finished.</summary>
    public static SpeedProbe Measure(DecoderConfig shape)
    {
        if (new ParameterLayout(shape).Count > Largest) return new SpeedProbe(double.Epsilon, double.Epsilon);
        using var model = CausalLm.CreateRandom(shape, seed: 1);
        return new SpeedProbe(Training(model), Generating(model));
    }

    private static double Training(CausalLm model)
    {
        var length = Math.Min(24, model.Config.ContextLength / 2);
        var examples = Enumerable.Range(0, 42).Select(i => new TrainingExample(Ids(length / 2, model.Config), Ids(length - length / 2, model.Config))).ToArray();
        // The first step warms up; learning rate and loss do not matter.
        var run = new SftTrainer(new SftOptions { LearningRate = 1e-9, Compute = new SftComputeOptions { MicroBatchTokens = 512 } }).Train(model, 3, _ => examples);
        return examples.Sum(e => e.Length - 1) * 2 / Math.Max(1e-6, (run.Steps[2].Elapsed - run.Steps[0].Elapsed).TotalSeconds);
    }

    private static double Generating(CausalLm model)
    {
        // An end id that is never drawn: every row writes to its limit.
        var generator = new SequenceGenerator(model, [model.Config.VocabularySize - 1]);
        var sampling = new SamplingOptions { Temperature = 1, MaxNewTokens = 8 };
        GenerationRequest[] requests = [.. Enumerable.Range(0, 64).Select(i => new GenerationRequest(Ids(8, model.Config), new RandomStream(1, "probe", i)))];
        generator.Generate(requests[..8], sampling);
        var clock = Stopwatch.StartNew();
        var written = generator.Generate(requests, sampling).Sum(s => s.Ids.Length);
        return Math.Max(1, written) / clock.Elapsed.TotalSeconds;
    }

    private static int[] Ids(int count, DecoderConfig shape) => [.. Enumerable.Range(0, count).Select(i => i % shape.VocabularySize)];
}
