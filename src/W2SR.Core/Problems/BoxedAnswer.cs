namespace W2SR.Core.Problems;

/// <summary>The last <c>\boxed{...}</c> of a reference solution. Verification reads models' texts with rules of its own; solutions need only this.</summary>
internal static class BoxedAnswer
{
    /// <summary>Content of the last box, or null. <c>\boxed 3</c>, as two solutions of MATH have it, counts.</summary>
    public static string? Find(string solution)
    {
        for (var at = solution.Length; at > 0;)
        {
            at = Math.Max(solution.LastIndexOf(@"\boxed", at - 1, StringComparison.Ordinal), solution.LastIndexOf(@"\fbox", at - 1, StringComparison.Ordinal));
            if (at < 0) return null;
            var i = at + (solution.AsSpan(at).StartsWith(@"\boxed", StringComparison.Ordinal) ? 6 : 5);
            while (i < solution.Length && solution[i] == ' ') i++;
            if (i == solution.Length) continue;
            if (solution[i] != '{')
            {
                var end = solution.AsSpan(i).IndexOfAny(" \n\t$");
                var word = (end < 0 ? solution[i..] : solution[i..(i + end)]).TrimEnd('.', ',');
                if (word.Length > 0) return word;
                continue;
            }
            var depth = 0;
            for (var j = i; j < solution.Length; j++)
            {
                if (solution[j] == '\\') j++;
                else if (solution[j] == '{') depth++;
                else if (solution[j] == '}' && --depth == 0) return solution[(i + 1)..j].Trim();
            }
        }
        return null;
    }
}
