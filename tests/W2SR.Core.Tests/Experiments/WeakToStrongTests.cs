using System.Diagnostics;
using W2SR.Core.Common;
using W2SR.Core.Tests.Infrastructure;

namespace W2SR.Core.Tests.Experiments;

/// <summary>The sample as its user meets it: a process that is killed, a file that is wrong.</summary>
[Collection(TensorCountingCollection.Name)]
public sealed class WeakToStrongTests : IDisposable
{
    private static readonly string Program = ChildProcess.Program("samples/WeakToStrong", "WeakToStrong.dll");
    private readonly string folder = Directory.CreateTempSubdirectory("w2sr-weaktostrong-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Out(string name) => Path.Combine(folder, name);

    private string Experiment()
    {
        File.WriteAllText(Out("tiny.json"), TinyExperiment.Json);
        return Out("tiny.json");
    }

    [Fact]
    public void Run_KilledAtRandomMoments_EndsWithTheResultOfAnUninterruptedRun()
    {
        var file = Experiment();
        var clock = Stopwatch.StartNew();
        var (code, _, error) = ChildProcess.Run(Program, [file, "--out", Out("whole")]);
        Assert.True(code == 0, error);
        var random = new RandomStream((ulong)Stopwatch.GetTimestamp(), "kill moments");
        // Killed again and again in one folder, at moments spread over what the whole took; the last call is left alone.
        var (kills, span) = (LongChecks.Rounds(brief: 2, full: 30), (int)clock.Elapsed.TotalMilliseconds);
        for (var i = 0; i < kills; i++)
        {
            using var process = ChildProcess.Start(Program, [file, "--out", Out("killed")]);
            process.OutputDataReceived += (_, _) => { };
            process.BeginOutputReadLine();
            if (!process.WaitForExit(random.NextInt(Math.Max(1000, span)))) process.Kill(); // SIGKILL
            process.WaitForExit();
        }
        Assert.Equal(0, ChildProcess.Run(Program, [file, "--out", Out("killed")]).Code);
        Assert.Equal(TinyExperiment.Timeless(Out("whole")), TinyExperiment.Timeless(Out("killed")));
        Assert.All(TinyExperiment.TimesFinished(Path.Combine(Out("killed"), "stages")), t => Assert.Equal(1, t.Value));
    }

    [Fact]
    public void Plan_ShowsWhatWouldRun_AndRunsNothing()
    {
        var (code, output, error) = ChildProcess.Run(Program, [Experiment(), "--plan", "--out", Out("run")]);
        Assert.True(code == 0, error);
        Assert.Contains("16 traces of teacher", output, StringComparison.Ordinal);
        Assert.Contains("Expected wall time", output, StringComparison.Ordinal);
        Assert.Contains("Assumed: 40% of GRPO's groups have rewards that differ", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Out("run")));
    }

    [Fact]
    public void Plan_RunForOtherMachines_ShowsMemoryHoursAndMoney()
    {
        var large = Path.Combine(RepositoryPaths.Root, "samples", "WeakToStrong", "experiments", "paper-7b.json");
        var (code, output, error) = ChildProcess.Run(Program, [large, "--plan"]);
        Assert.True(code == 0, error);
        foreach (var part in (string[])["fine-tuning the student", "Zero3", "Published for GRPO: 240 device hours", "7.62 billion", "Assumed: GRPO's updates pass over 100% of the groups"]) Assert.Contains(part, output, StringComparison.Ordinal);
        Assert.Contains("--plan", ChildProcess.Run(Program, [large]).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_BadFile_EndsWithAMessageAndAnExitCode()
    {
        File.WriteAllText(Out("bad.json"), TinyExperiment.Changed(root => root["arms"]![1]!["students"]![0] = "strnog"));
        var result = ChildProcess.Run(Program, [Out("bad.json")]);
        Assert.Equal(1, result.Code);
        Assert.Contains("students names 'strnog'", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error + result.Output, StringComparison.Ordinal);
        Assert.Equal(1, ChildProcess.Run(Program, [Out("absent.json")]).Code);
    }
}
