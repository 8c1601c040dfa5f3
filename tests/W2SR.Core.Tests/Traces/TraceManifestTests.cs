using W2SR.Core.Common;
using W2SR.Core.Prompts;
using W2SR.Core.Traces;

namespace W2SR.Core.Tests.Traces;

public sealed class TraceManifestTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("w2sr-manifest-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Written(string name, string text)
    {
        var path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    [Fact]
    public void Open_AnyThingThatATraceDependsOnChanged_IsNamed()
    {
        var problems = Written("problems.jsonl", "{}");
        foreach (var (name, text) in new[] { ("model.safetensors", "w"), ("tokenizer.json", "t"), ("config.json", "c"), ("chat_template.jinja", "j"), ("README.md", "r") }) Written("model/" + name, text);
        Dictionary<string, string> Manifest(SamplingOptions? sampling = null, ReasoningPrompt? prompt = null) =>
            TraceManifest.Of(TraceManifest.OfModel(Path.Combine(folder, "model")), prompt ?? ReasoningPrompt.Paper, sampling ?? new SamplingOptions(), problems);
        var store = Path.Combine(folder, "t.jsonl");
        TraceStore.Open(store, Manifest()).Dispose();

        TraceStore.Open(store, Manifest(new SamplingOptions { SamplesPerProblem = 8 })).Dispose(); // a store may grow
        Written("model/README.md", "other"); // and what no trace depends on may change
        TraceStore.Open(store, Manifest()).Dispose();

        string Refusal(Dictionary<string, string> manifest) => Assert.Throws<InvalidOperationException>(() => TraceStore.Open(store, manifest)).Message;
        var message = Refusal(Manifest(new SamplingOptions { Temperature = 0.7, Seed = 5, StopStrings = ["user:"] }, ReasoningPrompt.Plain));
        foreach (var part in new[] { "sampling.temperature was 0.6 and is now 0.7", "sampling.seed was 0 and is now 5", "sampling.stopStrings was [] and is now [\"user:\"]", "prompt was {problem}\nPlease" })
            Assert.Contains(part, message, StringComparison.Ordinal);
        Assert.DoesNotContain("topP", message, StringComparison.Ordinal);

        Written("model/tokenizer.json", "other");
        Written("problems.jsonl", "[]");
        message = Refusal(Manifest());
        Assert.Matches("problems was [0-9a-f]{16} and is now [0-9a-f]{16}", message);
        Assert.Matches("model/tokenizer.json was [0-9a-f]{16} and is now [0-9a-f]{16}", message);
        Assert.DoesNotContain("config.json", message, StringComparison.Ordinal);
    }

    [Fact]
    public void OfModel_NothingThere_SaysSo()
    {
        Assert.Contains("neither a model folder nor", Assert.Throws<W2srFormatException>(() => TraceManifest.OfModel(Path.Combine(folder, "no"))).Message, StringComparison.Ordinal);
        Assert.Contains("holds no files of a model", Assert.Throws<W2srFormatException>(() => TraceManifest.OfModel(folder)).Message, StringComparison.Ordinal);
        Assert.Equal(["model/a.gguf"], TraceManifest.OfModel(Written("a.gguf", "x")).Keys);
    }
}
