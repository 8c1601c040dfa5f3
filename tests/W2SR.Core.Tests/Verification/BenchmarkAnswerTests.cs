using System.Globalization;
using System.Text.Json;
using W2SR.Core.Tests.Infrastructure;
using W2SR.Core.Verification;
using W2SR.Core.Verification.Mathematics;
using Xunit.Abstractions;

namespace W2SR.Core.Tests.Verification;

/// <summary>
/// Every reference answer of every benchmark: it is found in its solution, understood as a value, and equal to itself and to its rendered
/// value alone. The rates are the issue's; docs/verification.md shows them.
/// </summary>
public sealed class BenchmarkAnswerTests(ITestOutputHelper output)
{
    private const double LeastShare = 0.999;

    private sealed class Counts
    {
        public int Solutions, Extracted, Golds, Mathematical, Parsed, Self, Rendered, PerturbedRejected;

        public List<string> Slips { get; } = [];
    }

    [SkippableTheory]
    [InlineData("math/train.jsonl")]
    [InlineData("math/test.jsonl")]
    [InlineData("math500/test.jsonl")]
    [InlineData("gsm8k/train.jsonl")]
    [InlineData("gsm8k/test.jsonl")]
    [InlineData("minerva_math/test.jsonl")]
    [InlineData("olympiadbench/test.jsonl")]
    [InlineData("amc23/test.jsonl")]
    [InlineData("aime24/test.jsonl")]
    [InlineData("svamp/test.jsonl")]
    [InlineData("mawps/addsub.jsonl")]
    [InlineData("mawps/multiarith.jsonl")]
    [InlineData("mawps/singleop.jsonl")]
    public void Verify_ReferenceAnswers_HoldAgainstThemselvesAlone(string file)
    {
        var counts = new Counts();
        foreach (var line in File.ReadLines(OracleData.DataSet(file)))
        {
            using var json = JsonDocument.Parse(line);
            foreach (var (gold, solution) in References(json.RootElement)) Check(gold, solution, counts);
        }
        output.WriteLine($"| `{file}` | {counts.Golds} | {counts.Extracted} of {counts.Solutions} | {counts.Parsed} of {counts.Mathematical} | {counts.Self} | {counts.Rendered} | {counts.PerturbedRejected} |");
        foreach (var slip in counts.Slips.Take(40)) output.WriteLine(slip);
        Assert.True(counts.Golds > 0);
        Assert.Equal(counts.Solutions, counts.Extracted);
        Assert.InRange(counts.Mathematical, 0.9 * counts.Golds, counts.Golds);
        Assert.InRange(counts.Parsed, 0.99 * counts.Mathematical, counts.Mathematical);
        Assert.InRange(counts.Self, LeastShare * counts.Golds, counts.Golds);
        Assert.InRange(counts.Rendered, LeastShare * counts.Parsed, counts.Golds);
        Assert.InRange(counts.PerturbedRejected, LeastShare * counts.Golds, counts.Golds);
    }

    /// <summary>The reference answers of one line, each with the worked solution that ends in it where there is one.</summary>
    private static IEnumerable<(string? Gold, string? Solution)> References(JsonElement record)
    {
        if (record.TryGetProperty("final_answer", out var several))
        {
            foreach (var answer in several.EnumerateArray()) yield return (answer.GetString()!, null);
            yield break;
        }
        foreach (var field in (string[])["solution", "answer"])
            if (record.TryGetProperty(field, out var text) && text.ValueKind == JsonValueKind.String && text.GetString() is { } worked
                && (worked.Contains(@"\boxed", StringComparison.Ordinal) || worked.Contains("####", StringComparison.Ordinal)))
            {
                // Two solutions of MATH hold an empty box, which is no answer.
                if (!worked.Contains(@"\boxed{}", StringComparison.Ordinal)) yield return (null, worked);
                yield break;
            }
        foreach (var field in (string[])["answer", "Answer", "target"])
            if (record.TryGetProperty(field, out var bare))
                yield return (bare.ValueKind == JsonValueKind.Number ? bare.GetDouble().ToString(CultureInfo.InvariantCulture) : bare.GetString(), null);
    }

    private static void Check(string? gold, string? solution, Counts counts)
    {
        if (solution is not null)
        {
            counts.Solutions++;
            gold = AnswerExtractor.Extract(solution).Text;
            if (gold is null)
            {
                counts.Slips.Add($"not extracted: {solution[^Math.Min(80, solution.Length)..]}");
                return;
            }
            counts.Extracted++;
        }
        var verifier = new MathVerifier();
        counts.Golds++;
        var node = Tokenizer.Run(gold!) is { Count: > 0 } tokens ? Parser.Parse([.. tokens]) : null;
        var isMathematical = IsMathematical(gold!);
        if (isMathematical) counts.Mathematical++;
        if (isMathematical && node is { Kind: not NodeKind.Text }) counts.Parsed++;
        else if (isMathematical) counts.Slips.Add($"not a value: {gold}");
        Count(verifier.Verify(gold!, solution ?? $@"\boxed{{{gold}}}").IsCorrect, ref counts.Self, "itself");
        Count(node is null || verifier.Verify(gold!, $@"\boxed{{{Renderer.Render(node)}}}").IsCorrect, ref counts.Rendered, "rendered");
        Count(!verifier.Verify(gold!, $@"\boxed{{{Perturbed(gold!)}}}").IsCorrect, ref counts.PerturbedRejected, $"perturbed to {Perturbed(gold!)}");

        void Count(bool isGood, ref int counter, string what)
        {
            if (isGood) counter++;
            else counts.Slips.Add($"{what}: {gold}");
        }
    }

    /// <summary>More than words: outside of text commands a digit, an operator, a letter alone or a command stands.</summary>
    private static bool IsMathematical(string gold)
    {
        var rest = new System.Text.StringBuilder();
        for (var i = 0; i < gold.Length; i++)
        {
            var command = Array.Find([@"\text{", @"\mbox{", @"\textbf{", @"\textnormal{", @"\mathrm{", @"\textrm{"], c => gold.AsSpan(i).StartsWith(c, StringComparison.Ordinal));
            if (command is null || gold.IndexOf('}', i) < 0)
            {
                rest.Append(gold[i]);
                continue;
            }
            var words = gold[(i + command.Length)..gold.IndexOf('}', i)];
            // "\textbf{(116)}" is a number in bold.
            if (!words.Any(char.IsLetter)) rest.Append(words);
            i += command.Length + words.Length;
        }
        var outside = rest.ToString();
        return outside.AsSpan().IndexOfAnyInRange('0', '9') >= 0 || outside.Contains('=', StringComparison.Ordinal) || outside.Contains('+', StringComparison.Ordinal)
            || outside.Contains('\\', StringComparison.Ordinal) || outside.Trim().Length == 1;
    }

    /// <summary>The first digit changed; without digits a one added.</summary>
    private static string Perturbed(string gold)
    {
        var at = gold.AsSpan().IndexOfAnyInRange('0', '9');
        return at < 0 ? gold + " + 1" : $"{gold[..at]}{(char)('1' + (gold[at] - '0' + 1) % 9)}{gold[(at + 1)..]}";
    }
}
