namespace W2SR.Core.Training;

/// <summary>What a pass does with the entropies of its token distributions.</summary>
internal enum EntropyUse
{
    /// <summary>They are not computed.</summary>
    None,

    /// <summary>Values alone.</summary>
    Measured,

    /// <summary>A loss is computed from them, and its gradient is taken to the weights.</summary>
    Trained,
}
