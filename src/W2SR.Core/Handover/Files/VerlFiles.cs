using W2SR.Core.Prompts;

namespace W2SR.Core.Handover.Files;

/// <summary>verl's data files.</summary>
internal static class VerlFiles
{
    public const string SftTrain = "data/sft_train.parquet", SftVal = "data/sft_val.parquet", GrpoTrain = "data/grpo_train.parquet", GrpoVal = "data/grpo_val.parquet";

    /// <summary>A source that none of verl's own rewards knows, so that ours is asked or the run ends.</summary>
    public const string DataSource = "w2sr/math";

    public static HandoverFile Sft(string path, IReadOnlyList<HandoverRow> rows) =>
        ChatParquet.File<VerlSftRow>(path, [.. rows.Select(r => new VerlSftRow { messages = Turns(r.Messages), id = r.Id })]);

    public static HandoverFile Grpo(string path, IReadOnlyList<PromptRow> rows, string split) => ChatParquet.File<VerlGrpoRow>(path, [.. rows.Select((r, i) => new VerlGrpoRow
    {
        data_source = DataSource,
        prompt = Turns(r.Messages),
        ability = "math",
        reward_model = new VerlReward { style = "rule", ground_truth = r.Answer },
        // Without an index of its own every row would be row 0.
        extra_info = new VerlExtra { split = split, index = i, problem_id = r.ProblemId },
    })]);

    private static List<ChatTurn> Turns(IReadOnlyList<ChatMessage> messages) => [.. messages.Select(m => new ChatTurn { role = m.Role, content = m.Content })];
}
