namespace W2SR.Core.Traces;

/// <summary>Failures since the last success. A server that refuses the samples of one problem one after the other is still well: those count once.</summary>
internal sealed class FailureStreak(int giveUpAfter)
{
    private readonly Lock gate = new();
    private readonly HashSet<string> refused = new(StringComparer.Ordinal);
    private int failures;

    public void Succeeded()
    {
        lock (gate)
        {
            refused.Clear();
            failures = 0;
        }
    }

    /// <returns>True when it is time to give up.</returns>
    public bool Failed(string problem, bool isRequestsOwn)
    {
        lock (gate)
        {
            if (!isRequestsOwn || refused.Add(problem)) failures++;
            return failures >= giveUpAfter;
        }
    }
}
