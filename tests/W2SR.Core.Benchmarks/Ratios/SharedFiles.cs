namespace W2SR.Core.Benchmarks.Ratios;

/// <summary>Data and models that lie beside the repository, or where <c>W2SR_SHARED</c> and <c>W2SR_MODELS</c> point.</summary>
internal static class SharedFiles
{
    /// <summary>A file of the shared folder.</summary>
    public static string Path(string relative)
    {
        var full = System.IO.Path.Combine(Environment.GetEnvironmentVariable("W2SR_SHARED") ?? System.IO.Path.Combine(Root(), "..", "shared"), relative);
        return File.Exists(full) || Directory.Exists(full) ? full : throw new FileNotFoundException($"This benchmark needs {relative} from the folder 'shared' beside the repository; it is not at {full}.");
    }

    /// <summary>The real model's GGUF file.</summary>
    public static string RealModel()
    {
        var folder = Environment.GetEnvironmentVariable("W2SR_MODELS") ?? Path("models");
        return Directory.EnumerateFiles(folder, "*.gguf", SearchOption.AllDirectories).Order(StringComparer.Ordinal).FirstOrDefault()
            ?? throw new FileNotFoundException($"There is no GGUF file under {folder}.");
    }

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "W2SR.Core.sln"))) return folder.FullName;
        throw new DirectoryNotFoundException("The benchmarks run inside the repository.");
    }
}
