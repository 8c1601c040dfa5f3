using System.Globalization;
using W2SR.Core.Common;

namespace W2SR.Core.Problems;

/// <summary>Procedural problems for models that know language: one operation on two numbers, "What is 47 + 28?". Whether a model can is a matter of its size; none has to be trained for the form.</summary>
public sealed class DigitArithmetic
{
    private const ulong SplitSeed = 1;

    /// <summary>Makes the source.</summary>
    /// <param name="options">Sizes; null for the defaults.</param>
    public DigitArithmetic(DigitArithmeticOptions? options = null)
    {
        Options = options ?? new DigitArithmeticOptions();
        Options.Validate();
    }

    /// <summary>The sizes.</summary>
    public DigitArithmeticOptions Options { get; }

    /// <summary>Draws a problem; one that is held out only where that is asked for.</summary>
    /// <param name="random">Where the randomness comes from.</param>
    /// <param name="split"><see cref="DataSplit.Test"/> or <see cref="DataSplit.Train"/>; there is no validation split here.</param>
    public Problem Draw(RandomStream random, DataSplit split)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (split == DataSplit.Validation || (split == DataSplit.Test && Options.TestShare == 0))
            throw new ArgumentException($"There is no {split} split among these problems (TestShare {Options.TestShare}).", nameof(split));
        for (var tries = 0; tries < 1_000_000; tries++)
        {
            var operation = Options.Operations[random.NextInt(Options.Operations.Count)];
            var problem = Create(operation, Number(random), Number(random));
            if (SplitOf(problem) == split) return problem;
        }
        throw new InvalidOperationException($"Among {Options.QuestionCount} questions none belongs to the {split} split. Widen the range of numbers.");
    }

    /// <summary>Draws problems with different questions.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">The draw depends on it alone.</param>
    /// <param name="split">Which split.</param>
    /// <exception cref="InvalidOperationException">There are too few questions.</exception>
    public IReadOnlyList<Problem> DrawDistinct(int count, ulong seed, DataSplit split)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var random = new RandomStream(seed, $"digits {split}");
        var problems = new Dictionary<string, Problem>(StringComparer.Ordinal);
        for (var tries = 0L; problems.Count < count; tries++)
        {
            if (tries > 1000L * count) throw new InvalidOperationException($"Only {problems.Count} of {count} different questions were found in the {split} split.");
            var problem = Draw(random, split);
            problems.TryAdd(problem.Id, problem);
        }
        return [.. problems.Values];
    }

    /// <summary>The split of a question, fixed by a hash of its text, so that no run can train on a test question. 47 + 28 and 28 + 47 belong to the same one.</summary>
    public DataSplit SplitOf(Problem problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        // The words of a question in order of their text: turned round it is nearly the same question.
        var key = string.Join(' ', problem.Question.TrimEnd('?').Split(' ').Order(StringComparer.Ordinal));
        return new RandomStream(SplitSeed, key).NextUniform() < Options.TestShare ? DataSplit.Test : DataSplit.Train;
    }

    private static Problem Create(ArithmeticOperation operation, int left, int right)
    {
        if (operation == ArithmeticOperation.Subtract && left < right) (left, right) = (right, left);
        var (sign, result) = operation switch
        {
            ArithmeticOperation.Add => ('+', (long)left + right),
            ArithmeticOperation.Subtract => ('-', (long)left - right),
            _ => ('*', (long)left * right),
        };
        var answer = result.ToString(CultureInfo.InvariantCulture);
        var term = string.Create(CultureInfo.InvariantCulture, $"{left} {sign} {right}");
        return new Problem($"digits/{term.Replace(" ", "", StringComparison.Ordinal)}", $"What is {term}?", answer)
        {
            Source = "digits",
            Subject = operation.ToString(),
            Level = Math.Max(left, right).ToString(CultureInfo.InvariantCulture).Length,
            Solution = $"{term} = {answer}",
        };
    }

    private int Number(RandomStream random) => Options.Smallest + random.NextInt(Options.Largest - Options.Smallest + 1);
}
