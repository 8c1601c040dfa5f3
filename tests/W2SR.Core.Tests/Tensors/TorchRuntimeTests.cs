using W2SR.Core.Tensors;
using W2SR.Core.Tests.Infrastructure;

namespace W2SR.Core.Tests.Tensors;

public sealed class TorchRuntimeTests
{
    private static readonly string Program = ChildProcess.Program("tests/W2SR.Core.Tests.FreshProcess", "W2SR.Core.Tests.FreshProcess.dll");

    [Theory]
    [InlineData("torch-first", "3")]
    [InlineData("library-first", "libtorch 2.10")]
    [InlineData("race", "3")]
    public void Load_InAFreshProcess_Works(string what, string expected)
    {
        var (code, output, error) = ChildProcess.Run(Program, [what]);
        Assert.True(code == 0, error);
        Assert.StartsWith(expected, output, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_WithoutHome_Works()
    {
        var (code, output, error) = ChildProcess.Run(Program, ["torch-first"], start =>
        {
            start.Environment.Remove("HOME");
            start.Environment["TMPDIR"] = "/nowhere";
        });
        Assert.True(code == 0, error);
        Assert.StartsWith("3", output, StringComparison.Ordinal);
    }

    [Fact]
    public void EnsureLoaded_WithoutTheNativePackage_SaysWhatToAdd()
    {
        var folder = Directory.CreateTempSubdirectory("w2sr-bare-").FullName;
        try
        {
            // The app's managed files without its native ones.
            foreach (var file in Directory.GetFiles(Path.GetDirectoryName(Program)!).Where(f => !f.EndsWith(".deps.json", StringComparison.Ordinal)))
                File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
            var (code, output, _) = ChildProcess.Run(Path.Combine(folder, Path.GetFileName(Program)), ["ensure"], start =>
            {
                start.Environment["NUGET_PACKAGES"] = folder;
                start.Environment["HOME"] = folder;
            });
            Assert.Equal(3, code);
            Assert.Contains("was not found. Add to your project: <PackageReference", output, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Describe_Says_VersionDeviceThreads()
    {
        var info = TorchRuntime.Describe();
        Assert.StartsWith("2.10", info.LibTorchVersion, StringComparison.Ordinal);
        Assert.Contains("cpu", info.Devices);
        Assert.True(info.Threads >= 1);
    }

    [Fact]
    public void TryWeaken_AnyOtherFile_IsRefusedAndUnchanged()
    {
        Assert.False(ElfVersionPatch.TryWeaken(new byte[100], "GLIBCXX_3.4.32", "x"));
        var shim = File.ReadAllBytes(NativeLibraryLocator.Find("libLibTorchSharp.so") ?? throw new InvalidOperationException("The shim is absent."));
        foreach (var (version, symbol) in new[] { ("GLIBCXX_9.9.9", "_ZSt21ios_base_library_initv"), ("GLIBCXX_3.4.32", "another_symbol"), ("GLIBCXX_3.4", "_ZSt21ios_base_library_initv") })
        {
            var copy = (byte[])shim.Clone();
            Assert.False(ElfVersionPatch.TryWeaken(copy, version, symbol));
            Assert.Equal(shim, copy);
        }
        var cut = shim[..1000];
        Assert.False(ElfVersionPatch.TryWeaken(cut, "GLIBCXX_3.4.32", "_ZSt21ios_base_library_initv"));
        var patched = (byte[])shim.Clone();
        Assert.True(ElfVersionPatch.TryWeaken(patched, "GLIBCXX_3.4.32", "_ZSt21ios_base_library_initv"));
        Assert.Equal(1, shim.Zip(patched).Count(b => b.First != b.Second));
    }
}
