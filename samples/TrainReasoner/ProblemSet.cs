using W2SR.Core.Common;
using W2SR.Core.Problems;

namespace W2SR.Samples.TrainReasoner;

/// <summary>Which problems train and which are held out: procedural arithmetic, or files of JSON lines.</summary>
internal sealed record ProblemSet
{
    /// <summary>Stands for procedural arithmetic.</summary>
    public const string Arithmetic = "arithmetic";

    private const double HeldOutShare = 0.1;

    /// <summary>A file of any known form, or <see cref="Arithmetic"/>.</summary>
    public required string Data { get; init; }

    /// <summary>A file of held-out problems; null holds out a tenth of the data, chosen by a hash of the question.</summary>
    public required string? TestData { get; init; }

    /// <summary>Largest number of <see cref="Arithmetic"/>.</summary>
    public required int Largest { get; init; }

    /// <summary>Problems to train on at most.</summary>
    public required int Limit { get; init; }

    /// <summary>Held-out problems at most.</summary>
    public required int TestProblems { get; init; }

    public required ulong Seed { get; init; }

    public string Describe() => Data == Arithmetic ? $"additions and subtractions of 0 to {Largest}" : TestData is null ? $"{Data}, a tenth held out" : $"{Data}, {TestData}";

    public (IReadOnlyList<Problem> Train, IReadOnlyList<Problem> Test) Read()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Limit, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(TestProblems, 1);
        if (Data == Arithmetic)
        {
            var world = new DigitArithmetic(new DigitArithmeticOptions { Smallest = 0, Largest = Largest });
            // A few digits give few questions: no more are asked for than a draw finds easily.
            int AtMost(int wanted, double share) => (int)Math.Min(wanted, 0.5 * share * world.Options.QuestionCount);
            return (world.DrawDistinct(AtMost(Limit, 1 - world.Options.TestShare), Seed + 2, DataSplit.Train),
                world.DrawDistinct(AtMost(TestProblems, world.Options.TestShare), Seed + 1, DataSplit.Test));
        }
        var all = Shuffled(BenchmarkFile.ReadAll(Data), "train");
        if (TestData is null)
        {
            var parts = all.ToLookup(p => new RandomStream(1, p.Question).NextUniform() < HeldOutShare);
            return (NotEmpty([.. parts[false].Take(Limit)], Data), NotEmpty([.. parts[true].Take(TestProblems)], $"the held-out tenth of {Data}"));
        }
        var test = Shuffled(BenchmarkFile.ReadAll(TestData), "test").Take(TestProblems).ToArray();
        var asked = test.Select(p => p.Question).ToHashSet(StringComparer.Ordinal);
        return (NotEmpty([.. all.Where(p => !asked.Contains(p.Question)).Take(Limit)], Data), NotEmpty(test, TestData));
    }

    private Problem[] Shuffled(IReadOnlyList<Problem> problems, string name)
    {
        var order = new RandomStream(Seed, name);
        return [.. problems.Select(p => (Problem: p, Key: order.NextUniform())).OrderBy(p => p.Key).Select(p => p.Problem)];
    }

    private static Problem[] NotEmpty(Problem[] problems, string where) =>
        problems.Length > 0 ? problems : throw new ArgumentException($"There is no problem left in {where}.");
}
