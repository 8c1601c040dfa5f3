using W2SR.Core.Models;
using W2SR.Core.Problems;
using W2SR.Core.Tokens;
using W2SR.Core.Traces;

namespace W2SR.Core.Reasoners;

/// <summary>A local model that can be trained: the reasoner with its weights and the one place where text becomes its tokens.</summary>
public interface IStudent : IReasoner, IDisposable
{
    /// <summary>The weights.</summary>
    CausalLm Model { get; }

    /// <summary>The tokenizer that belongs to the weights.</summary>
    ITokenizer Tokenizer { get; }

    /// <summary>The tokens that the model reads before it answers a problem.</summary>
    int[] EncodePrompt(Problem problem);

    /// <summary>The tokens that the model should have written: the response, and the end token unless the trace was cut off.</summary>
    int[] EncodeResponse(Trace trace);
}
