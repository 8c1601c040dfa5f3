using System.Text.Json.Nodes;
using W2SR.Core.Handover.Files;
using W2SR.Core.Handover.Settings;
using W2SR.Core.Problems;
using W2SR.Core.Traces;
using W2SR.Core.Verification;

namespace W2SR.Core.Handover;

/// <summary>Hands traces or problems over to TRL with accelerate and DeepSpeed.</summary>
/// <param name="options">What is handed over.</param>
public sealed class TrlExporter(HandoverOptions options)
{
    private const string Engine = "TRL 1.16.0";

    /// <summary>Settings that differ from the recipe's, each checked.</summary>
    public IReadOnlyDictionary<string, JsonNode?> Overrides { get; init; } = new Dictionary<string, JsonNode?>();

    /// <summary>Writes a folder for <c>trl sft</c>.</summary>
    /// <param name="problems">The problems that the traces answer.</param>
    /// <param name="traces">The traces, several a problem if there are.</param>
    /// <param name="verifier">The judge of correctness.</param>
    /// <param name="folder">Absent, empty, or an earlier hand-over that no engine has worked in.</param>
    /// <param name="recipe">How it is trained; null for the paper's recipe.</param>
    /// <exception cref="HandoverRefusedException">It could not work; nothing was written.</exception>
    /// <exception cref="ArgumentException">An option, or a trace, cannot be used.</exception>
    public HandoverReport ExportSft(IReadOnlyList<Problem> problems, IReadOnlyList<Trace> traces, IVerifier verifier, string folder, SftRecipe? recipe = null)
    {
        recipe ??= SftRecipe.Paper;
        var export = HandoverExport.OfTraces(options, recipe, problems, traces, verifier);
        var hasValidation = export.Validation.Count > 0;
        var settings = TrlConfig.Sft(recipe, options.StudentPath, hasValidation).Set(Overrides);
        export.RefuseShort("max_length", settings.Whole("max_length"), "TRL would cut the end of responses in silence");
        export.RefuseBatch(settings, "per_device_train_batch_size", "gradient_accumulation_steps", recipe.GlobalBatch, recipe.Processes);
        if (!hasValidation && settings.Text("eval_strategy") != "no") export.Refuse("eval_strategy asks for a validation set, and none is held out. Set ValidationShare.");
        export.RequireSound();
        List<HandoverFile> files =
        [
            TrlFiles.Sft(TrlFiles.SftTrain, export.Training),
            TrlFiles.Zero3(recipe.Processes),
            HandoverFile.Text("sft.w2sr.yaml", settings.ToYaml($"trl sft --config sft.w2sr.yaml --accelerate_config zero3.yaml\nglobal batch = {recipe.PerDeviceBatch} x {recipe.Accumulation} x {recipe.Processes} processes = {recipe.GlobalBatch}")),
            HandoverFile.Text("sft.tiny.yaml", TrlConfig.SftSmoke(options.StudentPath, hasValidation, recipe.MaxLength).Set("output_dir", "out/smoke").ToYaml("Two steps on a CPU: trl sft --config sft.tiny.yaml")),
            LaunchFiles.Script("exec trl sft --config sft.w2sr.yaml --accelerate_config zero3.yaml \"$@\""),
        ];
        if (hasValidation) files.Add(TrlFiles.Sft(TrlFiles.SftTest, export.Validation));
        return export.Write(folder, Engine, "sft", files[0].Path, files, settings, LaunchFiles.TrlAdvice, hasValidation ? TrlFiles.SftTest : null);
    }

    /// <summary>Writes a folder for <c>trl grpo</c>, with a reward of our own.</summary>
    /// <param name="problems">The problems.</param>
    /// <param name="folder">As above.</param>
    /// <param name="recipe">How it is trained; null for <see cref="GrpoRecipe.PaperOnTrl"/>.</param>
    /// <exception cref="HandoverRefusedException">It could not work; nothing was written.</exception>
    /// <exception cref="ArgumentException">An option, or a problem, cannot be used.</exception>
    public HandoverReport ExportGrpo(IReadOnlyList<Problem> problems, string folder, GrpoRecipe? recipe = null)
    {
        recipe ??= GrpoRecipe.PaperOnTrl;
        recipe.Validate();
        var export = HandoverExport.OfProblems(options, problems, recipe.MaxPromptLength);
        var settings = TrlConfig.Grpo(recipe, options.StudentPath).Set(Overrides);
        Check(export, settings, recipe);
        export.RequireSound();
        List<HandoverFile> files =
        [
            TrlFiles.Grpo(export.TrainingPrompts),
            TrlFiles.Zero3(recipe.Processes),
            RewardFiles.Trl,
            HandoverFile.Text("grpo.w2sr.yaml", settings.ToYaml($"trl grpo --config grpo.w2sr.yaml --accelerate_config zero3.yaml   (in this folder, which holds w2sr_rewards.py)\ncompletions a step = {recipe.PerDeviceBatch} x {recipe.Accumulation} x {recipe.Processes} processes = {recipe.ProblemsPerStep} problems x {recipe.Rollouts} rollouts")),
            HandoverFile.Text("grpo.tiny.yaml", TrlConfig.GrpoSmoke(options.StudentPath).Set("output_dir", "out/smoke").ToYaml("Two steps on a CPU: trl grpo --config grpo.tiny.yaml")),
            LaunchFiles.Script("exec trl grpo --config grpo.w2sr.yaml --accelerate_config zero3.yaml \"$@\""),
        ];
        return export.Write(folder, Engine, "grpo", files[0].Path, files, settings, LaunchFiles.TrlAdvice);
    }

    private static void Check(HandoverExport export, EngineSettings settings, GrpoRecipe recipe)
    {
        export.RefuseBatch(settings, "per_device_train_batch_size", "gradient_accumulation_steps", recipe.ProblemsPerStep * recipe.Rollouts, recipe.Processes);
        var batch = recipe.ProblemsPerStep * recipe.Rollouts;
        if (settings.Whole("generation_batch_size") is { } generation && generation % batch != 0) export.Refuse($"generation_batch_size {generation} is no multiple of the step's {batch} completions.");
        if (batch % settings.Whole("num_generations") != 0) export.Refuse($"num_generations {settings.Whole("num_generations")} does not divide the step's {batch} completions.");
        foreach (var reward in (settings.Find("reward_funcs") as JsonArray ?? []).Select(r => r!.ToString()))
            if (reward != "accuracy_reward" && reward != "think_format_reward" && reward != "w2sr_rewards.boxed_reward")
                export.Refuse($"reward_funcs has '{reward}', which is neither in this folder (w2sr_rewards.boxed_reward) nor one of TRL's that this library knows (accuracy_reward, think_format_reward).");
        if (recipe.Kl > 0 && settings.Number("beta") is 0) export.Refuse("beta is 0, TRL's default without KL; the recipe has a KL. Change the recipe instead.");
        if (export.ValidationPrompts.Count > 0) export.Warn($"{export.ValidationPrompts.Count} problems are held out and not handed over: trl grpo measures nothing on them here. Evaluate the returned model on them.");
    }
}
