using System.Globalization;
using System.Text;
using W2SR.Core.Common;

namespace W2SR.Core.Problems;

/// <summary>
/// Procedural problems: follow a route on a fixed map. A question names a start and some labelled moves, "35 a: m3 b: m11"; the answer is
/// the place where the route ends. A model keeps the map in its weights. Short moves are drawn often and rare ones seldom (Zipf), so that
/// the rare ones are long-tail knowledge; answering at one glance is hard, going step by step is not.
/// </summary>
public sealed class RouteWorld
{
    private readonly int[][] map;
    private readonly double[] cumulative;

    /// <summary>Draws the map.</summary>
    /// <param name="options">Sizes; null for the defaults.</param>
    public RouteWorld(RouteWorldOptions? options = null)
    {
        Options = options ?? new RouteWorldOptions();
        Options.Validate();
        map = new int[Options.Moves][];
        for (var move = 0; move < map.Length; move++)
        {
            map[move] = [.. Enumerable.Range(0, Options.Places)];
            new RandomStream(Options.WorldSeed, "world", move).Shuffle<int>(map[move]);
        }
        cumulative = new double[Options.Moves];
        for (var move = 0; move < Options.Moves; move++) cumulative[move] = (move == 0 ? 0 : cumulative[move - 1]) + 1.0 / (move + 1);
    }

    /// <summary>The sizes.</summary>
    public RouteWorldOptions Options { get; }

    /// <summary>Every word that a question, a solution or an answer can contain.</summary>
    public IReadOnlyList<string> Words =>
    [
        "Q:", "?", "<think>", "</think>", "\\boxed",
        .. Enumerable.Range(0, Options.MaxSteps).Select(Label),
        .. Enumerable.Range(0, Options.Moves).Select(Move),
        .. Enumerable.Range(0, Options.Places).Select(Place),
    ];

    /// <summary>Draws a problem of one split: the number of moves uniform, the moves by Zipf's law.</summary>
    /// <param name="random">Where the randomness comes from.</param>
    /// <param name="split">Only questions of this split are drawn.</param>
    public Problem Draw(RandomStream random, DataSplit split)
    {
        ArgumentNullException.ThrowIfNull(random);
        while (true)
        {
            var start = random.NextInt(Options.Places);
            var moves = new int[1 + random.NextInt(Options.MaxSteps)];
            for (var i = 0; i < moves.Length; i++) moves[i] = DrawMove(random);
            var problem = Create(start, moves);
            if (SplitOf(problem) == split) return problem;
        }
    }

    /// <summary>Draws distinct problems of one split.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">The draw depends on it alone.</param>
    /// <param name="split">Which split.</param>
    /// <exception cref="InvalidOperationException">The split has too few questions.</exception>
    public IReadOnlyList<Problem> DrawDistinct(int count, ulong seed, DataSplit split)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var random = new RandomStream(seed, $"problems {split}");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var problems = new List<Problem>(count);
        for (var tries = 0; problems.Count < count; tries++)
        {
            if (tries > 1000L * count)
                throw new InvalidOperationException($"Only {problems.Count} of {count} distinct questions were found in the {split} split.");
            var problem = Draw(random, split);
            if (seen.Add(problem.Question)) problems.Add(problem);
        }
        return problems;
    }

    /// <summary>The split of a question: fixed by a hash of its text and of the map, so that no run can train on a test question.</summary>
    public DataSplit SplitOf(Problem problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        var place = new RandomStream(Options.WorldSeed, problem.Question).NextUniform();
        return place < Options.TestShare ? DataSplit.Test
            : place < Options.TestShare + Options.ValidationShare ? DataSplit.Validation
            : DataSplit.Train;
    }

    /// <summary>A route as a problem, with its worked solution.</summary>
    /// <param name="start">From 0 to <see cref="RouteWorldOptions.Places"/> - 1.</param>
    /// <param name="moves">Each from 0 to <see cref="RouteWorldOptions.Moves"/> - 1.</param>
    public Problem Create(int start, IReadOnlyList<int> moves)
    {
        ArgumentNullException.ThrowIfNull(moves);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(moves.Count, Options.MaxSteps);
        var question = new StringBuilder(Place(start));
        var place = start;
        var places = new int[moves.Count];
        for (var i = 0; i < moves.Count; i++)
        {
            question.Append(' ').Append(Label(i)).Append(' ').Append(Move(moves[i]));
            places[i] = place = map[moves[i]][place];
        }
        var text = question.ToString();
        return new Problem(ContentHash.OfText(text), text, Place(place))
        {
            Source = "routes",
            Level = moves.Count,
            Solution = Work(moves, places, place),
        };
    }

    /// <summary>A solution of the right form whose places are drawn at random: what is left of a worked solution when its content is taken away.</summary>
    public string RandomPlacesSolution(Problem problem, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(random);
        var words = problem.Question.Split(' ');
        var moves = words.Where((_, i) => i > 0 && i % 2 == 0).Select(w => int.Parse(w.AsSpan(1), CultureInfo.InvariantCulture) - 1).ToArray();
        var places = Array.ConvertAll(moves, _ => random.NextInt(Options.Places));
        return Work(moves, places, places[^1]);
    }

    /// <summary>The answer without any work, in the form that a direct response has.</summary>
    public static string DirectSolution(Problem problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        return $"\\boxed {problem.Answer}";
    }

    /// <summary>True when a response shows work before its answer.</summary>
    public static bool Reasons(string response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return response.StartsWith("<think>", StringComparison.Ordinal) && response.Contains("</think>", StringComparison.Ordinal);
    }

    private static string Work(IReadOnlyList<int> moves, int[] places, int answer)
    {
        // Each step repeats its label and move before the new place: without that, models do not learn to step.
        var text = new StringBuilder("<think>");
        for (var i = 0; i < moves.Count; i++)
            text.Append(' ').Append(Label(i)).Append(' ').Append(Move(moves[i])).Append(' ').Append(Place(places[i]));
        return text.Append(" </think> \\boxed ").Append(Place(answer)).ToString();
    }

    private int DrawMove(RandomStream random)
    {
        var at = random.NextUniform() * cumulative[^1];
        var move = Array.FindIndex(cumulative, c => at < c);
        return move < 0 ? cumulative.Length - 1 : move;
    }

    private static string Label(int step) => $"{(char)('a' + step)}:";

    private static string Move(int move) => string.Create(CultureInfo.InvariantCulture, $"m{move + 1}");

    private static string Place(int place) => place.ToString(CultureInfo.InvariantCulture);
}
