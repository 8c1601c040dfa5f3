using System.Text.Json.Nodes;
using W2SR.Core.Handover.Settings;
using static W2SR.Core.Handover.Settings.SettingRule;

namespace W2SR.Core.Handover;

/// <summary>Configurations of TRL 1.16, one YAML file each. What TRL leaves to defaults that differ from the paper's is always written out.</summary>
public static class TrlConfig
{
    private static readonly Dictionary<string, SettingRule> Shared = Table(
        (Text, ["model_name_or_path", "dataset_name", "dataset_train_split", "dataset_test_split", "output_dir", "resume_from_checkpoint", "attn_implementation"]),
        (OneOf("float32", "bfloat16", "float16", "auto"), ["dtype"]),
        (OneOf("cosine", "linear", "constant", "constant_with_warmup", "polynomial", "cosine_with_restarts", "cosine_with_min_lr"), ["lr_scheduler_type"]),
        (OneOf("no", "steps", "epoch"), ["save_strategy", "eval_strategy"]),
        (OneOf("none", "all", "tensorboard", "wandb", "trackio"), ["report_to"]),
        (Flag, ["use_cpu", "bf16", "fp16", "gradient_checkpointing", "logging_first_step", "save_only_model", "use_peft", "trust_remote_code"]),
        (Count, ["per_device_train_batch_size", "per_device_eval_batch_size", "gradient_accumulation_steps", "max_steps", "logging_steps", "save_steps", "eval_steps", "save_total_limit",
            "lora_r", "lora_alpha"]),
        (WholeFrom(0), ["seed"]),
        (Positive, ["num_train_epochs"]),
        (Rate, ["learning_rate"]),
        (NotNegative, ["warmup_steps", "weight_decay", "max_grad_norm"]));

    private static readonly Dictionary<string, SettingRule> SftRules = Table(Shared,
        (Count, ["max_length"]),
        (Flag, ["packing", "completion_only_loss"]),
        (OneOf("nll", "dft"), ["loss_type"]));

    private static readonly Dictionary<string, SettingRule> GrpoRules = Table(Shared,
        (Items, ["reward_funcs", "reward_weights"]),
        (WholeFrom(2), ["num_generations"]),
        (Count, ["max_completion_length", "num_iterations", "generation_batch_size", "vllm_tensor_parallel_size"]),
        (Positive, ["temperature"]),
        (Share, ["top_p", "min_p", "epsilon", "vllm_gpu_memory_utilization"]),
        (WholeFrom(0), ["top_k"]),
        (NotNegative, ["beta", "epsilon_high"]),
        (OneOf("grpo", "bnpo", "dr_grpo", "dapo", "cispo", "sapo", "luspo", "vespo"), ["loss_type"]),
        (OneOf("group", "batch", "none"), ["scale_rewards"]),
        (Flag, ["mask_truncated_completions", "use_vllm", "log_completions"]),
        (OneOf("colocate", "server"), ["vllm_mode"]));

    /// <summary>The fine-tuning of a recipe, for <c>trl sft</c>.</summary>
    /// <param name="recipe">Sizes and rates.</param>
    /// <param name="model">Folder or name of the student.</param>
    /// <param name="hasValidation">Whether there is a <c>test.jsonl</c>.</param>
    public static EngineSettings Sft(SftRecipe recipe, string model, bool hasValidation = true)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        recipe.Validate();
        var settings = EngineSettings.Create("TRL sft", SftRules,
            ("model_name_or_path", model), ("dtype", "bfloat16"), ("dataset_name", "data/sft"), ("dataset_train_split", "train"), ("output_dir", "out/sft"),
            ("max_length", recipe.MaxLength), ("packing", false), ("per_device_train_batch_size", recipe.PerDeviceBatch),
            ("gradient_accumulation_steps", recipe.Accumulation), ("num_train_epochs", recipe.Epochs), ("learning_rate", recipe.LearningRate),
            ("lr_scheduler_type", "cosine"), ("warmup_steps", recipe.WarmupRatio), ("weight_decay", 0.0), ("max_grad_norm", 1.0), ("bf16", true),
            ("gradient_checkpointing", true), ("logging_steps", 1), ("save_strategy", "epoch"), ("eval_strategy", hasValidation ? "epoch" : "no"),
            ("report_to", "none"), ("seed", recipe.Seed));
        return hasValidation ? settings.Set("dataset_test_split", "test") : settings;
    }

    /// <summary>Two optimizer steps of fine-tuning on a CPU.</summary>
    /// <param name="model">Folder of the student, or of a small model with its tokenizer.</param>
    /// <param name="hasValidation">Whether there is a <c>test.jsonl</c>.</param>
    /// <param name="maxLength">Tokens of a sample at most.</param>
    public static EngineSettings SftSmoke(string model, bool hasValidation = true, int maxLength = 1024)
    {
        var settings = EngineSettings.Create("TRL sft", SftRules,
            ("model_name_or_path", model), ("dtype", "float32"), ("dataset_name", "data/sft"), ("dataset_train_split", "train"), ("output_dir", "out/sft"),
            ("max_length", maxLength), ("per_device_train_batch_size", 2), ("gradient_accumulation_steps", 2), ("max_steps", 2), ("learning_rate", 1e-3),
            ("lr_scheduler_type", "cosine"), ("warmup_steps", 0.1), ("logging_steps", 1), ("logging_first_step", true), ("save_strategy", "steps"),
            ("save_steps", 1), ("save_only_model", false), ("report_to", "none"), ("use_cpu", true), ("bf16", false), ("gradient_checkpointing", false),
            ("packing", false), ("seed", 42));
        return hasValidation
            ? settings.Set("dataset_test_split", "test").Set("eval_strategy", "steps").Set("eval_steps", 1)
            : settings.Set("eval_strategy", "no");
    }

    /// <summary>The reinforcement learning of a recipe, for <c>trl grpo</c>, with rollouts by vLLM in the training processes.</summary>
    /// <param name="recipe">Sizes and rates.</param>
    /// <param name="model">Folder or name of the student.</param>
    public static EngineSettings Grpo(GrpoRecipe recipe, string model)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        recipe.Validate();
        return EngineSettings.Create("TRL grpo", GrpoRules,
            ("model_name_or_path", model), ("dtype", "bfloat16"), ("dataset_name", "data/grpo"), ("dataset_train_split", "train"), ("output_dir", "out/grpo"),
            ("reward_funcs", new JsonArray("w2sr_rewards.boxed_reward")), ("per_device_train_batch_size", recipe.PerDeviceBatch),
            ("gradient_accumulation_steps", recipe.Accumulation), ("num_generations", recipe.Rollouts), ("max_completion_length", recipe.MaxResponseLength),
            ("temperature", recipe.Temperature), ("top_p", 1.0), ("beta", recipe.Kl), ("epsilon", 0.2), ("loss_type", "grpo"), ("scale_rewards", "group"),
            ("num_iterations", 1), ("num_train_epochs", recipe.Epochs), ("learning_rate", recipe.LearningRate), ("lr_scheduler_type", "constant"), ("bf16", true),
            ("gradient_checkpointing", true), ("use_vllm", true), ("vllm_mode", "colocate"), ("vllm_gpu_memory_utilization", 0.3), ("logging_steps", 1),
            ("save_steps", recipe.SaveEvery), ("log_completions", true), ("report_to", "none"), ("seed", recipe.Seed));
    }

    /// <summary>Two steps of reinforcement learning on a CPU, without vLLM, with TRL's own reward beside ours.</summary>
    /// <param name="model">Folder of a small model with its tokenizer.</param>
    public static EngineSettings GrpoSmoke(string model) => EngineSettings.Create("TRL grpo", GrpoRules,
        ("model_name_or_path", model), ("dtype", "float32"), ("dataset_name", "data/grpo"), ("dataset_train_split", "train"), ("output_dir", "out/grpo"),
        ("reward_funcs", new JsonArray("accuracy_reward", "w2sr_rewards.boxed_reward")), ("per_device_train_batch_size", 4), ("gradient_accumulation_steps", 2),
        ("num_generations", 4), ("max_completion_length", 24), ("temperature", 1.0), ("beta", 0.04), ("epsilon", 0.2), ("loss_type", "grpo"),
        ("scale_rewards", "group"), ("num_iterations", 1), ("max_steps", 2), ("learning_rate", 1e-4), ("lr_scheduler_type", "constant"), ("logging_steps", 1),
        ("save_strategy", "steps"), ("save_steps", 2), ("log_completions", true), ("report_to", "none"), ("use_cpu", true), ("bf16", false),
        ("gradient_checkpointing", false), ("seed", 42));
}
