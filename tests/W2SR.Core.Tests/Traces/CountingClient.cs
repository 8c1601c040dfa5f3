using Microsoft.Extensions.AI;

namespace W2SR.Core.Tests.Traces;

/// <summary>Counts the requests that are under way, on the asking side: what a server sees includes connections that are closing.</summary>
internal sealed class CountingClient(IChatClient inner) : DelegatingChatClient(inner)
{
    private readonly Lock gate = new();
    private int underWay;

    public int Most { get; private set; }

    public int Calls { get; private set; }

    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            Calls++;
            Most = Math.Max(Most, ++underWay);
        }
        try
        {
            return await base.GetResponseAsync(messages, options, cancellationToken);
        }
        finally
        {
            lock (gate) underWay--;
        }
    }
}
