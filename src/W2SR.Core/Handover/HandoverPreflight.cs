using System.Globalization;
using W2SR.Core.Common;
using W2SR.Core.Prompts;

namespace W2SR.Core.Handover;

/// <summary>What the student will see of the rows: the trainer's checks, on what is handed over.</summary>
public sealed record HandoverPreflight
{
    private static readonly double[] Quantiles = [0.5, 0.9, 0.99, 1];

    /// <summary>The first row as the student reads it, the supervised part between ⟦ and ⟧.</summary>
    public string FirstRow { get; init; } = "";

    /// <summary>Rows.</summary>
    public int Rows { get; init; }

    /// <summary>Tokens that carry loss.</summary>
    public long SupervisedTokens { get; init; }

    /// <summary>Tokens in all.</summary>
    public long Tokens { get; init; }

    /// <summary>Share of rows with an end token behind the response.</summary>
    public double StopTokenShare { get; init; }

    /// <summary>Share of rows whose response comes back from its tokens as it was.</summary>
    public double RoundTripShare { get; init; }

    /// <summary>Rows with a <c>&lt;think&gt;</c>.</summary>
    public int WithThinking { get; init; }

    /// <summary>Length in tokens by quantile: 0.5, 0.9, 0.99 and 1 (the longest).</summary>
    public IReadOnlyDictionary<double, int> LengthQuantiles { get; init; } = new Dictionary<double, int>();

    /// <summary>Why this cannot work; empty when it can.</summary>
    public IReadOnlyList<string> Refusals { get; init; } = [];

    /// <summary>What a person should look at.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    internal int Longest => LengthQuantiles.GetValueOrDefault(1.0);

    /// <summary>Looks at rows.</summary>
    internal static HandoverPreflight Check(IReadOnlyList<MeasuredRow> rows, StudentText student)
    {
        var count = rows.Count;
        var lengths = rows.Select(r => r.Length).Order().ToArray();
        int Share(Func<MeasuredRow, bool> of) => rows.Count(of);
        int ends = Share(r => r.Ends > 0), whole = Share(r => r.RoundTrips), lost = Share(r => r.LosesThinking), inner = Share(r => r.Ends > 1);
        bool Misfits(MeasuredRow row) => !row.RoundTrips && row.Ends < 2;
        List<string> refusals = [], warnings = [];
        if (count == 0) refusals.Add("Nothing to hand over: no row is left.");
        else
        {
            if (ends == 0) refusals.Add($"No response is followed by one of the end tokens ({string.Join(", ", student.EndIds)}) in {student.Template.Name}: the student would learn never to stop. Do template and tokenizer belong together?");
            if (lost > 0) refusals.Add($"{lost} responses lose their <think> in {student.Template.Name}: the reasoning would not be trained. Take the template's training variant.");
            else if (2 * Share(Misfits) > count) refusals.Add($"{Share(Misfits)} of {count} responses do not come back from their tokens as they were, first that of {rows.First(Misfits).Row.Id}. Is it the student's tokenizer?");
            else if (whole < count) warnings.Add($"{count - whole} of {count} responses do not come back from their tokens byte for byte.");
            if (inner > 0) warnings.Add($"{inner} responses have an end token in their midst, first that of {rows.First(r => r.Ends > 1).Row.Id}: the student learns to stop there.");
            if (ends > 0 && ends < 0.9 * count) warnings.Add($"Only {ends} of {count} responses are followed by an end token.");
        }
        return new HandoverPreflight
        {
            FirstRow = count == 0 ? "" : $"{rows[0].PromptText}⟦{rows[0].ResponseText}⟧",
            Rows = count,
            Tokens = lengths.Sum(l => (long)l),
            SupervisedTokens = rows.Sum(r => (long)r.Supervised),
            StopTokenShare = count == 0 ? 0 : (double)ends / count,
            RoundTripShare = count == 0 ? 0 : (double)whole / count,
            WithThinking = Share(r => r.Row.Response.Contains("<think>", StringComparison.Ordinal)),
            LengthQuantiles = Quantiles.ToDictionary(q => q, q => count == 0 ? 0 : lengths[(int)Math.Ceiling(q * count) - 1]),
            Refusals = refusals,
            Warnings = warnings,
        };
    }
}
