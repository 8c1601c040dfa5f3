using W2SR.Core.Tests.Infrastructure;

namespace W2SR.Core.Tests.Samples;

/// <summary>The chat sample as its user meets it.</summary>
[Collection(TensorCountingCollection.Name)]
public sealed class ChatTests
{
    private static readonly string Program = ChildProcess.Program("samples/Chat", "Chat.dll");

    [SkippableTheory]
    [InlineData("gguf/tiny-llama-q4_k_m.gguf")]
    [InlineData("sft/model-qwen2")]
    public void Run_OnePrompt_AnswersOnStandardOutputAndCountsOnStandardError(string model)
    {
        string[] arguments = [OracleData.File(model), "--prompt", "What is it?", "--max-tokens", "9", "--temperature", "0"];
        var (code, answer, figures) = ChildProcess.Run(Program, arguments);
        Assert.True(code == 0, figures);
        Assert.NotEqual("", answer.Trim());
        Assert.Matches(@"^\[\d tokens, [\d.]+ tokens per second after a first one in [\d.]+ s(, cut off at --max-tokens)?\]\s*$", figures);
        Assert.Equal(answer, ChildProcess.Run(Program, [.. arguments, "--seed", "5"]).Output); // greedy: no seed matters
    }

    [SkippableFact]
    public void Run_AConversation_ReadsLinesUntilTheEndOfInput()
    {
        using var process = ChildProcess.Start(Program, [OracleData.File("gguf/tiny-qwen2-q8_0.gguf"), "--max-tokens", "4"], start => start.RedirectStandardInput = true);
        process.StandardInput.Write("one\n\ntwo\n/new\nthree\n/exit\nfour\n");
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var figures = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        Assert.StartsWith("tiny-qwen2-q8_0: ", output.Result, StringComparison.Ordinal);
        Assert.Equal(3, figures.Split("tokens per second").Length - 1);
    }

    [Fact]
    public void Run_BadInput_EndsWithAMessageAndAnExitCode()
    {
        foreach (var (arguments, message) in new (string[], string)[]
        {
            (["no/such/model", "--prompt", "x"], "neither a folder nor a file"),
            ([], "Required argument missing"),
            (["x", "--type", "int4"], "int4"),
            (["x", "--promt", "y"], "--promt"),
        })
        {
            var (code, output, error) = ChildProcess.Run(Program, arguments);
            Assert.NotEqual(0, code);
            Assert.Contains(message, error, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", error + output, StringComparison.Ordinal);
        }
        var help = ChildProcess.Run(Program, ["--help"]);
        Assert.Equal(0, help.Code);
        foreach (var option in new[] { "--prompt", "--system", "--type", "--temperature", "--max-tokens", "--seed" })
            Assert.Contains(option, help.Output, StringComparison.Ordinal);
    }
}
