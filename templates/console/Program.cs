using W2SR.Core.Common;
using W2SR.Core.Evaluation;
using W2SR.Core.Problems;
using W2SR.Core.Reasoners;
using W2SR.Core.Traces;
using W2SR.Core.Training;
using W2SR.Core.Verification;

// A weak teacher that reasons writes traces; the student learns from all of them, right or wrong.
// Teacher and student are Hugging Face folders or .gguf files; problems any benchmark file (GSM8K, MATH, JSON lines with "question" and "answer").
if (args.Length != 4)
{
    Console.Error.WriteLine("Usage: W2srApp TEACHER STUDENT TRAIN.jsonl TEST.jsonl");
    return 2;
}
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) => { e.Cancel = true; stop.Cancel(); };

var (train, test) = (BenchmarkFile.ReadAll(args[2]), BenchmarkFile.ReadAll(args[3]));
var verifier = new MathVerifier();
var sampling = new SamplingOptions { Temperature = 0.7, TopP = 0.95, MaxNewTokens = 512 };

IReadOnlyList<Trace> traces;
using (var teacher = await LocalTeacher.LoadAsync(args[0]))
{
    // Interrupt it at any time: a second run goes on after the last sample that was written.
    var manifest = new Dictionary<string, string> { ["teacher"] = args[0], ["sampling"] = ContentHash.OfValue(sampling) };
    using var store = TraceStore.Open("traces.jsonl", manifest);
    traces = await new TraceGenerator(teacher, sampling).GenerateAsync(train, store, cancellationToken: stop.Token);
}
var chosen = TraceFilter.Apply(train, traces, verifier, TraceSelection.All);
Console.WriteLine($"{chosen.Kept.Count} traces, {chosen.Accuracy:P1} correct");

using var student = await LocalStudent.LoadAsync(args[1]);
var evaluator = new Evaluator(verifier);
var before = await evaluator.EvaluateAsync(student, test, sampling, stop.Token);
new SftTrainer(SftOptions.Lora).Train(student, train, chosen.Kept, cancellationToken: stop.Token);
var after = await evaluator.EvaluateAsync(student, test, sampling, stop.Token);
await student.SaveAsync("student");

var gain = PairedDifference.Compute(after, before);
Console.WriteLine($"{before.Accuracy():P1} before, {after.Accuracy():P1} after: {gain.Point:+0.0%;-0.0%} (95% {gain.Interval.Low:P1} to {gain.Interval.High:P1}), saved to 'student'");
return 0;
