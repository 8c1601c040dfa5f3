using System.Text.Json;
using W2SR.Core.Tests.Infrastructure;
using W2SR.Core.Verification;

namespace W2SR.Core.Tests.Verification;

/// <summary>Reference solutions of MATH and GSM8K: every answer is found, understood, and equal to itself and to its normal form alone.</summary>
public sealed class BenchmarkAnswerTests
{
    [SkippableTheory]
    [InlineData("math/train.jsonl", "solution")]
    [InlineData("math/test.jsonl", "solution")]
    [InlineData("gsm8k/test.jsonl", "answer")]
    public void Verify_ReferenceSolutions_HoldAgainstThemselves(string file, string field)
    {
        var verifier = new MathVerifier();
        int total = 0, self = 0, rendered = 0, perturbed = 0;
        foreach (var line in File.ReadLines(OracleData.DataSet(file)))
        {
            using var json = JsonDocument.Parse(line);
            var solution = json.RootElement.GetProperty(field).GetString()!;
            // Two MATH solutions hold an empty box, which is no answer.
            if (solution.Contains(@"\boxed{}", StringComparison.Ordinal)) continue;
            var gold = AnswerExtractor.Extract(solution).Text;
            Assert.True(gold is not null, solution);
            total++;
            if (verifier.Verify(gold, solution).IsCorrect) self++;
            if (verifier.Verify(gold, $@"\boxed{{{verifier.Verify(gold, @"\boxed{0}").GoldNormal}}}").IsCorrect) rendered++;
            var at = gold.AsSpan().IndexOfAnyInRange('0', '9');
            var other = at < 0 ? gold + " + 1" : $"{gold[..at]}{(char)('1' + (gold[at] - '0' + 1) % 9)}{gold[(at + 1)..]}";
            if (!verifier.Verify(gold, $@"\boxed{{{other}}}").IsCorrect) perturbed++;
        }
        Assert.True(total > 0);
        Assert.InRange(self, 0.999 * total, total);
        Assert.InRange(rendered, 0.999 * total, total);
        Assert.InRange(perturbed, 0.999 * total, total);
    }
}
