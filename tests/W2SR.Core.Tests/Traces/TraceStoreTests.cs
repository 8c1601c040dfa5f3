using W2SR.Core.Common;
using W2SR.Core.Problems;
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
