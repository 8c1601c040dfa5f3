using System.Globalization;
using W2SR.Core.Common;

namespace W2SR.Core.Problems;

/// <summary>
/// Procedural problems: a chain of additions and subtractions, "7 + 5 - 3", whose intermediate results all lie between 0 and a largest number. Each
/// number is one word, so a model learns single steps by heart; a whole chain at one glance is hard, step by step it is not.
/// </summary>
public sealed class ArithmeticWorld
{
    private const ulong SplitSeed = 1;

    /// <summary>Makes the world.</summary>
    /// <param name="options">Sizes; null for the defaults.</param>
    public ArithmeticWorld(ArithmeticWorldOptions? options = null)
    {
        Options = options ?? new ArithmeticWorldOptions();
        Options.Validate();
    }

    /// <summary>The sizes.</summary>
    public ArithmeticWorldOptions Options { get; }

    /// <summary>Every word that a question, a solution or an answer can contain.</summary>
    public IReadOnlyList<string> Words =>
        ["Q:", "?", "<think>", "</think>", "\\boxed", "+", "-", "=", ";", .. Enumerable.Range(0, Options.Largest + 1).Select(Word)];

    /// <summary>The answer alone, without a chain of thought.</summary>
    public static string DirectSolution(Problem problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        return $"\\boxed {problem.Answer}";
    }

    /// <summary>Draws a problem; one that is held out only where that is asked for.</summary>
    /// <param name="random">Where the randomness comes from.</param>
    /// <param name="split"><see cref="DataSplit.Test"/> or <see cref="DataSplit.Train"/>; there is no validation split here.</param>
    public Problem Draw(RandomStream random, DataSplit split)
    {
        ArgumentNullException.ThrowIfNull(random);
        while (true)
        {
            var values = new int[Options.MinSteps + random.NextInt(Options.MaxSteps - Options.MinSteps + 1) + 1];
            values[0] = random.NextInt(Options.Largest + 1);
            for (var i = 1; i < values.Length; i++) values[i] = Next(values[i - 1], random);
            var problem = Create(values);
            if (SplitOf(problem) == split) return problem;
        }
    }

    /// <summary>Draws problems with different questions.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">The draw depends on it alone.</param>
    /// <param name="split">Which split.</param>
    /// <exception cref="InvalidOperationException">There are too few questions.</exception>
    public IReadOnlyList<Problem> DrawDistinct(int count, ulong seed, DataSplit split)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var random = new RandomStream(seed, $"arithmetic {split}");
        var problems = new Dictionary<string, Problem>(StringComparer.Ordinal);
        for (var tries = 0L; problems.Count < count; tries++)
        {
            if (tries > 1000L * count) throw new InvalidOperationException($"Only {problems.Count} of {count} different questions were found in the {split} split.");
            var problem = Draw(random, split);
            problems.TryAdd(problem.Id, problem);
        }
        return [.. problems.Values];
    }

    /// <summary>The split of a question, fixed by a hash of its text, so that no run can train on a test question.</summary>
    public DataSplit SplitOf(Problem problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        return new RandomStream(SplitSeed, problem.Question).NextUniform() < Options.TestShare ? DataSplit.Test : DataSplit.Train;
    }

    /// <summary>A chain as a problem, with its worked solution.</summary>
    /// <param name="values">The start and each intermediate result in turn, the last being the answer.</param>
    private static Problem Create(int[] values)
    {
        string[] steps = [.. values.Skip(1).Select((v, i) => v >= values[i] ? $"+ {Word(v - values[i])}" : $"- {Word(values[i] - v)}")];
        var question = $"{Word(values[0])} {string.Join(' ', steps)}";
        var work = string.Join(" ; ", steps.Select((s, i) => $"{Word(values[i])} {s} = {Word(values[i + 1])}"));
        return new Problem(ContentHash.OfText(question), question, Word(values[^1]))
        {
            Source = "arithmetic",
            Level = steps.Length,
            Solution = $"<think> {work} </think> \\boxed {Word(values[^1])}",
        };
    }

    private int Next(int value, RandomStream random)
    {
        while (true)
        {
            var change = (1 + random.NextInt(Options.LargestOperand)) * (random.NextInt(2) == 0 ? 1 : -1);
            if (value + change >= 0 && value + change <= Options.Largest) return value + change;
        }
    }

    private static string Word(int number) => number.ToString(CultureInfo.InvariantCulture);
}
