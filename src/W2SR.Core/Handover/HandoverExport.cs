using System.Globalization;
using System.Reflection;
using System.Text.Json;
using W2SR.Core.Common;
using W2SR.Core.Handover.Files;
using W2SR.Core.Handover.Settings;
using W2SR.Core.Problems;
using W2SR.Core.Traces;
using W2SR.Core.Verification;

namespace W2SR.Core.Handover;

/// <summary>What all exports share: the chosen rows, what speaks against handing them over, and the folder.</summary>
internal sealed class HandoverExport
{
    private readonly HandoverOptions options;
    private readonly IReadOnlyList<Problem> problems;
    private readonly IReadOnlyList<Trace> traces;
    private readonly Dictionary<string, string> stated;
    private readonly List<string> refusals = [], warnings = [];

    private HandoverExport(HandoverOptions options, IReadOnlyList<Problem> problems, IReadOnlyList<Trace> traces, HandoverCounts counts, Dictionary<string, string> stated)
    {
        (this.options, this.problems, this.traces, Counts, this.stated) = (options, problems, traces, counts, stated);
        void Count(int number, string what)
        {
            if (number > 0) warnings.Add($"{number} of {counts.Given} left out: {what}.");
        }
        Count(counts.Empty, "without a word");
        Count(counts.CutOff, "cut off before their end, and the engines would put an end token behind them");
        Count(counts.OverLong, "longer than the limit");
    }

    public HandoverCounts Counts { get; }

    public IReadOnlyList<HandoverRow> Training { get; private init; } = [];

    public IReadOnlyList<HandoverRow> Validation { get; private init; } = [];

    public IReadOnlyList<PromptRow> TrainingPrompts { get; private init; } = [];

    public IReadOnlyList<PromptRow> ValidationPrompts { get; private init; } = [];

    public HandoverPreflight? Preflight { get; private init; }

    public static HandoverExport OfTraces(HandoverOptions options, SftRecipe recipe, IReadOnlyList<Problem> problems, IReadOnlyList<Trace> traces, IVerifier verifier)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(problems);
        ArgumentNullException.ThrowIfNull(traces);
        ArgumentNullException.ThrowIfNull(verifier);
        options.Validate();
        recipe.Validate();
        var rows = HandoverRows.Choose(problems, traces, verifier, options, recipe.MaxLength);
        var export = new HandoverExport(options, problems, traces, rows.Counts, new()
        {
            ["selection"] = options.Selection.ToString(),
            ["thinking"] = options.Thinking.ToString(),
            ["keepsCutOff"] = options.KeepsCutOff.ToString(),
            ["verifier"] = verifier.Name,
            ["maxLength"] = recipe.MaxLength.ToString(CultureInfo.InvariantCulture),
        })
        { Training = rows.Training, Validation = rows.Validation, Preflight = rows.Preflight };
        export.refusals.AddRange(rows.Preflight.Refusals);
        export.warnings.AddRange(rows.Preflight.Warnings);
        return export;
    }

    /// <summary>Problems as prompts; those of <paramref name="apart"/> are for validation only and may be among the others, too.</summary>
    public static HandoverExport OfProblems(HandoverOptions options, IReadOnlyList<Problem> problems, int maxPromptLength, IReadOnlyList<Problem>? apart = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(problems);
        options.Validate();
        var (training, validation, counts) = PromptRow.Choose(problems, options, maxPromptLength);
        IReadOnlyList<Problem> all = problems;
        if (apart is not null)
        {
            var (more, _, others) = PromptRow.Choose(apart, options with { ValidationShare = 0 }, maxPromptLength);
            validation = [.. validation, .. more];
            counts = new HandoverCounts(counts.Given + others.Given, 0, counts.Empty + others.Empty, 0, counts.OverLong + others.OverLong, counts.Training, validation.Count);
            all = [.. problems.Concat(apart).Distinct()];
            _ = HandoverRows.ById(all); // one id must not mean two problems
        }
        var export = new HandoverExport(options, all, [], counts, new() { ["maxPromptLength"] = maxPromptLength.ToString(CultureInfo.InvariantCulture) })
        { TrainingPrompts = training, ValidationPrompts = validation };
        if (training.Count == 0) export.refusals.Add($"Nothing to hand over: of {counts.Given} problems {counts.Empty} lack a question or an answer, {counts.OverLong} are longer than {maxPromptLength} tokens, {counts.Validation} are held out.");
        return export;
    }

    public void Refuse(string? reason)
    {
        if (reason is not null) refusals.Add(reason);
    }

    public void Warn(string warning) => warnings.Add(warning);

    public void State(string name, string value) => stated[name] = value;

    /// <summary>An engine's own limit must hold every row, as long as it is.</summary>
    public void RefuseShort(string key, long? limit, string consequence)
    {
        if (limit is null) refusals.Add($"{key} is not set: the engine's default holds, and {consequence}.");
        else if (limit < Preflight!.Longest) refusals.Add($"{key} is {limit}, the longest row has {Preflight.Longest} tokens: {consequence}. Lower the recipe's MaxLength, so that long rows are left out and counted.");
    }

    /// <summary>Overrides must not change the global batch behind the recipe's back.</summary>
    public void RefuseBatch(EngineSettings settings, string perDevice, string accumulation, int wanted, int processes)
    {
        var product = settings.Whole(perDevice) * settings.Whole(accumulation) * processes;
        if (product != wanted) refusals.Add($"{perDevice} x {accumulation} x {processes} processes = {product}, the recipe's step has {wanted}. Change the recipe, not single factors.");
    }

    /// <summary>Throws when anything speaks against it.</summary>
    /// <exception cref="HandoverRefusedException">With all reasons.</exception>
    public void RequireSound()
    {
        if (refusals.Count > 0) throw new HandoverRefusedException(refusals);
    }

    public HandoverReport Write(string folder, string engine, string purpose, string trainingFile, IReadOnlyList<HandoverFile> files, EngineSettings? settings, string advice, string? validationFile = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        stated["student"] = options.StudentPath;
        stated["system"] = options.SystemMessage;
        stated["prompt"] = options.Prompt.Template;
        stated["template"] = ContentHash.OfText(options.Student.Template.Source);
        stated["validationShare"] = options.ValidationShare.ToString("R", CultureInfo.InvariantCulture);
        if (settings is not null)
            foreach (var key in settings.Keys) stated["config." + key] = settings.Find(key)?.ToJsonString() ?? "null";
        var manifest = new HandoverManifest
        {
            Format = "w2sr-handover",
            Version = HandoverManifest.CurrentVersion,
            Library = typeof(HandoverExport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown",
            Engine = engine,
            Purpose = purpose,
            TrainingFile = trainingFile,
            ValidationFile = validationFile,
            Counts = Counts,
            Settings = new SortedDictionary<string, string>(stated, StringComparer.Ordinal),
            Source = Source(),
            Warnings = warnings,
            Files = [],
        };
        List<HandoverFile> all = [.. files, TraceFiles.OfProblems(problems), LaunchFiles.Readme(manifest, Preflight, advice)];
        if (traces.Count > 0) all.Add(TraceFiles.OfTraces(traces));
        return new HandoverReport(folder, FolderWriter.Write(folder, all, manifest), Preflight);
    }

    private SortedDictionary<string, string> Source()
    {
        var source = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["problems"] = ContentHash.OfValue(problems),
            ["problemCount"] = problems.Count.ToString(CultureInfo.InvariantCulture),
        };
        if (traces.Count > 0)
        {
            source["traces"] = ContentHash.OfValue(traces);
            source["traceCount"] = traces.Count.ToString(CultureInfo.InvariantCulture);
            source["reasoners"] = string.Join(", ", traces.Select(t => t.Reasoner).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        }
        if (options.TraceStorePath is not { } store) return source;
        source["store"] = Path.GetFileName(store);
        source["storeHash"] = ContentHash.OfFile(store);
        if (!File.Exists(TraceStore.ManifestPath(store))) return source;
        using var made = JsonDocument.Parse(File.ReadAllBytes(TraceStore.ManifestPath(store)));
        foreach (var property in made.RootElement.EnumerateObject()) source["store." + property.Name] = property.Value.ToString();
        return source;
    }
}
