namespace W2SR.Core.Handover;

/// <summary>A hand-over cannot work, and nothing was written. Each reason names the values and what to try.</summary>
public sealed class HandoverRefusedException : InvalidOperationException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="reasons">Everything that is wrong.</param>
    public HandoverRefusedException(IReadOnlyList<string> reasons) : base("Nothing was handed over: " + string.Join(" ", reasons)) => Reasons = reasons;

    /// <summary>Everything that is wrong.</summary>
    public IReadOnlyList<string> Reasons { get; }
}
