using System.Text.Json;
using TorchSharp;
using W2SR.Core.Common;
using W2SR.Core.Generation;
using W2SR.Core.Models;
using W2SR.Core.Reasoners;
using W2SR.Core.Tests.Infrastructure;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace W2SR.Core.Tests.Oracles;

/// <summary>A real model from GGUF against transformers on the same dequantized weights. Loaded once; with <c>W2SR_LONG=1</c> every step and every text.</summary>
public sealed class RealModelOracleTests(RealModelOracleTests.Fixture fixture) : IClassFixture<RealModelOracleTests.Fixture>
{
    private const double UnsureMargin = 1e-3;

    private LocalStudent Student
    {
        get
        {
            _ = OracleData.Model(Fixture.Folder); // skips with a reason where it is absent
            return fixture.Student!;
        }
    }

    private static JsonElement Expected() => JsonDocument.Parse(File.ReadAllBytes(OracleData.Model($"{Fixture.Folder}/expected.json"))).RootElement;

    private static int[] Ids(JsonElement list) => [.. list.EnumerateArray().Select(x => x.GetInt32())];

    [SkippableFact]
    public void Logits_AtTheEndOfEveryPrompt_EqualTransformers()
    {
        var model = Student.Model;
        Assert.Empty(Student.LoadWarnings);
        Assert.Equal(Expected().GetProperty("parameters").GetInt64(), Student.ParameterCount);
        var expected = new OracleTensors(OracleData.Model($"{Fixture.Folder}/expected.safetensors"));
        foreach (var (i, item) in Expected().GetProperty("cases").EnumerateArray().Index())
        {
            using var scope = NewDisposeScope();
            using var quiet = no_grad();
            var ids = Ids(item.GetProperty("input_ids"));
            var wanted = expected[$"last_logits.{i}"];
            var hidden = model.Hidden(tensor(ids.Select(x => (long)x).ToArray()).unsqueeze(0)).squeeze(0);
            var logits = model.Project(hidden.narrow(0, ids.Length - wanted.shape[0], wanted.shape[0]));
            var worst = (logits - wanted).abs().max().ToDouble();
            Assert.True(worst <= 2e-3, $"prompt {i}: the largest difference is {worst:E2}");
        }
    }

    [SkippableFact]
    public void Greedy_InOneRaggedBatch_GivesTheStoredContinuations()
    {
        var cases = Expected().GetProperty("cases").EnumerateArray().ToArray();
        var steps = LongChecks.Rounds(brief: 12, full: cases.Max(c => c.GetProperty("greedy").GetArrayLength()));
        var requests = cases.Select(c => new GenerationRequest(Ids(c.GetProperty("input_ids")), new RandomStream(0, "greedy"))).ToArray();
        var generated = new SequenceGenerator(Student.Model, Student.Tokenizer.EndIds).Generate(requests, new SamplingOptions { Temperature = 0, MaxNewTokens = steps });
        for (var i = 0; i < cases.Length; i++)
        {
            var stored = cases[i].GetProperty("greedy").EnumerateArray().Select(s => (Id: s[0].GetInt32(), Margin: s[1].GetDouble())).ToArray();
            var sure = stored.TakeWhile(s => s.Margin >= UnsureMargin).Take(steps).Select(s => s.Id).ToArray();
            Assert.Equal(sure, generated[i].Ids.Take(sure.Length));
            if (sure.Length == stored.Length) // it ended within the steps
                Assert.Equal(cases[i].GetProperty("text").GetString(), Student.Tokenizer.Decode(generated[i].Ids, skipSpecialTokens: false));
        }
    }

    [SkippableFact]
    public void LogLikelihood_OfGsm8kTexts_EqualsTransformers()
    {
        var model = Student.Model;
        var expected = Expected().GetProperty("gsm8k_train_first20_nll").EnumerateArray().Select(v => v.GetDouble()).ToArray();
        var lines = File.ReadLines(OracleData.DataSet("gsm8k/train.jsonl")).Take(LongChecks.Rounds(brief: 2, full: expected.Length)).ToArray();
        for (var i = 0; i < lines.Length; i++)
        {
            using var line = JsonDocument.Parse(lines[i]);
            var text = line.RootElement.GetProperty("question").GetString() + "\n" + line.RootElement.GetProperty("answer").GetString();
            using var scope = NewDisposeScope();
            using var quiet = no_grad();
            var ids = tensor(Student.Tokenizer.Encode(text).Select(x => (long)x).ToArray());
            var logits = model.Logits(ids.unsqueeze(0)).squeeze(0);
            var loss = F.cross_entropy(logits.narrow(0, 0, logits.shape[0] - 1), ids.narrow(0, 1, ids.shape[0] - 1)).ToDouble();
            Assert.Equal(expected[i], loss, 1e-4);
        }
    }

    /// <summary>The loaded model.</summary>
    public sealed class Fixture : IAsyncLifetime
    {
        internal const string Folder = "smollm2-135m-instruct";

        public LocalStudent? Student { get; private set; }

        public async Task InitializeAsync()
        {
            var folder = OracleData.ModelPath(Folder);
            if (Directory.Exists(folder)) Student = await LocalStudent.LoadAsync(Directory.EnumerateFiles(folder, "*.gguf").Single());
        }

        public Task DisposeAsync()
        {
            Student?.Dispose();
            return Task.CompletedTask;
        }
    }
}
