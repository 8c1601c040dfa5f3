namespace W2SR.Core.Tests.Infrastructure;

/// <summary>Kills, mutations and simulations run short by default and in full with <c>W2SR_LONG=1</c>.</summary>
internal static class LongChecks
{
    public static bool IsOn { get; } = Environment.GetEnvironmentVariable("W2SR_LONG") == "1";

    /// <summary>The number of rounds to run.</summary>
    public static int Rounds(int brief, int full) => IsOn ? full : brief;
}
