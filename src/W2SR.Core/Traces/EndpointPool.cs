using Microsoft.Extensions.AI;

namespace W2SR.Core.Traces;

/// <summary>
/// Servers of one model. A request goes to the one with the fewest under way, and none ever has more than its bound. One that failed rests for a while,
/// as long as another is awake: it answers faster than those that work, and would draw all requests to itself.
/// </summary>
internal sealed class EndpointPool
{
    private readonly Endpoint[] endpoints;
    private readonly ChatClientTeacherOptions options;
    private readonly TimeProvider clock;
    private readonly Lock gate = new();
    private TaskCompletionSource changed = NewSignal();

    public EndpointPool(IReadOnlyList<IChatClient> clients, ChatClientTeacherOptions options, TimeProvider clock)
    {
        endpoints = [.. clients.Select(c => new Endpoint(c))];
        (this.options, this.clock) = (options, clock);
    }

    /// <summary>Waits for a place. Dispose the lease to give it back.</summary>
    public async Task<Lease> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Task signal;
            TimeSpan rest;
            lock (gate)
            {
                if (Choose() is { } chosen)
                {
                    chosen.UnderWay++;
                    return new Lease(this, chosen);
                }
                signal = changed.Task;
                rest = endpoints.Select(RestOf).Where(r => r > TimeSpan.Zero).DefaultIfEmpty(TimeSpan.FromMinutes(1)).Min();
            }
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(signal, Task.Delay(rest, clock, waiting.Token)).ConfigureAwait(false);
            await waiting.CancelAsync().ConfigureAwait(false); // the timer of a wait that ended by the signal
        }
    }

    private Endpoint? Choose()
    {
        var awake = endpoints.Where(e => RestOf(e) <= TimeSpan.Zero).ToArray();
        // All at rest: waiting would only stand beside the wait that every retry makes.
        var from = awake.Length > 0 ? awake : endpoints;
        return from.Where(e => e.UnderWay < options.MaxConcurrency).MinBy(e => e.UnderWay);
    }

    private TimeSpan RestOf(Endpoint endpoint) => endpoint.FailuresInARow == 0 ? TimeSpan.Zero : endpoint.Rest - clock.GetElapsedTime(endpoint.FailedAt);

    private void Release(Endpoint endpoint, bool? succeeded, TimeSpan? retryAfter)
    {
        lock (gate)
        {
            endpoint.UnderWay--;
            if (succeeded == true) endpoint.FailuresInARow = 0;
            if (succeeded == false)
            {
                var doubled = options.FirstDelay * Math.Pow(2, Math.Min(endpoint.FailuresInARow++, 30));
                var rest = retryAfter ?? doubled;
                (endpoint.FailedAt, endpoint.Rest) = (clock.GetTimestamp(), rest < options.MaxDelay ? rest : options.MaxDelay);
            }
            changed.SetResult();
            changed = NewSignal();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>One request's place at an endpoint.</summary>
    internal sealed class Lease(EndpointPool pool, Endpoint endpoint) : IDisposable
    {
        private bool? succeeded;
        private TimeSpan? retryAfter;

        public IChatClient Client => endpoint.Client;

        public void Succeeded() => succeeded = true;

        public void Failed(TimeSpan? serverAsksToWait) => (succeeded, retryAfter) = (false, serverAsksToWait);

        public void Dispose() => pool.Release(endpoint, succeeded, retryAfter);
    }

    /// <summary>A server and how it fares; guarded by the pool's gate.</summary>
    internal sealed class Endpoint(IChatClient client)
    {
        public IChatClient Client => client;

        public int UnderWay { get; set; }

        public int FailuresInARow { get; set; }

        public long FailedAt { get; set; }

        public TimeSpan Rest { get; set; }
    }
}
