namespace W2SR.Core.Traces;

/// <summary>How a <see cref="ChatClientTeacher"/> treats its servers.</summary>
public sealed record ChatClientTeacherOptions
{
    /// <summary>Requests that are under way at each endpoint at most. Default 32.</summary>
    public int MaxConcurrency { get; init; } = 32;

    /// <summary>Time that one request may take before it counts as lost. Default 10 minutes: long chains of thought take minutes.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Attempts after the first one, for failures that may pass (connection, timeout, 408, 425, 429, 5xx). Default 6.</summary>
    public int MaxRetries { get; init; } = 6;

    /// <summary>Wait before the first retry; doubles each time, with jitter. A server's Retry-After goes before it. Default 1 second.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait between two attempts, Retry-After included. Default 2 minutes.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Gives up on the whole call when so many samples in a row have failed for good. Default 16.</summary>
    public int GiveUpAfter { get; init; } = 16;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value lies outside its range.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxConcurrency, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(RequestTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxRetries);
        ArgumentOutOfRangeException.ThrowIfLessThan(FirstDelay, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxDelay, FirstDelay);
        ArgumentOutOfRangeException.ThrowIfLessThan(GiveUpAfter, 1);
    }
}
