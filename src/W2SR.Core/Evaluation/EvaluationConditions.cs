using W2SR.Core.Common;
using W2SR.Core.Problems;

namespace W2SR.Core.Evaluation;

/// <summary>How a result was measured: what must be alike before two results may be compared. The sampling seed may differ.</summary>
public sealed record EvaluationConditions
{
    /// <summary>Hash of the problems: ids, questions and reference answers in their order.</summary>
    public required string Problems { get; init; }

    /// <summary>How answers were drawn, cut-off included.</summary>
    public required SamplingOptions Sampling { get; init; }

    /// <summary>The judge's name and version.</summary>
    public required string Verifier { get; init; }

    /// <summary>The prompt around a problem; null when it was not stated.</summary>
    public string? Prompt { get; init; }

    /// <summary>Name or hash of the chat template; null when there is none.</summary>
    public string? Template { get; init; }

    /// <summary>Conditions of a measurement.</summary>
    /// <param name="problems">The problems in their order.</param>
    /// <param name="sampling">How answers were drawn.</param>
    /// <param name="verifier">The judge's name.</param>
    public static EvaluationConditions Of(IReadOnlyList<Problem> problems, SamplingOptions sampling, string verifier)
    {
        ArgumentNullException.ThrowIfNull(problems);
        ArgumentNullException.ThrowIfNull(sampling);
        return new EvaluationConditions
        {
            Problems = ContentHash.OfValue(problems.Select(p => new { p.Id, p.Question, p.Answer })),
            Sampling = sampling,
            Verifier = verifier,
        };
    }

    /// <summary>What differs from another measurement, one sentence each; empty when the two are comparable.</summary>
    public IReadOnlyList<string> DifferencesFrom(EvaluationConditions other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var found = new List<string>();
        void Compare<T>(string name, T mine, T theirs)
        {
            if (!EqualityComparer<T>.Default.Equals(mine, theirs))
                found.Add(FormattableString.Invariant($"{name}: {Show(mine)} against {Show(theirs)}"));
        }
        Compare("problems", Problems, other.Problems);
        Compare("prompt", Prompt, other.Prompt);
        Compare("template", Template, other.Template);
        Compare("verifier", Verifier, other.Verifier);
        Compare("cut-off (MaxNewTokens)", Sampling.MaxNewTokens, other.Sampling.MaxNewTokens);
        Compare("samples per problem", Sampling.SamplesPerProblem, other.Sampling.SamplesPerProblem);
        Compare("sampling temperature", Sampling.Temperature, other.Sampling.Temperature);
        if (found.Count == 0)
        {
            // Whatever else the options hold (by their JSON: lists are equal by content); the seed may differ.
            var rest = other.Sampling with { Seed = Sampling.Seed };
            if (ContentHash.OfValue(Sampling) != ContentHash.OfValue(rest)) found.Add($"sampling: {Sampling} against {rest}");
        }
        return found;

        static string Show(object? value) => value switch
        {
            null => "not stated",
            string { Length: > 60 } text => $"\"{text[..57]}...\"",
            string text => $"\"{text}\"",
            IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
            _ => value.ToString()!,
        };
    }
}
