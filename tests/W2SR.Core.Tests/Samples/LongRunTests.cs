using System.Diagnostics;
using System.Globalization;
using W2SR.Core.Tests.Infrastructure;

namespace W2SR.Core.Tests.Samples;

/// <summary>How the samples with long runs end when they are told to.</summary>
public sealed class LongRunTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [SkippableTheory]
    [InlineData("-TERM")]
    [InlineData("-INT")]
    public async Task Signal_CheckpointTakesLongerThanTwoSeconds_IsWaitedFor(string signal)
    {
        Skip.If(signal == "-INT" && IgnoresInterrupt(), "Whoever started the tests had SIGINT ignored (a job in the background), and child processes inherit that.");
        using var process = ChildProcess.Start(ChildProcess.Program("tests/W2SR.Core.Tests.FreshProcess", "W2SR.Core.Tests.FreshProcess.dll"), ["slow-stop", "3.5"]);
        var error = process.StandardError.ReadToEndAsync();
        Assert.Equal("started", await process.StandardOutput.ReadLineAsync().WaitAsync(Patience));
        await Process.Start("kill", [signal, process.Id.ToString(CultureInfo.InvariantCulture)])!.WaitForExitAsync();
        Assert.Equal("written", await process.StandardOutput.ReadLineAsync().WaitAsync(Patience));
        await process.WaitForExitAsync();
        Assert.Equal((130, "Stopped."), (process.ExitCode, (await error).Trim()));
    }

    /// <summary>Bit 1 of the mask of ignored signals.</summary>
    private static bool IgnoresInterrupt() =>
        (ulong.Parse(File.ReadLines("/proc/self/status").Single(l => l.StartsWith("SigIgn:", StringComparison.Ordinal))[7..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & 2) != 0;
}
