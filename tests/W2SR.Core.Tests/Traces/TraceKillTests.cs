using System.Globalization;
using W2SR.Core.Tests.Infrastructure;
using W2SR.Core.Traces;

namespace W2SR.Core.Tests.Traces;

/// <summary>A process that writes traces is killed, crowded out, and runs into a full disk: what it had said to be done stays.</summary>
public sealed class TraceKillTests : IDisposable
{
    private static readonly string Program = ChildProcess.Program("tests/W2SR.Core.Tests.FreshProcess", "W2SR.Core.Tests.FreshProcess.dll");
    private readonly string folder = Directory.CreateTempSubdirectory("w2sr-trace-kill-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string[] Run(string file, int problems, int pause = 0, int largestFile = 0) => ["traces", Path.Combine(folder, file), $"{problems}", $"{pause}", $"{largestFile}"];

    [Fact]
    public async Task Generate_KilledAtRandomMoments_EndsAsIfItNeverHadBeen()
    {
        var rounds = LongChecks.Rounds(brief: 4, full: 30);
        var problems = 30 * rounds; // three samples each: more than the kills leave time for
        var (code, _, error) = ChildProcess.Run(Program, Run("whole.jsonl", problems));
        Assert.True(code == 0, error);
        var whole = TraceStore.Read(Path.Combine(folder, "whole.jsonl"));
        Assert.Equal(3 * problems, whole.Count);

        var file = Path.Combine(folder, "killed.jsonl");
        var random = new Random(20);
        IReadOnlyList<Trace> before = [];
        for (var round = 0; round < rounds; round++)
        {
            var reported = await RunAndKill(file, problems, random, startOnly: round % 5 == 4);
            if (!File.Exists(file)) continue; // killed before it opened the store
            var held = TraceStore.Inspect(file);
            Assert.True(held.Traces.Count >= reported, $"round {round}: {reported} samples were reported as done, {held.Traces.Count} are there");
            Assert.Equal(before, held.Traces.Take(before.Count)); // and what earlier rounds left is untouched
            Assert.True(held.Traces.Count < whole.Count, "the run was over before it could be killed");
            before = held.Traces;
            // One write of a short line is seldom torn by a kill alone; here half of a line stays behind in every other round.
            if (round % 2 == 0 && held.TornBytes == 0) File.AppendAllText(file, """{"schema":1,"problemId":"p0","sampleIndex":0,"resp""");
        }
        Assert.True(before.Count > 0, "every kill came too early to leave a trace");

        (code, _, error) = ChildProcess.Run(Program, Run("killed.jsonl", problems));
        Assert.True(code == 0, error);
        var resumed = TraceStore.Inspect(file);
        Assert.Equal(0, resumed.TornBytes);
        Assert.Equal(Ordered(whole), Ordered(resumed.Traces)); // each sample once, its text and figures equal
    }

    [Fact]
    public void Open_WhileAnotherProcessWrites_IsRefused_ButReadingIsNot()
    {
        var file = Path.Combine(folder, "shared.jsonl");
        using var first = ChildProcess.Start(Program, Run("shared.jsonl", 30, pause: 100));
        Assert.NotNull(first.StandardOutput.ReadLine());
        var (code, _, error) = ChildProcess.Run(Program, Run("shared.jsonl", 30));
        Assert.Equal(3, code);
        Assert.Contains("another process has this trace store open", error, StringComparison.Ordinal);
        Assert.NotEmpty(TraceStore.Read(file));
        first.Kill();
        first.WaitForExit();
        (code, _, error) = ChildProcess.Run(Program, Run("shared.jsonl", 30));
        Assert.True(code == 0, error);
        Assert.Equal(90, TraceStore.Read(file).Count);
    }

    [SkippableFact]
    public void Append_DiskFull_SaysSoAndLosesNothing()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "a limit on file sizes stands in for a full disk, and is Linux's here");
        var file = Path.Combine(folder, "full.jsonl");
        // The write that crosses the limit is cut in the middle, as on a disk that fills up.
        var (code, output, error) = ChildProcess.Run(Program, Run("full.jsonl", 60, largestFile: 16_000));
        Assert.True(code == 3, error);
        var reported = LastNumber(output);
        Assert.Matches($@"{reported} that it holds are safe\. Make room, then run again", error);
        var held = TraceStore.Inspect(file);
        Assert.Equal((reported, 0), (held.Traces.Count, held.TornBytes));
        Assert.InRange(reported, 1, 179);

        (code, _, error) = ChildProcess.Run(Program, Run("full.jsonl", 60));
        Assert.True(code == 0, error);
        Assert.Equal(180, TraceStore.Read(file).Count);
    }

    /// <returns>The number of samples that the process had reported as done when it died.</returns>
    private static async Task<int> RunAndKill(string file, int problems, Random random, bool startOnly)
    {
        using var process = ChildProcess.Start(Program, ["traces", file, $"{problems}", "4", "0"]);
        var reported = 0;
        if (!startOnly)
            for (var lines = random.Next(1, 30); lines > 0 && await process.StandardOutput.ReadLineAsync() is { } line; lines--)
                reported = int.Parse(line, CultureInfo.InvariantCulture);
        await Task.Delay(random.Next(startOnly ? 1500 : 40));
        process.Kill();
        var rest = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return Math.Max(reported, LastNumber(rest[..(rest.LastIndexOf('\n') + 1)]));
    }

    private static int LastNumber(string lines) =>
        lines.Split('\n', StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } all ? int.Parse(all[^1], CultureInfo.InvariantCulture) : 0;

    private static Trace[] Ordered(IEnumerable<Trace> traces) => [.. traces.OrderBy(t => t.ProblemId, StringComparer.Ordinal).ThenBy(t => t.SampleIndex)];
}
