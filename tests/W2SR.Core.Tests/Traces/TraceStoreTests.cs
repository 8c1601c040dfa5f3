using W2SR.Core.Common;
using W2SR.Core.Problems;
using W2SR.Core.Prompts;
using W2SR.Core.Reasoners;
using W2SR.Core.Tests.Infrastructure;
using W2SR.Core.Tokens;
using W2SR.Core.Traces;

namespace W2SR.Core.Tests.Traces;

public sealed class TraceStoreTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("w2sr-store-").FullName;
    private readonly Dictionary<string, string> manifest = new() { ["model"] = "abc", ["seed"] = "1" };

    private string File => Path.Combine(folder, "traces.jsonl");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static Trace Sample(string id, int sample = 0) =>
        new() { ProblemId = id, SampleIndex = sample, Response = "a \"quoted\"\nline \\boxed{é}", FinishReason = FinishReason.Length, ResponseTokens = 7 };

    [Fact]
    public void Append_ThenReopen_GivesTheSameTraces()
    {
        using (var store = TraceStore.Open(File, manifest)) store.Append([Sample("a"), Sample("b", 1)]);
        using var again = TraceStore.Open(File, manifest);
        Assert.Equal(2, again.Count);
        Assert.Equal(Sample("b", 1), again.Find("b", 1));
    }

    [Fact]
    public void Open_TornLastLine_IsHealed()
    {
        using (var store = TraceStore.Open(File, manifest)) store.Append([Sample("a"), Sample("b")]);
        var bytes = System.IO.File.ReadAllBytes(File);
        System.IO.File.WriteAllBytes(File, bytes[..^10]);
        using (var store = TraceStore.Open(File, manifest))
        {
            Assert.Equal(1, store.Count);
            store.Append([Sample("b")]);
        }
        Assert.Equal(bytes, System.IO.File.ReadAllBytes(File));
    }

    [Fact]
    public void Open_DamagedLineInTheMiddle_NamesTheLine()
    {
        using (var store = TraceStore.Open(File, manifest)) store.Append([Sample("a"), Sample("b")]);
        System.IO.File.WriteAllText(File, "{broken\n" + System.IO.File.ReadAllText(File));
        Assert.Contains("line 1", Assert.Throws<W2srFormatException>(() => TraceStore.Open(File, manifest)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_BytesThatAreNoText_NamesTheLine_AndTornBytesAreHealed()
    {
        using (var store = TraceStore.Open(File, manifest)) store.Append([Sample("a")]);
        var bytes = System.IO.File.ReadAllBytes(File);
        System.IO.File.WriteAllBytes(File, [.. bytes, 0xFF, 0xFE]);
        using (var store = TraceStore.Open(File, manifest)) Assert.Equal(1, store.Count);
        Assert.Equal(bytes, System.IO.File.ReadAllBytes(File));
        System.IO.File.WriteAllBytes(File, [.. bytes, 0xFF, (byte)'\n']);
        Assert.Contains("line 2: is not UTF-8", Assert.Throws<W2srFormatException>(() => TraceStore.Open(File, manifest)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_ReasonerThatDropsASample_IsRefused()
    {
        Problem[] problems = [new("a", "q", "1"), new("b", "q", "2")];
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => new TraceGenerator(new Echo { Drops = true }, new SamplingOptions()).GenerateAsync(problems));
        Assert.Contains("left out 1 of them", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_OtherSettings_NamesTheDifference()
    {
        TraceStore.Open(File, manifest).Dispose();
        var error = Assert.Throws<InvalidOperationException>(() => TraceStore.Open(File, new Dictionary<string, string> { ["model"] = "abc", ["seed"] = "2" }));
        Assert.Contains("seed was 1 and is now 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_SeveralOtherSettings_NamesThemAll()
    {
        TraceStore.Open(File, manifest).Dispose();
        var error = Assert.Throws<InvalidOperationException>(
            () => TraceStore.Open(File, new Dictionary<string, string> { ["model"] = "xyz", ["sampling"] = "9" }));
        Assert.Contains("model was abc and is now xyz; sampling was absent and is now 9; seed was 1 and is now absent", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_LineOfANewerVersion_IsRefusedByName_AndLeftAsItIs()
    {
        using (var store = TraceStore.Open(File, manifest)) store.Append([Sample("a")]);
        var first = System.IO.File.ReadAllText(File);
        Assert.StartsWith("{\"schema\":1,\"problemId\":\"a\"", first, StringComparison.Ordinal);
        foreach (var end in new[] { "\n", "" }) // also when it is the last line and has no end yet
        {
            var both = first + "{\"schema\":2,\"problemId\":\"b\",\"colour\":\"red\"}" + end;
            System.IO.File.WriteAllText(File, both);
            foreach (Action look in new Action[] { () => TraceStore.Open(File, manifest), () => TraceStore.Read(File) })
                Assert.Contains("line 2: has schema 2; this version of W2SR reads schema 1. A newer version wrote it", Assert.Throws<W2srFormatException>(look).Message, StringComparison.Ordinal);
            Assert.Equal(both, System.IO.File.ReadAllText(File));
        }
        System.IO.File.WriteAllText(File, first.Replace("\"schema\":1,", "", StringComparison.Ordinal)); // from before lines had a version
        Assert.Equal([Sample("a")], TraceStore.Read(File));
    }

    [Fact]
    public void Read_TornLastLine_GivesTheWholeOnesAndSaysSo()
    {
        using var store = TraceStore.Open(File, manifest);
        store.Append([Sample("a"), Sample("b")]);
        var content = TraceStore.Inspect(File); // while the store is open
        Assert.Equal([Sample("a"), Sample("b")], content.Traces);
        Assert.Equal(0, content.TornBytes);
        store.Dispose();
        var bytes = System.IO.File.ReadAllBytes(File);
        System.IO.File.WriteAllBytes(File, bytes[..^10]);
        content = TraceStore.Inspect(File);
        Assert.Equal([Sample("a")], content.Traces);
        Assert.Equal(bytes.Length / 2 - 10, content.TornBytes);
        Assert.Equal(content.Traces, TraceStore.Read(File));
        Assert.Equal(bytes.Length - 10, new FileInfo(File).Length); // reading changes nothing
    }

    [Fact]
    public void Open_LastLineThatOnlyLacksItsEnd_IsKept()
    {
        using (var store = TraceStore.Open(File, manifest)) store.Append([Sample("a"), Sample("b")]);
        var bytes = System.IO.File.ReadAllBytes(File);
        System.IO.File.WriteAllBytes(File, bytes[..^1]);
        Assert.Equal((2, 0), (TraceStore.Inspect(File).Traces.Count, TraceStore.Inspect(File).TornBytes));
        using (var store = TraceStore.Open(File, manifest)) Assert.Equal(2, store.Count);
        Assert.Equal(bytes, System.IO.File.ReadAllBytes(File));
    }

    [Fact]
    public void Open_LinesLongerThanAnyBuffer_AreReadWhole()
    {
        Trace[] traces = [.. Enumerable.Range(0, 5).Select(i => Sample($"p{i}") with { Response = new string((char)('a' + i), 70_000 * i) + "é\n\u2028" })];
        using (var store = TraceStore.Open(File, manifest)) store.Append(traces);
        Assert.Equal(traces, TraceStore.Read(File));
    }

    [Fact]
    public void Open_PlaceThatCannotBeWritten_SaysSo()
    {
        System.IO.File.WriteAllText(File, "");
        Assert.Contains("traces cannot be written there", Assert.Throws<IOException>(() => TraceStore.Open(Path.Combine(File, "below", "t.jsonl"), manifest)).Message, StringComparison.Ordinal);
        Directory.CreateDirectory(Path.Combine(folder, "isFolder"));
        Assert.Contains("traces cannot be written there", Assert.Throws<IOException>(() => TraceStore.Open(Path.Combine(folder, "isFolder"), manifest)).Message, StringComparison.Ordinal);
        if (!OperatingSystem.IsLinux()) return;
        Assert.Contains("traces cannot be written there", Assert.Throws<IOException>(() => TraceStore.Open("/proc/w2sr/t.jsonl", manifest)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_Twice_RefusesTheSecond()
    {
        using var store = TraceStore.Open(File, manifest);
        Assert.Contains("another process", Assert.Throws<IOException>(() => TraceStore.Open(File, manifest)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Append_SampleTwice_WritesNothing()
    {
        using var store = TraceStore.Open(File, manifest);
        Assert.Throws<ArgumentException>(() => store.Append([Sample("a"), Sample("a")]));
        Assert.Equal(0, store.Count);
    }

    [Fact]
    public async Task Generate_Interrupted_GoesOnWithFixedChunks()
    {
        var problems = Enumerable.Range(0, 10).Select(i => new Problem($"p{i}", "q", "1")).ToArray();
        var whole = await new TraceGenerator(new Echo(), new SamplingOptions(), chunkSize: 4).GenerateAsync(problems);
        var reasoner = new Echo { FailAt = 2 };
        using (var store = TraceStore.Open(File, manifest))
            await Assert.ThrowsAsync<InvalidOperationException>(() => new TraceGenerator(reasoner, new SamplingOptions(), chunkSize: 4).GenerateAsync(problems, store));
        using var resumed = TraceStore.Open(File, manifest);
        Assert.Equal(8, resumed.Count);
        var second = new Echo();
        Assert.Equal(whole, await new TraceGenerator(second, new SamplingOptions(), chunkSize: 4).GenerateAsync(problems, resumed));
        Assert.Equal(1, second.Calls);
        Assert.Equal(10, resumed.Count);
    }

    [Fact]
    public async Task Generate_RepeatedIds_AreRefusedByName()
    {
        Problem[] problems = [new("same", "q", "1"), new("same", "r", "2")];
        var error = await Assert.ThrowsAsync<ArgumentException>(() => new TraceGenerator(new Echo(), new SamplingOptions()).GenerateAsync(problems));
        Assert.Contains("'same' appears 2 times", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_BadInput_IsRefusedBeforeAnyWork()
    {
        var reasoner = new Echo();
        async Task<string> Refused(SamplingOptions sampling, params Problem[] problems) =>
            (await Assert.ThrowsAnyAsync<ArgumentException>(() => new TraceGenerator(reasoner, sampling).GenerateAsync(problems))).Message;
        Problem fine = new("fine", "q", "1"), empty = new("blank", " \n", "1");
        Assert.Contains("There are no problems", await Refused(new()), StringComparison.Ordinal);
        Assert.Contains("'blank' has none", await Refused(new(), fine, empty), StringComparison.Ordinal);
        Assert.Contains("SamplesPerProblem", await Refused(new() { SamplesPerProblem = 0 }, fine), StringComparison.Ordinal);
        Assert.Contains("Temperature must lie between 0 and 100", await Refused(new() { Temperature = -0.1 }, fine), StringComparison.Ordinal);
        Assert.Equal(0, reasoner.Calls);
    }

    [Fact]
    public async Task Generate_LocalPromptLongerThanTheContext_CostsOnlyItself()
    {
        using var teacher = Tiny();
        Problem[] problems = [new("short", "w1 w2", "1"), new("long", string.Join(' ', Enumerable.Repeat("w1", 48)), "1"), new("other", "w3", "1")];
        using var store = TraceStore.Open(File, manifest);
        var error = await Assert.ThrowsAsync<TraceGenerationException>(() => new TraceGenerator(teacher, new SamplingOptions { MaxNewTokens = 5 }).GenerateAsync(problems, store));
        Assert.Equal("its prompt of 48 tokens leaves no room in the model's context of 48", Assert.Single(error.Failures).Reason);
        Assert.Equal(2, store.Count);
    }

    [Fact]
    public async Task Generate_LocalTeacherCancelled_StopsBetweenTokensAndKeepsWhatWasFinished()
    {
        using var teacher = Tiny();
        var problems = Enumerable.Range(0, 40).Select(i => new Problem($"p{i}", $"w{i % 30}", "1")).ToArray();
        var sampling = new SamplingOptions { Temperature = 1, MaxNewTokens = 20, SamplesPerProblem = 4, Seed = 3 };
        var whole = await new TraceGenerator(teacher, sampling).GenerateAsync(problems);
        using (var store = TraceStore.Open(File, manifest))
        {
            using var cancel = new CancellationTokenSource();
            var told = 0;
            await Assert.ThrowsAsync<OperationCanceledException>(() => new TraceGenerator(teacher, sampling).GenerateAsync(
                problems, store, new Heard(p => { told = p.Done; if (p.Done >= 9) cancel.Cancel(); }), cancel.Token));
            Assert.Equal(told, store.Count);
            Assert.InRange(told, 9, 9 + 32); // those that ended in the same step, of the rows that run together at most
        }
        using var resumed = TraceStore.Open(File, manifest);
        Assert.Equal(whole.Count, (await new TraceGenerator(teacher, sampling).GenerateAsync(problems, resumed)).Count);
        Assert.Equal(whole, await new TraceGenerator(teacher, sampling).GenerateAsync(problems, resumed));
    }

    private static LocalStudent Tiny() => new(
        "tiny", TinyModels.Create(type: TorchSharp.torch.ScalarType.Float64), new WordTokenizer(Enumerable.Range(0, 30).Select(i => $"w{i}")), ReasoningPrompt.Plain);

    private sealed class Heard(Action<TraceProgress> hear) : IProgress<TraceProgress>
    {
        public void Report(TraceProgress value) => hear(value);
    }

    private sealed class Echo : IReasoner
    {
        public string Name => "echo";

        public int FailAt { get; init; } = -1;

        public bool Drops { get; init; }

        public int Calls { get; private set; }

        public Task<IReadOnlyList<Trace>> SolveAsync(IReadOnlyList<Problem> problems, SamplingOptions sampling, CancellationToken cancellationToken = default)
        {
            if (Calls++ == FailAt) throw new InvalidOperationException("cut");
            return Task.FromResult<IReadOnlyList<Trace>>([.. problems.Skip(Drops ? 1 : 0).Select(p => Sample(p.Id))]);
        }
    }
}
