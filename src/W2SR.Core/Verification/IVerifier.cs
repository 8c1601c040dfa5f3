using W2SR.Core.Problems;

namespace W2SR.Core.Verification;

/// <summary>Judges whether a response answers a problem correctly. Pure, thread-safe, bounded, and never throws on a model's text.</summary>
public interface IVerifier
{
    /// <summary>Name and version for manifests: two runs are comparable only under the same verifier.</summary>
    string Name { get; }

    /// <summary>Judges one response.</summary>
    /// <param name="problem">The problem with its reference answer.</param>
    /// <param name="response">What the model wrote, thinking included.</param>
    Verdict Verify(Problem problem, string response);
}
