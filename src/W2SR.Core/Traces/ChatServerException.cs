using System.Net;

namespace W2SR.Core.Traces;

/// <summary>A chat server answered with an error, or with something that is no answer. The message carries no key.</summary>
public sealed class ChatServerException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What the server said.</param>
    /// <param name="status">HTTP status; null when the answer could not be read.</param>
    /// <param name="retryAfter">How long the server asks to wait, or null.</param>
    public ChatServerException(string message, HttpStatusCode? status = null, TimeSpan? retryAfter = null) : base(message) => (Status, RetryAfter) = (status, retryAfter);

    /// <summary>HTTP status, or null.</summary>
    public HttpStatusCode? Status { get; }

    /// <summary>How long the server asks to wait, or null.</summary>
    public TimeSpan? RetryAfter { get; }
}
