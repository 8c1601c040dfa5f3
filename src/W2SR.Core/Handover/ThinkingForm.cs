namespace W2SR.Core.Handover;

/// <summary>What becomes of a response's thinking when it is handed over.</summary>
public enum ThinkingForm
{
    /// <summary>As the teacher wrote it.</summary>
    AsWritten,

    /// <summary>
    /// An opening <c>&lt;think&gt;</c> is put before a response that only closes it, as teachers write whose template opens the thinking for them; others stay as they are.
    /// </summary>
    Opened,

    /// <summary>Only what follows <c>&lt;/think&gt;</c>: the answers without the reasoning, as a control. A response that never closes its thinking is then empty and left out.</summary>
    Removed,
}
