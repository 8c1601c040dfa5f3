namespace W2SR.Core.Handover;

/// <summary>The forms of data that LLaMA-Factory reads; all three give the same tokens.</summary>
public enum LlamaFactoryFormat
{
    /// <summary><c>w2sr_messages.jsonl</c>: role and content, with ids.</summary>
    Messages,

    /// <summary><c>w2sr_alpaca.jsonl</c>: instruction, output and system, with ids and verdicts.</summary>
    Alpaca,

    /// <summary><c>w2sr_sharegpt.json</c>: from and value; no place for ids.</summary>
    ShareGpt,
}
