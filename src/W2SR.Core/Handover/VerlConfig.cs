using System.Text.Json.Nodes;
using W2SR.Core.Handover.Settings;
using static W2SR.Core.Handover.Settings.SettingRule;

namespace W2SR.Core.Handover;

/// <summary>Configurations of verl 0.9.1, one list of Hydra overrides each. Hydra refuses unknown keys but takes any value.</summary>
public static class VerlConfig
{
    private const string Actor = "actor_rollout_ref.actor.", Rollout = "actor_rollout_ref.rollout.";

    private static readonly Dictionary<string, SettingRule> Trainer = new()
    {
        ["data.train_files"] = Text, ["data.val_files"] = Text.OrNull(), ["data.train_batch_size"] = Count, ["data.truncation"] = OneOf("error", "left", "right", "middle"),
        ["trainer.default_local_dir"] = Text, ["trainer.project_name"] = Text, ["trainer.experiment_name"] = Text, ["trainer.logger"] = Items,
        ["trainer.total_epochs"] = Count, ["trainer.total_training_steps"] = Count.OrNull(), ["trainer.resume_mode"] = OneOf("auto", "disable", "resume_path"),
        ["trainer.seed"] = WholeFrom(0), ["trainer.nnodes"] = Count, ["trainer.n_gpus_per_node"] = Count,
    };

    private static readonly Dictionary<string, SettingRule> SftRules = new(Trainer)
    {
        ["data.messages_key"] = OneOf("messages"), ["data.micro_batch_size_per_gpu"] = Count, ["data.use_dynamic_bsz"] = Flag, ["data.max_token_len_per_gpu"] = Count,
        ["data.max_length"] = Count, ["data.pad_mode"] = OneOf("no_padding", "right", "left_right"), ["data.enable_thinking_default"] = Flag.OrNull(),
        ["model.path"] = Text, ["model.use_remove_padding"] = Flag, ["model.enable_gradient_checkpointing"] = Flag,
        ["engine.model_dtype"] = OneOf("fp32", "bf16", "float32", "bfloat16"), ["engine.dtype"] = OneOf("bfloat16", "float16", "float32"),
        ["optim.lr"] = Rate, ["optim.lr_scheduler_type"] = OneOf("cosine", "constant"), ["optim.lr_warmup_steps_ratio"] = Share, ["optim.min_lr_ratio"] = Share,
        ["optim.weight_decay"] = NotNegative, ["optim.betas"] = Items, ["optim.clip_grad"] = Positive, ["checkpoint.save_contents"] = Items,
        ["trainer.save_freq"] = CountOr("after_each_epoch"), ["trainer.test_freq"] = CountOr("after_each_epoch"),
    };

    private static readonly Dictionary<string, SettingRule> GrpoRules = new(Trainer)
    {
        ["algorithm.adv_estimator"] = OneOf("grpo", "gae", "reinforce_plus_plus", "remax", "rloo"), ["algorithm.use_kl_in_reward"] = Flag,
        ["algorithm.norm_adv_by_std_in_grpo"] = Flag, ["data.prompt_key"] = OneOf("prompt"), ["data.max_prompt_length"] = Count, ["data.max_response_length"] = Count,
        ["data.filter_overlong_prompts"] = Flag, ["data.shuffle"] = Flag, ["data.seed"] = WholeFrom(0).OrNull(),
        ["actor_rollout_ref.model.path"] = Text, ["actor_rollout_ref.model.use_remove_padding"] = Flag, ["actor_rollout_ref.model.enable_gradient_checkpointing"] = Flag,
        [Actor + "optim.lr"] = Rate, [Actor + "ppo_mini_batch_size"] = Count, [Actor + "ppo_micro_batch_size_per_gpu"] = Count, [Actor + "use_kl_loss"] = Flag,
        [Actor + "kl_loss_coef"] = NotNegative, [Actor + "kl_loss_type"] = OneOf("kl", "k1", "abs", "mse", "k2", "low_var_kl", "k3"), [Actor + "entropy_coeff"] = NotNegative,
        [Actor + "loss_agg_mode"] = OneOf("token-mean", "seq-mean-token-sum", "seq-mean-token-mean", "seq-mean-token-sum-norm"), [Actor + "clip_ratio"] = Share,
        [Actor + "checkpoint.save_contents"] = Items, ["actor_rollout_ref.ref.log_prob_micro_batch_size_per_gpu"] = Count,
        [Rollout + "name"] = OneOf("vllm", "sglang"), [Rollout + "n"] = Count, [Rollout + "temperature"] = Positive, [Rollout + "top_p"] = Share,
        [Rollout + "tensor_model_parallel_size"] = Count, [Rollout + "gpu_memory_utilization"] = Share, [Rollout + "log_prob_micro_batch_size_per_gpu"] = Count,
        [Rollout + "val_kwargs.n"] = Count, [Rollout + "val_kwargs.do_sample"] = Flag, [Rollout + "val_kwargs.temperature"] = NotNegative, [Rollout + "val_kwargs.top_p"] = Share,
        ["reward.custom_reward_function.path"] = Text, ["reward.custom_reward_function.name"] = Text, ["reward.reward_manager.name"] = OneOf("naive", "dapo", "prime", "batch"),
        ["trainer.rollout_data_dir"] = Text.OrNull(), ["trainer.validation_data_dir"] = Text.OrNull(), ["trainer.val_before_train"] = Flag, ["trainer.critic_warmup"] = WholeFrom(0),
        ["trainer.save_freq"] = WholeFrom(-1), ["trainer.test_freq"] = WholeFrom(-1),
    };

    /// <summary>The fine-tuning of a recipe, for <c>verl.trainer.sft_trainer</c>.</summary>
    /// <param name="recipe">Sizes and rates; the batch is already global here.</param>
    /// <param name="model">Folder or name of the student.</param>
    /// <param name="hasValidation">Whether there is a validation file; it must hold at least a global batch, or verl's validation loss is NaN.</param>
    public static EngineSettings Sft(SftRecipe recipe, string model, bool hasValidation = true)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        recipe.Validate();
        return EngineSettings.Create("verl sft", SftRules,
            ("data.train_files", "data/sft_train.parquet"), ("data.val_files", hasValidation ? "data/sft_val.parquet" : null), ("data.messages_key", "messages"),
            ("data.train_batch_size", recipe.GlobalBatch), ("data.micro_batch_size_per_gpu", 1), ("data.use_dynamic_bsz", true),
            ("data.max_token_len_per_gpu", 2 * recipe.MaxLength), ("data.max_length", recipe.MaxLength), ("data.truncation", "error"), ("data.pad_mode", "no_padding"),
            ("data.enable_thinking_default", null), ("model.path", model), ("model.use_remove_padding", true), ("model.enable_gradient_checkpointing", true),
            ("engine.model_dtype", "fp32"), ("engine.dtype", "bfloat16"), ("optim.lr", recipe.LearningRate), ("optim.lr_scheduler_type", "cosine"),
            ("optim.lr_warmup_steps_ratio", recipe.WarmupRatio), ("optim.min_lr_ratio", 0.0), ("optim.weight_decay", 0.0), ("optim.betas", new JsonArray(0.9, 0.999)),
            ("optim.clip_grad", 1.0), ("checkpoint.save_contents", new JsonArray("model", "optimizer", "extra", "hf_model")), ("trainer.default_local_dir", "out/sft"),
            ("trainer.project_name", "w2sr"), ("trainer.experiment_name", "sft"), ("trainer.logger", new JsonArray("console", "file")),
            ("trainer.total_epochs", recipe.Epochs), ("trainer.save_freq", "after_each_epoch"), ("trainer.test_freq", hasValidation ? "after_each_epoch" : -1),
            ("trainer.resume_mode", "auto"), ("trainer.seed", recipe.Seed), ("trainer.nnodes", 1), ("trainer.n_gpus_per_node", recipe.Processes));
    }

    /// <summary>The reinforcement learning of a recipe, for <c>verl.trainer.main_ppo</c>.</summary>
    /// <param name="recipe">Sizes and rates.</param>
    /// <param name="model">Folder or name of the student.</param>
    public static EngineSettings Grpo(GrpoRecipe recipe, string model)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        recipe.Validate();
        return EngineSettings.Create("verl grpo", GrpoRules,
            ("algorithm.adv_estimator", "grpo"), ("algorithm.use_kl_in_reward", false), ("algorithm.norm_adv_by_std_in_grpo", true),
            ("data.train_files", "data/grpo_train.parquet"), ("data.val_files", "data/grpo_val.parquet"), ("data.train_batch_size", recipe.ProblemsPerStep),
            ("data.max_prompt_length", recipe.MaxPromptLength), ("data.max_response_length", recipe.MaxResponseLength), ("data.filter_overlong_prompts", true),
            ("data.truncation", "error"), ("data.shuffle", true), ("data.seed", recipe.Seed), ("actor_rollout_ref.model.path", model),
            ("actor_rollout_ref.model.use_remove_padding", true), ("actor_rollout_ref.model.enable_gradient_checkpointing", true), (Actor + "optim.lr", recipe.LearningRate),
            (Actor + "ppo_mini_batch_size", recipe.ProblemsPerStep), (Actor + "ppo_micro_batch_size_per_gpu", recipe.PerDeviceBatch), (Actor + "use_kl_loss", recipe.Kl > 0),
            (Actor + "kl_loss_coef", recipe.Kl), (Actor + "kl_loss_type", "low_var_kl"), (Actor + "entropy_coeff", 0), (Actor + "loss_agg_mode", "token-mean"),
            ("actor_rollout_ref.ref.log_prob_micro_batch_size_per_gpu", recipe.PerDeviceBatch), (Rollout + "name", "vllm"), (Rollout + "n", recipe.Rollouts),
            (Rollout + "temperature", recipe.Temperature), (Rollout + "top_p", 1.0), (Rollout + "tensor_model_parallel_size", 1), (Rollout + "gpu_memory_utilization", 0.5),
            (Rollout + "log_prob_micro_batch_size_per_gpu", recipe.PerDeviceBatch), (Rollout + "val_kwargs.n", 1), (Rollout + "val_kwargs.do_sample", true),
            (Rollout + "val_kwargs.temperature", 0.6), (Rollout + "val_kwargs.top_p", 0.95),
            (Actor + "checkpoint.save_contents", new JsonArray("model", "optimizer", "extra", "hf_model")), ("reward.custom_reward_function.path", "w2sr_reward.py"),
            ("reward.custom_reward_function.name", "compute_score"), ("reward.reward_manager.name", "naive"), ("trainer.logger", new JsonArray("console", "file")),
            ("trainer.project_name", "w2sr"), ("trainer.experiment_name", "grpo"), ("trainer.default_local_dir", "out/grpo"),
            ("trainer.rollout_data_dir", "out/grpo/rollouts"), ("trainer.validation_data_dir", "out/grpo/validation"), ("trainer.val_before_train", true),
            ("trainer.critic_warmup", 0), ("trainer.n_gpus_per_node", recipe.Processes), ("trainer.nnodes", 1), ("trainer.save_freq", recipe.SaveEvery),
            ("trainer.test_freq", recipe.SaveEvery), ("trainer.total_epochs", recipe.Epochs), ("trainer.resume_mode", "auto"));
    }
}
