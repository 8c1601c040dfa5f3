using System.CommandLine;
using Spectre.Console;
using W2SR.Core.Common;
using W2SR.Core.Problems;
using W2SR.Core.Prompts;
using W2SR.Core.Tensors;
using W2SR.Core.Training;
using W2SR.Samples;
using W2SR.Samples.TrainReasoner;

var seed = new Option<ulong>("--seed") { Description = "Seed of the run: another seed gives other numbers.", DefaultValueFactory = _ => 1 };
var folder = new Option<string>("--out") { Description = "Run folder: checkpoints, metrics.jsonl, weights. A second call with the same settings goes on where the first was stopped.", DefaultValueFactory = _ => "train-reasoner-run" };
var steps = new Option<int>("--steps") { Description = "Rounds of GRPO.", DefaultValueFactory = _ => 120 };
var rate = new Option<double?>("--learning-rate") { Description = "Learning rate of GRPO. Default: 5e-4 from nothing, 2e-4 for an adapter, 2e-6 for every weight of a checkpoint." };
var test = new Option<int>("--test-problems") { Description = "Held-out problems of the measurement before and after.", DefaultValueFactory = _ => 1000 };
var pretraining = new Option<int>("--pretraining-steps") { Description = "Without --model: steps of pre-training, on mostly direct answers.", DefaultValueFactory = _ => 750 };
var model = new Option<string?>("--model") { Description = "A Hugging Face model folder or a .gguf file. Without it a small model is made from nothing." };
var data = new Option<string>("--data") { Description = "Problems to train on: JSON lines as GSM8K, MATH and others are published, or your own with question and answer; or 'arithmetic'.", DefaultValueFactory = _ => ProblemSet.Arithmetic };
var testData = new Option<string?>("--test-data") { Description = "Held-out problems. Without it a tenth of the data is held out." };
var limit = new Option<int>("--limit") { Description = "Problems to train on at most.", DefaultValueFactory = _ => 4000 };
var largest = new Option<int>("--largest") { Description = "Largest number of 'arithmetic'.", DefaultValueFactory = _ => 99 };
var plain = new Option<bool>("--plain") { Description = "Put problems as plain text, without the model's chat template." };
var lora = new Option<int>("--lora") { Description = "Rank of the adapter that trains; 0 trains every weight.", DefaultValueFactory = _ => 16 };
var problemsPerStep = new Option<int>("--problems-per-step") { Description = "Problems of one round.", DefaultValueFactory = _ => 16 };
var group = new Option<int>("--group") { Description = "Responses to each problem.", DefaultValueFactory = _ => 8 };
var updates = new Option<int>("--updates") { Description = "Optimizer steps of one round.", DefaultValueFactory = _ => 1 };
var tokens = new Option<int>("--max-new-tokens") { Description = "Tokens of a response at most.", DefaultValueFactory = _ => 512 };
var temperature = new Option<double>("--temperature") { Description = "Of the rollouts.", DefaultValueFactory = _ => 1 };
var testTemperature = new Option<double>("--test-temperature") { Description = "Of the measurement; 0 is greedy.", DefaultValueFactory = _ => 0 };
var prompt = new Option<string?>("--prompt") { Description = "A text with {problem} in it. Default: the paper's, which asks for steps and a boxed answer." };
var system = new Option<string?>("--system") { Description = "The system turn; default: what the model's chat template does without one." };
var kl = new Option<double>("--kl") { Description = "Weight of the KL penalty.", DefaultValueFactory = _ => 0 };
var settled = new Option<double>("--settled-chance") { Description = "Chance that a problem is drawn again whose responses were all right or all wrong last time.", DefaultValueFactory = _ => 1 };
var narrow = new Option<bool>("--bf16") { Description = "Compute in bfloat16, with float32 masters of what trains." };
var measure = new Option<bool>("--only-measure") { Description = "Measure the checkpoint as it is, and end." };
var root = new RootCommand("GRPO makes a reasoner: of a checkpoint (--model) on problems with answers, or of a small model from nothing on chains of additions and subtractions.")
{
    seed, folder, steps, rate, test, pretraining, model, data, testData, limit, largest, plain, lora, problemsPerStep, group, updates, tokens, temperature, testTemperature,
    prompt, system, kl, settled, narrow, measure,
};
root.SetAction((parsed, cancellation) => LongRun.RunAsync(() => Run(() => parsed.GetValue(model) is { } path ? Checkpoint(parsed, path).Execute : FromNothing(parsed).Execute, cancellation),
    $"Stopped. What was done is kept; the same command goes on from there ({parsed.GetValue(folder)})."));
return await LongRun.InvokeAsync(root, args);

ArithmeticRun FromNothing(ParseResult parsed)
{
    if (parsed.GetResult(data) is { Implicit: false } || parsed.GetValue(testData) is not null || parsed.GetValue(measure))
        throw new ArgumentException("--data, --test-data and --only-measure belong to a checkpoint: name one with --model.");
    return new ArithmeticRun
    {
        Seed = parsed.GetValue(seed),
        Folder = parsed.GetValue(folder)!,
        Steps = parsed.GetValue(steps),
        LearningRate = parsed.GetValue(rate) ?? 5e-4,
        PretrainingSteps = parsed.GetValue(pretraining),
        TestProblems = parsed.GetValue(test),
    };
}

CheckpointRun Checkpoint(ParseResult parsed, string path)
{
    var rank = parsed.GetValue(lora);
    return new CheckpointRun
    {
        Model = path,
        Folder = parsed.GetValue(folder)!,
        Prompt = parsed.GetValue(prompt) is { } template ? new ReasoningPrompt(template.Replace(@"\n", "\n", StringComparison.Ordinal)) : ReasoningPrompt.Paper,
        System = parsed.GetValue(system),
        IsPlain = parsed.GetValue(plain),
        LoraRank = rank,
        IsNarrow = parsed.GetValue(narrow),
        OnlyMeasures = parsed.GetValue(measure),
        Problems = new ProblemSet
        {
            Data = parsed.GetValue(data)!,
            TestData = parsed.GetValue(testData),
            Largest = parsed.GetValue(largest),
            Limit = parsed.GetValue(limit),
            TestProblems = parsed.GetValue(test),
            Seed = parsed.GetValue(seed),
        },
        Test = new SamplingOptions { Temperature = parsed.GetValue(testTemperature), MaxNewTokens = parsed.GetValue(tokens), Seed = parsed.GetValue(seed) },
        Grpo = new GrpoOptions
        {
            Steps = parsed.GetValue(steps),
            ProblemsPerStep = parsed.GetValue(problemsPerStep),
            GroupSize = parsed.GetValue(group),
            UpdatesPerStep = parsed.GetValue(updates),
            LearningRate = parsed.GetValue(rate) ?? (rank > 0 ? 2e-4 : 2e-6),
            WarmupRatio = 0.05,
            MaxNewTokens = parsed.GetValue(tokens),
            Temperature = parsed.GetValue(temperature),
            MicroBatchTokens = 2048,
            Loss = new PolicyLossOptions { ClipHigh = 0.28, Beta = parsed.GetValue(kl) },
            Rollouts = new GrpoRolloutOptions { SettledProblemChance = parsed.GetValue(settled) },
            Seed = parsed.GetValue(seed),
        },
    };
}

static int Run(Func<Action<CancellationToken>> make, CancellationToken cancellation)
{
    Console.WriteLine(TorchRuntime.Describe().ToString()!);
    make()(cancellation);
    return 0;
}
