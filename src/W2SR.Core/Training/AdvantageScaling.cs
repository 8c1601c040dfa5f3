namespace W2SR.Core.Training;

/// <summary>What the difference to the group's mean reward is divided by.</summary>
public enum AdvantageScaling
{
    /// <summary>The group's standard deviation (GRPO).</summary>
    Group,

    /// <summary>The standard deviation over all rewards of the step.</summary>
    Batch,

    /// <summary>Nothing (Dr. GRPO, arXiv:2503.20783).</summary>
    None,
}
