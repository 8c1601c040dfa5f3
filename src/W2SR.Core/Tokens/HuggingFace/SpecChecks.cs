using W2SR.Core.Common;

namespace W2SR.Core.Tokens.HuggingFace;

/// <summary>Checks that both sources of a tokenizer share.</summary>
internal static class SpecChecks
{
    /// <summary>Holes in the ids happen; ids far beyond the number of tokens are damage, and would cost memory.</summary>
    public static void IdsAreDense(int largest, int count, Func<string, W2srFormatException> wrong)
    {
        if (largest >= count * 4L + 65_536) throw wrong($"id {largest:N0} is far beyond the {count:N0} tokens there are.");
    }

    /// <summary>A merge in one string.</summary>
    public static (string Left, string Right) MergeLine(string line, Func<string, W2srFormatException> wrong)
    {
        var blank = line.IndexOf(' ', StringComparison.Ordinal);
        if (blank <= 0 || blank == line.Length - 1 || line.IndexOf(' ', blank + 1) >= 0) throw wrong($"\"{line}\" is not two tokens with one blank between them.");
        return (line[..blank], line[(blank + 1)..]);
    }
}
