using System.CommandLine;
using TorchSharp;
using W2SR.Core.Models;
using W2SR.Core.Reasoners;
using W2SR.Core.Tensors;
using W2SR.Core.Training;
using W2SR.Samples;
using W2SR.Samples.FineTune;

var model = new Option<string>("--model") { Description = "A Hugging Face model folder, or a .gguf file.", Required = true };
var data = new Option<string>("--data") { Description = "Problems with worked solutions as JSON lines: GSM8K or MATH as they are published, or your own with question, solution and answer.", Required = true };
var folder = new Option<string>("--out") { Description = "Where checkpoints, metrics and the result go. The same command goes on after a stop.", DefaultValueFactory = _ => "fine-tune-run" };
var count = new Option<int>("--count") { Description = "Problems to use, from the beginning of the data.", DefaultValueFactory = _ => 1000 };
var epochs = new Option<int>("--epochs") { Description = "Passes over the data.", DefaultValueFactory = _ => 2 };
var rate = new Option<double>("--learning-rate") { Description = "Highest learning rate.", DefaultValueFactory = _ => 1e-5 };
var batch = new Option<int>("--batch") { Description = "Sequences of one optimizer step.", DefaultValueFactory = _ => 32 };
var lora = new Option<bool>("--lora") { Description = "Train an adapter instead of every weight; the learning rate is then 2e-4 unless it is given." };
var narrow = new Option<bool>("--bf16") { Description = "Compute in bfloat16, with float32 masters." };
var stop = new Option<int>("--stop-check") { Description = "Held-out problems answered before and after, to see whether answers still end.", DefaultValueFactory = _ => 16 };
var temperature = new Option<double>("--stop-temperature") { Description = "Temperature of those answers; 0 is greedy.", DefaultValueFactory = _ => 0.6 };
var measure = new Option<int>("--measure-every") { Description = "Steps between measurements of the validation loss; 0: after each pass.", DefaultValueFactory = _ => 0 };
var keep = new Option<int>("--checkpoint-every") { Description = "Steps between checkpoints.", DefaultValueFactory = _ => 10 };
var root = new RootCommand("Fine-tunes a model on worked solutions: pre-flight check, live numbers, checkpoints that survive a kill.")
{
    model, data, folder, count, epochs, rate, batch, lora, narrow, stop, temperature, measure, keep,
};
root.SetAction((parsed, cancellation) =>
{
    var adapter = parsed.GetValue(lora);
    var preset = adapter ? SftOptions.Lora : SftOptions.Paper;
    var options = preset with
    {
        LearningRate = parsed.GetResult(rate) is { Implicit: false } || !adapter ? parsed.GetValue(rate) : preset.LearningRate,
        Epochs = parsed.GetValue(epochs),
        BatchSize = parsed.GetValue(batch),
        MaxLength = 1024,
        Compute = new SftComputeOptions { MicroBatchTokens = 1024, Type = parsed.GetValue(narrow) ? torch.ScalarType.BFloat16 : null },
        Validation = new ValidationOptions { HeldOutShare = 0.05, EverySteps = parsed.GetValue(measure), StopCheckProblems = parsed.GetValue(stop), StopCheckTokens = 400, StopCheckTemperature = parsed.GetValue(temperature) },
    };
    return LongRun.RunAsync(() => RunAsync(parsed.GetValue(model)!, parsed.GetValue(data)!, parsed.GetValue(folder)!, parsed.GetValue(count), parsed.GetValue(keep), options, cancellation),
        $"Stopped. The same command goes on from the last step ({parsed.GetValue(folder)}).");
});
return await LongRun.InvokeAsync(root, args);

static async Task<int> RunAsync(string path, string data, string folder, int count, int checkpointEvery, SftOptions options, CancellationToken cancellation)
{
    Console.WriteLine(TorchRuntime.Describe());
    var (problems, traces) = SolutionFile.Read(data, count);
    using var student = await LocalStudent.LoadAsync(path, cancellationToken: cancellation);
    options = options with
    {
        State = new TrainingStateOptions { Folder = Path.Combine(folder, "state"), EverySteps = checkpointEvery },
        MetricsFile = Path.Combine(folder, "metrics.jsonl"),
    };
    var trainer = new SftTrainer(options) { OnPreflight = Console.WriteLine };
    var run = StepDisplay.Show(progress => trainer.Train(student, problems, traces, progress, cancellation));
    if (student.Model.Adapter is { } adapter) adapter.Save(Path.Combine(folder, "adapter"));
    else await student.SaveAsync(Path.Combine(folder, "model"), cancellationToken: cancellation);
    StepDisplay.Summarise(run);
    Console.WriteLine($"Written to {Path.GetFullPath(folder)}.");
    return 0;
}
