namespace W2SR.Core.Generation;

/// <summary>The requests that wait, grouped by prompt, so that each prompt is read once. Those that may run longest come first, so that
/// few rows are left running alone at the end; where all may run alike, prompts of like length come together.</summary>
internal sealed class PromptQueue
{
    private readonly Queue<(int[] Prompt, Queue<int> Requests)> groups;

    public PromptQueue(IReadOnlyList<GenerationRequest> requests)
    {
        var byPrompt = new Dictionary<int[], Queue<int>>(PromptComparer.Instance);
        var order = new List<int[]>();
        for (var i = 0; i < requests.Count; i++)
        {
            if (!byPrompt.TryGetValue(requests[i].PromptIds, out var samples))
            {
                byPrompt[requests[i].PromptIds] = samples = new Queue<int>();
                order.Add(requests[i].PromptIds);
            }
            samples.Enqueue(i);
        }
        int Limit(int request) => requests[request].MaxNewTokens ?? int.MaxValue;
        groups = new(order.OrderByDescending(p => byPrompt[p].Average(Limit)).ThenBy(p => p.Length)
            .Select(p => (p, new Queue<int>(byPrompt[p].OrderByDescending(Limit)))));
    }

    public bool IsEmpty => groups.Count == 0;

    /// <summary>Takes the next prompts: enough for the free rows, as far as the padded tokens allow, at least one.</summary>
    public (int[][] Prompts, Queue<int>[] Requests) Take(int freeRows, int paddedTokens)
    {
        var prompts = new List<int[]>();
        var requests = new List<Queue<int>>();
        int rows = 0, width = 0;
        while (groups.Count > 0 && (prompts.Count == 0 || (rows < freeRows && (prompts.Count + 1L) * Math.Max(width, groups.Peek().Prompt.Length) <= paddedTokens)))
        {
            var (prompt, samples) = groups.Dequeue();
            width = Math.Max(width, prompt.Length);
            prompts.Add(prompt);
            requests.Add(samples);
            rows += samples.Count;
        }
        return ([.. prompts], [.. requests]);
    }

    /// <summary>Padded tokens that <see cref="Take"/> would give for some free rows.</summary>
    public long TokensFor(int freeRows)
    {
        long rows = 0, prompts = 0, width = 0;
        foreach (var (prompt, samples) in groups)
        {
            if (rows >= freeRows) break;
            rows += samples.Count;
            prompts++;
            width = Math.Max(width, prompt.Length);
        }
        return prompts * width;
    }

    private sealed class PromptComparer : IEqualityComparer<int[]>
    {
        public static readonly PromptComparer Instance = new();

        public bool Equals(int[]? x, int[]? y) => ReferenceEquals(x, y) || x.AsSpan().SequenceEqual(y);

        public int GetHashCode(int[] prompt)
        {
            var hash = default(HashCode);
            foreach (var id in prompt) hash.Add(id);
            return hash.ToHashCode();
        }
    }
}
