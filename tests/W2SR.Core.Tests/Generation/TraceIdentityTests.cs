using TorchSharp;
using W2SR.Core.Common;
using W2SR.Core.Generation;
using W2SR.Core.Models;
using W2SR.Core.Reasoners;
using W2SR.Core.Tests.Infrastructure;
using W2SR.Core.Tokens;
using Xunit.Abstractions;
using static TorchSharp.torch;

namespace W2SR.Core.Tests.Generation;

/// <summary>1,000 sampled traces in float32: what a batch's size and the order of arrival may change, and why.</summary>
[Collection(TensorCountingCollection.Name)]
public sealed class TraceIdentityTests : IDisposable
{
    private const int Vocabulary = 2000;
    private static readonly SamplingOptions Sampling = new() { Temperature = 1.2, TopP = 0.95, MaxNewTokens = 24 };

    // Many likely tokens at each step, so many boundaries between two candidates that a uniform number may fall on: harder than text.
    private readonly CausalLm model = TinyModels.Create(TinyModels.Config(Vocabulary, grouped: true) with { HiddenSize = 48, HeadSize = 16, ContextLength = 128 });
    private readonly ITestOutputHelper output;

    public TraceIdentityTests(ITestOutputHelper output) => this.output = output;

    public void Dispose() => model.Dispose();

    private static GenerationRequest[] Requests() => [..
        from i in Enumerable.Range(0, 250)
        let prompt = Enumerable.Range(0, 1 + i * 13 % 60).Select(t => (7 * t * t + 31 * i) % Vocabulary).ToArray()
        from sample in Enumerable.Range(0, 4)
        select new GenerationRequest(prompt, new RandomStream(5, $"p{i}", sample), 4 + (97 * i + 31 * sample) % 21)];

    private int[][] Run(GeneratorOptions options, bool reversed = false)
    {
        var requests = Requests();
        var order = Enumerable.Range(0, requests.Length).ToArray();
        if (reversed) Array.Reverse(order);
        var results = new int[requests.Length][];
        new SequenceGenerator(model, [0], options).Generate([.. order.Select(i => requests[i])], Sampling, (i, s) => results[order[i]] = s.Ids);
        return results;
    }

    [SkippableFact]
    public void Generate_WithKernels_GivesTheSame1000TracesAtAnyBatchSizeAndOrder()
    {
        using (var decoder = model.CreateDecoder()) Skip.If(decoder is TensorDecoder, "This processor has no 512-bit vectors, so there are no kernels.");
        var expected = Run(new GeneratorOptions { MaxRows = 32 });
        Assert.Equal(1000, expected.Length);
        Assert.True(expected.Select(ids => string.Join(" ", ids)).Distinct().Count() > 990); // they are not all one text
        foreach (var (rows, promptTokens, reversed) in new[] { (500, 2048, false), (7, 2048, true), (33, 16, true), (1000, 1, false) })
            Assert.Equal(expected, Run(new GeneratorOptions { MaxRows = rows, PromptTokensAtOnce = promptTokens }, reversed));
    }

    [Fact]
    public void IsBatchInvariant_SaysWhetherKernelsWrite()
    {
        using var student = new LocalStudent("tiny", model.Clone(), new WordTokenizer(Enumerable.Range(0, Vocabulary - 1).Select(i => $"w{i}")));
        using (var decoder = student.Model.CreateDecoder()) Assert.Equal(decoder is not TensorDecoder, student.IsBatchInvariant);
        student.Model.Attach(LoraAdapter.Create(student.Model, seed: 1));
        Assert.False(student.IsBatchInvariant);
    }

    /// <remarks>
    /// Operators round differently at another batch size, and differently from the kernels: here all are compared. Where two traces part, float64 tells
    /// how far the uniform number lay from what decides: the boundary between the two candidates, or the edge of the top-p set.
    /// </remarks>
    [Fact]
    public void Generate_WithOperators_DiffersInUnder1PercentAndOnlyAtNearTies()
    {
        var expected = Run(new GeneratorOptions { MaxRows = 32 });
        using var exact = model.CloneAs(new(CPU, ScalarType.Float64));
        foreach (var (rows, reversed) in new[] { (32, false), (200, false), (9, true) })
        {
            var other = Run(new GeneratorOptions { MaxRows = rows, UsesOperators = true }, reversed);
            var parted = Enumerable.Range(0, 1000).Where(i => !expected[i].SequenceEqual(other[i])).ToArray();
            output.WriteLine($"operators, {rows} rows: {1000 - parted.Length} of 1000 traces are the same");
            Assert.True(parted.Length <= 10, $"{parted.Length} of 1000 traces differ at {rows} rows");
            foreach (var i in parted)
            {
                var distance = DistanceOfTie(exact, Requests()[i], expected[i], other[i]);
                output.WriteLine($"  trace {i} parts {distance:E1} from a boundary");
                Assert.True(distance < 1e-5, $"trace {i} parts {distance:E1} from the nearest boundary: no rounding");
            }
        }
    }

    /// <remarks>Rounding of the operators above parts no trace at all as a rule. Weights moved by 1e-5 of themselves stand for a coarser rounding, to show what the analysis sees when some do.</remarks>
    [Fact]
    public void Generate_WeightsMovedALittle_PartsSomeTracesAndOnlyNearBoundaries()
    {
        var expected = Run(new GeneratorOptions { MaxRows = 32 });
        using var exact = model.CloneAs(new(CPU, ScalarType.Float64));
        using (no_grad())
        using (NewDisposeScope())
        {
            using var generator = new Generator(3);
            model.Parameters.Values.mul_(1 + 1e-5 * randn(model.Parameters.Values.shape, generator: generator));
        }
        var other = Run(new GeneratorOptions { MaxRows = 32 });
        var parted = Enumerable.Range(0, 1000).Where(i => !expected[i].SequenceEqual(other[i])).ToArray();
        var distances = parted.Select(i => DistanceOfTie(exact, Requests()[i], expected[i], other[i])).ToArray();
        output.WriteLine($"{parted.Length} of 1000 traces part, at most {distances.DefaultIfEmpty().Max():E1} from a boundary");
        Assert.InRange(parted.Length, 1, 200);
        Assert.All(distances, d => Assert.InRange(d, 0, 1e-4));
    }

    [Fact]
    public void DistanceOfTie_TracesThatPartForNoReason_IsLarge()
    {
        using var exact = model.CloneAs(new(CPU, ScalarType.Float64));
        var trace = Run(new GeneratorOptions { MaxRows = 32 })[3];
        var other = trace.ToArray();
        other[2] = (other[2] + Vocabulary / 2) % Vocabulary;
        Assert.True(DistanceOfTie(exact, Requests()[3], trace, other) > 1e-5);
    }

    /// <summary>
    /// How far, in probability, the decision of the first step at which two traces differ is from going the other way: all of what the uniform number would have to be
    /// moved by to pass from one token to the other, or, when a token that is dropped by top-p is among them, how far the set's mass lies from p.
    /// </summary>
    private static double DistanceOfTie(CausalLm exact, GenerationRequest request, int[] first, int[] second)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var step = Enumerable.Range(0, Math.Min(first.Length, second.Length)).First(t => first[t] != second[t]);
        var uniform = 0.0;
        for (var t = 0; t <= step; t++) uniform = request.Random.NextUniform();
        long[] ids = [.. request.PromptIds.Select(i => (long)i), .. first[..step].Select(i => (long)i)];
        var logits = exact.Logits(tensor(ids).unsqueeze(0))[0, ids.Length - 1].data<double>().ToArray();
        var unfiltered = logits.ToArray();
        var all = TokenSampler.Filter(unfiltered, Sampling with { TopP = 1 }, null);
        var total = TokenSampler.Filter(logits, Sampling, null);
        var (low, high) = (Math.Min(first[step], second[step]), Math.Max(first[step], second[step]));
        // Cumulative mass at the end of the lower token and at the start of the higher one: the number must be near both.
        var endOfLow = logits[..(low + 1)].Sum() / total;
        var startOfHigh = logits[..high].Sum() / total;
        var boundary = Math.Max(Math.Abs(uniform - endOfLow), Math.Abs(uniform - startOfHigh));
        // The set's edge: what is kept without its smallest member falls short of p, with it reaches p.
        var smallest = logits.Where(w => w > 0).Min();
        var edge = Math.Min(total / all - Sampling.TopP, Sampling.TopP - (total - smallest) / all);
        return Math.Min(boundary, edge);
    }
}
