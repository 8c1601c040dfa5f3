using W2SR.Core.Common;

namespace W2SR.Core.Tests.Common;

public sealed class AtomicFolderTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("w2sr-folder-").FullName;

    private string Target => Path.Combine(root, "target");

    public void Dispose() => Directory.Delete(root, recursive: true);

    private static Action<string> Files(params string[] names) => folder =>
    {
        foreach (var name in names) File.WriteAllText(Path.Combine(folder, name), "new " + name);
    };

    private string[] Entries() => [.. Directory.EnumerateFileSystemEntries(Target).Select(Path.GetFileName).Order(StringComparer.Ordinal)!];

    private void AssertNothingIsLeftBeside() => Assert.Equal([Target], Directory.EnumerateFileSystemEntries(root));

    [Fact]
    public void Write_NoTarget_MakesIt()
    {
        AtomicFolder.Write(Target, Files("a", "b"), _ => true);
        Assert.Equal(["a", "b"], Entries());
        AssertNothingIsLeftBeside();
    }

    [Fact]
    public void Write_OverAnEarlierOne_ReplacesWhatBelongsAndCarriesOverTheRest()
    {
        Directory.CreateDirectory(Path.Combine(Target, "runs"));
        File.WriteAllText(Path.Combine(Target, "runs", "log"), "kept");
        foreach (var name in (string[])["a", "model-1", "notes"]) File.WriteAllText(Path.Combine(Target, name), "old");
        AtomicFolder.Write(Target, Files("a", "b"), name => name.StartsWith("model", StringComparison.Ordinal));
        Assert.Equal(["a", "b", "notes", "runs"], Entries());
        Assert.Equal("new a", File.ReadAllText(Path.Combine(Target, "a")));
        Assert.Equal("old", File.ReadAllText(Path.Combine(Target, "notes")));
        Assert.Equal("kept", File.ReadAllText(Path.Combine(Target, "runs", "log")));
        AssertNothingIsLeftBeside();
    }

    [Fact]
    public void Write_ThatFails_LeavesTheTargetAsItWas()
    {
        Directory.CreateDirectory(Target);
        File.WriteAllText(Path.Combine(Target, "a"), "old");
        void Fail(string folder)
        {
            Files("a", "b")(folder);
            throw new IOException("No space left on device");
        }
        Assert.Throws<IOException>(() => AtomicFolder.Write(Target + Path.DirectorySeparatorChar, Fail, _ => true));
        Assert.Equal(["a"], Entries());
        Assert.Equal("old", File.ReadAllText(Path.Combine(Target, "a")));
        AssertNothingIsLeftBeside();
    }

    [Fact]
    public void Write_TheRoot_IsRefused() =>
        Assert.Contains("root", Assert.Throws<ArgumentException>(() => AtomicFolder.Write(Path.GetPathRoot(root)!, Files("a"), _ => true)).Message, StringComparison.Ordinal);
}
