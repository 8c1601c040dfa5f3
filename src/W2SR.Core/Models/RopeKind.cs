namespace W2SR.Core.Models;

/// <summary>How rotary frequencies are stretched to contexts longer than the model was first trained on.</summary>
public enum RopeKind
{
    /// <summary>Not at all (RoFormer, arXiv:2104.09864).</summary>
    Default,

    /// <summary>Every frequency divided by one factor (arXiv:2306.15595).</summary>
    Linear,

    /// <summary>Low frequencies divided, high ones kept, a smooth passage between them (Llama 3.1, arXiv:2407.21783).</summary>
    Llama3,

    /// <summary>As <see cref="Llama3"/> with a linear passage over dimensions, and attention sharpened by a factor (YaRN, arXiv:2309.00071).</summary>
    Yarn,
}
