using System.Text.Json.Nodes;
using W2SR.Core.Handover.Files;
using W2SR.Core.Handover.Settings;
using W2SR.Core.Problems;
using W2SR.Core.Traces;
using W2SR.Core.Verification;

namespace W2SR.Core.Handover;

/// <summary>Hands traces or problems over to verl.</summary>
/// <param name="options">What is handed over.</param>
public sealed class VerlExporter(HandoverOptions options)
{
    private const string Engine = "verl 0.9.1";

    /// <summary>Settings that differ from the recipe's, each checked.</summary>
    public IReadOnlyDictionary<string, JsonNode?> Overrides { get; init; } = new Dictionary<string, JsonNode?>();

    /// <summary>Writes a folder for <c>verl.trainer.sft_trainer</c>.</summary>
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
        var settings = VerlConfig.Sft(recipe, options.StudentPath, hasValidation).Set(Overrides);
        CheckBatches(export, settings, export.Training.Count, export.Validation.Count);
        export.RefuseShort("data.max_length", settings.Whole("data.max_length"), "verl would stop in mid-training");
        export.RefuseShort("data.max_token_len_per_gpu", settings.Whole("data.max_token_len_per_gpu"), "a row must fit a micro batch");
        if (settings.Text("data.truncation") == "left" && settings.Text("data.pad_mode") != "right") export.Refuse("data.truncation=left works with data.pad_mode=right only.");
        if (export.Preflight!.WithThinking > 0 && settings.Find("data.enable_thinking_default")?.GetValueKind() == System.Text.Json.JsonValueKind.False)
            export.Refuse("data.enable_thinking_default=False would take the thinking out of the responses in templates that know it.");
        export.RequireSound();
        List<HandoverFile> files =
        [
            VerlFiles.Sft(VerlFiles.SftTrain, export.Training),
            HandoverFile.Text("sft.overrides", settings.ToOverrides($"torchrun --standalone --nnodes=1 --nproc_per_node={recipe.Processes} -m verl.trainer.sft_trainer $(grep -v '^#' sft.overrides)")),
            LaunchFiles.Script($"exec torchrun --standalone --nnodes=1 --nproc_per_node={recipe.Processes} -m verl.trainer.sft_trainer $(grep -v '^#' sft.overrides) \"$@\""),
        ];
        if (hasValidation) files.Add(VerlFiles.Sft(VerlFiles.SftVal, export.Validation));
        return export.Write(folder, Engine, "sft", files[0].Path, files, settings, LaunchFiles.VerlAdvice, hasValidation ? VerlFiles.SftVal : null);
    }

    /// <summary>Writes a folder for <c>verl.trainer.main_ppo</c> with GRPO and a reward of our own.</summary>
    /// <param name="problems">The problems; some are held out for validation (<see cref="HandoverOptions.ValidationShare"/>), or given apart.</param>
    /// <param name="folder">As above.</param>
    /// <param name="recipe">How it is trained; null for the paper's recipe.</param>
    /// <param name="validation">Problems to validate on, beside those held out; null for none.</param>
    /// <exception cref="HandoverRefusedException">It could not work; nothing was written.</exception>
    /// <exception cref="ArgumentException">An option, or a problem, cannot be used.</exception>
    public HandoverReport ExportGrpo(IReadOnlyList<Problem> problems, string folder, GrpoRecipe? recipe = null, IReadOnlyList<Problem>? validation = null)
    {
        recipe ??= GrpoRecipe.Paper;
        recipe.Validate();
        var export = HandoverExport.OfProblems(options, problems, recipe.MaxPromptLength, validation);
        var settings = VerlConfig.Grpo(recipe, options.StudentPath).Set(Overrides);
        Check(export, settings, recipe);
        export.RequireSound();
        return export.Write(folder, Engine, "grpo", VerlFiles.GrpoTrain,
        [
            VerlFiles.Grpo(VerlFiles.GrpoTrain, export.TrainingPrompts, "train"),
            VerlFiles.Grpo(VerlFiles.GrpoVal, export.ValidationPrompts, "test"),
            RewardFiles.Verl,
            HandoverFile.Text("grpo.overrides", settings.ToOverrides("python3 -m verl.trainer.main_ppo $(grep -v '^#' grpo.overrides)")),
            LaunchFiles.Script("exec python3 -m verl.trainer.main_ppo $(grep -v '^#' grpo.overrides) \"$@\""),
        ], settings, LaunchFiles.VerlAdvice);
    }

    private static void Check(HandoverExport export, EngineSettings settings, GrpoRecipe recipe)
    {
        const string actor = "actor_rollout_ref.actor.";
        CheckBatches(export, settings, export.TrainingPrompts.Count, null);
        if (export.ValidationPrompts.Count == 0) export.Refuse("verl wants a validation file: hold problems out by ValidationShare, or give some apart.");
        if (recipe.Kl > 0 && !settings.IsTrue(actor + "use_kl_loss")) export.Refuse("use_kl_loss is off, verl's default; the recipe has a KL. Change the recipe instead.");
        if (!settings.IsTrue("data.filter_overlong_prompts")) export.Refuse("data.filter_overlong_prompts is off: verl would keep prompts that it then cannot run.");
        if (settings.Whole("actor_rollout_ref.rollout.n") is < 2) export.Refuse("rollout.n must be at least 2: GRPO compares rollouts of one problem.");
        if (settings.Whole(actor + "ppo_mini_batch_size") > settings.Whole("data.train_batch_size")) export.Refuse("ppo_mini_batch_size is above data.train_batch_size.");
        if (settings.Text("reward.custom_reward_function.path") != "w2sr_reward.py") export.Refuse("reward.custom_reward_function.path is not w2sr_reward.py: verl has no reward for the source w2sr/math and would stop at the first rollout.");
        var processes = settings.Whole("trainer.n_gpus_per_node") * settings.Whole("trainer.nnodes");
        if (settings.Whole("data.train_batch_size") * settings.Whole("actor_rollout_ref.rollout.n") % processes != 0) export.Refuse($"train_batch_size x rollout.n is no multiple of {processes} GPUs.");
    }

    private static void CheckBatches(HandoverExport export, EngineSettings settings, int rows, int? validation)
    {
        var batch = settings.Whole("data.train_batch_size");
        if (rows < batch) export.Refuse($"{rows} rows make no batch of {batch}; verl drops the last, partial batch and would not take a single step. Lower the batch, or hand over more.");
        else if (rows % batch is > 0 and var left) export.Warn($"verl drops the last, partial batch: {left} of {rows} rows of each pass, others each time.");
        if (validation is > 0 and var held && held < batch) export.Refuse($"{held} rows of validation are fewer than the global batch of {batch}: verl's validation loss would be NaN. Hold out more, or none.");
    }
}
