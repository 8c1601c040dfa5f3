// Started by TorchRuntimeTests: what a process does first decides whether libtorch can still be loaded. And by TrainingStateTests, SaveKillTests and TraceKillTests, which kill it. And by LongRunTests, which stop it.
using System.CommandLine;
using System.Globalization;
using TorchSharp;
using W2SR.Core.Models;
using W2SR.Core.Prompts;
using W2SR.Core.Reasoners;
using W2SR.Core.Tensors;
using W2SR.Core.Tokens;
using W2SR.Core.Training;
using W2SR.Samples;

switch (args[0])
{
    case "torch-first":
        Console.WriteLine(torch.ones(3).sum().item<float>());
        break;
    case "library-first":
        Console.WriteLine(TorchRuntime.Describe());
        break;
    case "race":
        Parallel.For(0, 8, _ => TorchRuntime.EnsureLoaded());
        Console.WriteLine(torch.ones(3).sum().item<float>());
        break;
    case "ensure":
        try
        {
            TorchRuntime.EnsureLoaded();
            Console.WriteLine("loaded");
        }
        catch (TorchRuntimeException e)
        {
            Console.WriteLine(e.Message);
            return 3;
        }
        break;
    case "train":
        Train(args[1], args[2]);
        break;
    case "encode":
        Console.WriteLine(string.Join(' ', HuggingFaceTokenizer.Load(args[1]).Encode(args[2])));
        Console.WriteLine(ChatTemplate.Parse("{{ messages[0].content | upper }}", "upper").Render([ChatMessage.User(args[2])]).Text);
        break;
    case "traces":
        var numbers = args[2..].Select(a => int.Parse(a, CultureInfo.InvariantCulture)).ToArray();
        return TraceRun.Run(args[1], numbers[0], numbers[1], numbers[2]);
    case "slow-stop":
        return await StopSlowly(TimeSpan.FromSeconds(double.Parse(args[1], CultureInfo.InvariantCulture)));
    case "save":
        await SaveForever(args[1], args[2], args[3]);
        break;
}
return 0;

// A long run whose last checkpoint takes a while.
static Task<int> StopSlowly(TimeSpan checkpoint)
{
    var root = new RootCommand("Waits to be stopped.");
    root.SetAction((_, cancellation) => LongRun.RunAsync(async () =>
    {
        Console.WriteLine("started");
        try
        {
            await Task.Delay(Timeout.Infinite, cancellation);
        }
        finally
        {
            await Task.Delay(checkpoint, CancellationToken.None);
            Console.WriteLine("written");
        }
        return 0;
    }, "Stopped."));
    return LongRun.InvokeAsync(root, []);
}

// Two models take turns in one folder until the process is killed.
static async Task SaveForever(string first, string second, string target)
{
    using LocalStudent one = await LocalStudent.LoadAsync(first), other = await LocalStudent.LoadAsync(second);
    for (var saves = 1; ; saves++)
    {
        await (saves % 2 == 1 ? one : other).SaveAsync(target, new SaveOptions { MaxShardBytes = 40_000 });
        Console.WriteLine(saves);
    }
}

// A small training with a checkpoint after every step; at the end every loss, bit for bit.
static void Train(string folder, string losses)
{
    torch.set_num_threads(1);
    var config = new DecoderConfig
    {
        VocabularySize = 31,
        HiddenSize = 24,
        LayerCount = 2,
        HeadCount = 4,
        KeyValueHeadCount = 2,
        HeadSize = 6,
        FeedForwardSize = 32,
        ContextLength = 48,
    };
    using var model = CausalLm.CreateRandom(config, 5);
    TrainingExample[] examples = [.. Enumerable.Range(0, 24).Select(i => new TrainingExample([1 + i, 2], [.. Enumerable.Range(0, 3 + i % 4).Select(t => (i + 5 * t) % 31)]))];
    var options = new SftOptions
    {
        LearningRate = 1e-2,
        Epochs = 20,
        BatchSize = 4,
        Compute = new SftComputeOptions { MicroBatchTokens = 20 },
        State = new TrainingStateOptions { Folder = folder, EverySteps = 1 },
        MetricsFile = Path.Combine(folder, "metrics.jsonl"),
    };
    var run = new SftTrainer(options).Train(model, examples, new Tell(), CancellationToken.None);
    File.WriteAllLines(losses, run.Steps.Select(s => BitConverter.DoubleToInt64Bits(s.Loss).ToString("x16", CultureInfo.InvariantCulture)));
}

sealed file class Tell : IProgress<TrainingStep>
{
    public void Report(TrainingStep value) => Console.WriteLine(value.Step);
}
