using System.Diagnostics;
using System.Text.Json.Nodes;
using W2SR.Core.Handover;
using W2SR.Core.Handover.Settings;
using W2SR.Core.Problems;
using W2SR.Core.Prompts;
using W2SR.Core.Verification;

namespace W2SR.Core.Tests.Handover;

/// <summary>What an engine would take in silence, or fail on late, is refused here with the value and what to try.</summary>
public sealed class EngineConfigTests
{
    private static readonly Problem[] Problems = [new("p", "3+4?", "7"), new("q", "1+1?", "2")];

    [Theory]
    [InlineData("algorithm.adv_estimator", "grp", "one of grpo")]
    [InlineData("actor_rollout_ref.actor.kl_loss_type", "nope", "low_var_kl")]
    [InlineData("actor_rollout_ref.actor.kl_loss_coef", "abc", "must be a number")]
    [InlineData("actor_rollout_ref.rollout.n", "0", "from 1")]
    [InlineData("actor_rollout_ref.rollout.name", "nosuch", "vllm")]
    [InlineData("data.prompt_key", "question", "one of prompt")]
    [InlineData("actor_rollout_ref.rollout.m", "8", "did you mean")]
    public void Set_VerlWrongValues_AreRefusedThoughHydraTakesThem(string key, string value, string reason) =>
        Assert.Contains(reason, Assert.Throws<ArgumentException>(() => VerlConfig.Grpo(GrpoRecipe.Paper, "M").Set(key, EngineSettings.ParseValue(value))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("learning_rate", "abc", "must be a number")]
    [InlineData("learning_rate", "0", "above 0")]
    [InlineData("template", "qwn", "one of qwen")]
    [InlineData("cutof_len", "4096", "did you mean cutoff_len")]
    public void Set_LlamaFactoryWrongValues_AreRefused(string key, string value, string reason) =>
        Assert.Contains(reason, Assert.Throws<ArgumentException>(() => LlamaFactoryConfig.Sft(SftRecipe.Paper, "M").Set(key, EngineSettings.ParseValue(value))).Message, StringComparison.Ordinal);

    [Fact]
    public void Set_VerlSftEnableThinkingNone_IsRefusedBecauseVerlReadsTheTextAsTrue()
    {
        var settings = VerlConfig.Sft(SftRecipe.Paper, "M");
        Assert.Throws<ArgumentException>(() => settings.Set("data.enable_thinking_default", "none"));
        Assert.Contains("data.enable_thinking_default=null\n", settings.ToOverrides(), StringComparison.Ordinal);
    }

    [Fact]
    public void ToYaml_ValuesThatYamlMisreads_KeepTheirKind()
    {
        var settings = TrlConfig.Sft(SftRecipe.Paper, "no", hasValidation: false).Set("output_dir", "out: a # b\n").Set("learning_rate", 1e-7).Set("resume_from_checkpoint", "1e5");
        var tree = Trees.Yaml(settings.ToYaml("a comment: with\ntwo lines"))!;
        Assert.Equal(("text no", "text no", "text out: a # b\n", "float 1E-07", "text 1e5"), (Text("model_name_or_path"), Text("eval_strategy"), Text("output_dir"), Text("learning_rate"), Text("resume_from_checkpoint")));
        string Text(string key) => tree[key]!.GetValue<string>();
    }

    [Fact]
    public void ToOverrides_APathWithABlank_IsRefusedBecauseTheShellWouldCutIt() =>
        Assert.Contains("model.path", Assert.Throws<ArgumentException>(() => VerlConfig.Sft(SftRecipe.Paper, "my model").ToOverrides()).Message, StringComparison.Ordinal);

    [Fact]
    public void Validate_BatchesThatDoNotDivide_AreRefusedWithTheNumbers()
    {
        Assert.Contains("96 does not divide it", Assert.Throws<ArgumentException>(() => LlamaFactoryConfig.Sft(new SftRecipe { Processes = 48 }, "M")).Message, StringComparison.Ordinal);
        Assert.Equal((8, 8), (SftRecipe.Paper.Accumulation, GrpoRecipe.PaperOnTrl.Accumulation));
    }

    [Fact]
    public void Export_SettingsThatContradictTheData_AreRefusedTogether()
    {
        using var scratch = new ScratchFolder();
        string Refusal(Dictionary<string, JsonNode?> overrides, string? template = null, string response = "\\boxed{7}") => Assert.Throws<HandoverRefusedException>(() =>
            new LlamaFactoryExporter(HandoverPropertyTests.Options(), HandoverPropertyTests.Small) { Overrides = overrides, Template = template }
                .Export(Problems, [HandoverPropertyTests.Trace("p", 0, response)], new ExactVerifier(), scratch["x"])).Message;
        Assert.Contains("cutoff_len is 20, the longest row has", Refusal(new() { ["cutoff_len"] = 20 }), StringComparison.Ordinal);
        Assert.Contains("the recipe's step has 1", Refusal(new() { ["gradient_accumulation_steps"] = 4 }), StringComparison.Ordinal);
        Assert.Contains("writes <|start_header_id|>", Refusal([], "llama3"), StringComparison.Ordinal);
        Assert.Contains("before 1 responses that have none", Refusal([], "qwen3"), StringComparison.Ordinal);
        Assert.Contains("deletes the thinking of 1 responses", Refusal(new() { ["enable_thinking"] = false }, "qwen3", "<think>a</think>7"), StringComparison.Ordinal);
        var both = Refusal(new() { ["cutoff_len"] = 20, ["train_on_prompt"] = true });
        Assert.Contains("cutoff_len", both, StringComparison.Ordinal);
        Assert.Contains("train_on_prompt", both, StringComparison.Ordinal);
        Assert.False(Directory.Exists(scratch["x"]));
    }

    [Fact]
    public void Export_VerlBatchLargerThanTheData_IsRefusedBecauseNoStepWouldBeTaken()
    {
        using var scratch = new ScratchFolder();
        var exporter = new VerlExporter(HandoverPropertyTests.Options());
        var trace = HandoverPropertyTests.Trace("p", 0, "\\boxed{7}");
        Assert.Contains("1 rows make no batch of 128", Assert.Throws<HandoverRefusedException>(() => exporter.ExportSft(Problems, [trace], new ExactVerifier(), scratch["x"])).Message, StringComparison.Ordinal);
        Assert.Contains("verl wants a validation file", Assert.Throws<HandoverRefusedException>(() => exporter.ExportGrpo(Problems, scratch["x"], new GrpoRecipe { ProblemsPerStep = 2, Processes = 1 })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Export_TrlRewardThatIsNotThere_IsRefused()
    {
        using var scratch = new ScratchFolder();
        var exporter = new TrlExporter(HandoverPropertyTests.Options()) { Overrides = new Dictionary<string, JsonNode?> { ["reward_funcs"] = new JsonArray("boxed_reward"), ["beta"] = 0.0 } };
        var message = Assert.Throws<HandoverRefusedException>(() => exporter.ExportGrpo(Problems, scratch["x"], new GrpoRecipe { ProblemsPerStep = 4, Processes = 1 })).Message;
        Assert.Contains("'boxed_reward'", message, StringComparison.Ordinal);
        Assert.Contains("beta is 0", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Export_ATemplateThatStripsThinking_IsRefused()
    {
        using var scratch = new ScratchFolder();
        var strips = ChatTemplate.Parse("{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content.split('</think>')[-1] }}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}");
        var options = HandoverPropertyTests.Options();
        options = options with { Student = options.Student with { Template = strips } };
        Assert.Contains("lose their <think>", Assert.Throws<HandoverRefusedException>(() => new TrlExporter(options)
            .ExportSft(Problems, [HandoverPropertyTests.Trace("p", 0, "<think>a</think>7")], new ExactVerifier(), scratch["x"], HandoverPropertyTests.Small)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_NoSystemMessage_IsRefusedBecauseEachEngineFillsInAnother() =>
        Assert.Contains("another one in its place", Assert.Throws<ArgumentException>(() => (HandoverPropertyTests.Options() with { SystemMessage = " " }).Validate()).Message, StringComparison.Ordinal);

    /// <summary>The rewards run in the engines' Python; both files judge alike, and as the verifier does on these.</summary>
    [SkippableFact]
    public void Rewards_InPython_JudgeTheLastBoxAfterTheThinking()
    {
        (string Text, string Gold, double Reward)[] cases =
        [
            (@"so \boxed{12}", "12", 1), (@"\boxed{3} then \boxed{12}", "12", 1), (@"\boxed{12} then \boxed{3}", "12", 0), ("12", "12", 0), (@"\boxed{\frac56}", @"\frac{5}{6}", 1),
            (@"\boxed{\dfrac{5}{6}}", @"\frac{5}{6}", 1), (@"\boxed{ \{1, 2\} }", @"\{1,2\}", 1), (@"<think>\boxed{12}</think> I do not know", "12", 0), (@"<think>\boxed{3}</think>\boxed{12}", "12", 1),
            (@"\boxed{12", "12", 0), (@"\boxed{1,000}", "1000", 1), (@"\boxed{}", "12", 0), (@"\boxed{\left(1,2\right)}", "(1, 2)", 1), (@"\boxed{12.}", "12", 1), (@"\boxed{-12}", "12", 0),
        ];
        using var scratch = new ScratchFolder();
        var trl = new TrlExporter(HandoverPropertyTests.Options()).ExportGrpo(Problems, scratch["trl"], new GrpoRecipe { ProblemsPerStep = 4, Processes = 1 }).Folder;
        var verl = new VerlExporter(HandoverPropertyTests.Options()).ExportGrpo(Problems, scratch["verl"], new GrpoRecipe { ProblemsPerStep = 2, Processes = 1 }, [new Problem("v", "v?", "1")]).Folder;
        var input = new JsonArray([.. cases.Select(c => new JsonArray(c.Text, c.Gold))]).ToJsonString();
        var output = Python($"""
            import json, sys
            sys.path[:0] = [{trl.ToPython()}, {verl.ToPython()}]
            import w2sr_rewards, w2sr_reward
            rows = json.load(sys.stdin)
            a = w2sr_rewards.boxed_reward([[{"{"}"role": "assistant", "content": t{"}"}] for t, g in rows], solution=["$" + g + "$" for t, g in rows])
            b = [w2sr_reward.compute_score("w2sr/math", t, g, {"{"}"problem_id": "p"{"}"}) for t, g in rows]
            print(json.dumps([a, b]))
            """, input);
        var results = JsonNode.Parse(output)!;
        Assert.Equal(cases.Select(c => c.Reward), results[0]!.AsArray().Select(r => r!.GetValue<double>()));
        Assert.Equal(cases.Select(c => c.Reward), results[1]!.AsArray().Select(r => r!["score"]!.GetValue<double>()));
        Assert.All(results[1]!.AsArray(), r => Assert.Equal("p", r!["problem_id"]!.GetValue<string>()));
        var verifier = new MathVerifier();
        Assert.All(cases, c => Assert.True(c.Reward == 0 || verifier.Verify(new Problem("x", "?", c.Gold), c.Text).IsCorrect, c.Text));
    }

    private static string Python(string program, string input)
    {
        Process process;
        try
        {
            process = Process.Start(new ProcessStartInfo("python3", ["-c", program]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Skip.If(true, "python3 is absent");
            throw;
        }
        using (process)
        {
            var error = process.StandardError.ReadToEndAsync();
            process.StandardInput.Write(input);
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, error.Result);
            return output;
        }
    }
}

file static class PythonText
{
    public static string ToPython(this string text) => System.Text.Json.JsonSerializer.Serialize(text);
}
