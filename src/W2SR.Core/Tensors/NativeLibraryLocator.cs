namespace W2SR.Core.Tensors;

/// <summary>Finds libtorch's files where .NET hosts put them: beside the app, under runtimes, or in the package folder of a notebook.</summary>
internal static class NativeLibraryLocator
{
    /// <summary>Versions of the packages that belong together.</summary>
    public const string TorchSharpVersion = "0.107.0", LibTorchVersion = "2.10.0";

    /// <summary>Path of a native file, or null.</summary>
    public static string? Find(string file) =>
        Folders().Where(f => f.Length > 0).Select(f => Path.Combine(f, file)).FirstOrDefault(File.Exists);

    /// <summary>The folders that are searched, in order.</summary>
    public static IEnumerable<string> Folders()
    {
        foreach (var folder in ((AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string) ?? "").Split(Path.PathSeparator)) yield return folder;
        yield return AppContext.BaseDirectory;
        var platform = OperatingSystem.IsWindows() ? "win-x64" : OperatingSystem.IsMacOS() ? "osx-arm64" : "linux-x64";
        yield return Path.Combine(AppContext.BaseDirectory, "runtimes", platform, "native");
        // Notebooks and scripts load assemblies from the package folder and have no output folder of their own.
        foreach (var packages in PackageFolders())
            foreach (var package in new[] { $"torchsharp/{TorchSharpVersion}", $"libtorch-cpu-{platform}/{LibTorchVersion}" })
                yield return Path.Combine(packages, package, "runtimes", platform, "native");
    }

    private static IEnumerable<string> PackageFolders()
    {
        if (Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } set) yield return set;
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify);
        if (home.Length > 0) yield return Path.Combine(home, ".nuget", "packages");
    }
}
