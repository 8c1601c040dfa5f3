using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace W2SR.Core.Benchmarks.Ratios;

/// <summary>Runs ratios by name.</summary>
internal static class RatioRunner
{
    private const int Rounds = 7;

    public static int Run(string prefix)
    {
        var chosen = AllRatios.List.Where(r => r.Name.StartsWith(prefix, StringComparison.Ordinal) && (r.Group is null || prefix.StartsWith(r.Group, StringComparison.Ordinal))).ToArray();
        if (chosen.Length == 0)
        {
            Console.Error.WriteLine($"No ratio begins with '{prefix}'. There are: {string.Join(", ", AllRatios.List.Select(r => r.Name))}.");
            return 1;
        }
        foreach (var ratio in chosen)
        {
            try
            {
                Console.WriteLine(JsonSerializer.Serialize(new { name = ratio.Name, value = Math.Round(ratio.Measure(), 3), goal = ratio.Goal, unit = ratio.Unit, settings = ratio.Settings }));
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                Console.Error.WriteLine($"{ratio.Name}: skipped. {e.Message}");
            }
        }
        return 0;
    }

    public static int RunArm(string name, string arm)
    {
        AllRatios.List.Single(r => r.Name == name).Arms[arm]();
        // Peak resident size of this process; it never falls, hence one process for each arm.
        var line = File.ReadLines("/proc/self/status").Single(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        Console.WriteLine(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1]);
        return 0;
    }

    /// <summary>Median of the pairwise ratios slow / fast, the arms run in turn after a warm-up.</summary>
    public static double TimeRatio(Action slow, Action fast, int rounds = Rounds)
    {
        slow();
        fast();
        var ratios = new double[rounds];
        for (var i = 0; i < rounds; i++) ratios[i] = Seconds(slow) / Seconds(fast);
        Array.Sort(ratios);
        return ratios[rounds / 2];
    }

    /// <summary>Peak memory of one arm over another's, both less a process that only loads libtorch.</summary>
    public static double MemoryRatio(string name, string large, string small, string idle)
    {
        var floor = PeakKilobytes(name, idle);
        return (PeakKilobytes(name, large) - floor) / (PeakKilobytes(name, small) - floor);
    }

    /// <summary>Peak memory of one arm's whole process over another's.</summary>
    public static double PeakRatio(string name, string large, string small) => PeakKilobytes(name, large) / PeakKilobytes(name, small);

    /// <summary>Peak resident size of one arm, in a process of its own.</summary>
    internal static double PeakKilobytes(string name, string arm)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet") start.ArgumentList.Add(typeof(RatioRunner).Assembly.Location);
        foreach (var argument in new[] { "arm", name, arm }) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? double.Parse(output, CultureInfo.InvariantCulture) : throw new InvalidOperationException($"Arm {arm} of {name} ended with {process.ExitCode}.");
    }

    private static double Seconds(Action action)
    {
        var clock = Stopwatch.StartNew();
        action();
        return clock.Elapsed.TotalSeconds;
    }
}
