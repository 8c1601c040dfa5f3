using System.Text.Json.Nodes;
using W2SR.Core.Handover.Files;
using W2SR.Core.Handover.Settings;
using W2SR.Core.Problems;
using W2SR.Core.Traces;
using W2SR.Core.Verification;

namespace W2SR.Core.Handover;

/// <summary>Hands traces over to LLaMA-Factory, the engine of the paper: data, <c>dataset_info.json</c>, configurations, launch script.</summary>
/// <param name="options">What is handed over.</param>
/// <param name="recipe">How it is trained; null for the paper's recipe.</param>
public sealed class LlamaFactoryExporter(HandoverOptions options, SftRecipe? recipe = null)
{
    private const string Engine = "LLaMA-Factory 0.9.5";
    private readonly SftRecipe recipe = recipe ?? SftRecipe.Paper;

    /// <summary>The forms of data; the first one is trained on. Default: messages.</summary>
    public IReadOnlyList<LlamaFactoryFormat> Formats { get; init; } = [LlamaFactoryFormat.Messages];

    /// <summary>LLaMA-Factory's name of the chat template; null finds it by the student's own.</summary>
    public string? Template { get; init; }

    /// <summary>Settings that differ from the recipe's, each checked.</summary>
    public IReadOnlyDictionary<string, JsonNode?> Overrides { get; init; } = new Dictionary<string, JsonNode?>();

    /// <summary>Writes the folder.</summary>
    /// <param name="problems">The problems that the traces answer.</param>
    /// <param name="traces">The traces, several a problem if there are.</param>
    /// <param name="verifier">The judge of correctness.</param>
    /// <param name="folder">Absent, empty, or an earlier hand-over that no engine has worked in.</param>
    /// <exception cref="HandoverRefusedException">It could not work; nothing was written.</exception>
    /// <exception cref="ArgumentException">An option, or a trace, cannot be used.</exception>
    public HandoverReport Export(IReadOnlyList<Problem> problems, IReadOnlyList<Trace> traces, IVerifier verifier, string folder)
    {
        var export = HandoverExport.OfTraces(options, recipe, problems, traces, verifier);
        if (Formats.Count == 0 || Formats.Distinct().Count() != Formats.Count) throw new ArgumentException($"{nameof(Formats)} must name at least one format, and none twice.");
        var template = Template ?? LlamaFactoryTemplates.For(options.Student.Template);
        var (name, hasValidation) = (LlamaFactoryFiles.NameOf(Formats[0]), export.Validation.Count > 0);
        var validation = hasValidation ? LlamaFactoryFiles.NameOf(Formats[0], isValidation: true) : null;
        var settings = LlamaFactoryConfig.Sft(recipe, options.StudentPath, template, name, validation).Set(Overrides);
        Check(export, settings);
        export.RequireSound();
        var info = new JsonObject();
        List<HandoverFile> files = [];
        foreach (var format in Formats)
            foreach (var held in hasValidation ? (bool[])[false, true] : [false])
            {
                info[LlamaFactoryFiles.NameOf(format, held)] = LlamaFactoryFiles.Entry(format, held);
                files.Add(LlamaFactoryFiles.Data(format, held ? export.Validation : export.Training, held));
            }
        files.Add(JsonRows.Document("data/dataset_info.json", info));
        files.Add(JsonRows.Document("ds_z3.json", LlamaFactoryFiles.DeepSpeed()));
        files.Add(HandoverFile.Text("sft.w2sr.yaml", settings.ToYaml(Comment(settings))));
        files.Add(HandoverFile.Text("sft.tiny.yaml", LlamaFactoryConfig.Smoke(options.StudentPath, template, name, validation, recipe.MaxLength).Set("output_dir", "out/smoke")
            .ToYaml("Two steps on a CPU: llamafactory-cli train sft.tiny.yaml")));
        files.Add(HandoverFile.Text("predict.w2sr.yaml", LlamaFactoryConfig.Predict("out/sft", template, validation ?? name, recipe.MaxLength).ToYaml("Responses of the trained student: llamafactory-cli train predict.w2sr.yaml")));
        files.Add(LaunchFiles.Script($"FORCE_TORCHRUN=1 NPROC_PER_NODE={recipe.Processes} llamafactory-cli train sft.w2sr.yaml \"$@\""));
        return export.Write(folder, Engine, "sft", files[0].Path, files, settings, LaunchFiles.LlamaFactoryAdvice, hasValidation ? files[1].Path : null);
    }

    private void Check(HandoverExport export, EngineSettings settings)
    {
        var withThinking = export.Preflight!.WithThinking;
        var thinks = settings.Find("enable_thinking") is null || settings.IsTrue("enable_thinking");
        export.Refuse(LlamaFactoryTemplates.Fault(settings.Text("template")!, options.Student.Template, thinks, withThinking, export.Preflight.Rows - withThinking));
        export.RefuseShort("cutoff_len", settings.Whole("cutoff_len"), "LLaMA-Factory would cut prompt and answer in silence, the answer's end token included");
        export.RefuseBatch(settings, "per_device_train_batch_size", "gradient_accumulation_steps", recipe.GlobalBatch, recipe.Processes);
        if (settings.IsTrue("train_on_prompt")) export.Refuse("train_on_prompt: true would train on problems, too.");
        if (settings.Text("dataset") is { } dataset && !Formats.Any(f => LlamaFactoryFiles.NameOf(f) == dataset)) export.Refuse($"dataset {dataset} is not one that is written ({string.Join(", ", Formats.Select(f => LlamaFactoryFiles.NameOf(f)))}).");
    }

    private string Comment(EngineSettings settings) =>
        $"llamafactory-cli train sft.w2sr.yaml   (run.sh does it on {recipe.Processes} GPUs)\nglobal batch = {settings.Whole("per_device_train_batch_size")} per device x {settings.Whole("gradient_accumulation_steps")} accumulated x {recipe.Processes} processes = {recipe.GlobalBatch}";
}
