using W2SR.Core.Common;

namespace W2SR.Core.Models;

/// <summary>Which modules get a low-rank adapter, and of what size. The names are those of Hugging Face checkpoints, the meaning is PEFT's.</summary>
/// <remarks>LoRA (arXiv:2106.09685): y = W x + scale * B A x, where A is <c>[r, in]</c>, B is <c>[out, r]</c>, and scale is alpha / r.</remarks>
public sealed record LoraConfig
{
    /// <summary>Name of PEFT's configuration file.</summary>
    public const string FileName = "adapter_config.json";

    /// <summary>Every matrix of a block.</summary>
    public static IReadOnlyList<string> AllModules { get; } = ["down_proj", "gate_proj", "k_proj", "o_proj", "q_proj", "up_proj", "v_proj"];

    /// <summary>r. Default 16.</summary>
    public int Rank { get; init; } = 16;

    /// <summary>Numerator of the scale. Default 32.</summary>
    public double Alpha { get; init; } = 32;

    /// <summary>Scale alpha / sqrt(r) instead of alpha / r (arXiv:2312.03732).</summary>
    public bool RankStabilized { get; init; }

    /// <summary>Modules by whole name or by the end of it after a dot. Default: every matrix of a block.</summary>
    public IReadOnlyList<string> TargetModules { get; init; } = AllModules;

    /// <summary>Instead of <see cref="TargetModules"/>: a regular expression that whole module names must match, or "all-linear"; null for none.</summary>
    public string? TargetPattern { get; init; }

    /// <summary>Modules that stay bare, by whole name or by the end of it.</summary>
    public IReadOnlyList<string> ExcludeModules { get; init; } = [];

    /// <summary>Instead of <see cref="ExcludeModules"/>: a regular expression; null for none.</summary>
    public string? ExcludePattern { get; init; }

    /// <summary>"embed_tokens" and "lm_head", or one of them: trained whole, as copies that replace the base's. A base model that must learn its end-of-turn token needs both.</summary>
    public IReadOnlyList<string> ModulesToSave { get; init; } = [];

    /// <summary>Which of the base's biases train. Default none.</summary>
    public LoraBias Bias { get; init; }

    /// <summary>True when B has a bias of its own (PEFT's <c>lora_bias</c>).</summary>
    public bool AdapterBias { get; init; }

    /// <summary>Ranks of single modules: a regular expression that matches a whole name or its end after a dot.</summary>
    public IReadOnlyDictionary<string, int> RankPattern { get; init; } = new Dictionary<string, int>();

    /// <summary>Alphas of single modules, chosen as <see cref="RankPattern"/> is.</summary>
    public IReadOnlyDictionary<string, double> AlphaPattern { get; init; } = new Dictionary<string, double>();

    /// <summary>Blocks that get adapters; null for all.</summary>
    public IReadOnlyList<int>? LayersToTransform { get; init; }

    /// <summary>Share of adapter inputs set to zero in training. Only 0 can be trained here; files that name another value are read, and written as they were.</summary>
    public double Dropout { get; init; }

    /// <summary>Name of the base model in the file; null for none.</summary>
    public string? BaseModel { get; init; }

    /// <summary>The file this was read from, so that what it says beyond this record is kept when it is written again; null for none.</summary>
    internal System.Text.Json.Nodes.JsonObject? Source { get; init; }

    /// <summary>Reads a folder's <c>adapter_config.json</c>.</summary>
    /// <exception cref="W2srFormatException">It is damaged, or switches on a feature that is not supported; the message names it.</exception>
    public static LoraConfig Read(string folder) => LoraConfigFile.Read(Path.Combine(folder, FileName));

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">A value lies outside its range.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Rank, 1);
        if (!double.IsFinite(Alpha)) throw new ArgumentException($"{nameof(Alpha)} is {Alpha}.");
        if (RankPattern.Any(p => p.Value < 1)) throw new ArgumentException($"{nameof(RankPattern)} has a rank below 1.");
        if (TargetPattern is null && TargetModules.Count == 0 && ModulesToSave.Count == 0) throw new ArgumentException("No module is named that an adapter could be put on.");
        if (ModulesToSave.FirstOrDefault(m => m is not ("embed_tokens" or "lm_head")) is { } other)
            throw new ArgumentException($"{nameof(ModulesToSave)} names '{other}'; here only embed_tokens and lm_head can be trained whole.");
    }
}
