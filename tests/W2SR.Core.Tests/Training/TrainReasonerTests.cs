using System.Diagnostics;
using System.Text.Json.Nodes;
using W2SR.Core.Common;
using W2SR.Core.Models;
using W2SR.Core.Problems;
using W2SR.Core.Reasoners;
using W2SR.Core.Tests.Infrastructure;

namespace W2SR.Core.Tests.Training;

/// <summary>The sample as its user meets it, and killed.</summary>
[Collection(TensorCountingCollection.Name)]
public sealed class TrainReasonerTests : IDisposable
{
    private static readonly string Program = ChildProcess.Program("samples/TrainReasoner", "TrainReasoner.dll");
    private readonly string folder = Directory.CreateTempSubdirectory("w2sr-reasoner-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string[] Arguments(string name) =>
        ["--pretraining-steps", "4", "--steps", "7", "--test-problems", "10", "--out", Path.Combine(folder, name)];

    [Fact]
    public void Run_KilledAtRandomMoments_GivesTheMetricsOfAnUninterruptedRun()
    {
        var clock = Stopwatch.StartNew();
        var (code, output, error) = ChildProcess.Run(Program, Arguments("whole"));
        var wallTime = (int)clock.ElapsedMilliseconds;
        Assert.True(code == 0, error);
        Assert.Contains("Before:", output, StringComparison.Ordinal);
        Assert.Contains("After:", output, StringComparison.Ordinal);
        var random = new RandomStream((ulong)Stopwatch.GetTimestamp(), "kill moments");
        for (var i = 0; i < LongChecks.Rounds(brief: 1, full: 30); i++)
        {
            using (var process = ChildProcess.Start(Program, Arguments($"killed-{i}")))
            {
                process.OutputDataReceived += (_, _) => { };
                process.BeginOutputReadLine();
                if (!process.WaitForExit(wallTime / 4 + random.NextInt(wallTime * 3 / 4))) process.Kill(); // SIGKILL
                process.WaitForExit();
            }
            var resumed = ChildProcess.Run(Program, Arguments($"killed-{i}"));
            Assert.True(resumed.Code == 0, resumed.Error);
            Assert.Equal(Timeless("whole"), Timeless($"killed-{i}"));
            Assert.Equal(Weights("whole"), Weights($"killed-{i}"));
        }
    }

    [Fact]
    public void Run_BadInput_EndsWithAMessageAndAnExitCode()
    {
        foreach (var (arguments, message) in new (string[], string)[] { (["--sead", "3"], "--sead"), (["--steps", "many"], "many"), (["--steps", "0", "--pretraining-steps", "1", "--test-problems", "2", "--out", Path.Combine(folder, "run")], "steps") })
        {
            var result = ChildProcess.Run(Program, arguments);
            Assert.NotEqual(0, result.Code);
            Assert.Contains(message, result.Error + result.Output, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("   at ", result.Error + result.Output, StringComparison.Ordinal);
        }
    }

    private string[] CheckpointArguments(string name, params string[] more) =>
        ["--model", OracleData.Folder("grpo/model-qwen2"), "--prompt", "{problem}", "--steps", "4", "--problems-per-step", "4", "--group", "4", "--max-new-tokens", "6", "--largest", "20",
            "--test-problems", "12", "--limit", "40", "--out", Path.Combine(folder, name), .. more];

    [SkippableTheory]
    [InlineData("4", "adapter")]
    [InlineData("0", "model")]
    public void Run_Checkpoint_MeasuresTrainsAndSavesWhatCanBeLoaded(string rank, string expected)
    {
        var (code, output, error) = ChildProcess.Run(Program, CheckpointArguments("run", "--lora", rank));
        Assert.True(code == 0, error);
        Assert.Contains("40 problems to train on, 12 held out (additions and subtractions of 0 to 20).", output, StringComparison.Ordinal);
        Assert.Contains("GRPO 4/4: reward", output, StringComparison.Ordinal);
        Assert.Contains("of 12 held-out problems right", output, StringComparison.Ordinal);
        Assert.Contains("paired interval", output, StringComparison.Ordinal);
        Assert.Equal(4, File.ReadAllLines(Path.Combine(folder, "run", "metrics.jsonl")).Length);
        var saved = Path.Combine(folder, "run", expected);
        using var student = LocalStudent.LoadAsync(expected == "model" ? saved : OracleData.Folder("grpo/model-qwen2")).GetAwaiter().GetResult();
        if (expected == "adapter") student.Model.Attach(LoraAdapter.Load(student.Model, saved));
        Assert.NotEmpty(student.Solve([new Problem("p", "What is 1 + 2?", "3")], new SamplingOptions { MaxNewTokens = 2 }));
        // Done already: nothing is measured or trained again.
        var again = ChildProcess.Run(Program, CheckpointArguments("run", "--lora", rank));
        Assert.True(again.Code == 0, again.Error);
        Assert.Equal(LastLines(output), LastLines(again.Output));
    }

    [SkippableFact]
    public void Run_OwnFile_TrainsOnItAndHoldsOutTheOther()
    {
        string train = Path.Combine(folder, "train.jsonl"), test = Path.Combine(folder, "test.jsonl");
        File.WriteAllLines(train, Enumerable.Range(0, 12).Select(i => $"{{\"id\": \"a{i}\", \"question\": \"What is {i} + 1?\", \"answer\": \"{i + 1}\"}}"));
        File.WriteAllLines(test, Enumerable.Range(10, 6).Select(i => $"{{\"id\": \"b{i}\", \"question\": \"What is {i} + 1?\", \"answer\": \"{i + 1}\"}}"));
        var (code, output, error) = ChildProcess.Run(Program, CheckpointArguments("own", "--data", train, "--test-data", test));
        Assert.True(code == 0, error);
        Assert.Contains("10 problems to train on, 6 held out", output, StringComparison.Ordinal); // 10 + 1 and 11 + 1 are held out, so they do not train
    }

    [SkippableFact]
    public void Run_CheckpointWithBadInput_EndsWithAMessage()
    {
        var empty = Path.Combine(folder, "empty.jsonl");
        File.WriteAllText(empty, "");
        foreach (var (arguments, message) in new (string[], string)[]
        {
            (["--model", Path.Combine(folder, "nowhere.gguf"), "--out", Path.Combine(folder, "a")], "nowhere.gguf"),
            (CheckpointArguments("b", "--data", empty), "is empty"),
            (CheckpointArguments("c", "--updates", "3"), "not a multiple"),
            (CheckpointArguments("d", "--prompt", "no place"), "{problem}"),
            (["--data", empty, "--out", Path.Combine(folder, "e")], "--model"),
        })
        {
            var result = ChildProcess.Run(Program, arguments);
            Assert.NotEqual(0, result.Code);
            Assert.Contains(message, result.Error + result.Output, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("   at ", result.Error + result.Output, StringComparison.Ordinal);
        }
    }

    private static string[] LastLines(string output) => [.. output.Split('\n').Where(l => l.StartsWith("Before", StringComparison.Ordinal) || l.StartsWith("After", StringComparison.Ordinal) || l.StartsWith("Difference", StringComparison.Ordinal))];

    private byte[] Weights(string name) => File.ReadAllBytes(Path.Combine(folder, name, "model.safetensors"));

    /// <summary>The metrics without times and rates.</summary>
    private string[] Timeless(string name) => [.. File.ReadAllLines(Path.Combine(folder, name, "metrics.jsonl")).Select(line =>
    {
        var step = JsonNode.Parse(line)!.AsObject();
        foreach (var timed in new[] { "elapsed", "remaining" }) step.Remove(timed);
        foreach (var timed in new[] { "rolloutTokensPerSecond", "updateTokensPerSecond", "rewardSeconds" }) step["rollouts"]!.AsObject().Remove(timed);
        return step.ToJsonString();
    })];
}
