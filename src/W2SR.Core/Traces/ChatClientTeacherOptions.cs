namespace W2SR.Core.Traces;

/// <summary>How a <see cref="ChatClientTeacher"/> asks and treats its servers.</summary>
public sealed record ChatClientTeacherOptions
{
    /// <summary>
    /// For vLLM: up to 16 samples of a problem in one request, so that the prompt is read once; every sampling key sent, since vLLM takes those that are absent
    /// from the model's generation_config; token ids asked for, since usage is a sum over the samples.
    /// </summary>
    public static ChatClientTeacherOptions Vllm { get; } = new() { SamplesPerRequest = 16, SendsEveryKey = true };

    /// <summary>Requests that are under way at each endpoint at most. Default 32.</summary>
    public int MaxConcurrency { get; init; } = 32;

    /// <summary>Samples of one problem that one request asks for at most (<c>n</c>). Default 1: many servers ignore n. Greedy decoding always asks singly.</summary>
    public int SamplesPerRequest { get; init; } = 1;

    /// <summary>Sends every sampling key, also those that change nothing, and vLLM's own. Default false: some servers refuse keys that they do not know.</summary>
    public bool SendsEveryKey { get; init; }

    /// <summary>Asks for the log-probability of each token (<see cref="Trace.LogProbs"/>). Default false.</summary>
    public bool WithLogProbs { get; init; }

    /// <summary>A system message before each problem. Default null: the server's chat template may then put in one of its own.</summary>
    public string? SystemMessage { get; init; }

    /// <summary>Time that one request may take before it counts as lost. Default 10 minutes: long chains of thought take minutes.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Attempts after the first one, for failures that may pass (connection, timeout, 408, 425, 429, 5xx). Default 6.</summary>
    public int MaxRetries { get; init; } = 6;

    /// <summary>Wait before the first retry; doubles each time, with jitter. A server's Retry-After goes before it. Default 1 second.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait between two attempts, Retry-After included. Default 2 minutes.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Gives up on the whole call when so many requests in a row have failed for good. Default 16.</summary>
    public int GiveUpAfter { get; init; } = 16;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value lies outside its range.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxConcurrency, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(SamplesPerRequest, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(RequestTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxRetries);
        ArgumentOutOfRangeException.ThrowIfLessThan(FirstDelay, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxDelay, FirstDelay);
        ArgumentOutOfRangeException.ThrowIfLessThan(GiveUpAfter, 1);
    }
}
