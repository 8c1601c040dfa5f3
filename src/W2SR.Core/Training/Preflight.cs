using System.Diagnostics;
using System.Globalization;
using TorchSharp;
using W2SR.Core.Common;
using W2SR.Core.Models;
using W2SR.Core.Reasoners;
using W2SR.Core.Tensors;
using static TorchSharp.torch;

namespace W2SR.Core.Training;

/// <summary>Looks at a fine-tuning before its first step: what will be learned, whether it can work, and what it will cost.</summary>
internal static class Preflight
{
    private static readonly double[] Quantiles = [0.5, 0.9, 0.99, 1];

    public static PreflightReport Check(IStudent student, EncodedTraces encoded, SftOptions options)
    {
        var (examples, tokenizer) = (encoded.Examples, student.Tokenizer);
        long supervised = examples.Sum(e => (long)e.ResponseIds.Length), tokens = examples.Sum(e => (long)e.Length);
        var ends = examples.Count(e => tokenizer.EndIds.Contains(e.ResponseIds[^1]));
        var returned = examples.Zip(encoded.Traces, (e, t) => (Text: tokenizer.Decode(e.ResponseIds), t.Response)).ToArray();
        var whole = returned.Count(r => r.Text == r.Response);
        var lengths = encoded.Lengths.Order().ToArray();
        var steps = options.Epochs * ((examples.Count + options.BatchSize - 1) / options.BatchSize);
        var flops = options.Epochs * DecoderFlops.Training(student.Model.Config, examples.Select(e => e.Length - 1), supervised);
        var refusals = Refusals(student, encoded, options, returned, ends);
        var type = options.Compute.Type ?? student.Model.Target.Dtype;
        var rate = refusals.Count > 0 ? double.PositiveInfinity : OperationsPerSecond(student.Model, type);
        return new PreflightReport
        {
            FirstSample = examples.Count == 0 ? "" : Show(student, examples[0]),
            Samples = examples.Count,
            Dropped = encoded.Dropped,
            Cut = encoded.Cut,
            SupervisedTokens = supervised,
            SupervisedShare = tokens == 0 ? 0 : (double)supervised / tokens,
            RoundTripShare = examples.Count == 0 ? 0 : (double)whole / examples.Count,
            StopTokenShare = examples.Count == 0 ? 0 : (double)ends / examples.Count,
            LengthQuantiles = Quantiles.ToDictionary(q => q, q => lengths.Length == 0 ? 0 : lengths[(int)Math.Ceiling(q * lengths.Length) - 1]),
            Steps = steps,
            Flops = flops,
            ExpectedTime = TimeSpan.FromSeconds(flops / rate),
            ExpectedMemoryBytes = Memory(student.Model, examples, options),
            Refusals = refusals,
            Warnings = [.. Warnings(encoded, whole, ends), .. SlowType(student.Model, type, rate)],
        };
    }

    private static string Show(IStudent student, TrainingExample example) =>
        student.Tokenizer.Decode(example.PromptIds, skipSpecialTokens: false) + "⟦" + student.Tokenizer.Decode(example.ResponseIds, skipSpecialTokens: false) + "⟧";

    private static List<string> Refusals(IStudent student, EncodedTraces encoded, SftOptions options, (string Text, string Response)[] returned, int ends)
    {
        var result = new List<string>();
        if (encoded.Examples.Count == 0)
        {
            result.Add($"Nothing to train on: {encoded.Lengths.Count} traces given, {encoded.Dropped} of them empty or longer than {Math.Min(options.MaxLength, student.Model.Config.ContextLength)} tokens.");
            return result;
        }
        var vocabulary = student.Model.Config.VocabularySize;
        var largest = encoded.Examples.Max(e => Math.Max(e.PromptIds.Max(), e.ResponseIds.Max()));
        if (largest >= vocabulary)
            result.Add($"The tokenizer gives id {largest}, the model knows {vocabulary}. Are both from the same checkpoint?");
        var finished = encoded.Traces.Zip(encoded.Examples, (t, e) => (t, e)).Count(x => x.t.FinishReason == FinishReason.Stop);
        if (ends == 0 && finished > encoded.Cut)
            result.Add($"No sample ends in a stop token ({string.Join(", ", student.Tokenizer.EndIds)}), though {finished} traces ended by themselves: the model would learn never to stop. Is the end token also the padding token, and masked as such?");
        var lost = returned.Count(r => r.Response.Contains("<think>", StringComparison.Ordinal) && !r.Text.Contains("<think>", StringComparison.Ordinal));
        if (lost > 0)
            result.Add($"{lost} responses lose their <think> part on the way through template and tokenizer: the reasoning would not be trained. Does the template strip it, or does the tokenizer count it as special?");
        else if (2 * returned.Count(r => r.Text != r.Response) > returned.Length && encoded.Cut == 0)
            result.Add($"Most responses do not come back from their tokens as they were. The first: {Excerpt(returned.First(r => r.Text != r.Response))}");
        return result;
    }

    private static List<string> Warnings(EncodedTraces encoded, int whole, int ends)
    {
        var (result, count) = (new List<string>(), encoded.Examples.Count);
        if (encoded.Dropped > 0) result.Add($"{encoded.Dropped} of {encoded.Lengths.Count} samples are left out.");
        if (encoded.Cut > 0) result.Add($"{encoded.Cut} samples are cut and teach no end.");
        if (whole < count - encoded.Cut) result.Add($"{count - whole} responses do not come back from their tokens byte for byte.");
        if (ends < 0.9 * count) result.Add($"Only {ends} of {count} samples end in a stop token; the model may learn to run on.");
        return result;
    }

    /// <summary>A narrower type that costs time instead of saving it.</summary>
    private static IEnumerable<string> SlowType(CausalLm model, ScalarType type, double rate)
    {
        if (type != ScalarType.BFloat16 || model.Target.Dtype != ScalarType.Float32 || double.IsInfinity(rate)) yield break;
        var ratio = OperationsPerSecond(model, ScalarType.Float32) / rate;
        if (ratio > 1.25) yield return string.Create(CultureInfo.InvariantCulture, $"bfloat16 products take {ratio:F1} times as long as float32's on this machine; without Compute.Type the training is faster and exact.");
    }

    private static string Excerpt((string Text, string Response) pair)
    {
        var at = pair.Text.Zip(pair.Response).TakeWhile(p => p.First == p.Second).Count();
        string Near(string text) => text.Substring(Math.Min(at, text.Length), Math.Min(40, text.Length - Math.Min(at, text.Length)));
        return $"from character {at} on \"{Near(pair.Response)}\" becomes \"{Near(pair.Text)}\".";
    }

    /// <summary>Rate of the product that dominates a block, at 1,024 rows of a type.</summary>
    private static double OperationsPerSecond(CausalLm model, ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var (width, inner) = (model.Config.HiddenSize, 2L * model.Config.FeedForwardSize);
        Tensor x = ones([1024, width], type, model.Target.Device), weight = ones([inner, width], type, model.Target.Device);
        double Seconds()
        {
            var clock = Stopwatch.StartNew();
            using var product = LargeProduct.Forward(x, weight);
            _ = product[0, 0].ToDouble(); // waits for a device that runs behind
            return clock.Elapsed.TotalSeconds;
        }
        _ = Seconds();
        // Norms, rotations and attention take the rest: a training step runs at about 60% of its bare products.
        return 0.6 * 2.0 * 1024 * width * inner / Math.Min(Seconds(), Math.Min(Seconds(), Seconds()));
    }

    private static long Memory(CausalLm model, IReadOnlyList<TrainingExample> examples, SftOptions options)
    {
        var config = model.Config;
        long element = options.Compute.Type is ScalarType.BFloat16 or ScalarType.Float16 ? 2 : model.Target.Dtype == ScalarType.Float64 ? 8 : 4;
        var weights = model.ParameterCount * element;
        var trained = options.Adapter is null && model.Adapter is null ? model.ParameterCount : model.ParameterCount / 50;
        long longest = examples.Count == 0 ? 0 : examples.Max(e => e.Length), batch = Math.Max(longest, Math.Min(options.Compute.MicroBatchTokens, examples.Sum(e => (long)e.Length)));
        var perBlock = SequencePass.NumbersKept(config, element == 4 && BlockPass.Suits(model));
        var kept = options.Compute.GradientCheckpointing ? config.LayerCount * (long)config.HiddenSize + perBlock : config.LayerCount * perBlock;
        var optimizer = trained * (element == 2 ? 18 : 12);
        if (element == 2 && WidenedProduct.IsNeededOn(model.Target.Device))
        {
            // The graph keeps what each product widened.
            weights += sizeof(float) * model.ParameterCount / (options.Compute.GradientCheckpointing ? config.LayerCount : 1);
            element += sizeof(float);
        }
        return weights + optimizer + batch * kept * element + ChunkedHead.BytesAtATime(config.VocabularySize, batch);
    }
}
