namespace W2SR.Core.Handover.Files;

/// <summary>A turn; property names are column names in verl's and TRL's Parquet files.</summary>
internal sealed class ChatTurn
{
    public string? role { get; set; }

    public string? content { get; set; }
}

/// <summary>A row of verl's fine-tuning.</summary>
internal sealed class VerlSftRow
{
    public List<ChatTurn>? messages { get; set; }

    public string? id { get; set; }
}

/// <summary>A row of verl's reinforcement learning.</summary>
internal sealed class VerlGrpoRow
{
    public string? data_source { get; set; }

    public List<ChatTurn>? prompt { get; set; }

    public string? ability { get; set; }

    public VerlReward? reward_model { get; set; }

    public VerlExtra? extra_info { get; set; }
}

/// <summary>What verl's reward is given.</summary>
internal sealed class VerlReward
{
    public string? style { get; set; }

    public string? ground_truth { get; set; }
}

/// <summary>What leads a rollout back to its problem.</summary>
internal sealed class VerlExtra
{
    public string? split { get; set; }

    public long? index { get; set; }

    public string? problem_id { get; set; }
}
