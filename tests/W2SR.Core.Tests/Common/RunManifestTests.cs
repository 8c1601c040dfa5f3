using W2SR.Core.Common;

namespace W2SR.Core.Tests.Common;

public sealed class RunManifestTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("w2sr-manifest-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string File => Path.Combine(folder, "run.json");

    [Fact]
    public void Differences_SameIdentity_AreNone()
    {
        RunManifest.Write(File, new Dictionary<string, string> { ["seed"] = "1", ["version"] = "2" });
        Assert.Empty(RunManifest.Differences(File, new Dictionary<string, string> { ["version"] = "2", ["seed"] = "1" }));
    }

    [Fact]
    public void Differences_ChangedAddedAndAbsentNames_AreAllNamed()
    {
        RunManifest.Write(File, new Dictionary<string, string> { ["seed"] = "1", ["prompt"] = "p", ["version"] = "2" });
        Assert.Equal(
            ["model was absent and is now m", "prompt was p and is now absent", "seed was 1 and is now 3"],
            RunManifest.Differences(File, new Dictionary<string, string> { ["seed"] = "3", ["version"] = "2", ["model"] = "m" }));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[1]")]
    public void Differences_DamagedFile_IsAFormatError(string text)
    {
        System.IO.File.WriteAllText(File, text);
        Assert.Contains("is no manifest", Assert.Throws<W2srFormatException>(() => RunManifest.Differences(File, new Dictionary<string, string>())).Message, StringComparison.Ordinal);
    }
}
