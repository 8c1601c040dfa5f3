namespace W2SR.Core.Handover.Returned;

/// <summary>What a folder with a model is, and whether it can be loaded.</summary>
public enum CheckpointForm
{
    /// <summary>A Hugging Face folder with its weights in one safetensors file.</summary>
    Full,

    /// <summary>The same in several files, all of them there.</summary>
    Sharded,

    /// <summary>A LoRA adapter, to be put on its base.</summary>
    Adapter,

    /// <summary>Training state whose weights have to be joined first; the advice says how.</summary>
    Unmerged,

    /// <summary>A model that is not whole, or not in safetensors; the advice says what is missing.</summary>
    Incomplete,
}
