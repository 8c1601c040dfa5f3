using W2SR.Core.Common;
using W2SR.Core.Models;
using W2SR.Core.Problems;
using W2SR.Core.Prompts;
using W2SR.Core.Reasoners;
using W2SR.Core.Tests.Infrastructure;
using W2SR.Core.Tokens;
using W2SR.Core.Traces;
using W2SR.Core.Training;

namespace W2SR.Core.Tests.Training;

/// <summary>What is known, and refused, before the first step; and whether a model still stops after the last.</summary>
public sealed class PreflightTests
{
    private static readonly WordTokenizer Words = new(["Q:", "?", "a", "b", "c", "<think>", "</think>"]);

    private static readonly Problem[] Problems = [.. Enumerable.Range(0, 8).Select(i => new Problem($"p{i}", i % 2 == 0 ? "a b" : "c", "a"))];

    private static readonly Trace[] Traces = [.. Problems.Select((p, i) => Said(p, string.Join(' ', Enumerable.Repeat("<think> a </think> b", 1 + i % 3))))];

    private static Trace Said(Problem problem, string response) => new() { ProblemId = problem.Id, SampleIndex = 0, Response = response, FinishReason = FinishReason.Stop };

    private static LocalStudent Student(int vocabulary = 0) =>
        new("tiny", TinyModels.Create(TinyModels.Config(vocabulary == 0 ? Words.VocabularySize : vocabulary)), Words, new ReasoningPrompt("Q: {problem} ?"));

    private static SftOptions Options => new() { LearningRate = 1e-2, Epochs = 2, BatchSize = 4, Compute = new SftComputeOptions { MicroBatchTokens = 64 } };

    private static string Refusal(IStudent student, IReadOnlyList<Trace> traces, SftOptions? options = null) =>
        Assert.Throws<ArgumentException>(() => new SftTrainer(options ?? Options).Train(student, Problems, traces)).Message;

    [Fact]
    public void Check_GoodData_SaysWhatWillBeLearned()
    {
        using var student = Student();
        var report = new SftTrainer(Options).Check(student, Problems, Traces);
        Assert.Empty(report.Refusals);
        Assert.Contains("⟦<think> a </think> b", report.FirstSample, StringComparison.Ordinal);
        Assert.EndsWith("⟧", report.FirstSample, StringComparison.Ordinal);
        Assert.Equal((8, 0, 1.0, 1.0), (report.Samples, report.Dropped, report.RoundTripShare, report.StopTokenShare));
        // Responses of 4, 8, 12, 4, ... words and the end: 3 (4 + 1) + 3 (8 + 1) + 2 (12 + 1).
        Assert.Equal(15 + 27 + 26, report.SupervisedTokens);
        Assert.Equal(4, report.Steps);
        Assert.Equal(17, report.LengthQuantiles[1]); // Q: a b ? and 13
        Assert.True(report.ExpectedMemoryBytes > 0 && report.Flops > 0);
        Assert.Contains("end in a stop token 100.0%", report.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Train_TellsTheReportBeforeTheFirstStep()
    {
        using var student = Student();
        var order = new List<string>();
        var trainer = new SftTrainer(Options) { OnPreflight = _ => order.Add("report") };
        var run = trainer.Train(student, Problems, Traces, new Watch(_ => order.Add("step")));
        Assert.Equal("report", order[0]);
        Assert.Equal(8, run.Preflight!.Samples);
    }

    [Fact]
    public void Train_WhatCannotWork_IsRefusedWithTheReason()
    {
        using var student = Student();
        Assert.Contains("Nothing to train on", Refusal(student, []), StringComparison.Ordinal);
        Assert.Contains("'nobody'", Refusal(student, [Traces[0] with { ProblemId = "nobody" }]), StringComparison.Ordinal);
        using var endless = new Altered(student, endsInStopToken: false);
        Assert.Contains("never to stop", Refusal(endless, Traces), StringComparison.Ordinal);
        using var stripping = new Altered(student, strips: true);
        Assert.Contains("<think>", Refusal(stripping, Traces), StringComparison.Ordinal);
        using var changing = new Altered(student, replaces: true);
        Assert.Contains("do not come back", Refusal(changing, Traces), StringComparison.Ordinal);
        using var strange = new Altered(student, outside: true);
        Assert.Contains("same checkpoint", Refusal(strange, Traces), StringComparison.Ordinal);
    }

    [Fact]
    public void Train_OverLongSamples_AreDroppedRefusedOrCut_NeverSilently()
    {
        using var student = Student();
        // Prompts of 4 and 3 words; samples of at most 9 tokens fit: 4 + 5, 3 + 5; the others are longer.
        var options = Options with { MaxLength = 9 };
        var tooLong = Traces.Count(t => student.EncodePrompt(Problems.Single(p => p.Id == t.ProblemId)).Length + student.EncodeResponse(t).Length > 9);
        Assert.InRange(tooLong, 1, 7);
        Assert.Equal(tooLong, new SftTrainer(options).Train(student, Problems, Traces).DroppedExamples);
        Assert.Contains("more than the 9 allowed", Refusal(student, Traces, options with { OverLong = OverLong.Refuse }), StringComparison.Ordinal);
        var cut = new SftTrainer(options with { OverLong = OverLong.Cut }).Train(student, Problems, Traces);
        Assert.Equal((tooLong, 0), (cut.CutExamples, cut.DroppedExamples));
        Assert.Contains(cut.Preflight!.Warnings, w => w.Contains("teach no end", StringComparison.Ordinal));
    }

    [Fact]
    public void Train_HeldOutProblems_AreMeasuredAndNeverTrained()
    {
        using var student = Student();
        var many = Enumerable.Range(0, 60).Select(i => new Problem($"q{i}", "a", "a")).ToArray();
        var traces = many.SelectMany(p => Enumerable.Range(0, 2).Select(s => Said(p, "b") with { SampleIndex = s })).ToArray();
        var options = Options with { Validation = new ValidationOptions { HeldOutShare = 0.25 } };
        var run = new SftTrainer(options).Train(student, many, traces);
        Assert.InRange(run.TokensTrained / 2, 120 * 0.6 * 4, 120 * 0.9 * 4); // 4 tokens are read of each, about a quarter is held out
        Assert.True(run.Steps[^1].ValidationLoss < run.Steps.First(s => s.ValidationLoss is not null).ValidationLoss);
    }

    [Fact]
    public void Train_StopCheck_ReportsADropLoudly()
    {
        using var student = Student();
        var options = Options with { Epochs = 30, Validation = new ValidationOptions { StopCheckProblems = 3, StopCheckTokens = 30 } };
        var good = new SftTrainer(options).Train(student, Problems, [.. Traces.Take(5).Select(t => t with { Response = "b" })]);
        Assert.Equal((3, 1.0), (good.StopCheck!.Problems, good.StopCheck.After));
        // Traces that were cut off teach to run on.
        var bad = new SftTrainer(options).Train(student, Problems, [.. Traces.Take(5).Select(t => t with { Response = string.Join(' ', Enumerable.Repeat("a", 40)), FinishReason = FinishReason.Length })]);
        Assert.True(bad.StopCheck!.HasDropped, $"{bad.StopCheck}");
        Assert.Contains("forgets how to stop", bad.Findings[0], StringComparison.Ordinal);
        Assert.Contains("not trained on", Assert.Throws<ArgumentException>(() => new SftTrainer(options).Train(student, Problems, Traces)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_FolderOfAnotherRun_IsRefusedBeforeAnyAnswerIsWritten()
    {
        using var student = Student();
        var folder = Directory.CreateTempSubdirectory("w2sr-refused-").FullName;
        try
        {
            var options = Options with { State = new TrainingStateOptions { Folder = folder }, Validation = new ValidationOptions { StopCheckProblems = 3, StopCheckTokens = 9 } };
            new SftTrainer(options).Train(student, Problems, [.. Traces.Take(5)]);
            using var asked = new Altered(student);
            var error = Assert.Throws<ArgumentException>(() => new SftTrainer(options with { LearningRate = 0.5 }).Train(asked, Problems, [.. Traces.Take(5)]));
            Assert.Contains("learningRate was 0.01, is 0.5", error.Message, StringComparison.Ordinal);
            Assert.Equal(0, asked.Solved);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Train_LoraPreset_AttachesAnAdapterAndLeavesTheBase()
    {
        using var student = Student();
        var before = student.Model.Parameters.Values.data<float>().ToArray();
        var options = SftOptions.Lora with { BatchSize = 4, LearningRate = 1e-2, Epochs = 10 };
        var run = new SftTrainer(options).Train(student, Problems, Traces);
        Assert.True(run.Steps[^1].Loss < run.Steps[0].Loss);
        Assert.Equal(before, student.Model.Parameters.Values.data<float>().ToArray());
        Assert.Equal((16, 32.0), (student.Model.Adapter!.Config.Rank, student.Model.Adapter.Config.Alpha));
        Assert.Contains("MergeAdapter", Assert.Throws<InvalidOperationException>(() => student.Model.SaveWeights("never-written")).Message, StringComparison.Ordinal);
        new SftTrainer(options).Train(student, Problems, Traces); // goes on with the same adapter
        Assert.Contains("of another kind", Assert.Throws<ArgumentException>(() =>
            new SftTrainer(options with { Adapter = new LoraConfig { Rank = 4 } }).Train(student, Problems, Traces)).Message, StringComparison.Ordinal);
    }

    private sealed class Watch(Action<TrainingStep> see) : IProgress<TrainingStep>
    {
        public void Report(TrainingStep value) => see(value);
    }

    /// <summary>A student whose way from text to tokens is broken.</summary>
    private sealed class Altered(LocalStudent inner, bool endsInStopToken = true, bool strips = false, bool replaces = false, bool outside = false) : IStudent
    {
        public string Name => inner.Name;

        public CausalLm Model => inner.Model;

        public ITokenizer Tokenizer => outside ? new Loud(inner.Tokenizer) : inner.Tokenizer;

        public int[] EncodePrompt(Problem problem) => inner.EncodePrompt(problem);

        public int[] EncodeResponse(Trace trace)
        {
            if (strips) trace = trace with { Response = "b" };
            if (replaces) trace = trace with { Response = trace.Response.Replace('a', 'c') };
            var ids = inner.EncodeResponse(trace);
            if (outside) ids[0] = inner.Model.Config.VocabularySize;
            return endsInStopToken ? ids : ids[..^1];
        }

        public int Solved { get; private set; }

        public Task<IReadOnlyList<Trace>> SolveAsync(IReadOnlyList<Problem> problems, SamplingOptions sampling, CancellationToken cancellationToken = default)
        {
            Solved += problems.Count;
            return inner.SolveAsync(problems, sampling, cancellationToken);
        }

        public void Dispose()
        {
        }
    }

    /// <summary>Decodes ids that the model does not know.</summary>
    private sealed class Loud(ITokenizer inner) : ITokenizer
    {
        public int VocabularySize => inner.VocabularySize + 1;

        public IReadOnlyList<int> EndIds => inner.EndIds;

        public int? PadId => inner.PadId;

        public int[] Encode(string text) => inner.Encode(text);

        public string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = true) => inner.Decode(ids.ToArray().Where(i => i < inner.VocabularySize).ToArray(), skipSpecialTokens);

        public IIncrementalDecoder CreateDecoder(bool skipSpecialTokens = true) => inner.CreateDecoder(skipSpecialTokens);
    }
}
