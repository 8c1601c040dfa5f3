using System.CommandLine;
using Spectre.Console;
using W2SR.Core.Tensors;
using W2SR.Core.Training;
using W2SR.Samples.TrainReasoner;

var seed = new Option<ulong>("--seed") { Description = "Seed of the run: another seed gives other numbers.", DefaultValueFactory = _ => 1 };
var folder = new Option<string>("--out") { Description = "Run folder: checkpoints, metrics.jsonl, weights. A second call with the same settings goes on where the first was stopped.", DefaultValueFactory = _ => "train-reasoner-run" };
var steps = new Option<int>("--steps") { Description = "Rounds of GRPO.", DefaultValueFactory = _ => 100 };
var rate = new Option<double>("--learning-rate") { Description = "Learning rate of GRPO.", DefaultValueFactory = _ => 5e-4 };
var pretraining = new Option<int>("--pretraining-steps") { Description = "Steps of pre-training, on mostly direct answers.", DefaultValueFactory = _ => 700 };
var test = new Option<int>("--test-problems") { Description = "Held-out problems of the measurement before and after.", DefaultValueFactory = _ => 1000 };
var root = new RootCommand("GRPO makes a reasoner of a small model that could reason but mostly guesses: chains of additions and subtractions, from nothing, on this machine.")
{
    seed, folder, steps, rate, pretraining, test,
};
root.SetAction((parsed, cancellation) => Task.Run(() => Run(new ArithmeticRun
{
    Seed = parsed.GetValue(seed),
    Folder = parsed.GetValue(folder)!,
    Steps = parsed.GetValue(steps),
    LearningRate = parsed.GetValue(rate),
    PretrainingSteps = parsed.GetValue(pretraining),
    TestProblems = parsed.GetValue(test),
}, cancellation), CancellationToken.None));
return await root.Parse(args).InvokeAsync();

static int Run(ArithmeticRun run, CancellationToken cancellation)
{
    try
    {
        AnsiConsole.WriteLine(TorchRuntime.Describe().ToString()!);
        run.Execute(cancellation);
        return 0;
    }
    catch (OperationCanceledException)
    {
        return Fail($"Stopped. What was done is kept; the same command goes on from there ({run.Folder}).", 130);
    }
    catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException or ArgumentException or TorchRuntimeException
        or TrainingDivergedException or RewardFailedException)
    {
        return Fail(e.Message, 1);
    }
}

static int Fail(string message, int code)
{
    Console.Error.WriteLine(message);
    return code;
}
