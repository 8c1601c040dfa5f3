using System.Text.Json;

namespace W2SR.Core.Checkpoints;

/// <summary>Reads rotary positions in the two spellings of <c>config.json</c>.</summary>
internal static class RopeConfigReader
{
    public static RopeConfig Read(JsonFields fields)
    {
        var scaling = fields.Object("rope_scaling") ?? fields.Object("rope_parameters");
        if (scaling is null) return new RopeConfig { Theta = fields.Positive("rope_theta", 10_000) };
        if (scaling.Root.EnumerateObject().Any(p => p.Value.ValueKind == JsonValueKind.Object))
            throw fields.Refused("rope_parameters", "differ by layer type. W2SR has one rotary embedding for all layers; choose a checkpoint of the Llama, Mistral, Qwen2 or Qwen3 family.");
        if (scaling.Number("partial_rotary_factor") is { } part && part != 1)
            throw scaling.Refused("partial_rotary_factor", $"is {part}: only part of each head turns. W2SR turns whole heads; choose a checkpoint where it is 1 or absent.");
        if (scaling.Has("mrope_section"))
            throw scaling.Refused("mrope_section", "asks for positions of several modalities. W2SR runs text models; choose the text-only checkpoint.");
        var theta = scaling.Number("rope_theta") is not null ? scaling.Positive("rope_theta") : fields.Positive("rope_theta", 10_000);
        var context = fields.Size("max_position_embeddings");
        var key = scaling.Has("rope_type") ? "rope_type" : "type";
        return scaling.Text(key) switch
        {
            null or "default" => new RopeConfig { Theta = theta },
            "linear" => new RopeConfig { Kind = RopeKind.Linear, Theta = theta, Factor = scaling.Positive("factor") },
            "llama3" => Llama3(scaling, theta),
            "yarn" => Yarn(fields, scaling, theta, context),
            var other => throw scaling.Refused(key,
                $"is '{other}'. W2SR knows default, linear, llama3 and yarn. Within the original context many such models work without it: remove rope_scaling and lower max_position_embeddings to the original context."),
        };
    }

    private static RopeConfig Llama3(JsonFields scaling, double theta)
    {
        var rope = new RopeConfig
        {
            Kind = RopeKind.Llama3,
            Theta = theta,
            Factor = scaling.Positive("factor"),
            LowFrequencyFactor = scaling.Positive("low_freq_factor"),
            HighFrequencyFactor = scaling.Positive("high_freq_factor"),
            OriginalContextLength = scaling.Size("original_max_position_embeddings"),
        };
        return rope.HighFrequencyFactor > rope.LowFrequencyFactor
            ? rope
            : throw scaling.Wrong("high_freq_factor", $"more than low_freq_factor ({rope.LowFrequencyFactor})");
    }

    private static RopeConfig Yarn(JsonFields fields, JsonFields scaling, double theta, int context)
    {
        var original = scaling.Size("original_max_position_embeddings", fields.Integer("original_max_position_embeddings") ?? context);
        return new RopeConfig
        {
            Kind = RopeKind.Yarn,
            Theta = theta,
            Factor = scaling.Positive("factor", (double)context / original),
            OriginalContextLength = original,
            BetaFast = scaling.Positive("beta_fast", 32),
            BetaSlow = scaling.Positive("beta_slow", 1),
            AttentionFactor = scaling.Number("attention_factor"),
            AttentionScale = scaling.Number("mscale"),
            AttentionScaleAllDimensions = scaling.Number("mscale_all_dim"),
            RoundsRamp = scaling.Flag("truncate", true),
        };
    }
}
