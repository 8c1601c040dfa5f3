using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using W2SR.Core.Common;

namespace W2SR.Core.Models;

/// <summary>PEFT's <c>adapter_config.json</c>: every key that PEFT writes, and a refusal by name of what would change the result and is not supported.</summary>
internal static class LoraConfigFile
{
    // Keys and resting values of PEFT 0.21.2.
    private const string Resting = """
        {"alora_invocation_tokens":null,"alpha_pattern":{},"arrow_config":null,"auto_mapping":null,"base_model_name_or_path":null,"bias":"none",
        "corda_config":null,"ensure_weight_tying":false,"eva_config":null,"exclude_modules":null,"fan_in_fan_out":false,"inference_mode":true,
        "init_lora_weights":true,"kasa_config":null,"layer_replication":null,"layers_pattern":null,"layers_to_transform":null,"loftq_config":{},
        "lora_alpha":8,"lora_bias":false,"lora_dropout":0.0,"lora_ga_config":null,"megatron_config":null,"megatron_core":"megatron.core",
        "modules_to_save":null,"monteclora_config":null,"peft_type":"LORA","peft_version":"0.21.2","qalora_group_size":16,"r":8,"rank_pattern":{},
        "revision":null,"target_modules":null,"target_parameters":null,"task_type":"CAUSAL_LM","trainable_token_indices":null,"use_bdlora":null,
        "use_dora":false,"use_qalora":false,"use_rslora":false,"velora_config":null}
        """;

    // On, these change what the adapter computes, or what the base's weights must be.
    private static readonly string[] Unsupported =
    [
        "use_dora", "use_qalora", "use_bdlora", "alora_invocation_tokens", "arrow_config", "kasa_config", "monteclora_config", "velora_config",
        "layer_replication", "megatron_config", "target_parameters", "trainable_token_indices", "fan_in_fan_out", "lora_ga_config", "corda_config",
    ];

    private static readonly string[] ResidualInits = ["pissa", "olora", "corda", "loftq", "lora_ga"];

    public static LoraConfig Read(string path)
    {
        JsonObject file;
        try
        {
            file = JsonNode.Parse(File.ReadAllBytes(path)) as JsonObject ?? throw new W2srFormatException(path, null, "is not a JSON object.");
            return Parse(path, file);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new W2srFormatException(path, null, "is not a LoRA configuration: " + e.Message, e);
        }
    }

    public static string Write(LoraConfig config)
    {
        var file = (JsonObject)(config.Source ?? JsonNode.Parse(Resting)!).DeepClone();
        file["base_model_name_or_path"] = config.BaseModel;
        file["r"] = config.Rank;
        file["lora_alpha"] = Number(config.Alpha);
        file["use_rslora"] = config.RankStabilized;
        file["lora_dropout"] = config.Dropout;
        file["lora_bias"] = config.AdapterBias;
        file["bias"] = config.Bias switch { LoraBias.All => "all", LoraBias.LoraOnly => "lora_only", _ => "none" };
        file["target_modules"] = config.TargetPattern ?? (JsonNode)Sorted(config.TargetModules);
        file["exclude_modules"] = config.ExcludePattern ?? (config.ExcludeModules.Count == 0 ? null : (JsonNode)Sorted(config.ExcludeModules));
        file["modules_to_save"] = config.ModulesToSave.Count == 0 ? null : Sorted(config.ModulesToSave);
        file["layers_to_transform"] = config.LayersToTransform is { } layers ? new JsonArray([.. layers.Select(l => (JsonNode)l)]) : null;
        file["rank_pattern"] = new JsonObject(config.RankPattern.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)p.Value)));
        file["alpha_pattern"] = new JsonObject(config.AlphaPattern.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)Number(p.Value))));
        file["inference_mode"] = true;
        return file.ToJsonString(W2srJson.Indented) + "\n";
    }

    private static LoraConfig Parse(string path, JsonObject file)
    {
        if (file["peft_type"]?.GetValue<string>() is { } type && type != "LORA")
            throw new W2srFormatException(path, "peft_type", $"is {type}; only LORA adapters are read here.");
        if (Unsupported.FirstOrDefault(k => IsOn(file[k])) is { } feature)
            throw new W2srFormatException(path, feature, $"is on, which is not supported here{(feature == "use_dora" ? " (DoRA)" : "")}. Merge the adapter with PEFT and load the merged model.");
        if (file["init_lora_weights"] is JsonValue value && value.TryGetValue(out string? init) && ResidualInits.Any(r => init.StartsWith(r, StringComparison.Ordinal)))
            throw new W2srFormatException(path, "init_lora_weights", $"is {init}, whose adapters belong to a changed base. Convert it with PEFT to a plain LoRA adapter.");
        var (targets, pattern) = Names(file["target_modules"]);
        var (excluded, excludePattern) = Names(file["exclude_modules"]);
        var (patterns, one) = Names(file["layers_pattern"]);
        if (patterns.Append(one).Any(p => p is not (null or "layers")))
            throw new W2srFormatException(path, "layers_pattern", $"is {file["layers_pattern"]!.ToJsonString()}; the blocks of this decoder are called layers.");
        var config = new LoraConfig
        {
            Rank = file["r"]?.GetValue<int>() ?? 8,
            Alpha = file["lora_alpha"]?.GetValue<double>() ?? 8,
            RankStabilized = IsOn(file["use_rslora"]),
            TargetModules = targets,
            TargetPattern = pattern,
            ExcludeModules = excluded,
            ExcludePattern = excludePattern,
            ModulesToSave = Names(file["modules_to_save"]).List,
            Bias = file["bias"]?.GetValue<string>() switch
            {
                null or "none" => LoraBias.None,
                "all" => LoraBias.All,
                "lora_only" => LoraBias.LoraOnly,
                var other => throw new W2srFormatException(path, "bias", $"is {other}; PEFT knows none, all and lora_only."),
            },
            AdapterBias = IsOn(file["lora_bias"]),
            RankPattern = file["rank_pattern"] is JsonObject ranks ? ranks.ToDictionary(p => p.Key, p => p.Value!.GetValue<int>()) : [],
            AlphaPattern = file["alpha_pattern"] is JsonObject alphas ? alphas.ToDictionary(p => p.Key, p => p.Value!.GetValue<double>()) : [],
            LayersToTransform = file["layers_to_transform"] switch
            {
                null => null,
                JsonArray list => [.. list.Select(l => l!.GetValue<int>())],
                var single => [single.GetValue<int>()],
            },
            Dropout = file["lora_dropout"]?.GetValue<double>() ?? 0,
            BaseModel = file["base_model_name_or_path"]?.GetValue<string>(),
            Source = file,
        };
        config.Validate();
        return config;
    }

    private static (IReadOnlyList<string> List, string? Pattern) Names(JsonNode? node) => node switch
    {
        null => ([], null),
        JsonArray list => ([.. list.Select(n => n!.GetValue<string>())], null),
        _ => ([], node.GetValue<string>()),
    };

    private static bool IsOn(JsonNode? node) => node switch
    {
        null => false,
        JsonArray list => list.Count > 0,
        JsonObject fields => fields.Count > 0,
        JsonValue value when value.TryGetValue(out bool flag) => flag,
        _ => true,
    };

    private static JsonArray Sorted(IEnumerable<string> names) => new([.. names.Order(StringComparer.Ordinal).Select(n => (JsonNode)n!)]);

    // PEFT writes whole alphas as integers.
    private static JsonValue Number(double value) => value == Math.Floor(value) && Math.Abs(value) < 1e9
        ? JsonValue.Create(int.Parse(value.ToString("F0", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture))
        : JsonValue.Create(value);
}
