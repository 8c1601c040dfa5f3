using System.Text.Json;
using W2SR.Core.Problems;
using W2SR.Core.Tests.Infrastructure;
using W2SR.Core.Verification;
using W2SR.Core.Verification.Rewards;

namespace W2SR.Core.Tests.Oracles;

/// <summary>Compares the rewards with TRL's values.</summary>
public sealed class RewardOracleTests
{
    private const double Tolerance = 1e-12;

    private static JsonElement Cases(string name) => OracleData.Json("grpo/rewards.json").RootElement.GetProperty(name);

    private static RewardInput Input(string response, IReadOnlyList<int> ids, VerdictOutcome outcome = VerdictOutcome.Correct) =>
        new(new Problem("p", "q", "1"), response, ids, new Verdict(outcome, null, ExtractionRule.Boxed, "1", "1", ""));

    private static int[] Ids(int length) => [.. Enumerable.Range(0, length)];

    [SkippableFact]
    public void Score_Overlong_EqualsTrl()
    {
        var compared = 0;
        foreach (var test in Cases("soft_overlong").EnumerateArray())
        {
            var reward = new OverlongReward(test.GetProperty("max_completion_len").GetInt32(), test.GetProperty("soft_punish_cache").GetInt32());
            foreach (var (length, expected) in test.GetProperty("lengths").EnumerateArray().Zip(test.GetProperty("rewards").EnumerateArray()))
            {
                Assert.Equal(expected.GetDouble(), reward.Score(Input("", Ids(length.GetInt32())))!.Value, Tolerance);
                compared++;
            }
        }
        Assert.True(compared > 0);
    }

    [SkippableFact]
    public void Score_Repetition_EqualsTrl()
    {
        var compared = 0;
        foreach (var test in Cases("repetition").EnumerateArray())
        {
            var reward = new RepetitionReward(test.GetProperty("ngram_size").GetInt32(), test.GetProperty("max_penalty").GetDouble());
            foreach (var (ids, expected) in test.GetProperty("completion_ids").EnumerateArray().Zip(test.GetProperty("rewards").EnumerateArray()))
            {
                Assert.Equal(expected.GetDouble(), reward.Score(Input("", [.. ids.EnumerateArray().Select(i => i.GetInt32())]))!.Value, Tolerance);
                compared++;
            }
        }
        Assert.True(compared > 0);
    }

    [SkippableFact]
    public void Score_ThinkFormat_EqualsTrl()
    {
        var test = Cases("think_format");
        var reward = new FormatReward { RequireOneBox = false };
        foreach (var (text, expected) in test.GetProperty("completions").EnumerateArray().Zip(test.GetProperty("rewards").EnumerateArray()))
            Assert.Equal(expected.GetDouble(), reward.Score(Input(text.GetString()!, [])));
    }

    [SkippableFact]
    public void Score_CosineLength_EqualsTrl()
    {
        foreach (var test in Cases("cosine_scaled").EnumerateArray())
        {
            double Value(string name) => test.GetProperty(name).GetDouble();
            var reward = new CosineLengthReward(test.GetProperty("max_len").GetInt32())
            {
                MinWrong = Value("min_value_wrong"),
                MaxWrong = Value("max_value_wrong"),
                MinCorrect = Value("min_value_correct"),
                MaxCorrect = Value("max_value_correct"),
            };
            foreach (var (outcome, name) in ((VerdictOutcome, string)[])[(VerdictOutcome.Correct, "correct"), (VerdictOutcome.Incorrect, "wrong")])
                foreach (var (length, expected) in test.GetProperty("lengths").EnumerateArray().Zip(test.GetProperty(name).EnumerateArray()))
                    Assert.Equal(expected.GetDouble(), reward.Score(Input("", Ids(length.GetInt32()), outcome))!.Value, Tolerance);
            Assert.Null(reward.Score(Input("", [], VerdictOutcome.Unverifiable)));
        }
    }

    /// <summary>
    /// TRL's accuracy (math-verify) agrees where the conventions do: not for several boxes (the last counts here, none there), not for an answer stated
    /// outside of mathematics (read here, ignored there), and not for word answers (compared as words here).
    /// </summary>
    [SkippableFact]
    public void Score_Accuracy_EqualsTrlWhereConventionsDo()
    {
        var compared = 0;
        foreach (var test in Cases("accuracy").EnumerateArray())
        {
            var completion = test.GetProperty("completion").GetString()!;
            var expected = test.GetProperty("reward");
            if (expected.ValueKind == JsonValueKind.Null || completion.Split(@"\boxed").Length > 2) continue;
            if (!completion.Contains('\\', StringComparison.Ordinal) && !completion.Contains('$', StringComparison.Ordinal) && completion.Contains("answer is", StringComparison.Ordinal)) continue;
            var problem = new Problem("p", "q", test.GetProperty("solution").GetString()!);
            var score = new AccuracyReward().Score(new RewardInput(problem, completion, [], new MathVerifier().Verify(problem, completion)));
            Assert.True(expected.GetDouble() == score, $"{problem.Answer} | {completion}: expected {expected}, got {score}");
            compared++;
        }
        Assert.True(compared > 0);
    }
}
