using System.Text.Json;
using System.Text.Json.Nodes;
using W2SR.Core.Handover;
using W2SR.Core.Models;
using W2SR.Core.Problems;
using W2SR.Core.Prompts;
using W2SR.Core.Reasoners;
using W2SR.Core.Tensors;
using W2SR.Core.Tests.Handover;
using W2SR.Core.Tests.Infrastructure;
using W2SR.Core.Tokens;
using W2SR.Core.Traces;
using W2SR.Core.Training;
using W2SR.Core.Verification;

namespace W2SR.Core.Tests.Oracles;

/// <summary>Files that LLaMA-Factory, TRL and verl took, written again from our own objects; and what they made of them.</summary>
public sealed class HandoverOracleTests
{
    private static readonly SftRecipe SmallBatches = new() { GlobalBatch = 2, PerDeviceBatch = 1, Processes = 1 };

    [SkippableFact]
    public void LlamaFactory_DataFiles_AreEqualAsTrees()
    {
        using var scratch = new ScratchFolder();
        var exporter = new LlamaFactoryExporter(HandoverOracle.Options()) { Formats = [LlamaFactoryFormat.Messages, LlamaFactoryFormat.Alpaca, LlamaFactoryFormat.ShareGpt] };
        var report = exporter.Export(HandoverOracle.Problems(), HandoverOracle.Traces(), new MathVerifier(), scratch["lf"]);
        Assert.Equal(new HandoverCounts(9, 0, 0, 0, 0, 9, 0), report.Counts);
        foreach (var file in new[] { "data/dataset_info.json", "data/w2sr_messages.jsonl", "data/w2sr_alpaca.jsonl", "data/w2sr_sharegpt.json", "ds_z3.json" })
            Trees.AssertSameJson(OracleData.Handover("llamafactory/" + file), Path.Combine(report.Folder, file));
        Trees.AssertSameYaml(OracleData.Handover("llamafactory/sft.w2sr.yaml"), File.ReadAllText(Path.Combine(report.Folder, "sft.w2sr.yaml")));
    }

    [SkippableFact]
    public void LlamaFactory_Configurations_AreEqualAsTrees()
    {
        var folder = OracleData.Handover("llamafactory");
        Trees.AssertSameYaml(Path.Combine(folder, "sft.w2sr.yaml"), LlamaFactoryConfig.Sft(SftRecipe.Paper, "STUDENT_DIR").ToYaml());
        Trees.AssertSameYaml(Path.Combine(folder, "sft.tiny.yaml"), LlamaFactoryConfig.Smoke("MODEL_DIR", evalDataset: "w2sr_sharegpt").ToYaml());
        Trees.AssertSameYaml(Path.Combine(folder, "predict.tiny.yaml"),
            LlamaFactoryConfig.Predict("MODEL_DIR", maxLength: 512, maxNewTokens: 16).Set("use_cpu", true).Set("max_samples", 3).ToYaml());
    }

    [SkippableFact]
    public void Trl_Files_AreEqualAsTrees()
    {
        using var scratch = new ScratchFolder();
        var folder = OracleData.Handover("trl");
        var exporter = new TrlExporter(HandoverOracle.Options());
        var (problems, traces) = (HandoverOracle.Problems(), HandoverOracle.Traces());
        var sft = exporter.ExportSft(problems, traces, new MathVerifier(), scratch["sft"]).Folder;
        Trees.AssertSameJson(Path.Combine(folder, "data/sft/train.jsonl"), Path.Combine(sft, "data/sft/train.jsonl"));
        Trees.AssertSameYaml(Path.Combine(folder, "zero3.yaml"), File.ReadAllText(Path.Combine(sft, "zero3.yaml")));
        var test = exporter.ExportSft(problems, [.. traces.Take(2)], new MathVerifier(), scratch["test"]).Folder; // the stored test set is the first two rows
        Trees.AssertSameJson(Path.Combine(folder, "data/sft/test.jsonl"), Path.Combine(test, "data/sft/train.jsonl"));
        var grpo = exporter.ExportGrpo(problems, scratch["grpo"]).Folder;
        Trees.AssertSameJson(Path.Combine(folder, "data/grpo/train.jsonl"), Path.Combine(grpo, "data/grpo/train.jsonl"));
        Trees.AssertSameYaml(Path.Combine(folder, "grpo.w2sr.yaml"), File.ReadAllText(Path.Combine(grpo, "grpo.w2sr.yaml")));
        Trees.AssertSameYaml(Path.Combine(folder, "sft.w2sr.yaml"), TrlConfig.Sft(SftRecipe.Paper, "STUDENT_DIR").ToYaml());
        Trees.AssertSameYaml(Path.Combine(folder, "sft.tiny.yaml"), TrlConfig.SftSmoke("MODEL_DIR").ToYaml());
        Trees.AssertSameYaml(Path.Combine(folder, "grpo.tiny.yaml"), TrlConfig.GrpoSmoke("MODEL_DIR").ToYaml());
    }

    [SkippableFact]
    public async Task Verl_Files_AreEqualBySchemaAndValues()
    {
        using var scratch = new ScratchFolder();
        var folder = OracleData.Handover("verl");
        var exporter = new VerlExporter(HandoverOracle.Options());
        var (problems, traces) = (HandoverOracle.Problems(), HandoverOracle.Traces());
        var sft = exporter.ExportSft(problems, traces, new MathVerifier(), scratch["sft"], SmallBatches).Folder;
        await Trees.AssertSameParquetAsync(Path.Combine(folder, "data/sft_train.parquet"), Path.Combine(sft, "data/sft_train.parquet"));
        var validation = EngineRows.Read(Path.Combine(folder, "data/sft_val.parquet")).Count;
        var val = exporter.ExportSft(problems, [.. traces.Take(validation)], new MathVerifier(), scratch["val"], SmallBatches).Folder;
        await Trees.AssertSameParquetAsync(Path.Combine(folder, "data/sft_val.parquet"), Path.Combine(val, "data/sft_train.parquet"));

        var grpoVal = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "data/grpo_train.rows.json")))!.AsArray();
        var held = await HeldOutAsync(Path.Combine(folder, "data/grpo_val.parquet"));
        var recipe = new GrpoRecipe { ProblemsPerStep = 8, Processes = 1 };
        var grpo = exporter.ExportGrpo(problems, scratch["grpo"], recipe, [.. problems.Where(p => held.Contains(p.Id))]).Folder;
        await Trees.AssertSameParquetAsync(Path.Combine(folder, "data/grpo_train.parquet"), Path.Combine(grpo, "data/grpo_train.parquet"));
        await Trees.AssertSameParquetAsync(Path.Combine(folder, "data/grpo_val.parquet"), Path.Combine(grpo, "data/grpo_val.parquet"));
        Assert.Equal(9, grpoVal.Count);

        Trees.AssertSameOverrides(Path.Combine(folder, "sft.overrides"), VerlConfig.Sft(SftRecipe.Paper, "STUDENT_DIR").ToOverrides());
        Trees.AssertSameOverrides(Path.Combine(folder, "grpo.overrides"), VerlConfig.Grpo(GrpoRecipe.Paper, "STUDENT_DIR").ToOverrides());
    }

    [SkippableFact]
    public void Vllm_Batch_IsEqualAsATree()
    {
        using var scratch = new ScratchFolder();
        var stored = HandoverOracle.Lines("vllm/batch.jsonl");
        var report = new VllmBatchExporter(HandoverOracle.Options("TEACHER")).Export([.. HandoverOracle.Problems().Take(stored.Count)], scratch["vllm"]);
        Trees.AssertSameJson(OracleData.Handover("vllm/batch.jsonl"), Path.Combine(report.Folder, "batch.jsonl"));
        Assert.True(JsonNode.DeepEquals(Trees.Json(OracleData.Handover("vllm/request.json")), Trees.Json(Path.Combine(report.Folder, "batch.jsonl"))[0]!["body"]));
    }

    /// <summary>What each engine made of the rows: its token ids and what it supervises.</summary>
    public static TheoryData<string, string, string> Engines => new() { { "llamafactory", "rows", "labels" }, { "trl", "sft", "labels" }, { "verl", "sft", "loss_mask" } };

    [SkippableTheory]
    [MemberData(nameof(Engines))]
    public void Engine_EveryRow_HasOurTokensAndLabels(string engine, string rows, string marks)
    {
        var expected = HandoverOracle.Expected(engine).GetProperty(rows).EnumerateArray().ToDictionary(r => r.GetProperty("id").GetString()!);
        using var scratch = new ScratchFolder();
        var report = new TrlExporter(HandoverOracle.Options()).ExportSft(HandoverOracle.Problems(), HandoverOracle.Traces(), new MathVerifier(), scratch["sft"]);
        var (tokenizer, template) = (HuggingFaceTokenizer.Load(HandoverOracle.ModelFolder), ChatTemplateFiles.Load(HandoverOracle.ModelFolder)!);
        var exported = HandoverFolder.Open(report.Folder).ReadRows();
        Assert.Equal(expected.Count, exported.Count);
        long supervised = 0, tokens = 0;
        foreach (var row in exported)
        {
            var ours = ExampleEncoder.Conversation(tokenizer, template, row.Prompt, [ChatMessage.Assistant(row.Response)])!;
            var theirs = expected[row.Id!];
            Assert.Equal<int>(Ints(theirs, "input_ids"), (int[])[.. ours.PromptIds, .. ours.ResponseIds]);
            var wanted = marks == "labels" ? Ints(theirs, marks).Select(l => l != -100) : Ints(theirs, marks).Select(m => m == 1);
            Assert.Equal(wanted, Enumerable.Range(0, ours.Length).Select(i => i >= ours.PromptIds.Length));
            supervised += ours.ResponseIds.Length;
            tokens += ours.Length;
        }
        Assert.Equal((supervised, tokens), (report.Preflight!.SupervisedTokens, report.Preflight.Tokens));
        Assert.Equal((1.0, 1.0, 914), (report.Preflight.StopTokenShare, report.Preflight.RoundTripShare, report.Preflight.LengthQuantiles[1]));
    }

    /// <summary>The one difference to our own student: the engines supervise the line end that the template writes behind the end token, which generation never reaches.</summary>
    [SkippableFact]
    public async Task LocalStudent_EveryRow_LacksOnlyTheLineEndBehindTheEndToken()
    {
        var expected = HandoverOracle.Expected("trl").GetProperty("sft").EnumerateArray().ToDictionary(r => r.GetProperty("id").GetString()!);
        using var student = await LocalStudent.LoadAsync(HandoverOracle.ModelFolder,
            new LoadOptions { SystemMessage = HandoverOptions.PaperSystemMessage, Prompt = ReasoningPrompt.Plain });
        var lineEnd = Assert.Single(student.Tokenizer.Encode("\n"));
        foreach (var (problem, trace) in HandoverOracle.Problems().Zip(HandoverOracle.Traces()))
            Assert.Equal<int>(Ints(expected[HandoverRow.IdOf(trace.ProblemId, trace.SampleIndex)], "input_ids"), (int[])[.. student.EncodePrompt(problem), .. student.EncodeResponse(trace), lineEnd]);
    }

    [SkippableFact]
    public void FirstStep_OfLlamaFactoryAndTrl_HasOurLossAndGradientNorm()
    {
        const double loss = 6.8853349685668945, norm = 3.2407174110412598;
        const int tokensOfFourRows = 639; // TRL's num_tokens after its first step of 2 x 2 rows; which four it drew is not stored
        var rows = HandoverOracle.Expected("trl").GetProperty("sft").EnumerateArray()
            .Select(r => (Ids: Ints(r, "input_ids"), First: Array.FindIndex(Ints(r, "labels"), l => l != -100)))
            .Select(r => new TrainingExample(r.Ids[..r.First], r.Ids[r.First..])).ToArray();
        (double Loss, double Norm)[] found = [.. Fours(rows).Where(four => four.Sum(e => e.Length) == tokensOfFourRows).Select(four =>
        {
            using var model = ModelLoader.Load(HandoverOracle.ModelFolder, ComputeTarget.Cpu).Model;
            using var weights = new TrainingWeights(model);
            using var optimizer = new FlatAdamW(weights.Master, new AdamWOptions());
            var update = new SupervisedUpdate(weights, optimizer, new UpdateSettings(4000, false, SftLoss.Likelihood, new PassOptions(false, 608 * 37, false)), 1);
            return update.Run(four, 0, 1, default);
        })];
        Assert.NotEmpty(found);
        Assert.Contains(found, f => Math.Abs(f.Loss - loss) < 1e-5 && Math.Abs(f.Norm - norm) < 1e-4);
    }

    [SkippableFact]
    public void Verl_ReinforcementRows_AreWhatItsDatasetHandsOut()
    {
        var expected = HandoverOracle.Expected("verl").GetProperty("grpo").EnumerateArray().ToArray();
        var problems = HandoverOracle.Problems();
        Assert.Equal(problems.Count, expected.Length);
        foreach (var (row, i) in expected.Select((r, i) => (r, i)))
        {
            Assert.Equal(problems[i].Id, row.GetProperty("extra_info").GetProperty("problem_id").GetString());
            Assert.Equal(i, row.GetProperty("index").GetInt32());
            Assert.Equal(problems[i].Answer, row.GetProperty("reward_model").GetProperty("ground_truth").GetString());
            Assert.Equal(problems[i].Question, row.GetProperty("raw_prompt")[1].GetProperty("content").GetString());
        }
    }

    private static IEnumerable<TrainingExample[]> Fours(TrainingExample[] rows) =>
        from a in Enumerable.Range(0, rows.Length)
        from b in Enumerable.Range(a + 1, rows.Length - a - 1)
        from c in Enumerable.Range(b + 1, rows.Length - b - 1)
        from d in Enumerable.Range(c + 1, rows.Length - c - 1)
        select (TrainingExample[])[rows[a], rows[b], rows[c], rows[d]];

    private static async Task<HashSet<string>> HeldOutAsync(string parquet)
    {
        await using var stream = File.OpenRead(parquet);
        var rows = JsonSerializer.SerializeToNode((await global::Parquet.Serialization.ParquetSerializer.DeserializeUntypedAsync(stream)).Data)!.AsArray();
        return [.. rows.Select(r => r!["extra_info"]!["problem_id"]!.GetValue<string>())];
    }

    private static int[] Ints(JsonElement row, string key) => [.. row.GetProperty(key).EnumerateArray().Select(v => v.GetInt32())];
}
