using System.Runtime.CompilerServices;

namespace W2SR.Core.Tests.Infrastructure;

/// <summary>Where the repository and the data beside it are, found from this source file.</summary>
internal static class RepositoryPaths
{
    public static string Root { get; } = FindRoot();

    public static string Source { get; } = Path.Combine(Root, "src", "W2SR.Core");

    private static string FindRoot([CallerFilePath] string here = "")
    {
        // CI builds map source paths to /_/..., so the test's own folder is the second place to start from.
        foreach (var start in (string[])[Path.GetDirectoryName(here)!, AppContext.BaseDirectory])
            for (var folder = start; !string.IsNullOrEmpty(folder); folder = Path.GetDirectoryName(folder))
                if (File.Exists(Path.Combine(folder, "W2SR.Core.sln")))
                    return folder;
        throw new DirectoryNotFoundException($"No W2SR.Core.sln above {here} or {AppContext.BaseDirectory}.");
    }
}
