using System.Globalization;
using W2SR.Core.Common;

namespace W2SR.Core.Problems;

/// <summary>
/// Procedural problems: a chain of operations as typed into a pocket calculator, "7 , + 5 , * 2 , - 3", worked off from left to right; intermediate results
/// all lie between 0 and a largest number. Each number is one word, so a model learns single steps by heart; a whole chain at one glance is hard (doubling
/// and halving keep it from being a mere sum), step by step it is not.
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
        ["Q:", "?", "<think>", "</think>", "\\boxed", "+", "-", "*", "/", "=", ",", ";", .. Enumerable.Range(0, Options.Largest + 1).Select(Word)];

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
            var start = random.NextInt(Options.Largest + 1);
            var problem = Create(start, [.. Chain(start, Options.MinSteps + random.NextInt(Options.MaxSteps - Options.MinSteps + 1), random)]);
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
    private static Problem Create(int start, Step[] steps)
    {
        var question = Word(start) + string.Concat(steps.Select(s => $" , {s.Operation}"));
        var work = string.Join(" ; ", steps.Select((s, i) => $"{Word(i == 0 ? start : steps[i - 1].Result)} {s.Operation} = {Word(s.Result)}"));
        var answer = Word(steps[^1].Result);
        return new Problem(ContentHash.OfText(question), question, answer)
        {
            Source = "arithmetic",
            Level = steps.Length,
            Solution = $"<think> {work} </think> \\boxed {answer}",
        };
    }

    private IEnumerable<Step> Chain(int value, int count, RandomStream random)
    {
        for (var i = 0; i < count; i++)
        {
            var step = Next(value, random);
            value = step.Result;
            yield return step;
        }
    }

    /// <summary>Half of the steps double or halve where that is possible.</summary>
    private Step Next(int value, RandomStream random)
    {
        while (true)
        {
            var (kind, operand) = (random.NextInt(4), 1 + random.NextInt(Options.LargestOperand));
            switch (kind)
            {
                case 0 when value + operand <= Options.Largest: return new Step($"+ {Word(operand)}", value + operand);
                case 1 when value - operand >= 0: return new Step($"- {Word(operand)}", value - operand);
                case 2 when value > 0 && 2 * value <= Options.Largest: return new Step("* 2", 2 * value);
                case 3 when value > 0 && value % 2 == 0: return new Step("/ 2", value / 2);
            }
        }
    }

    private static string Word(int number) => number.ToString(CultureInfo.InvariantCulture);

    private sealed record Step(string Operation, int Result);
}
