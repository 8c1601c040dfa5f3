using System.Diagnostics;
using W2SR.Core.Traces;

namespace W2SR.Core.Tests.Traces;

public sealed class VllmServeScriptTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("w2sr-serve-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>Runs a script with a vllm of ours, which shows its arguments one a line.</summary>
    private string[] Arguments(VllmServeOptions options, params string[] more)
    {
        if (OperatingSystem.IsWindows()) return [];
        var script = Path.Combine(folder, "serve.sh");
        VllmServeScript.Write(script, options);
        var vllm = Path.Combine(folder, "vllm");
        File.WriteAllText(vllm, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
        File.SetUnixFileMode(vllm, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
        using var process = Process.Start(new ProcessStartInfo(script, more) { RedirectStandardOutput = true, Environment = { ["PATH"] = folder + ":" + Environment.GetEnvironmentVariable("PATH") } })!;
        var lines = process.StandardOutput.ReadToEnd().Split('\n');
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return lines[..^1];
    }

    [SkippableFact]
    public void Write_RunByTheShell_GivesVllmExactlyTheseArguments()
    {
        Skip.If(OperatingSystem.IsWindows(), "the script is for bash");
        Assert.Equal(
            ["serve", "Qwen/Qwen3-1.7B", "--served-model-name", "teacher", "--generation-config", "vllm", "--max-model-len", "8192", "--dtype", "auto", "--tensor-parallel-size", "1",
                "--gpu-memory-utilization", "0.9", "--port", "8000", "--reasoning-parser", "qwen3"],
            Arguments(new() { Model = "Qwen/Qwen3-1.7B", ReasoningParser = "qwen3" }));
        Assert.Equal(
            ["serve", "/models/it's $HOME `x` \"y\"", "--served-model-name", "my teacher", "--generation-config", "vllm", "--max-model-len", "4096", "--dtype", "bfloat16", "--tensor-parallel-size", "2",
                "--gpu-memory-utilization", "0.85", "--port", "9000", "--max-num-seqs", "512", "--seed", "3"],
            Arguments(new()
            {
                Model = "/models/it's $HOME `x` \"y\"",
                ServedModelName = "my teacher",
                MaxModelLength = 4096,
                Dtype = "bfloat16",
                TensorParallelSize = 2,
                GpuMemoryUtilization = 0.85,
                Port = 9000,
                ExtraArguments = ["--max-num-seqs", "512"],
            }, "--seed", "3"));
    }

    [Fact]
    public void Write_WrongValues_AreRefusedByNameAndNothingIsWritten()
    {
        var fine = new VllmServeOptions { Model = "m" };
        foreach (var (options, word) in new (VllmServeOptions, string)[]
        {
            (fine with { Model = " " }, "Model"),
            (fine with { ServedModelName = "" }, "ServedModelName"),
            (fine with { MaxModelLength = 1 }, "MaxModelLength"),
            (fine with { TensorParallelSize = 0 }, "TensorParallelSize"),
            (fine with { GpuMemoryUtilization = double.NaN }, "GpuMemoryUtilization"),
            (fine with { Port = 70_000 }, "Port"),
            (fine with { Dtype = "fp16" }, "fp16"),
            (fine with { Model = "a\nrm -rf b" }, "line end"),
            (fine with { ExtraArguments = ["--api-key", "sk-1"] }, "VLLM_API_KEY"),
        })
        {
            var path = Path.Combine(folder, "no.sh");
            Assert.Contains(word, Assert.ThrowsAny<ArgumentException>(() => VllmServeScript.Write(path, options)).Message, StringComparison.Ordinal);
            Assert.False(File.Exists(path));
        }
    }
}
