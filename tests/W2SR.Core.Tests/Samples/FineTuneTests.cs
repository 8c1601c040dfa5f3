using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using W2SR.Core.Common;
using W2SR.Core.Models;
using W2SR.Core.Reasoners;
using W2SR.Core.Tests.Infrastructure;

namespace W2SR.Core.Tests.Samples;

/// <summary>The fine-tuning sample as its user meets it: to the end, stopped and called again, and with input that cannot work.</summary>
[Collection(TensorCountingCollection.Name)]
public sealed class FineTuneTests : IDisposable
{
    private static readonly string Program = ChildProcess.Program("samples/FineTune", "FineTune.dll");
    private readonly string folder = Directory.CreateTempSubdirectory("w2sr-fine-tune-").FullName;

    private string Data
    {
        get
        {
            // The folder's name is part of the problems' ids, and they decide which are held out.
            var path = Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "sums")).FullName, "train.jsonl");
            if (!File.Exists(path))
                File.WriteAllLines(path, Enumerable.Range(0, 100).Select(i => JsonSerializer.Serialize(new
                {
                    question = string.Create(CultureInfo.InvariantCulture, $"What is {i} and {i + 2}?"),
                    answer = string.Create(CultureInfo.InvariantCulture, $"{i} + {i + 2} = <<{i}+{i + 2}={2 * i + 2}>>{2 * i + 2}.\n#### {2 * i + 2}"),
                })));
            return path;
        }
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Out(string name) => Path.Combine(folder, name);

    private string[] Arguments(string name, int stopCheck, params string[] more) =>
        ["--model", OracleData.File("sft/model-qwen2"), "--data", Data, "--out", Out(name), "--learning-rate", "1e-3", "--checkpoint-every", "2", "--stop-check", $"{stopCheck}", .. more];

    private double[] Losses(string name) => [.. File.ReadLines(Path.Combine(Out(name), "metrics.jsonl"))
        .Select(l => JsonDocument.Parse(l).RootElement).Select(s => s.GetProperty("loss").GetDouble())];

    [SkippableFact]
    public async Task Run_ToTheEnd_SavesAModelThatLoads_AndSaysWhatHappened()
    {
        var (code, output, error) = ChildProcess.Run(Program, Arguments("run", 2, "--batch", "10", "--measure-every", "4"));
        Assert.True(code == 0, error);
        Assert.Contains("end in a stop token 100.0%", output, StringComparison.Ordinal);
        Assert.Contains("The answer is \\boxed{", output, StringComparison.Ordinal); // the calculator's marks are gone, the answer is boxed
        Assert.DoesNotContain("<<", output, StringComparison.Ordinal);
        Assert.Matches(@"2 held-out answers at temperature 0\.6: \d+% ended by themselves before, \d+% after", output);
        Assert.Contains("validation loss", output, StringComparison.Ordinal);
        var losses = Losses("run");
        Assert.InRange(losses.Length, 18, 20); // 2 passes over 100 rows less about 5%, 10 at a time
        Assert.True(losses[^1] < losses[0]);
        using var student = await LocalStudent.LoadAsync(Path.Combine(Out("run"), "model"));
        using var start = await LocalStudent.LoadAsync(OracleData.File("sft/model-qwen2"));
        Assert.Equal(start.ParameterCount, student.ParameterCount);
        Assert.NotEqual(start.Model.Parameters.Values.data<float>().ToArray(), student.Model.Parameters.Values.data<float>().ToArray());
        Assert.Equal(0, ChildProcess.Run(Program, Arguments("run", 2, "--batch", "10", "--measure-every", "4")).Code); // finished already: no step is done again
        Assert.Equal(losses, Losses("run"));
    }

    [SkippableFact]
    public async Task Run_Lora_SavesAnAdapterThatLoads()
    {
        var (code, _, error) = ChildProcess.Run(Program, Arguments("lora", 2, "--batch", "10", "--lora", "--epochs", "1"));
        Assert.True(code == 0, error);
        using var student = await LocalStudent.LoadAsync(OracleData.File("sft/model-qwen2"));
        student.Model.Attach(LoraAdapter.Load(student.Model, Path.Combine(Out("lora"), "adapter")));
        Assert.Equal(16, student.Model.Adapter!.Config.Rank);
        Assert.False(Directory.Exists(Path.Combine(Out("lora"), "model")));
    }

    [SkippableFact]
    public void Run_StoppedBySignals_EndsOrderly_AndGoesOnWithTheSameLosses()
    {
        string[] more = ["--batch", "10", "--epochs", "12"];
        Assert.Equal(0, ChildProcess.Run(Program, Arguments("whole", 0, more)).Code);
        var stops = 0;
        // While it starts, then after ever more steps; a run that gets to its end has nothing left to stop.
        for (var lines = 0; lines < 200; lines += 40)
        {
            using var process = ChildProcess.Start(Program, Arguments("stopped", 0, more));
            var error = process.StandardError.ReadToEndAsync();
            for (var i = 0; i <= lines && process.StandardOutput.ReadLine() is not null; i++) { }
            Process.Start("kill", [stops % 2 == 0 ? "-TERM" : "-INT", process.Id.ToString(CultureInfo.InvariantCulture)])!.WaitForExit();
            _ = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode == 0) break;
            Assert.True(process.ExitCode == 130, $"{process.ExitCode}: {error.Result}");
            Assert.StartsWith("Stopped. The same command goes on", error.Result, StringComparison.Ordinal);
            stops++;
        }
        Assert.InRange(stops, 1, 5); // a quick machine may be done before the second signal
        Assert.Equal(0, ChildProcess.Run(Program, Arguments("stopped", 0, more)).Code);
        Assert.Equal(Losses("whole"), Losses("stopped"));
    }

    [SkippableFact]
    public void Run_BadInput_EndsWithAMessageAndAnExitCode()
    {
        var broken = Path.Combine(folder, "broken.jsonl");
        File.WriteAllText(broken, """{"question": "a", "answer": "b #### 1"}""" + "\n{\"question\": ");
        var bare = Path.Combine(folder, "bare.jsonl");
        File.WriteAllText(bare, """{"question": "a", "answer": "1"}""");
        var model = OracleData.File("sft/model-qwen2");
        foreach (var (arguments, message) in new (string[], string)[]
        {
            (["--model", "no/such/model", "--data", Data, "--out", Out("bad")], "neither a folder nor a file"),
            (["--model", model, "--data", "no-such.jsonl", "--out", Out("bad")], "no-such.jsonl"),
            (["--model", model, "--data", broken, "--out", Out("bad")], "line 2"),
            (["--model", model, "--data", bare, "--out", Out("bad")], "worked solutions"),
            (["--model", model, "--data", Data, "--out", Out("bad"), "--batch", "0"], "atchSize"),
            (["--model", model, "--data", Data, "--out", Out("bad"), "--epocs", "1"], "--epocs"),
            (["--data", Data], "--model"),
        })
        {
            var (code, output, error) = ChildProcess.Run(Program, arguments);
            Assert.True(code is 1, $"{code}: {error}");
            Assert.Contains(message, error, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", error + output, StringComparison.Ordinal);
        }
    }

    [SkippableFact]
    public void Run_AnotherRunsFolder_IsRefusedWithTheDifference()
    {
        Assert.Equal(0, ChildProcess.Run(Program, Arguments("one", 0, "--epochs", "1", "--batch", "10")).Code);
        var (code, _, error) = ChildProcess.Run(Program, Arguments("one", 0, "--epochs", "1", "--batch", "5"));
        Assert.Equal(1, code);
        Assert.Contains("batchSize was 10, is 5", error, StringComparison.Ordinal);
    }
}
