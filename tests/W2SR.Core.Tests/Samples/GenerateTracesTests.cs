using System.Diagnostics;
using System.Text.Json;
using W2SR.Core.Tests.Infrastructure;
using W2SR.Core.Tests.Traces;
using W2SR.Core.Traces;
using Trace = W2SR.Core.Traces.Trace;

namespace W2SR.Core.Tests.Samples;

/// <summary>The trace sample as its user meets it.</summary>
public sealed class GenerateTracesTests : IDisposable
{
    private static readonly string Program = ChildProcess.Program("samples/GenerateTraces", "GenerateTraces.dll");
    private readonly string folder = Directory.CreateTempSubdirectory("w2sr-sample-").FullName;

    public GenerateTracesTests() =>
        File.WriteAllLines(ProblemFile, Enumerable.Range(0, 6).Select(i => JsonSerializer.Serialize(new { id = $"p{i}", question = $"What is {i} + {i}?", answer = $"{2 * i}" })));

    private string ProblemFile => Path.Combine(folder, "problems.jsonl");

    private string Output => Path.Combine(folder, "traces.jsonl");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private (int Code, string Output, string Error) Run(params string[] arguments) => ChildProcess.Run(Program, [ProblemFile, "--out", Output, .. arguments]);

    [Fact]
    public async Task Run_OnVllm_AsksFirst_Writes_SumsUp_AndGoesOn()
    {
        await using var server = await VllmDouble.StartAsync();
        string[] teacher = ["--teacher", server.Endpoint.ToString(), "--model", "teacher", "--vllm"];
        var (code, output, error) = Run([.. teacher, "--samples", "3"]);
        Assert.True(code == 0, error);
        foreach (var part in new[] { "fits the context of 4000", "\n1 of 18 traces", "18 of 18 traces", "correct", "no answer", "cut off", "tokens, 90% quantile", "tokens a second", "18 traces in " + Output })
            Assert.Contains(part, output, StringComparison.Ordinal);
        Assert.Equal(1 + 6, server.Requests.Count); // the probe's and one for each problem

        (code, output, error) = Run([.. teacher, "--samples", "3"]); // again: nothing is left to do
        Assert.True(code == 0, error);
        Assert.Contains("18 traces are there already", output, StringComparison.Ordinal);
        Assert.Equal(7, server.Requests.Count);

        (code, _, error) = Run([.. teacher, "--samples", "5", "--no-probe"]); // more samples of the same problems
        Assert.True(code == 0, error);
        Assert.Equal(30, TraceStore.Read(Output).Count);
        Assert.Equal(7 + 6, server.Requests.Count);

        (code, _, error) = Run([.. teacher, "--temperature", "0.9"]);
        Assert.Equal(1, code);
        Assert.Contains("sampling.temperature was 0.7 and is now 0.9", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ServerThatIsSetUpWrong_StopsBeforeAnyTraceIsAskedFor()
    {
        await using var server = await VllmDouble.StartAsync(new() { Model = "another" });
        var (code, output, error) = Run("--teacher", server.Endpoint.ToString(), "--model", "teacher", "--vllm");
        Assert.Equal(1, code);
        Assert.Contains("serves no model 'teacher', but 'another'", error, StringComparison.Ordinal);
        Assert.Contains("No traces were asked for", error, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
        Assert.DoesNotContain("traces in", output, StringComparison.Ordinal);
        (code, output, _) = Run("--teacher", server.Endpoint.ToString(), "--model", "another", "--vllm", "--probe");
        Assert.Equal(0, code);
        Assert.Contains("Note: http://127.0.0.1", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Interrupted_KeepsWhatIsThereAndGoesOn()
    {
        using var enough = new SemaphoreSlim(0);
        var isSlow = true;
        await using var server = await FlakyServer.StartAsync(async (call, _, context) =>
        {
            if (call >= 4 && isSlow)
            {
                enough.Release();
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
                return;
            }
            await FlakyServer.Answer(context, "It is \\boxed{0}.");
        });
        string[] arguments = [ProblemFile, "--out", Output, "--teacher", server.Endpoint.ToString(), "--model", "m", "--no-probe", "--concurrency", "1"];
        using (var process = ChildProcess.Start(Program, arguments))
        {
            Assert.True(await enough.WaitAsync(TimeSpan.FromMinutes(2)));
            // SIGTERM takes the same way as Ctrl-C's SIGINT, which a test run in a shell's background hands on as ignored.
            using (var interrupt = Process.Start("kill", ["-TERM", $"{process.Id}"])) await interrupt.WaitForExitAsync();
            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
            var error = await process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            Assert.Equal(130, process.ExitCode);
            Assert.Contains("Finished traces are kept; the same command goes on from there", error, StringComparison.Ordinal);
        }
        Assert.Equal(4, TraceStore.Read(Output).Count);
        isSlow = false;
        var (code, output, why) = ChildProcess.Run(Program, arguments);
        Assert.True(code == 0, why);
        Assert.Contains("4 traces are there already", output, StringComparison.Ordinal);
        Assert.Equal(6, TraceStore.Read(Output).Count);
    }

    [SkippableFact]
    public void Run_LocalModel_WritesAndResumes()
    {
        string[] teacher = ["--teacher", OracleData.File("gguf/tiny-qwen2-q8_0.gguf"), "--max-tokens", "12", "--samples", "2"];
        var (code, _, error) = Run([.. teacher, "--limit", "2"]);
        Assert.True(code == 0, error);
        (code, var output, error) = Run(teacher);
        Assert.True(code == 0, error);
        Assert.Contains("4 traces are there already", output, StringComparison.Ordinal);
        Assert.Equal(12, TraceStore.Read(Output).Count);
        var again = Path.Combine(folder, "again.jsonl");
        Assert.Equal(0, ChildProcess.Run(Program, [ProblemFile, "--out", again, .. teacher]).Code);
        static IEnumerable<Trace> Ordered(string path) => TraceStore.Read(path).OrderBy(t => t.ProblemId, StringComparer.Ordinal).ThenBy(t => t.SampleIndex);
        Assert.Equal(Ordered(again), Ordered(Output));
    }

    [Fact]
    public void Run_ServeScript_IsWrittenAndSaysWhatComesNext()
    {
        var script = Path.Combine(folder, "serve.sh");
        var (code, output, error) = ChildProcess.Run(Program, ["--teacher", "Qwen/Qwen3-1.7B", "--serve-script", script, "--reasoning-parser", "qwen3", "--context", "4096"]);
        Assert.True(code == 0, error);
        Assert.Contains("--model teacher --vllm", output, StringComparison.Ordinal);
        var text = File.ReadAllText(script);
        foreach (var part in new[] { "vllm serve 'Qwen/Qwen3-1.7B'", "--reasoning-parser 'qwen3'", "--max-model-len 4096" }) Assert.Contains(part, text, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_BadInput_EndsWithAMessageAndAnExitCode()
    {
        foreach (var (arguments, message) in new (string[], string)[]
        {
            (["--teacher", "no/such/model"], "neither a model folder"),
            (["--teacher", "http://127.0.0.1:9/v1"], "--model"),
            (["--teacher", "x", "--samples", "0"], "SamplesPerProblem"),
            (["--teacher", "x", "--limit", "0"], "no problems"),
            (["--teacher", "x", "--temperature", "-1"], "Temperature"),
            ([], "--teacher"),
            (["--teacher", "x", "--promt"], "--promt"),
        })
        {
            var (code, output, error) = Run(arguments);
            Assert.NotEqual(0, code);
            Assert.Contains(message, error, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("   at ", error + output, StringComparison.Ordinal);
        }
        Assert.False(File.Exists(Output));
        var (help, shown, _) = ChildProcess.Run(Program, ["--help"]);
        Assert.Equal(0, help);
        foreach (var option in new[] { "--vllm", "--probe", "--serve-script", "--samples", "--log-probs" }) Assert.Contains(option, shown, StringComparison.Ordinal);
    }
}
