namespace W2SR.Core.Checkpoints;

/// <summary>How rotary frequencies are stretched for contexts longer than the ones trained on.</summary>
public enum RopeKind
{
    /// <summary>Not at all.</summary>
    Default,

    /// <summary>Positions divided by a factor.</summary>
    Linear,

    /// <summary>Low frequencies divided, high ones kept, a ramp between them (Llama 3.1).</summary>
    Llama3,

    /// <summary>YaRN (arXiv:2309.00071): a ramp over dimensions, and attention scaled.</summary>
    Yarn,
}
