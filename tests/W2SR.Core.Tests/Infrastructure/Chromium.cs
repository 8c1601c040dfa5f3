using System.Diagnostics;

namespace W2SR.Core.Tests.Infrastructure;

/// <summary>A headless browser, where the machine has one.</summary>
internal static class Chromium
{
    private static readonly string? Path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator)
        .SelectMany(folder => new[] { "chromium", "chromium-browser", "google-chrome" }.Select(name => System.IO.Path.Combine(folder, name))).FirstOrDefault(File.Exists);

    /// <summary>Opens a page, lets its script run, and returns the document with what the console said (errors and refused requests among it).</summary>
    public static (string Document, IReadOnlyList<string> Console) Open(string page, string? fragment = null)
    {
        Skip.If(Path is null, "no chromium on PATH; on Debian: apt-get install chromium");
        var profile = Directory.CreateTempSubdirectory("w2sr-chromium-");
        try
        {
            var start = new ProcessStartInfo(Path!) { RedirectStandardOutput = true, RedirectStandardError = true };
            foreach (var argument in new[]
            {
                "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--user-data-dir=" + profile.FullName,
                "--enable-logging=stderr", "--virtual-time-budget=5000", "--dump-dom", new Uri(System.IO.Path.GetFullPath(page)).AbsoluteUri + fragment,
            })
                start.ArgumentList.Add(argument);
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync();
            var document = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (document, [.. error.Result.Split('\n').Where(l => l.Contains(":CONSOLE", StringComparison.Ordinal))]);
        }
        finally
        {
            try
            {
                profile.Delete(recursive: true);
            }
            catch (IOException)
            {
                // The browser's last process may still be writing there; the folder for temporary files is cleaned by others.
            }
        }
    }
}
