using W2SR.Core.Handover.Settings;
using static W2SR.Core.Handover.Settings.SettingRule;

namespace W2SR.Core.Handover;

/// <summary>Configurations of LLaMA-Factory 0.9.5, one YAML file each.</summary>
public static class LlamaFactoryConfig
{
    private static readonly Dictionary<string, SettingRule> Rules = Table(
        (Text, ["model_name_or_path", "adapter_name_or_path", "output_dir", "dataset_dir", "deepspeed", "dataset", "eval_dataset", "lora_target", "resume_from_checkpoint"]),
        (OneOf("sft", "pt", "rm", "ppo", "dpo", "kto"), ["stage"]),
        (OneOf("full", "lora", "freeze", "oft"), ["finetuning_type"]),
        (OneOf([.. LlamaFactoryTemplates.Names]), ["template"]),
        (OneOf("auto", "disabled", "sdpa", "fa2", "fa3"), ["flash_attn"]),
        (OneOf("no", "steps", "epoch"), ["save_strategy", "eval_strategy"]),
        (OneOf("cosine", "linear", "constant", "constant_with_warmup", "polynomial", "cosine_with_restarts"), ["lr_scheduler_type"]),
        (OneOf("none", "all", "tensorboard", "wandb", "mlflow", "swanlab"), ["report_to"]),
        (Flag, ["do_train", "do_eval", "do_predict", "predict_with_generate", "do_sample", "enable_thinking", "overwrite_cache", "overwrite_output_dir", "save_only_model", "plot_loss",
            "use_cpu", "bf16", "fp16", "pure_bf16", "gradient_checkpointing", "packing", "neat_packing", "train_on_prompt", "mask_history", "trust_remote_code"]),
        (Count, ["cutoff_len", "preprocessing_num_workers", "logging_steps", "save_steps", "eval_steps", "save_total_limit", "per_device_train_batch_size", "per_device_eval_batch_size",
            "gradient_accumulation_steps", "max_steps", "max_samples", "max_new_tokens", "lora_rank", "lora_alpha", "ddp_timeout"]),
        (WholeFrom(0), ["dataloader_num_workers", "seed", "top_k", "warmup_steps"]),
        (Rate, ["learning_rate"]),
        (Positive, ["num_train_epochs", "temperature"]),
        (Share, ["warmup_ratio", "lora_dropout", "top_p"]),
        (NotNegative, ["weight_decay", "max_grad_norm"]));

    /// <summary>The run of a recipe, with ZeRO-3 in bfloat16.</summary>
    /// <param name="recipe">Sizes and rates.</param>
    /// <param name="model">Folder or name of the student.</param>
    /// <param name="template">LLaMA-Factory's name of the student's chat template; <see cref="LlamaFactoryTemplates"/> finds it.</param>
    /// <param name="dataset">Name of the data set in <c>dataset_info.json</c>.</param>
    /// <param name="evalDataset">Name of the validation set; null for none.</param>
    public static EngineSettings Sft(SftRecipe recipe, string model, string template = "qwen", string dataset = "w2sr_messages", string? evalDataset = null)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        recipe.Validate();
        var settings = EngineSettings.Create("LLaMA-Factory", Rules,
            ("model_name_or_path", model), ("stage", "sft"), ("do_train", true), ("finetuning_type", "full"), ("deepspeed", "ds_z3.json"),
            ("dataset_dir", "data"), ("dataset", dataset), ("template", template), ("cutoff_len", recipe.MaxLength), ("overwrite_cache", true),
            ("preprocessing_num_workers", 8), ("output_dir", "out/sft"), ("logging_steps", 1), ("save_strategy", "epoch"), ("save_only_model", false),
            ("plot_loss", true), ("report_to", "none"), ("per_device_train_batch_size", recipe.PerDeviceBatch),
            ("gradient_accumulation_steps", recipe.Accumulation), ("learning_rate", recipe.LearningRate), ("num_train_epochs", (double)recipe.Epochs),
            ("lr_scheduler_type", "cosine"), ("warmup_ratio", recipe.WarmupRatio), ("bf16", true), ("gradient_checkpointing", true), ("seed", recipe.Seed));
        return evalDataset is null ? settings : settings.Set("eval_dataset", evalDataset).Set("do_eval", true).Set("eval_strategy", "epoch").Set("per_device_eval_batch_size", recipe.PerDeviceBatch);
    }

    /// <summary>Two optimizer steps on a CPU, to see that a folder works before it goes to a cluster.</summary>
    /// <param name="model">Folder of the student, or of a small model with its tokenizer.</param>
    /// <param name="template">As for the run.</param>
    /// <param name="dataset">As for the run.</param>
    /// <param name="evalDataset">As for the run.</param>
    /// <param name="maxLength">Tokens of a sample at most.</param>
    public static EngineSettings Smoke(string model, string template = "qwen", string dataset = "w2sr_messages", string? evalDataset = null, int maxLength = 512)
    {
        var settings = EngineSettings.Create("LLaMA-Factory", Rules,
            ("model_name_or_path", model), ("stage", "sft"), ("do_train", true), ("finetuning_type", "full"), ("dataset_dir", "data"), ("dataset", dataset),
            ("template", template), ("cutoff_len", maxLength), ("overwrite_cache", true), ("preprocessing_num_workers", 1), ("dataloader_num_workers", 0),
            ("output_dir", "out/sft"), ("logging_steps", 1), ("save_steps", 1), ("save_only_model", false), ("plot_loss", true), ("overwrite_output_dir", true),
            ("report_to", "none"), ("per_device_train_batch_size", 2), ("gradient_accumulation_steps", 2), ("learning_rate", 1e-3), ("max_steps", 2),
            ("lr_scheduler_type", "cosine"), ("warmup_ratio", 0.1), ("bf16", false), ("fp16", false), ("pure_bf16", false), ("use_cpu", true),
            ("flash_attn", "disabled"), ("seed", 42));
        return evalDataset is null
            ? settings
            : settings.Set("eval_dataset", evalDataset).Set("do_eval", true).Set("eval_strategy", "steps").Set("eval_steps", 1).Set("per_device_eval_batch_size", 2);
    }

    /// <summary>Generation over a data set, one sample a row; what it writes has no ids and no finish reasons.</summary>
    /// <param name="model">Folder of the trained student.</param>
    /// <param name="template">As for the run.</param>
    /// <param name="dataset">The data set whose prompts are answered.</param>
    /// <param name="maxLength">Tokens of a prompt at most.</param>
    /// <param name="maxNewTokens">Tokens to generate at most.</param>
    /// <param name="temperature">How it draws; null leaves temperature, top-p and top-k to LLaMA-Factory's defaults, which are not the paper's.</param>
    /// <param name="topP">Keeps the smallest set of tokens with this much probability.</param>
    public static EngineSettings Predict(string model, string template = "qwen", string dataset = "w2sr_messages", int maxLength = 4096, int maxNewTokens = 4096, double? temperature = null, double topP = 1)
    {
        var settings = EngineSettings.Create("LLaMA-Factory", Rules,
            ("model_name_or_path", model), ("stage", "sft"), ("do_predict", true), ("finetuning_type", "full"), ("dataset_dir", "data"), ("eval_dataset", dataset),
            ("template", template), ("cutoff_len", maxLength), ("max_new_tokens", maxNewTokens), ("predict_with_generate", true), ("per_device_eval_batch_size", 2),
            ("output_dir", "out/predict"), ("report_to", "none"), ("do_sample", true));
        return temperature is { } value ? settings.Set("temperature", value).Set("top_p", topP).Set("top_k", 0) : settings;
    }
}
