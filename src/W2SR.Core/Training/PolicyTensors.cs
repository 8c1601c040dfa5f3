using static TorchSharp.torch;

namespace W2SR.Core.Training;

/// <summary>What the policy objective of one micro-batch is made from. All lent, all of one floating type.</summary>
internal sealed record PolicyTensors
{
    /// <summary><c>[B, R]</c> of the policy, with gradient; finite values where the mask is 0 do not matter.</summary>
    public required Tensor LogProbs { get; init; }

    /// <summary><c>[B]</c>, or <c>[B, R]</c> for advantages by token.</summary>
    public required Tensor Advantages { get; init; }

    /// <summary><c>[B, R]</c>: 1 = trains.</summary>
    public required Tensor LossMask { get; init; }

    /// <summary><c>[B, R]</c> of the policy that wrote the responses; null when it is this very one, every ratio then being 1.</summary>
    public Tensor? OldLogProbs { get; init; }

    /// <summary><c>[B, R]</c> of the reference; null when there is no penalty.</summary>
    public Tensor? ReferenceLogProbs { get; init; }

    /// <summary><c>[B, R]</c>: entropy of the policy at each token; with gradient where there is a bonus. Null where nobody asks.</summary>
    public Tensor? Entropies { get; init; }

    /// <summary><c>[B, R]</c> as the sampler stated them; null when they are <see cref="OldLogProbs"/>.</summary>
    public Tensor? SamplerLogProbs { get; init; }

    /// <summary><c>[B, R]</c> or <c>[B, 1]</c> from <see cref="SamplerCorrection"/>; null for no correction.</summary>
    public Tensor? SamplerRatio { get; init; }
}
