using System.Globalization;
using W2SR.Core.Common;
using W2SR.Core.Problems;
using W2SR.Core.Traces;

namespace W2SR.Core.Handover.Returned;

/// <summary>Gathers responses: leads each to its problem and gives it the next number.</summary>
internal sealed class ResponseCollector
{
    private readonly ReturnedOptions options;
    private readonly Dictionary<string, Problem> byId;
    private readonly Dictionary<string, string> byUser = new(StringComparer.Ordinal);
    private readonly ILookup<string, Problem> byAnswer;
    private readonly Dictionary<(string, string?), Problem?> matched = [];
    private readonly Dictionary<string, int> next = new(StringComparer.Ordinal);
    private readonly List<Trace> traces = [];
    private readonly List<string> failures = [], findings = [];
    private int withoutReason;

    public ResponseCollector(IReadOnlyList<Problem> problems, ReturnedOptions options)
    {
        ArgumentNullException.ThrowIfNull(problems);
        ArgumentNullException.ThrowIfNull(options);
        this.options = options;
        byId = HandoverRows.ById(problems);
        byAnswer = problems.ToLookup(p => p.Answer, StringComparer.Ordinal);
        foreach (var problem in problems) byUser.TryAdd(options.Prompt.Render(problem), problem.Id);
    }

    public Problem? ById(string? id) => id is null ? null : byId.GetValueOrDefault(id);

    /// <summary>The problem whose user turn this is.</summary>
    public Problem? ByUser(string? user) => user is not null && byUser.TryGetValue(user, out var id) ? byId[id] : null;

    /// <summary>The problem whose user turn stands in a rendered prompt: the longest one, so that a question inside another question is not taken for it.</summary>
    /// <param name="rendered">The prompt with whatever the template wrote around the turns.</param>
    /// <param name="gold">Its reference answer where the engine wrote it down.</param>
    public Problem? InPrompt(string rendered, string? gold)
    {
        if (matched.TryGetValue((rendered, gold), out var known)) return known;
        var candidates = gold is null ? byId.Values : byAnswer[gold];
        var best = candidates.Where(p => rendered.Contains(options.Prompt.Render(p), StringComparison.Ordinal)).GroupBy(p => options.Prompt.Render(p).Length).OrderByDescending(g => g.Key).FirstOrDefault()?.ToArray();
        return matched[(rendered, gold)] = best is [var one] ? one : null;
    }

    public void Fail(string what) => failures.Add(what);

    public void Find(string what) => findings.Add(what);

    public void Add(Problem problem, string response, FinishReason? reason, int promptTokens = 0, int? responseTokens = null, int? sample = null)
    {
        var tokens = responseTokens ?? options.CountTokens?.Invoke(response) ?? 0;
        if (reason is null)
        {
            if (options.MaxNewTokens is { } most && tokens > 0) reason = tokens >= most ? FinishReason.Length : FinishReason.Stop;
            else withoutReason++;
        }
        var index = sample ?? next.GetValueOrDefault(problem.Id);
        next[problem.Id] = Math.Max(next.GetValueOrDefault(problem.Id), index + 1);
        traces.Add(new Trace
        {
            ProblemId = problem.Id,
            SampleIndex = index,
            Response = response,
            FinishReason = reason ?? FinishReason.Stop,
            Reasoner = options.Reasoner,
            PromptTokens = promptTokens,
            ResponseTokens = tokens,
        });
    }

    public ReturnedResponses Complete(string path)
    {
        if (traces.Count == 0 && failures.Count == 0) throw new W2srFormatException(path, null, "has no response in it.");
        if (withoutReason > 0)
            findings.Add(string.Create(CultureInfo.InvariantCulture, $"{withoutReason} responses come without a reason for their end and count as ended by the model. Give the tokenizer and the limit to tell what was cut off."));
        if (traces.GroupBy(t => (t.ProblemId, t.SampleIndex)).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new W2srFormatException(path, null, $"has sample {twice.Key.SampleIndex} of problem '{twice.Key.ProblemId}' twice. Are these two runs in one file?");
        return new ReturnedResponses(traces, failures, findings);
    }
}
