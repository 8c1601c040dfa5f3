using System.CommandLine;
using System.Text.Json.Nodes;
using Spectre.Console;
using W2SR.Core.Handover;
using W2SR.Core.Handover.Settings;
using W2SR.Core.Problems;
using W2SR.Core.Traces;
using W2SR.Core.Verification;

namespace W2SR.Samples.Handover;

/// <summary><c>export ENGINE</c>: a folder that the engine runs as it is.</summary>
internal static class ExportCommand
{
    private static readonly Argument<string> Engine = new("engine") { Description = "llamafactory, trl, verl: fine-tuning on traces. trl-grpo, verl-grpo: reinforcement learning on problems. vllm: generation over problems." };
    private static readonly Option<string> ProblemFile = new("--problems") { Description = "Problems as JSON lines: GSM8K, MATH and other benchmarks as they are published, or your own with id, question and answer.", Required = true };
    private static readonly Option<string?> TraceFile = new("--traces") { Description = "Trace file, as samples/GenerateTraces writes it. For fine-tuning." };
    private static readonly Option<string> Tokenizer = new("--tokenizer") { Description = "Folder with the student's tokenizer.json and chat template; lengths are measured with them.", Required = true };
    private static readonly Option<string?> Student = new("--student") { Description = "The student's folder or name as the engine will find it. Default: the tokenizer's folder." };
    private static readonly Option<string> Output = new("--out") { Description = "Folder to write; new, or an earlier hand-over that no engine has worked in.", DefaultValueFactory = _ => "handover" };
    private static readonly Option<TraceSelection> Selection = new("--selection") { Description = "All (W2SR), Positive (W2SR-P) or Negative (W2SR-N).", DefaultValueFactory = _ => TraceSelection.All };
    private static readonly Option<ThinkingForm> Thinking = new("--thinking") { Description = "AsWritten, Opened (puts <think> before traces that only close it) or Removed.", DefaultValueFactory = _ => ThinkingForm.AsWritten };
    private static readonly Option<double> ValidationShare = new("--validation-share") { Description = "Share of the problems held out for validation." };
    private static readonly Option<bool> KeepsCutOff = new("--keep-cut-off") { Description = "Hands over traces that were cut off, too." };
    private static readonly Option<int> MaxLength = new("--max-length") { Description = "Tokens of a sample at most; longer ones are left out and counted.", DefaultValueFactory = _ => 4096 };
    private static readonly Option<int> Batch = new("--batch") { Description = "Samples (fine-tuning) or problems (reinforcement learning) of a step. Default: 128; 32 for trl-grpo." };
    private static readonly Option<int> PerDevice = new("--per-device") { Description = "Samples that one GPU takes at once. Default: 2; 4 in reinforcement learning." };
    private static readonly Option<int> Gpus = new("--gpus") { Description = "Processes, one a GPU.", DefaultValueFactory = _ => 8 };
    private static readonly Option<int> Epochs = new("--epochs") { Description = "Passes over the data. Default: 5; 1 for trl-grpo." };
    private static readonly Option<double> Rate = new("--learning-rate") { Description = "Default: 1e-5; 1e-6 in reinforcement learning." };
    private static readonly Option<string[]> Set = new("--set") { Description = "key=value for the engine's configuration, checked; may be given several times.", DefaultValueFactory = _ => [] };
    private static readonly Option<int> Samples = new("--samples") { Description = "vllm: responses for each problem.", DefaultValueFactory = _ => 4 };
    private static readonly Option<double> Temperature = new("--temperature") { Description = "vllm: 0 is greedy.", DefaultValueFactory = _ => 0.6 };
    private static readonly Option<int> MaxTokens = new("--max-tokens") { Description = "vllm: new tokens at most.", DefaultValueFactory = _ => 4096 };

    /// <summary>The engines that fine-tune on traces.</summary>
    public static string[] FineTuning => ["llamafactory", "trl", "verl"];

    /// <summary>What fine-tuning takes, but engine and folder.</summary>
    public static IReadOnlyList<Option> FineTuningOptions =>
        [ProblemFile, TraceFile, Tokenizer, Student, Selection, Thinking, ValidationShare, KeepsCutOff, MaxLength, Batch, PerDevice, Gpus, Epochs, Rate, Set];

    public static Command Create()
    {
        Engine.AcceptOnlyFromAmong([.. FineTuning, "trl-grpo", "verl-grpo", "vllm"]);
        var command = new Command("export", "Writes a folder with data, configuration, launch script, README and a manifest that leads back to the traces.")
        {
            Engine, ProblemFile, TraceFile, Tokenizer, Student, Output, Selection, Thinking, ValidationShare, KeepsCutOff, MaxLength, Batch, PerDevice, Gpus, Epochs, Rate, Set, Samples, Temperature, MaxTokens,
        };
        command.SetAction(parsed => Commands.Run(() =>
        {
            Show(Export(parsed, parsed.GetValue(Engine)!, parsed.GetValue(Output)!));
            return 0;
        }));
        return command;
    }

    /// <summary>Folder of the student's tokenizer.</summary>
    public static string TokenizerOf(ParseResult parsed) => parsed.GetValue(Tokenizer)!;

    /// <summary>Which traces are learned from.</summary>
    public static TraceSelection SelectionOf(ParseResult parsed) => parsed.GetValue(Selection);

    /// <summary>Writes the folder that the arguments ask for.</summary>
    public static HandoverReport Export(ParseResult parsed, string engine, string folder)
    {
        var (tokenizer, traceFile) = (parsed.GetValue(Tokenizer)!, parsed.GetValue(TraceFile));
        var isFineTuning = FineTuning.Contains(engine);
        if (isFineTuning && traceFile is null) throw new ArgumentException($"--traces is missing: {engine} is fine-tuned on traces.");
        var options = new HandoverOptions
        {
            StudentPath = parsed.GetValue(Student) ?? Path.GetFullPath(tokenizer),
            Student = Commands.Student(tokenizer),
            Selection = parsed.GetValue(Selection),
            Thinking = parsed.GetValue(Thinking),
            KeepsCutOff = parsed.GetValue(KeepsCutOff),
            ValidationShare = parsed.GetValue(ValidationShare),
            TraceStorePath = isFineTuning ? traceFile : null,
        };
        var problems = BenchmarkFile.ReadAll(parsed.GetValue(ProblemFile)!);
        return isFineTuning ? OfTraces(parsed, engine, folder, options, problems, TraceStore.Read(traceFile!)) : OfProblems(parsed, engine, folder, options, problems);
    }

    /// <summary>Says what was handed over.</summary>
    public static void Show(HandoverReport report)
    {
        var counts = report.Counts;
        var table = new Table().AddColumns("", "count").Title($"{report.Manifest.Engine}, {report.Manifest.Purpose}");
        foreach (var (name, count) in new (string, int)[]
        {
            ("given", counts.Given), ("for training", counts.Training), ("for validation", counts.Validation), ("not selected", counts.NotSelected),
            ("empty", counts.Empty), ("cut off", counts.CutOff), ("too long", counts.OverLong),
        })
            table.AddRow(name, $"{count}");
        AnsiConsole.Write(table);
        if (report.Preflight is { } preflight)
        {
            AnsiConsole.WriteLine($"{preflight.Tokens} tokens, {preflight.SupervisedTokens} of them trained on; longest row {preflight.LengthQuantiles[1]}, median {preflight.LengthQuantiles[0.5]}.");
            AnsiConsole.WriteLine("The first row as the student reads it; what lies between ⟦ and ⟧ is trained on:");
            AnsiConsole.WriteLine(preflight.FirstRow.Length <= 800 ? preflight.FirstRow : preflight.FirstRow[..400] + " ... " + preflight.FirstRow[^400..]);
        }
        foreach (var warning in report.Warnings) AnsiConsole.WriteLine("Look at: " + warning);
        AnsiConsole.WriteLine($"Written to {Path.GetFullPath(report.Folder)}. What to run stands in its README.md; sh run.sh starts it.");
    }

    private static HandoverReport OfTraces(ParseResult parsed, string engine, string folder, HandoverOptions options, IReadOnlyList<Problem> problems, IReadOnlyList<Trace> traces)
    {
        var paper = SftRecipe.Paper;
        var recipe = paper with
        {
            MaxLength = parsed.GetValue(MaxLength),
            GlobalBatch = parsed.GetValue(Batch) is > 0 and var batch ? batch : paper.GlobalBatch,
            PerDeviceBatch = parsed.GetValue(PerDevice) is > 0 and var device ? device : paper.PerDeviceBatch,
            Processes = parsed.GetValue(Gpus),
            Epochs = parsed.GetValue(Epochs) is > 0 and var epochs ? epochs : paper.Epochs,
            LearningRate = parsed.GetValue(Rate) is > 0 and var rate ? rate : paper.LearningRate,
        };
        var (overrides, verifier) = (Overrides(parsed), new MathVerifier());
        return engine switch
        {
            "llamafactory" => new LlamaFactoryExporter(options, recipe) { Overrides = overrides }.Export(problems, traces, verifier, folder),
            "trl" => new TrlExporter(options) { Overrides = overrides }.ExportSft(problems, traces, verifier, folder, recipe),
            _ => new VerlExporter(options) { Overrides = overrides }.ExportSft(problems, traces, verifier, folder, recipe),
        };
    }

    private static HandoverReport OfProblems(ParseResult parsed, string engine, string folder, HandoverOptions options, IReadOnlyList<Problem> problems)
    {
        if (engine == "vllm")
        {
            var batch = new VllmBatchOptions();
            var sampling = batch.Sampling with { SamplesPerProblem = parsed.GetValue(Samples), Temperature = parsed.GetValue(Temperature), MaxNewTokens = parsed.GetValue(MaxTokens) };
            return new VllmBatchExporter(options).Export(problems, folder, batch with { Sampling = sampling, MaxModelLength = Math.Max(batch.MaxModelLength, 2 * sampling.MaxNewTokens) });
        }
        var paper = engine == "trl-grpo" ? GrpoRecipe.PaperOnTrl : GrpoRecipe.Paper;
        var recipe = paper with
        {
            MaxResponseLength = parsed.GetValue(MaxLength),
            ProblemsPerStep = parsed.GetValue(Batch) is > 0 and var size ? size : paper.ProblemsPerStep,
            PerDeviceBatch = parsed.GetValue(PerDevice) is > 0 and var device ? device : paper.PerDeviceBatch,
            Processes = parsed.GetValue(Gpus),
            Epochs = parsed.GetValue(Epochs) is > 0 and var epochs ? epochs : paper.Epochs,
            LearningRate = parsed.GetValue(Rate) is > 0 and var rate ? rate : paper.LearningRate,
        };
        return engine == "trl-grpo"
            ? new TrlExporter(options) { Overrides = Overrides(parsed) }.ExportGrpo(problems, folder, recipe)
            : new VerlExporter(options) { Overrides = Overrides(parsed) }.ExportGrpo(problems, folder, recipe);
    }

    private static Dictionary<string, JsonNode?> Overrides(ParseResult parsed) => parsed.GetValue(Set)!.ToDictionary(
        s => s.IndexOf('=', StringComparison.Ordinal) is > 0 and var at ? s[..at] : throw new ArgumentException($"--set {s}: write key=value."),
        s => EngineSettings.ParseValue(s[(s.IndexOf('=', StringComparison.Ordinal) + 1)..]));
}
