using System.Text.Json.Nodes;
using W2SR.Core.Handover.Settings;
using static W2SR.Core.Handover.Settings.SettingRule;

namespace W2SR.Core.Handover;

/// <summary>Configurations of verl 0.9.1, one list of Hydra overrides each. Hydra refuses unknown keys but takes any value.</summary>
public static class VerlConfig
{
    private const string Actor = "actor_rollout_ref.actor.", Rollout = "actor_rollout_ref.rollout.";

    private static readonly Dictionary<string, SettingRule> Trainer = Table(
        (Text, ["data.train_files", "trainer.default_local_dir", "trainer.project_name", "trainer.experiment_name"]),
        (Text.OrNull(), ["data.val_files"]),
        (Count, ["data.train_batch_size", "trainer.total_epochs", "trainer.nnodes", "trainer.n_gpus_per_node"]),
        (OneOf("error", "left", "right", "middle"), ["data.truncation"]),
        (Items, ["trainer.logger"]),
        (Count.OrNull(), ["trainer.total_training_steps"]),
        (OneOf("auto", "disable", "resume_path"), ["trainer.resume_mode"]),
        (WholeFrom(0), ["trainer.seed"]));

    private static readonly Dictionary<string, SettingRule> SftRules = Table(Trainer,
        (OneOf("messages"), ["data.messages_key"]),
        (Count, ["data.micro_batch_size_per_gpu", "data.max_token_len_per_gpu", "data.max_length"]),
        (Flag, ["data.use_dynamic_bsz", "model.use_remove_padding", "model.enable_gradient_checkpointing"]),
        (OneOf("no_padding", "right", "left_right"), ["data.pad_mode"]),
        (Flag.OrNull(), ["data.enable_thinking_default"]),
        (Text, ["model.path"]),
        (OneOf("fp32", "bf16", "float32", "bfloat16"), ["engine.model_dtype"]),
        (OneOf("bfloat16", "float16", "float32"), ["engine.dtype"]),
        (Rate, ["optim.lr"]),
        (OneOf("cosine", "constant"), ["optim.lr_scheduler_type"]),
        (Share, ["optim.lr_warmup_steps_ratio", "optim.min_lr_ratio"]),
        (NotNegative, ["optim.weight_decay"]),
        (Items, ["optim.betas", "checkpoint.save_contents"]),
        (Positive, ["optim.clip_grad"]),
        (CountOr("after_each_epoch"), ["trainer.save_freq", "trainer.test_freq"]));

    private static readonly Dictionary<string, SettingRule> GrpoRules = Table(Trainer,
        (OneOf("grpo", "gae", "reinforce_plus_plus", "remax", "rloo"), ["algorithm.adv_estimator"]),
        (Flag, ["algorithm.use_kl_in_reward", "algorithm.norm_adv_by_std_in_grpo", "data.filter_overlong_prompts", "data.shuffle", "actor_rollout_ref.model.use_remove_padding",
            "actor_rollout_ref.model.enable_gradient_checkpointing", Actor + "use_kl_loss", Rollout + "val_kwargs.do_sample", "trainer.val_before_train"]),
        (OneOf("prompt"), ["data.prompt_key"]),
        (Count, ["data.max_prompt_length", "data.max_response_length", Actor + "ppo_mini_batch_size", Actor + "ppo_micro_batch_size_per_gpu",
            "actor_rollout_ref.ref.log_prob_micro_batch_size_per_gpu", Rollout + "n", Rollout + "tensor_model_parallel_size", Rollout + "log_prob_micro_batch_size_per_gpu",
            Rollout + "val_kwargs.n"]),
        (WholeFrom(0).OrNull(), ["data.seed"]),
        (Text, ["actor_rollout_ref.model.path", "reward.custom_reward_function.path", "reward.custom_reward_function.name"]),
        (Rate, [Actor + "optim.lr"]),
        (NotNegative, [Actor + "kl_loss_coef", Actor + "entropy_coeff", Rollout + "val_kwargs.temperature"]),
        (OneOf("kl", "k1", "abs", "mse", "k2", "low_var_kl", "k3"), [Actor + "kl_loss_type"]),
        (OneOf("token-mean", "seq-mean-token-sum", "seq-mean-token-mean", "seq-mean-token-sum-norm"), [Actor + "loss_agg_mode"]),
        (Share, [Actor + "clip_ratio", Rollout + "top_p", Rollout + "gpu_memory_utilization", Rollout + "val_kwargs.top_p"]),
        (Items, [Actor + "checkpoint.save_contents"]),
        (OneOf("vllm", "sglang"), [Rollout + "name"]),
        (Positive, [Rollout + "temperature"]),
        (OneOf("naive", "dapo", "prime", "batch"), ["reward.reward_manager.name"]),
        (Text.OrNull(), ["trainer.rollout_data_dir", "trainer.validation_data_dir"]),
        (WholeFrom(0), ["trainer.critic_warmup"]),
        (WholeFrom(-1), ["trainer.save_freq", "trainer.test_freq"]));

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
