using System.Diagnostics;
using W2SR.Core.Common;
using W2SR.Core.Tests.Infrastructure;

namespace W2SR.Core.Tests.Experiments;

/// <summary>The sample as its user meets it: a process, a folder, exit codes and messages.</summary>
[Collection(TensorCountingCollection.Name)]
public sealed class QuickstartTests : IDisposable
{
    private static readonly string Program = ChildProcess.Program("samples/Quickstart", "Quickstart.dll");
    private readonly string folder = Directory.CreateTempSubdirectory("w2sr-quickstart-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Out(string name) => Path.Combine(folder, name);

    private static void AssertRefused((int Code, string Output, string Error) result, string message)
    {
        Assert.NotEqual(0, result.Code);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error + result.Output, StringComparison.Ordinal); // no stack trace
    }

    [Fact]
    public void Run_BadInput_EndsWithAMessageAndAnExitCode()
    {
        AssertRefused(ChildProcess.Run(Program, ["--sed", "3"]), "--sed");
        AssertRefused(ChildProcess.Run(Program, ["--seed", "three"]), "three");
        File.WriteAllText(Out("file"), "");
        AssertRefused(ChildProcess.Run(Program, ["--quick", "--out", Path.Combine(Out("file"), "run")]), "file");
        Directory.CreateDirectory(Out("strangers"));
        File.WriteAllText(Path.Combine(Out("strangers"), "diary.txt"), "");
        AssertRefused(ChildProcess.Run(Program, ["--quick", "--out", Out("strangers")]), "is no run folder");
        var (code, output, _) = ChildProcess.Run(Program, ["--help"]);
        Assert.Equal(0, code);
        foreach (var option in new[] { "--seed", "--out", "--quick" }) Assert.Contains(option, output, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_KilledAtRandomMoments_EndsWithTheResultOfAnUninterruptedRun()
    {
        var (code, _, error) = ChildProcess.Run(Program, ["--quick", "--out", Out("whole")]);
        Assert.True(code == 0, error);
        var random = new RandomStream((ulong)Stopwatch.GetTimestamp(), "kill moments");
        for (var i = 0; i < LongChecks.Rounds(brief: 1, full: 10); i++)
        {
            var target = Out($"killed-{i}");
            using (var process = ChildProcess.Start(Program, ["--quick", "--out", target]))
            {
                process.OutputDataReceived += (_, _) => { };
                process.BeginOutputReadLine();
                if (!process.WaitForExit(1500 + random.NextInt(12_000))) process.Kill(); // SIGKILL
                process.WaitForExit();
            }
            Assert.Equal(0, ChildProcess.Run(Program, ["--quick", "--out", target]).Code);
            Assert.Equal(Timeless(Out("whole")), Timeless(target));
        }

        // The finished folder: shown at once; another seed refused; a damaged result made anew from the stages.
        var again = ChildProcess.Run(Program, ["--quick", "--out", Out("whole")]);
        Assert.Equal(0, again.Code);
        Assert.Contains("RGR", again.Output, StringComparison.Ordinal);
        Assert.Contains("weak base: kept", again.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(": done", again.Output, StringComparison.Ordinal);
        AssertRefused(ChildProcess.Run(Program, ["--quick", "--seed", "7", "--out", Out("whole")]), "belongs to another run: seeds was 101 and is now 7");
        var whole = Timeless(Out("whole"));
        File.WriteAllText(Path.Combine(Out("whole"), "results.json"), "{");
        Assert.Equal(0, ChildProcess.Run(Program, ["--quick", "--out", Out("whole")]).Code);
        Assert.Equal(whole, Timeless(Out("whole")));
    }

    [Fact]
    public async Task Run_Interrupted_SaysThatNothingIsLost()
    {
        if (OperatingSystem.IsWindows()) return;
        using var process = ChildProcess.Start(Program, ["--quick", "--out", Out("stopped")]);
        await process.StandardOutput.ReadLineAsync();
        await Task.Delay(1500);
        // SIGTERM takes the same way as Ctrl-C's SIGINT, which a test run in the background of a shell hands on as ignored.
        using (var kill = Process.Start("kill", ["-TERM", $"{process.Id}"])) await kill.WaitForExitAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.NotEqual(0, process.ExitCode);
        Assert.Contains("Stopped. Finished stages are kept", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error + await output, StringComparison.Ordinal);
    }

    private static string Timeless(string run) => TinyExperiment.Timeless(run);
}
