namespace W2SR.Core.Models;

/// <summary>Which biases of the base model train with an adapter (PEFT's <c>bias</c>).</summary>
public enum LoraBias
{
    /// <summary>None of them.</summary>
    None,

    /// <summary>Every bias of the base.</summary>
    All,

    /// <summary>Those of the modules that carry an adapter.</summary>
    LoraOnly,
}
