using Parquet.Serialization;
using W2SR.Core.Common;
using W2SR.Core.Handover;
using W2SR.Core.Handover.Returned;
using W2SR.Core.Problems;
using W2SR.Core.Tests.Infrastructure;
using W2SR.Core.Verification;

namespace W2SR.Core.Tests.Handover;

/// <summary>Curves, checkpoints and responses of the engines, as they left them and as they leave them on a bad day.</summary>
public sealed class ReturnedTests
{
    private static readonly Problem[] Problems = [new("a", "What is 1+1?", "2"), new("b", "What is 1+1? Then add 1.", "3"), new("c", "x", "2")];
    private static readonly ReturnedOptions Options = new() { Reasoner = "student" };

    [SkippableFact]
    public void Log_LlamaFactory_BothFilesAgree()
    {
        var state = EngineLog.Read(OracleData.Handover("llamafactory/returned/trainer_state.json"));
        var lines = EngineLog.Read(OracleData.Handover("llamafactory/returned/trainer_log.jsonl"));
        Assert.Equal([6.8853349685668945, 6.807614803314209, 6.481151103973389], state.Steps.Select(s => s.Loss!.Value));
        Assert.Equal(state.Steps.Select(s => (s.Step, s.Loss, s.LearningRate, s.ValidationLoss)), lines.Steps.Select(s => (s.Step, s.Loss, s.LearningRate, s.ValidationLoss)));
        Assert.Equal([3.2407174110412598, 3.95944881439209, 4.024596214294434], state.Steps.Select(s => s.GradientNorm!.Value));
        Assert.Equal((TimeSpan.FromSeconds(0.1044), 1255274496.0, 2), (state.WallTime, state.EngineFlops, state.PlannedSteps));
        Assert.Contains("3 steps where 2 were planned", state.Findings[0], StringComparison.Ordinal);
        Assert.All(lines.Steps, s => Assert.Null(s.GradientNorm));
    }

    [SkippableFact]
    public void Log_Trl_SftAndGrpo_AreRead()
    {
        var sft = EngineLog.Read(OracleData.Handover("trl/returned/sft-trainer_state.json"));
        Assert.Equal([639, 1479], sft.Steps.Select(s => s.Tokens!.Value)); // 2118 in all, logged as running sums
        Assert.Equal([3.2407174110412598, 4.512903213500977], sft.Steps.Select(s => s.GradientNorm!.Value));
        var grpo = EngineLog.Read(OracleData.Handover("trl/returned/grpo-trainer_state.json"));
        Assert.Equal([(0.0, 0.0, 24.0, 1.0, 1.0), (0.0, 0.0, 23.0, 0.875, 1.0)],
            grpo.Steps.Select(s => (s.Reward!.Value, s.Kl!.Value, s.MeanLength!.Value, s.CutOffShare!.Value, s.UniformGroups!.Value)));
        Assert.Equal(0.1722212539998509, grpo.Steps[0].Seconds);
    }

    [SkippableFact]
    public void Log_Verl_MovesTheRateToItsStep()
    {
        var log = EngineLog.Read(OracleData.Handover("verl/returned/sft.jsonl"));
        Assert.Equal([(6.6875, 6.71875, 1061L), (6.8125, 6.5625, 366L)], log.Steps.Select(s => (s.Loss!.Value, s.ValidationLoss!.Value, s.Tokens!.Value)));
        Assert.Equal([null, 0.0005], log.Steps.Select(s => s.LearningRate));
    }

    [Fact]
    public void Log_NaNTornLineAndResume_AreFindingsNotNumbers()
    {
        using var scratch = new ScratchFolder();
        File.WriteAllText(scratch["sft.jsonl"], "{\"step\": 7, \"data\": {\"train/loss\": NaN, \"train/lr\": 1e-5}}\n{\"step\": 7, \"data\": {\"val/loss\": Infinity}}\n{\"step\": 8, \"data\": {\"train/loss\": 2.5, \"note\": \"NaN\\\"\"}}\n{\"step\": 9, \"da");
        var log = EngineLog.Read(scratch.Path); // the folder: the one log of verl in it
        Assert.Equal([(7, null), (8, (double?)2.5)], log.Steps.Select(s => (s.Step, s.Loss)));
        Assert.Null(log.Steps[0].ValidationLoss);
        Assert.Contains(log.Findings, f => f.StartsWith("2 logged values are NaN", StringComparison.Ordinal));
        Assert.Contains(log.Findings, f => f.StartsWith("The last line was cut off", StringComparison.Ordinal));
        Assert.Contains(log.Findings, f => f.StartsWith("The log begins at step 7", StringComparison.Ordinal));
    }

    [Fact]
    public void Log_OtherFiles_AreRefusedByName()
    {
        using var scratch = new ScratchFolder();
        File.WriteAllText(scratch["a.json"], "{}");
        File.WriteAllText(scratch["b.jsonl"], "{\"loss\": 1}\n");
        File.WriteAllText(scratch["c.json"], """{"log_history": []}""");
        Assert.Contains("not a trainer_state.json", Refused(() => EngineLog.Read(scratch["a.json"])), StringComparison.Ordinal);
        Assert.Contains("neither current_steps", Refused(() => EngineLog.Read(scratch["b.jsonl"])), StringComparison.Ordinal);
        Assert.Contains("no step of training", Refused(() => EngineLog.Read(scratch["c.json"])), StringComparison.Ordinal);
        Assert.Contains("no log of training", Refused(() => EngineLog.Read(scratch.Path)), StringComparison.Ordinal);
    }

    [Fact]
    public void Log_OfAFolder_IsThatOfItsNewestCheckpointByNumber()
    {
        using var scratch = new ScratchFolder();
        foreach (var step in (int[])[9, 10, 100])
        {
            Directory.CreateDirectory(scratch[$"checkpoint-{step}"]);
            File.WriteAllText(Path.Combine(scratch[$"checkpoint-{step}"], "trainer_state.json"), $$"""{"max_steps": 200, "log_history": [{"step": {{step}}, "loss": 1.0}]}""");
        }
        var log = EngineLog.Read(scratch.Path);
        Assert.Equal(100, Assert.Single(log.Steps).Step);
        Assert.Contains("ends at step 100 of 200", Assert.Single(log.Findings), StringComparison.Ordinal);
    }

    [Fact]
    public void Checkpoints_OfEveryForm_AreFoundWithAdvice()
    {
        using var scratch = new ScratchFolder();
        void Make(string folder, params string[] files)
        {
            Directory.CreateDirectory(scratch[folder]);
            foreach (var file in files) File.WriteAllText(Path.Combine(scratch[folder], file), file.StartsWith("adapter_config", StringComparison.Ordinal) ? """{"base_model_name_or_path": "the-base"}""" : "{}");
        }
        Make("lf", "config.json", "model.safetensors");
        Make("lf/checkpoint-2", "config.json", "model.safetensors");
        Make("lf/checkpoint-10", "config.json", "zero_to_fp32.py");
        Make("lora/checkpoint-4", "adapter_config.json", "adapter_model.safetensors");
        Make("lora/checkpoint-5", "adapter_config.json");
        Make("verl/global_step_3", "model_world_size_2_rank_0.pt", "model_world_size_2_rank_1.pt");
        Make("verl/global_step_3/huggingface", "config.json");
        Make("verl/global_step_6/actor", "model_world_size_1_rank_0.pt");
        Make("verl/global_step_6/actor/huggingface", "config.json", "model.safetensors");
        Make("shards", "config.json", "model-00001-of-00002.safetensors");
        File.WriteAllText(Path.Combine(scratch["shards"], "model.safetensors.index.json"), """{"weight_map": {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}}""");
        Make("bin", "config.json", "pytorch_model.bin");
        (string, CheckpointForm, int?)[] Found(string name) => [.. EngineCheckpoint.Find(scratch[name]).Select(c => (Path.GetRelativePath(scratch.Path, c.Path), c.Form, c.Step))];
        Assert.Equal([("lf/checkpoint-2", CheckpointForm.Full, 2), ("lf/checkpoint-10", CheckpointForm.Unmerged, 10), ("lf", CheckpointForm.Full, null)], Found("lf"));
        Assert.Equal([("lora/checkpoint-4", CheckpointForm.Adapter, 4), ("lora/checkpoint-5", CheckpointForm.Incomplete, 5)], Found("lora"));
        Assert.Equal("the-base", EngineCheckpoint.FindLast(scratch["lora"]).BaseModel);
        Assert.Equal([("verl/global_step_3", CheckpointForm.Unmerged, 3), ("verl/global_step_6/actor/huggingface", CheckpointForm.Full, 6)], Found("verl"));
        Assert.Contains("verl.model_merger merge --backend fsdp", EngineCheckpoint.Find(scratch["verl"])[0].Advice, StringComparison.Ordinal);
        Assert.Contains("first model-00002-of-00002.safetensors", Assert.Single(EngineCheckpoint.Find(scratch["shards"])).Advice, StringComparison.Ordinal);
        Assert.Contains("Save it as safetensors", Refused(() => EngineCheckpoint.FindLast(scratch["bin"])), StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(scratch["shards"], "model-00002-of-00002.safetensors"), "{}");
        Assert.Equal([("shards", CheckpointForm.Sharded, null)], Found("shards"));
    }

    [Fact]
    public void Responses_VllmBatch_ReasoningIsRejoinedAndFailuresAreNamed()
    {
        using var scratch = new ScratchFolder();
        const string Choices = """[{"index":0,"message":{"content":"\\boxed{2}","reasoning":"one\nand one"},"finish_reason":"stop","token_ids":[1,2,3]},{"index":1,"message":{"content":null,"reasoning_content":"Wait, \\boxed{2}"},"finish_reason":"length","token_ids":[1,2]},{"index":2,"message":{"content":"2"},"finish_reason":null,"token_ids":[1]}]""";
        File.WriteAllLines(scratch["out.jsonl"],
        [
            $$$$"""{"id":"1","custom_id":"a","response":{"status_code":200,"body":{"choices":{{{{Choices}}}},"usage":{"prompt_tokens":41,"completion_tokens":6}}},"error":null}""",
            """{"id":"2","custom_id":"b","response":{"status_code":400,"body":{"error":{"message":"maximum context length"}}},"error":null}""",
            """{"id":"3","custom_id":"zzz","response":{"status_code":200,"body":{"choices":[]}},"error":null}""",
        ]);
        var back = EngineResponses.ReadVllmBatch(scratch["out.jsonl"], Problems, Options with { MaxNewTokens = 100 });
        Assert.Equal(["<think>\none\nand one\n</think>\n\n\\boxed{2}", "<think>\nWait, \\boxed{2}", "2"], back.Traces.Select(t => t.Response));
        Assert.Equal([FinishReason.Stop, FinishReason.Length, FinishReason.Stop], back.Traces.Select(t => t.FinishReason));
        Assert.Equal([(0, 3, 41), (1, 2, 41), (2, 1, 41)], back.Traces.Select(t => (t.SampleIndex, t.ResponseTokens, t.PromptTokens)));
        Assert.Contains("maximum context length", back.Failures[0], StringComparison.Ordinal);
        Assert.Contains("'zzz' is none of the problems", back.Failures[1], StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Responses_VllmsOwnBody_IsRead()
    {
        using var scratch = new ScratchFolder();
        var body = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(OracleData.Handover("vllm/response.json")))!.ToJsonString();
        File.WriteAllText(scratch["out.jsonl"], $$$"""{"custom_id":"p-0001","response":{"status_code":200,"body":{{{body}}}},"error":null}""" + "\n");
        var back = EngineResponses.ReadVllmBatch(scratch["out.jsonl"], HandoverOracle.Problems(), Options);
        Assert.Equal(["<think>\nFirst I add.\n</think>\n\nThe answer is $\\boxed{12}$.", "<think>\nWait, wait"], back.Traces.Select(t => t.Response));
        Assert.Equal([FinishReason.Stop, FinishReason.Length], back.Traces.Select(t => t.FinishReason));
        Assert.Equal([0, 0], back.Traces.Select(t => t.ResponseTokens)); // 90 tokens over both, not told apart
    }

    [Fact]
    public void Responses_VerlDump_IsMatchedByIdThenByQuestionAndAnswer()
    {
        using var scratch = new ScratchFolder();
        File.WriteAllLines(scratch["20.jsonl"],
        [
            """{"input":"system\nS\nuser\nWhat is 1+1? Then add 1.\nassistant\n","output":"3","gts":"3","score":1.0,"step":20}""",
            """{"input":"system\nS\nuser\nWhat is 1+1?\nassistant\n","output":"two","gts":"2","score":0.0,"step":20}""",
            """{"input":"anything","output":"2","gts":"2","score":1.0,"step":20,"problem_id":"c"}""",
            """{"input":"user\nWhat is 1+1?\n","output":"2","gts":"2","score":1.0,"step":20}""",
            """{"input":"user\nsomething else\n","output":"2","gts":"9","score":1.0,"step":20}""",
        ]);
        var back = EngineResponses.ReadVerl(scratch["20.jsonl"], Problems, Options);
        Assert.Equal([("b", 0, "3"), ("a", 0, "two"), ("c", 0, "2"), ("a", 1, "2")], back.Traces.Select(t => (t.ProblemId, t.SampleIndex, t.Response)));
        Assert.Contains("line 5", Assert.Single(back.Failures), StringComparison.Ordinal);
        Assert.Contains("4 responses come without a reason for their end", Assert.Single(back.Findings), StringComparison.Ordinal);
        var counted = EngineResponses.ReadVerl(scratch["20.jsonl"], Problems, Options with { MaxNewTokens = 3, CountTokens = t => t.Length });
        Assert.Equal([FinishReason.Stop, FinishReason.Length, FinishReason.Stop, FinishReason.Stop], counted.Traces.Select(t => t.FinishReason));
        Assert.Empty(counted.Findings);
    }

    [SkippableFact]
    public void Responses_TrlCompletions_AreLedBackToTheirProblems()
    {
        var back = EngineResponses.ReadTrlCompletions([OracleData.Handover("trl/returned/completions_00001.parquet")], HandoverOracle.Problems(), Options);
        Assert.Empty(back.Failures);
        Assert.Equal(8, back.Traces.Count);
        Assert.All(back.Traces.GroupBy(t => t.ProblemId), g => Assert.Equal(Enumerable.Range(0, 4), g.Select(t => t.SampleIndex)));
        Assert.StartsWith(" th\" with E!", back.Traces[0].Response, StringComparison.Ordinal);
        Assert.Equal("p-0007", back.Traces[0].ProblemId);
    }

    [Fact]
    public async Task Responses_LightevalDetails_AreReadByColumn()
    {
        using var scratch = new ScratchFolder();
        await using (var file = File.Create(scratch["details.parquet"]))
            await ParquetSerializer.SerializeAsync<Detail>(
            [
                new() { doc = new() { query = "Solve: What is 1+1? Then add 1.", id = "0" }, model_response = new() { text = ["3", "4"], output_tokens = [[5, 6], [7]] } },
                new() { doc = new() { query = "unknown", id = "1" }, model_response = new() { text = ["3"], output_tokens = [[5]] } },
            ], file);
        var back = EngineResponses.ReadLighteval(scratch["details.parquet"], [Problems[0], Problems[1]], Options with { MaxNewTokens = 2 });
        Assert.Equal([("b", 0, "3", 2, FinishReason.Length), ("b", 1, "4", 1, FinishReason.Stop)], back.Traces.Select(t => (t.ProblemId, t.SampleIndex, t.Response, t.ResponseTokens, t.FinishReason)));
        Assert.Contains("row 2", Assert.Single(back.Failures), StringComparison.Ordinal);
        File.WriteAllText(scratch["no.parquet"], "PAR1, or is it?");
        Assert.Contains("cannot be read as Parquet", Refused(() => EngineResponses.ReadLighteval(scratch["no.parquet"], Problems, Options)), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Responses_LlamaFactoryPredictions_OfOtherRows_AreRefused()
    {
        var rows = HandoverOracle.Traces().Zip(HandoverOracle.Problems(), (t, p) => new HandoverRow(HandoverRow.IdOf(t.ProblemId, t.SampleIndex), "S", p.Question, t.Response)).ToArray();
        var file = OracleData.Handover("llamafactory/returned/generated_predictions.jsonl");
        var back = EngineResponses.ReadLlamaFactory(file, rows, HandoverOracle.Problems(), Options);
        Assert.Equal(["p-0001", "p-0002", "p-0003"], back.Traces.Select(t => t.ProblemId));
        Assert.Contains("3 of 9 rows were answered.", back.Findings);
        Assert.Contains("line 1: answers another row", Refused(() => EngineResponses.ReadLlamaFactory(file, [.. rows.Reverse()], HandoverOracle.Problems(), Options)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Responses_LlamaFactoryPredictions_AreThoseOfTheRowsThatWereAsked(bool validation)
    {
        using var scratch = new ScratchFolder();
        Problem[] problems = [.. Enumerable.Range(0, 20).Select(i => new Problem($"p{i}", $"{i}+1?", $"{i + 1}"))];
        var report = new LlamaFactoryExporter(HandoverPropertyTests.Options() with { ValidationShare = 0.3 }, HandoverPropertyTests.Small)
            .Export(problems, [.. problems.Select(p => HandoverPropertyTests.Trace(p.Id, 0, $"\\boxed{{{p.Answer}}}"))], new ExactVerifier(), scratch["lf"]);
        var folder = HandoverFolder.Open(report.Folder);
        var rows = validation ? folder.ReadValidationRows() : folder.ReadRows();
        Assert.InRange(rows.Count, 2, 18);
        File.WriteAllLines(scratch["p.jsonl"], rows.Select(r => System.Text.Json.JsonSerializer.Serialize(new { prompt = "", predict = "my " + r.Id, label = r.Response + "\n" })));
        Assert.Equal(rows.Select(r => (HandoverRow.Split(r.Id!)!.Value.ProblemId, "my " + r.Id)), EngineResponses.ReadLlamaFactory(scratch["p.jsonl"], folder, Options).Traces.Select(t => (t.ProblemId, t.Response)));
    }

    private static string Refused(Action read) => Assert.Throws<W2srFormatException>(read).Message;

    private static string Refused<T>(Func<T> read) => Refused(() => { _ = read(); });

    public sealed class Detail
    {
        public Doc? doc { get; set; }

        public Response? model_response { get; set; }
    }

    public sealed class Doc
    {
        public string? query { get; set; }

        public string? id { get; set; }
    }

    public sealed class Response
    {
        public List<string>? text { get; set; }

        public List<List<int>>? output_tokens { get; set; }
    }
}
