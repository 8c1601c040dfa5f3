using System.Text.Json.Nodes;
using W2SR.Core.Handover.Settings;

namespace W2SR.Core.Handover.Files;

/// <summary>TRL's data files, its reward module and the configuration of accelerate.</summary>
internal static class TrlFiles
{
    public const string SftTrain = "data/sft/train.jsonl", SftTest = "data/sft/test.jsonl", GrpoTrain = "data/grpo/train.jsonl";

    public static HandoverFile Sft(string path, IReadOnlyList<HandoverRow> rows) =>
        JsonRows.Lines(path, rows.Select(r => new { id = r.Id, prompt = Turns(r.System, r.User), completion = new[] { new { role = "assistant", content = r.Response } } }));

    // "solution" is the name that TRL's accuracy_reward asks for, and dollars let it parse the answer as LaTeX.
    public static HandoverFile Grpo(IReadOnlyList<PromptRow> rows) =>
        JsonRows.Lines(GrpoTrain, rows.Select(r => new { id = r.ProblemId, prompt = Turns(r.System, r.User), solution = $"${r.Answer}$" }));

    /// <summary>ZeRO-3 in bfloat16 on one machine.</summary>
    public static HandoverFile Zero3(int processes) => HandoverFile.Text("zero3.yaml", SettingText.Yaml(new JsonObject
    {
        ["compute_environment"] = "LOCAL_MACHINE",
        ["distributed_type"] = "DEEPSPEED",
        ["deepspeed_config"] = new JsonObject
        {
            ["deepspeed_multinode_launcher"] = "standard",
            ["offload_optimizer_device"] = "none",
            ["offload_param_device"] = "none",
            ["zero3_init_flag"] = true,
            ["zero3_save_16bit_model"] = true,
            ["zero_stage"] = 3,
        },
        ["machine_rank"] = 0,
        ["main_training_function"] = "main",
        ["mixed_precision"] = "bf16",
        ["num_machines"] = 1,
        ["num_processes"] = processes,
        ["rdzv_backend"] = "static",
        ["same_network"] = true,
        ["use_cpu"] = false,
    }, ""));

    private static object[] Turns(string system, string user) => [new { role = "system", content = system }, new { role = "user", content = user }];
}
