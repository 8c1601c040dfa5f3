using System.Text.Json;
using W2SR.Core.Common;
using W2SR.Core.Evaluation;
using W2SR.Core.Evaluation.Cost;
using W2SR.Core.Experiments;
using W2SR.Core.Handover;
using W2SR.Core.Handover.Returned;
using W2SR.Core.Models;
using W2SR.Core.Problems;
using W2SR.Core.Prompts;
using W2SR.Core.Reasoners;
using W2SR.Core.Tests.Handover;
using W2SR.Core.Tests.Infrastructure;
using W2SR.Core.Tokens;
using W2SR.Core.Verification;

namespace W2SR.Core.Tests.Experiments;

/// <summary>The way out and back: traces to an engine, its results into curves, costs, models, verdicts and RGR.</summary>
public sealed class ReturnedRunsTests
{
    // What LLaMA-Factory samples with by default, and the 16 tokens of the stored run.
    private static readonly SamplingOptions Sampling = new() { Temperature = 0.95, TopP = 0.7, TopK = 50, MaxNewTokens = 16 };

    [SkippableFact]
    public async Task RoundTrip_TracesOut_EnginesResultsBack_GiveRgrBesideALocalRun()
    {
        using var scratch = new ScratchFolder();
        var (problems, traces, verifier) = (HandoverOracle.Problems(), HandoverOracle.Traces(), new MathVerifier());
        // Out, and opened again where the engine has worked in it.
        var folder = HandoverFolder.Open(new LlamaFactoryExporter(HandoverOracle.Options()).Export(problems, traces, verifier, scratch["lf"]).Folder);
        Directory.CreateDirectory(Path.Combine(folder.Path, "out"));
        foreach (var file in Directory.GetFiles(OracleData.Handover("llamafactory/returned"))) File.Copy(file, Path.Combine(folder.Path, "out", Path.GetFileName(file)));
        Assert.Equal(traces, HandoverFolder.Open(folder.Path).Traces);

        var log = EngineLog.Read(Path.Combine(folder.Path, "out"));
        var run = ReturnedRuns.ToTrainingRun(log);
        Assert.Equal((3, 6.8853349685668945, 3.2407174110412598, 3), (run.Steps.Count, run.Steps[0].Loss, run.Steps[0].GradientNorm, run.Steps[^1].TotalSteps));
        Assert.Equal(2, run.BestStep); // 6.4378 twice: the earlier
        Assert.Contains(run.Findings, f => f.StartsWith("3 of 3 steps come without a count of tokens", StringComparison.Ordinal));

        // Back: the three problems that the stored run answered.
        var tokenizer = HuggingFaceTokenizer.Load(HandoverOracle.ModelFolder);
        var options = new ReturnedOptions { Reasoner = "w2sr", MaxNewTokens = Sampling.MaxNewTokens, CountTokens = text => tokenizer.Encode(text).Length };
        var answered = EngineResponses.ReadLlamaFactory(Path.Combine(folder.Path, "out/generated_predictions.jsonl"), folder.ReadRows(), folder.Problems, options);
        Problem[] tested = [.. folder.Problems.Where(p => answered.Traces.Any(t => t.ProblemId == p.Id))];
        Assert.Equal(3, tested.Length);
        var evaluator = new Evaluator(verifier) { Prompt = folder.PromptText, Template = folder.Manifest.Settings["template"] };
        async Task<EvaluationResult> Judge(ReturnedResponses responses, SamplingOptions sampling, string name)
        {
            using var store = EvaluationStore.Open(scratch[name], evaluator.Manifest(name, tested, sampling));
            return await ReturnedRuns.EvaluateAsync(responses, tested, sampling, evaluator, store);
        }
        var w2sr = await Judge(answered, Sampling, "w2sr");
        Assert.Equal(0, w2sr.Accuracy()); // two steps on a random model
        Assert.Equal(w2sr.Samples, EvaluationStore.FindResult(scratch["w2sr"], verifier.Name)!.Samples);
        Assert.All(EvaluationStore.FindVerdicts(scratch["w2sr"], verifier.Name)!, v => Assert.False(v.Verdict.IsCorrect));

        // Before training: the same model on this machine. After RL: what vLLM's batch runner wrote, right every time.
        using var student = await LocalStudent.LoadAsync(HandoverOracle.ModelFolder, new LoadOptions { SystemMessage = HandoverOptions.PaperSystemMessage, Prompt = ReasoningPrompt.Plain });
        var before = await evaluator.EvaluateAsync(student, tested, Sampling);
        File.WriteAllLines(scratch["rl.jsonl"], tested.Select(p => JsonSerializer.Serialize(new
        {
            custom_id = p.Id,
            response = new { status_code = 200, body = new { choices = new[] { new { index = 0, message = new { content = $"\\boxed{{{p.Answer}}}" }, finish_reason = "stop" } } } },
        })));
        var rl = await Judge(EngineResponses.ReadVllmBatch(scratch["rl.jsonl"], tested, options with { Reasoner = "rl" }), Sampling, "rl");
        var rgr = RgrMetric.Compute(before, w2sr, rl);
        Assert.Equal((0.0, 3), (rgr.Point, rgr.Problems));
        Assert.Contains("no gain to recover", RgrMetric.Compute(before, rl, w2sr).UndefinedBecause, StringComparison.Ordinal);

        // Not measured alike: another limit is refused with both numbers.
        var longer = await Judge(answered, Sampling with { MaxNewTokens = 32 }, "longer");
        Assert.Contains("cut-off (MaxNewTokens): 16 against 32", Assert.Throws<ArgumentException>(() => RgrMetric.Compute(before, longer, rl)).Message, StringComparison.Ordinal);
        // Nor with problems that nobody answered.
        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            using var store = EvaluationStore.Open(scratch["all"], evaluator.Manifest("all", problems, Sampling));
            await ReturnedRuns.EvaluateAsync(answered, problems, Sampling, evaluator, store);
        });
    }

    [SkippableFact]
    public void ToCostEntry_TwoEngines_MakeARatioOfTimeButNotOfForeignOperations()
    {
        var sft = EngineLog.Read(OracleData.Handover("llamafactory/returned/trainer_state.json"));
        var grpo = EngineLog.Read(OracleData.Handover("trl/returned/grpo-trainer_state.json"));
        var w2sr = ReturnedRuns.ToCostEntry(sft, "student W2SR", "qwen2", CostKind.StudentTraining, flops: 2e9);
        var rl = ReturnedRuns.ToCostEntry(grpo, "student RL", "qwen2", CostKind.StudentReinforcement);
        Assert.Equal((TimeSpan.FromSeconds(0.1044), 2e9), (w2sr.WallTime!.Value, w2sr.Flops));
        Assert.Equal((1476, 0.0), (rl.TokensTrained, rl.Flops)); // the engine's own count of operations is not taken
        var ledger = new CostLedger([w2sr, rl]);
        Assert.Null(ledger.TimeRatio().StudentTraining); // TRL logged no time of the whole
        Assert.Equal(1.25, new CostLedger([w2sr, rl with { WallTime = TimeSpan.FromSeconds(0.1305) }]).TimeRatio().StudentTraining!.Value, 6);
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task LoadStudent_FullOrSharded_AnswersAsTheSavedModel(bool sharded)
    {
        using var scratch = new ScratchFolder();
        using var original = await LocalStudent.LoadAsync(HandoverOracle.ModelFolder);
        Directory.CreateDirectory(scratch["out"]);
        await original.SaveAsync(Path.Combine(scratch["out"], "checkpoint-7"), sharded ? new SaveOptions { MaxShardBytes = 100_000 } : null);
        Assert.Equal(sharded ? CheckpointForm.Sharded : CheckpointForm.Full, EngineCheckpoint.FindLast(scratch["out"]).Form);
        using var back = await ReturnedRuns.LoadStudentAsync(scratch["out"]);
        var problems = HandoverOracle.Problems().Take(2).ToArray();
        Assert.Equal(original.Solve(problems, Sampling).Select(t => t.Response), back.Solve(problems, Sampling).Select(t => t.Response));
    }

    [SkippableFact]
    public async Task LoadStudent_Adapter_IsPutOnItsBase()
    {
        using var scratch = new ScratchFolder();
        using var tuned = await LocalStudent.LoadAsync(HandoverOracle.ModelFolder);
        var adapter = LoraAdapter.Create(tuned.Model, seed: 3);
        tuned.Model.Attach(adapter);
        using (TorchSharp.torch.no_grad()) adapter.Parameters.Values.normal_(0, 0.05);
        adapter.Save(Path.Combine(scratch["out"], "checkpoint-3"));
        using var back = await ReturnedRuns.LoadStudentAsync(scratch["out"], basePath: HandoverOracle.ModelFolder);
        var problems = HandoverOracle.Problems().Take(2).ToArray();
        Assert.Equal(tuned.Solve(problems, Sampling).Select(t => t.Response), back.Solve(problems, Sampling).Select(t => t.Response));
        using var plain = await LocalStudent.LoadAsync(HandoverOracle.ModelFolder);
        Assert.NotEqual(plain.Solve(problems, Sampling).Select(t => t.Response), back.Solve(problems, Sampling).Select(t => t.Response));
        Assert.Contains("Name the base", (await Assert.ThrowsAsync<W2srFormatException>(() => ReturnedRuns.LoadStudentAsync(scratch["out"]))).Message, StringComparison.Ordinal);
    }
}
