using System.Text.Json.Nodes;

namespace W2SR.Core.Handover.Files;

/// <summary>LLaMA-Factory's data files and their entries in <c>dataset_info.json</c>.</summary>
internal static class LlamaFactoryFiles
{
    public static string NameOf(LlamaFactoryFormat format, bool isValidation = false) => format switch
    {
        LlamaFactoryFormat.Messages => "w2sr_messages",
        LlamaFactoryFormat.Alpaca => "w2sr_alpaca",
        LlamaFactoryFormat.ShareGpt => "w2sr_sharegpt",
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Unknown format."),
    } + (isValidation ? "_val" : "");

    public static HandoverFile Data(LlamaFactoryFormat format, IReadOnlyList<HandoverRow> rows, bool isValidation = false)
    {
        var path = "data/" + FileOf(format, isValidation);
        return format switch
        {
            LlamaFactoryFormat.Messages => JsonRows.Lines(path, rows.Select(r => new { messages = Turns(r), id = r.Id })),
            LlamaFactoryFormat.Alpaca => JsonRows.Lines(path, rows.Select(r => new { instruction = r.User, input = "", output = r.Response, system = r.System, id = r.Id, correct = r.IsCorrect })),
            _ => JsonRows.Document(path, rows.Select(r => new
            {
                conversations = new[] { new { from = "human", value = r.User }, new { from = "gpt", value = r.Response } },
                system = r.System,
            })),
        };
    }

    /// <summary>An entry with every column and tag written out: a part of them makes LLaMA-Factory drop its defaults and the rows with them.</summary>
    public static JsonObject Entry(LlamaFactoryFormat format, bool isValidation = false)
    {
        var entry = new JsonObject { ["file_name"] = FileOf(format, isValidation), ["formatting"] = format == LlamaFactoryFormat.Alpaca ? "alpaca" : "sharegpt" };
        switch (format)
        {
            case LlamaFactoryFormat.Alpaca:
                // Without "system" here the column would be ignored in silence and Qwen's own system text put in.
                entry["columns"] = new JsonObject { ["prompt"] = "instruction", ["query"] = "input", ["response"] = "output", ["system"] = "system" };
                break;
            case LlamaFactoryFormat.Messages:
                entry["columns"] = new JsonObject { ["messages"] = "messages" };
                entry["tags"] = new JsonObject { ["role_tag"] = "role", ["content_tag"] = "content", ["user_tag"] = "user", ["assistant_tag"] = "assistant", ["system_tag"] = "system" };
                break;
            default:
                entry["columns"] = new JsonObject { ["messages"] = "conversations", ["system"] = "system" };
                break;
        }
        return entry;
    }

    /// <summary>ZeRO-3 with sizes left to the trainer, and 16-bit weights gathered when it saves.</summary>
    public static JsonObject DeepSpeed() => new()
    {
        ["train_batch_size"] = "auto",
        ["train_micro_batch_size_per_gpu"] = "auto",
        ["gradient_accumulation_steps"] = "auto",
        ["gradient_clipping"] = "auto",
        ["zero_allow_untested_optimizer"] = true,
        ["bf16"] = new JsonObject { ["enabled"] = "auto" },
        ["fp16"] = new JsonObject { ["enabled"] = "auto" },
        ["zero_optimization"] = new JsonObject
        {
            ["stage"] = 3,
            ["overlap_comm"] = false,
            ["contiguous_gradients"] = true,
            ["reduce_bucket_size"] = "auto",
            ["stage3_prefetch_bucket_size"] = "auto",
            ["stage3_param_persistence_threshold"] = "auto",
            ["stage3_gather_16bit_weights_on_model_save"] = true,
        },
    };

    internal static object[] Turns(HandoverRow row) => [.. row.Messages.Select(m => new { role = m.Role, content = m.Content })];

    private static string FileOf(LlamaFactoryFormat format, bool isValidation) => NameOf(format, isValidation) + (format == LlamaFactoryFormat.ShareGpt ? ".json" : ".jsonl");
}
