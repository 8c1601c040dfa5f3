using CsCheck;
using W2SR.Core.Common;
using W2SR.Core.Handover;
using W2SR.Core.Problems;
using W2SR.Core.Prompts;
using W2SR.Core.Traces;
using W2SR.Core.Verification;

namespace W2SR.Core.Tests.Handover;

/// <summary>Whatever a trace holds comes back as it was, through every engine's file.</summary>
public sealed class HandoverPropertyTests
{
    private static readonly Gen<string> Piece = Gen.OneOf(
        Gen.OneOfConst("", " ", "\n", "\r\n", "\t", "\"", "\\", "'", "\u0000", "\u2028", "\u0085", "\ufeff", "\ufffe", "é", "日本", "𝒳", "👩‍🔬", "<think>", "</think>", "<|im_end|>", "\\boxed{7}", "{}", "[1", ",", "# ", "---", "null", "NaN"),
        Gen.Char[' ', '~'].Array[0, 12].Select(c => new string(c)));

    private static readonly Gen<string> Words = Piece.Array[0, 8].Select(string.Concat);

    private static readonly Gen<Trace> AnyTrace = Gen.Select(Gen.Int[0, 2], Words, Gen.Enum<FinishReason>(), Words, Gen.Int[0, 5000], Gen.Bool, Gen.Int[0, 40])
        .Select((problem, response, reason, reasoner, tokens, repeats, rare) => new Trace
        {
            ProblemId = $"set/{problem}",
            SampleIndex = 0,
            Response = rare == 0 ? string.Concat(Enumerable.Repeat("0123456789", 10_000)) : response,
            FinishReason = reason,
            Reasoner = reasoner,
            ResponseTokens = tokens,
            HasRepetition = repeats,
        });

    private static readonly Problem[] Problems = [new("set/0", "What is \"3 + 4\"?\n", "7"), new("set/1", "", "x"), new("set/2", "日本 \\frac12", "\\frac{1}{2}")];

    [Fact]
    public void Export_AnyTraces_ComeBackUnchanged() => AnyTrace.Array[1, 6].Select(Number).Sample(traces =>
    {
        using var scratch = new ScratchFolder();
        var options = Options() with { KeepsCutOff = true };
        Action[] exports =
        [
            () => Same(traces, new LlamaFactoryExporter(options, Small) { Formats = [LlamaFactoryFormat.Messages, LlamaFactoryFormat.Alpaca, LlamaFactoryFormat.ShareGpt], Template = "qwen" }
                .Export(Problems, traces, new ExactVerifier(), scratch["lf"])),
            () => Same(traces, new TrlExporter(options).ExportSft(Problems, traces, new ExactVerifier(), scratch["trl"], Small)),
            () => Same(traces, new VerlExporter(options).ExportSft(Problems, traces, new ExactVerifier(), scratch["verl"], Small)),
        ];
        if (traces.All(t => string.IsNullOrWhiteSpace(t.Response)))
            Assert.All(exports, e => Assert.Throws<HandoverRefusedException>(e));
        else
            foreach (var export in exports) export();
        return true;
    }, iter: 25);

    [Fact]
    public void Read_EveryFormOfLlamaFactory_GivesTheSameRows()
    {
        using var scratch = new ScratchFolder();
        Trace[] traces = [Trace("set/0", 0, "<think>\nquote \" and\nline\n</think>\n\n\\boxed{7}"), Trace("set/0", 1, "no"), Trace("set/2", 0, "𝒳\u2028")];
        var report = new LlamaFactoryExporter(Options(), Small) { Formats = [LlamaFactoryFormat.Alpaca, LlamaFactoryFormat.Messages, LlamaFactoryFormat.ShareGpt] }
            .Export(Problems, traces, new ExactVerifier(), scratch["lf"]);
        var alpaca = EngineRows.Read(Path.Combine(report.Folder, "data/w2sr_alpaca.jsonl"));
        Assert.Equal([true, false, false], alpaca.Select(r => r.IsCorrect!.Value));
        Assert.Equal(alpaca.Select(r => r with { IsCorrect = null }), EngineRows.Read(Path.Combine(report.Folder, "data/w2sr_messages.jsonl")));
        Assert.Equal(alpaca.Select(r => r with { IsCorrect = null, Id = null }), EngineRows.Read(Path.Combine(report.Folder, "data/w2sr_sharegpt.json")));
    }

    [Fact]
    public void Export_HalfACharacter_IsRefusedByNameBecauseNoFileCanCarryIt()
    {
        using var scratch = new ScratchFolder();
        var error = Assert.Throws<ArgumentException>(() => new TrlExporter(Options()).ExportSft(Problems, [Trace("set/0", 3, "ab\ud83d")], new ExactVerifier(), scratch["x"], Small));
        Assert.Contains("set/0/3", error.Message, StringComparison.Ordinal);
        Assert.Contains("U+D83D at 2", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(scratch["x"]));
    }

    [Fact]
    public void Export_EmptyCutOffLongAndUnselected_AreCountedOnceEach()
    {
        using var scratch = new ScratchFolder();
        Trace[] traces =
        [
            Trace("set/0", 0, "\\boxed{7}"), Trace("set/0", 1, "\\boxed{8}"), Trace("set/0", 2, " \n"), Trace("set/0", 3, "\\boxed{7} and on") with { FinishReason = FinishReason.Length },
            Trace("set/0", 4, "\\boxed{7}" + new string('y', 400)), Trace("set/2", 0, "\\boxed{\\frac{1}{2}}"),
        ];
        HandoverCounts Count(HandoverOptions options, string name) => new TrlExporter(options).ExportSft(Problems, traces, new ExactVerifier(), scratch[name], Small with { MaxLength = 400 }).Counts;
        Assert.Equal(new HandoverCounts(6, 0, 1, 1, 1, 3, 0), Count(Options(), "all"));
        Assert.Equal(new HandoverCounts(6, 2, 0, 1, 1, 2, 0), Count(Options() with { Selection = TraceSelection.Positive }, "positive"));
        Assert.Equal(new HandoverCounts(6, 4, 1, 0, 0, 1, 0), Count(Options() with { Selection = TraceSelection.Negative }, "negative"));
        Assert.Equal(4, Count(Options() with { KeepsCutOff = true }, "kept").Training);
    }

    [Fact]
    public void Export_ValidationShare_HoldsOutWholeProblems()
    {
        using var scratch = new ScratchFolder();
        Problem[] problems = [.. Enumerable.Range(0, 40).Select(i => new Problem($"p{i}", $"{i}+1?", $"{i + 1}"))];
        Trace[] traces = [.. problems.SelectMany(p => Enumerable.Range(0, 3).Select(s => Trace(p.Id, s, $"\\boxed{{{p.Answer}}}")))];
        var report = new TrlExporter(Options() with { ValidationShare = 0.3 }).ExportSft(problems, traces, new ExactVerifier(), scratch["x"], Small);
        static HashSet<string> Ids(string file) => [.. EngineRows.Read(file).Select(r => HandoverRow.Split(r.Id!)!.Value.ProblemId)];
        HashSet<string> train = Ids(Path.Combine(report.Folder, "data/sft/train.jsonl")), test = Ids(Path.Combine(report.Folder, "data/sft/test.jsonl"));
        Assert.Empty(train.Intersect(test));
        Assert.Equal(40, train.Count + test.Count);
        Assert.Equal((3 * train.Count, 3 * test.Count), (report.Counts.Training, report.Counts.Validation));
        Assert.InRange(test.Count, 4, 24);
    }

    [Theory]
    [InlineData("so\n</think>\n\n7", "<think>\nso\n</think>\n\n7", "7")]
    [InlineData("<think>so</think>7", "<think>so</think>7", "7")]
    [InlineData("7", "7", "7")]
    public void Export_ThinkingForms_OpenOrRemoveIt(string written, string opened, string removed)
    {
        using var scratch = new ScratchFolder();
        string Response(ThinkingForm form) => Assert.Single(HandoverFolder.Open(new TrlExporter(Options() with { Thinking = form })
            .ExportSft(Problems, [Trace("set/0", 0, written)], new ExactVerifier(), scratch[form.ToString()], Small).Folder).ReadRows()).Response;
        Assert.Equal((written, opened, removed), (Response(ThinkingForm.AsWritten), Response(ThinkingForm.Opened), Response(ThinkingForm.Removed)));
    }

    /// <summary>A tokenizer of characters with the two marks of ChatML as one token each.</summary>
    internal static HandoverOptions Options() => new() { StudentPath = "STUDENT", Student = new StudentText(ChatTemplate.ChatMl, Encode, Decode, [1]) };

    internal static SftRecipe Small { get; } = new() { GlobalBatch = 1, PerDeviceBatch = 1, Processes = 1, MaxLength = 500_000 };

    internal static Trace Trace(string problem, int sample, string response) => new() { ProblemId = problem, SampleIndex = sample, Response = response, FinishReason = FinishReason.Stop, Reasoner = "teacher" };

    private static int[] Encode(string text)
    {
        List<int> ids = new(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var mark = text.AsSpan(i).StartsWith("<|im_start|>") ? 0 : text.AsSpan(i).StartsWith("<|im_end|>") ? 1 : -1;
            ids.Add(mark < 0 ? text[i] + 2 : mark);
            if (mark >= 0) i += mark == 0 ? 11 : 9;
        }
        return [.. ids];
    }

    // Special tokens are left out, as tokenizers do; one inside a response is then lost, which is counted and not refused.
    private static string Decode(int[] ids) => new([.. ids.Where(i => i >= 2).Select(i => (char)(i - 2))]);

    private static Trace[] Number(Trace[] traces) => [.. traces.Select((t, i) => t with { SampleIndex = i })];

    private static bool Same(Trace[] traces, HandoverReport report)
    {
        var folder = HandoverFolder.Open(report.Folder);
        Assert.Equal(traces, folder.Traces);
        Assert.Equal(Problems, folder.Problems);
        var responses = traces.ToDictionary(t => HandoverRow.IdOf(t.ProblemId, t.SampleIndex), t => t.Response);
        var rows = folder.ReadRows();
        Assert.Equal(report.Counts.Training, rows.Count);
        Assert.All(rows, r => Assert.Equal(responses[r.Id!], r.Response));
        Assert.All(rows, r => Assert.Equal(HandoverOptions.PaperSystemMessage, r.System));
        var counts = report.Counts;
        Assert.Equal(counts.Given, counts.NotSelected + counts.Empty + counts.CutOff + counts.OverLong + counts.Training + counts.Validation);
        return true;
    }
}
