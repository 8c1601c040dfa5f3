#!/usr/bin/env -S dotnet run
#:package W2SR.Core@0.1.0
#:package libtorch-cpu-linux-x64@2.10.0
#:property PublishAot=false

// Fine-tunes a model on traces, W2SR's student step:   dotnet run teach.cs -- MODEL PROBLEMS.jsonl TRACES.jsonl OUT
// MODEL is a Hugging Face folder or a .gguf file; PROBLEMS any benchmark file; TRACES what samples/GenerateTraces wrote. Without arguments it shows the
// same on a model of a few thousand parameters that it makes itself.
using W2SR.Core.Evaluation;
using W2SR.Core.Models;
using W2SR.Core.Common;
using W2SR.Core.Problems;
using W2SR.Core.Prompts;
using W2SR.Core.Reasoners;
using W2SR.Core.Tokens;
using W2SR.Core.Traces;
using W2SR.Core.Training;
using W2SR.Core.Verification;

if (args.Length is not (0 or 4))
{
    Console.Error.WriteLine("Usage: dotnet run teach.cs -- MODEL PROBLEMS.jsonl TRACES.jsonl OUT   (or no argument at all)");
    return 2;
}
if (args.Length == 4)
{
    using var student = await LocalStudent.LoadAsync(args[0]);
    var problems = BenchmarkFile.ReadAll(args[1]);
    var chosen = TraceFilter.Apply(problems, TraceStore.Read(args[2]), new MathVerifier(), TraceSelection.All);
    var run = new SftTrainer(SftOptions.Paper).Train(student, problems, chosen.Kept, new Lines());
    await student.SaveAsync(args[3]);
    Console.WriteLine($"{run.Steps.Count} steps on {chosen.Kept.Count} traces ({chosen.Accuracy:P0} correct), written to {args[3]}");
    return 0;
}

// The small model learns to write worked solutions of its own kind of problem.
var world = new RouteWorld(new RouteWorldOptions { Places = 16, Moves = 5, MaxSteps = 2 });
var tokenizer = new WordTokenizer(world.Words);
using var small = new LocalStudent("small", CausalLm.CreateRandom(new DecoderConfig
{
    VocabularySize = tokenizer.VocabularySize, HiddenSize = 32, LayerCount = 2, HeadCount = 2, KeyValueHeadCount = 2, HeadSize = 16, FeedForwardSize = 64, ContextLength = 32,
}, seed: 1), tokenizer, new ReasoningPrompt("Q: {problem} ?"));
var train = world.DrawDistinct(200, 1, DataSplit.Train);
var traces = train.Select(p => new Trace { ProblemId = p.Id, SampleIndex = 0, Response = p.Solution!, FinishReason = FinishReason.Stop }).ToArray();
var trained = new SftTrainer(SftOptions.Paper with { LearningRate = 5e-3, Epochs = 40, BatchSize = 32 }).Train(small, train, traces);
var test = world.DrawDistinct(40, 2, DataSplit.Test);
var result = await new Evaluator(new ExactVerifier(), RouteWorld.Reasons).EvaluateAsync(small, test, new SamplingOptions { Temperature = 0, MaxNewTokens = 16 });
Console.WriteLine($"loss {trained.Steps[0].Loss:F2} at first, {trained.Steps[^1].Loss:F2} at last; {result.Accuracy():P0} of {test.Count} held-out problems right ({result.AccuracyInterval()})");
return 0;

internal sealed class Lines : IProgress<TrainingStep>
{
    public void Report(TrainingStep value) => Console.WriteLine($"step {value.Step}/{value.TotalSteps}  loss {value.Loss:F3}  {value.Remaining:hh\\:mm\\:ss} left");
}
