using System.CommandLine;
using Spectre.Console;
using TorchSharp;
using W2SR.Core.Common;
using W2SR.Core.Models;
using W2SR.Core.Reasoners;
using W2SR.Core.Tensors;
using W2SR.Core.Training;
using W2SR.Samples.FineTune;

var model = new Option<string>("--model") { Description = "A Hugging Face model folder, or a .gguf file.", Required = true };
var data = new Option<string>("--data") { Description = "JSON Lines with question and answer, as GSM8K has them.", Required = true };
var folder = new Option<string>("--out") { Description = "Where checkpoints, metrics and the result go. The same command goes on after a stop.", DefaultValueFactory = _ => "fine-tune-run" };
var count = new Option<int>("--count") { Description = "Rows of the data to use.", DefaultValueFactory = _ => 1000 };
var epochs = new Option<int>("--epochs") { Description = "Passes over the data.", DefaultValueFactory = _ => 2 };
var rate = new Option<double>("--learning-rate") { Description = "Highest learning rate.", DefaultValueFactory = _ => 1e-5 };
var batch = new Option<int>("--batch") { Description = "Sequences of one optimizer step.", DefaultValueFactory = _ => 32 };
var lora = new Option<bool>("--lora") { Description = "Train an adapter instead of every weight; the learning rate is then 2e-4 unless it is given." };
var narrow = new Option<bool>("--bf16") { Description = "Compute in bfloat16, with float32 masters." };
var stop = new Option<int>("--stop-check") { Description = "Held-out problems answered before and after, to see whether answers still end.", DefaultValueFactory = _ => 16 };
var root = new RootCommand("Fine-tunes a model on worked solutions: pre-flight check, live numbers, checkpoints that survive a kill.") { model, data, folder, count, epochs, rate, batch, lora, narrow, stop };
root.SetAction((parsed, cancellation) => Task.Run(() =>
{
    var adapter = parsed.GetValue(lora);
    var preset = adapter ? SftOptions.Lora : SftOptions.Paper;
    var options = preset with
    {
        LearningRate = parsed.GetResult(rate) is { Implicit: false } || !adapter ? parsed.GetValue(rate) : preset.LearningRate,
        Epochs = parsed.GetValue(epochs),
        BatchSize = parsed.GetValue(batch),
        MaxLength = 1024,
        MicroBatchTokens = 1024,
        ComputeType = parsed.GetValue(narrow) ? torch.ScalarType.BFloat16 : null,
        Validation = new ValidationOptions { HeldOutShare = 0.05, StopCheckProblems = parsed.GetValue(stop), StopCheckTokens = 400 },
    };
    return Run(parsed.GetValue(model)!, parsed.GetValue(data)!, parsed.GetValue(folder)!, parsed.GetValue(count), options, cancellation);
}, CancellationToken.None));
return await root.Parse(args).InvokeAsync();

static int Run(string path, string data, string folder, int count, SftOptions options, CancellationToken cancellation)
{
    try
    {
        AnsiConsole.WriteLine(TorchRuntime.Describe().ToString());
        var (problems, traces) = SolutionFile.Read(data, count);
        using var student = LocalStudent.LoadAsync(path, cancellationToken: cancellation).GetAwaiter().GetResult();
        options = options with
        {
            State = new TrainingStateOptions { Folder = Path.Combine(folder, "state"), EverySteps = 10 },
            MetricsFile = Path.Combine(folder, "metrics.jsonl"),
        };
        var trainer = new SftTrainer(options) { OnPreflight = report => AnsiConsole.WriteLine(report.ToString()) };
        var run = StepDisplay.Show(progress => trainer.Train(student, problems, traces, progress, cancellation));
        if (student.Model.Adapter is { } adapter) adapter.Save(Path.Combine(folder, "adapter"));
        else student.SaveAsync(Path.Combine(folder, "model"), cancellationToken: cancellation).GetAwaiter().GetResult();
        StepDisplay.Summarise(run);
        AnsiConsole.WriteLine($"Written to {Path.GetFullPath(folder)}.");
        return 0;
    }
    catch (OperationCanceledException)
    {
        return Fail($"Stopped. The same command goes on from the last step ({folder}).", 130);
    }
    catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException or ArgumentException or W2srFormatException or TorchRuntimeException or TrainingDivergedException)
    {
        return Fail(e.Message, 1);
    }
}

static int Fail(string message, int code)
{
    Console.Error.WriteLine(message);
    return code;
}
