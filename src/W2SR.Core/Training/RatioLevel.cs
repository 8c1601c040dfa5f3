namespace W2SR.Core.Training;

/// <summary>What an importance ratio (policy now, over policy that wrote the response) belongs to.</summary>
public enum RatioLevel
{
    /// <summary>Each token has its own (GRPO).</summary>
    Token,

    /// <summary>One for the response: the geometric mean over its tokens (GSPO, arXiv:2507.18071). Its gradient flows to every token.</summary>
    Sequence,
}
