using System.Diagnostics;
using System.Globalization;
using W2SR.Core.Tests.Infrastructure;

namespace W2SR.Core.Tests.Samples;

/// <summary>How the samples with long runs end when they are told to.</summary>
public sealed class LongRunTests
{
    [Theory]
    [InlineData("-TERM")]
    [InlineData("-INT")]
    public async Task Signal_CheckpointTakesLongerThanTwoSeconds_IsWaitedFor(string signal)
    {
        using var process = ChildProcess.Start(ChildProcess.Program("tests/W2SR.Core.Tests.FreshProcess", "W2SR.Core.Tests.FreshProcess.dll"), ["slow-stop", "3.5"]);
        var error = process.StandardError.ReadToEndAsync();
        Assert.Equal("started", await process.StandardOutput.ReadLineAsync());
        await Process.Start("kill", [signal, process.Id.ToString(CultureInfo.InvariantCulture)])!.WaitForExitAsync();
        Assert.Equal("written", await process.StandardOutput.ReadLineAsync());
        await process.WaitForExitAsync();
        Assert.Equal((130, "Stopped."), (process.ExitCode, (await error).Trim()));
    }
}
