using System.Globalization;
using W2SR.Core.Common;
using W2SR.Core.Experiments;
using W2SR.Core.Experiments.Planning;
using W2SR.Core.Experiments.Stages;
using W2SR.Core.Models;
using W2SR.Core.Tests.Infrastructure;
using Xunit.Abstractions;

namespace W2SR.Core.Tests.Experiments;

/// <summary>Experiments on checkpoints: a tiny one for every stage, the real small model for what a plan foretells.</summary>
[Collection(TensorCountingCollection.Name)]
public sealed class CheckpointExperimentTests(ITestOutputHelper output) : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("w2sr-checkpoints-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Out(string name) => Path.Combine(folder, name);

    private ExperimentFile Tiny(string adapter, string model)
    {
        File.WriteAllLines(Out("train.jsonl"), Enumerable.Range(0, 12).Select(i => $$"""{"id": "t{{i}}", "question": "What is {{i}} + 1?", "answer": "{{i + 1}}", "solution": "It is \\boxed{ {{i + 1}} }"}"""));
        File.WriteAllLines(Out("test.jsonl"), Enumerable.Range(0, 6).Select(i => $$"""{"id": "e{{i}}", "question": "What is {{i}} + 2?", "answer": "{{i + 2}}"}"""));
        return ExperimentFile.Parse($$"""
            {
              "name": "tiny checkpoint", "seeds": [3],
              "benchmarks": { "train": "{{Out("train.jsonl")}}", "test": ["{{Out("test.jsonl")}}"], "maxNewTokens": 8, "chunkSize": 4, "usesChatTemplate": false },
              "bases": { "model": { "checkpoint": "{{model}}" } },
              "teachers": { "plain": { "from": "model", "training": "directAnswers" } },
              "arms": [
                { "name": "RL", "students": ["model"], "variant": "reinforcement" },
                { "name": "W2SR", "students": ["model"], "teachers": ["model"], "traces": [8], "samplesPerProblem": [2] },
                { "name": "from plain", "students": ["model"], "teachers": ["plain"], "traces": [6] },
                { "name": "gold", "students": ["model"], "variant": "gold", "traces": [6] },
                { "name": "format-only", "students": ["model"], "variant": "formatOnly", "traces": [6] }
              ],
              "training": {
                "sft": { "learningRate": 1e-3, "epochs": 1, "batchSize": 4{{adapter}} },
                "reinforcement": { "steps": 2, "problemsPerStep": 2, "groupSize": 2, "maxNewTokens": 8 }, "directAnswers": 6
              }
            }
            """, "tiny.json");
    }

    [SkippableTheory, InlineData(""), InlineData(", \"adapter\": { \"rank\": 2 }")]
    public void Run_EveryStageOnACheckpoint_WholeOrAsAdapter(string adapter)
    {
        var file = Tiny(adapter, OracleData.Folder("sft/model-qwen2"));
        var planned = new Experiment(file).Plan(Out("run"), measuresSpeed: false).Stages;
        var results = new Experiment(file).Run(Out("run"));
        Assert.Equal(["plain", "model", "RL", "W2SR", "from plain", "gold", "format-only"], results.Models.Select(m => m.Name));
        // What is written beforehand is planned by its own lengths.
        Assert.All(new[] { "plain", "gold", "format-only" }, name => Assert.Equal(
            planned.Where(s => s.Name == name).Select(s => ((double)s.TokensTrained, s.Flops)),
            results.Stages.Where(s => s.Name == name).Select(s => ((double)s.TokensTrained, s.Flops))));
        Assert.All(results.Rgr, r => Assert.True(r.Point is null == r.UndefinedBecause is not null));
        Assert.Equal(8, results.Traces.Single(t => t.Arm == "W2SR").Used);
        Assert.Equal(adapter.Length > 0, Directory.EnumerateDirectories(Path.Combine(Out("run"), "stages"), "adapter", SearchOption.AllDirectories).Any());
        Assert.Equal(adapter.Length == 0, Directory.EnumerateDirectories(Path.Combine(Out("run"), "stages"), "model", SearchOption.AllDirectories).Any());
        Assert.Empty(Directory.EnumerateDirectories(Path.Combine(Out("run"), "stages"), "state", SearchOption.AllDirectories));
        // Again: nothing is done, and what is told is the same.
        Assert.Equal(0, new Experiment(file).Plan(Out("run"), measuresSpeed: false).ToDo);
        var before = TinyExperiment.Timeless(Out("run"));
        new Experiment(file).Run(Out("run"));
        Assert.Equal(before, TinyExperiment.Timeless(Out("run")));
    }

    [SkippableFact]
    public void Build_OneByteOfTheCheckpointChanged_IsAnotherModel()
    {
        var source = OracleData.Folder("sft/model-qwen2");
        Directory.CreateDirectory(Out("copy"));
        foreach (var path in Directory.EnumerateFiles(source)) File.WriteAllBytes(Path.Combine(Out("copy"), Path.GetFileName(path)), File.ReadAllBytes(path));
        var original = ExperimentGraph.Build(Tiny("", Out("copy"))).Stages.Select(s => s.Key).ToArray();
        Assert.Equal(original, ExperimentGraph.Build(Tiny("", Out("copy"))).Stages.Select(s => s.Key));
        var weights = File.ReadAllBytes(Path.Combine(Out("copy"), "model.safetensors"));
        weights[^1] ^= 1;
        File.WriteAllBytes(Path.Combine(Out("copy"), "model.safetensors"), weights);
        Assert.DoesNotContain(ExperimentGraph.Build(Tiny("", Out("copy"))).Stages, s => original.Contains(s.Key));
    }

    [SkippableFact]
    public void Build_FilesThatCannotBeUsed_SayWhy()
    {
        var model = OracleData.Folder("sft/model-qwen2");
        var file = Tiny("", model);
        string Refused<T>(ExperimentFile bad) where T : Exception => Assert.Throws<T>(() => ExperimentGraph.Build(bad)).Message;
        Assert.Contains("neither a model folder nor a .gguf file", Refused<W2srFormatException>(Tiny("", Out("nowhere"))), StringComparison.Ordinal);
        Assert.Contains("stand in the training file too", Refused<ArgumentException>(file with { Benchmarks = file.Benchmarks! with { Test = [Out("train.jsonl")] } }), StringComparison.Ordinal);
        Assert.Contains("name each file once", Refused<ArgumentException>(file with { Benchmarks = file.Benchmarks! with { Test = [Out("test.jsonl"), Out("test.jsonl")] } }), StringComparison.Ordinal);
        File.AppendAllText(Out("test.jsonl"), """{"id": "e0", "question": "Again?", "answer": "1"}""" + "\n");
        Assert.Contains("repeats the id 'e0'", Refused<W2srFormatException>(file), StringComparison.Ordinal);
        Tiny("", model);
        var greedy = file with { Arms = [file.Arms[1] with { Traces = [200] }] };
        Assert.Contains("has 12 problems", Assert.Throws<InvalidOperationException>(() => new Experiment(greedy).Run(Out("greedy"))).Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Plan_RealModel_OperationsAndMemoryAreWithinTenPercentOfWhatIsMeasured()
    {
        Skip.IfNot(LongChecks.IsOn, "Trains the real small model for a minute: W2SR_LONG=1.");
        Skip.IfNot(OperatingSystem.IsLinux(), "Memory is read from /proc.");
        var model = Path.Combine(OracleData.Model("smollm2-135m-instruct"), "SmolLM2-135M-Instruct.Q4_1.gguf");
        var data = OracleData.DataSet("gsm8k");
        File.WriteAllLines(Out("train.jsonl"), File.ReadLines(Path.Combine(data, "train.jsonl")).Take(48));
        File.WriteAllLines(Out("test.jsonl"), File.ReadLines(Path.Combine(data, "test.jsonl")).Take(2));
        const int microBatch = 384;
        var file = ExperimentFile.Parse($$"""
            {
              "name": "plan against run", "seeds": [1], "benchmarks": { "train": "{{Out("train.jsonl")}}", "test": ["{{Out("test.jsonl")}}"], "maxNewTokens": 8, "chunkSize": 2 },
              "bases": { "model": { "checkpoint": "{{model}}" } },
              "arms": [ { "name": "gold", "students": ["model"], "variant": "gold", "traces": [12] } ],
              "training": { "sft": { "learningRate": 1e-6, "epochs": 1, "batchSize": 6, "compute": { "microBatchTokens": {{microBatch}} } } }
            }
            """, "real.json");
        var planned = new Experiment(file).Plan(Out("run"), measuresSpeed: false).Stages.Single(s => s.Name == "gold");
        var before = Resident();
        long peak = 0;
        using (var sampling = new Timer(_ => peak = Math.Max(peak, Resident()), null, 0, 20))
        {
            var done = new Experiment(file).Run(Out("run"), new OnlyWhileTraining(() => peak = 0)).Stages.Single(s => s.Name == "gold");
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"planned {planned.Flops / 1e12:F3} TFLOP and {planned.TokensTrained:F0} tokens, done {done.Flops / 1e12:F3} and {done.TokensTrained}"));
            Assert.InRange(planned.Flops / done.Flops, 0.9, 1.1);
            Assert.InRange(planned.TokensTrained / done.TokensTrained, 0.9, 1.1);
        }
        using var checkpoint = Core.Checkpoints.Checkpoint.Open(model);
        var memory = TrainingMemory.Float32(DecoderConfig.From(checkpoint.Config), microBatch, checkpointing: false, headTokens: microBatch / 2);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"planned {memory.Total / 1e6:F0} MB ({memory}), measured {(peak - before) / 1e6:F0} MB"));
        Assert.InRange(memory.Total / (peak - before), 0.9, 1.1);
    }

    /// <summary>Private memory of the process, mapped files left out.</summary>
    private static long Resident() =>
        long.Parse(File.ReadLines("/proc/self/status").First(l => l.StartsWith("RssAnon:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;

    private sealed class OnlyWhileTraining(Action start) : IProgress<StageProgress>
    {
        public void Report(StageProgress value)
        {
            if (value is { Stage: "gold", Step: 0 }) start();
        }
    }
}
