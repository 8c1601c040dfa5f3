using System.Diagnostics;

namespace W2SR.Core.Tests.Infrastructure;

/// <summary>Runs programs of this repository as processes of their own.</summary>
internal static class ChildProcess
{
    /// <summary>Path of a built program, such as ("tests/W2SR.Core.Tests.FreshProcess", "W2SR.Core.Tests.FreshProcess.dll"), in this test's own configuration.</summary>
    public static string Program(string project, string file)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory); // .../bin/CONFIGURATION/net10.0/
        return Path.Combine(RepositoryPaths.Root, project, "bin", output.Parent!.Name, output.Name, file);
    }

    public static Process Start(string program, IEnumerable<string> arguments, Action<ProcessStartInfo>? change = null)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(program);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        change?.Invoke(start);
        return Process.Start(start)!;
    }

    public static (int Code, string Output, string Error) Run(string program, IEnumerable<string> arguments, Action<ProcessStartInfo>? change = null)
    {
        using var process = Start(program, arguments, change);
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
