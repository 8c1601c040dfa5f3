using System.Globalization;
using W2SR.Core.Handover;
using W2SR.Core.Prompts;
using W2SR.Core.Tokens;

namespace W2SR.Samples.Handover;

/// <summary>What the commands share.</summary>
internal static class Commands
{
    /// <summary>Runs a command; what the library refuses becomes a message and exit code 1.</summary>
    public static int Run(Func<int> command)
    {
        try
        {
            return command();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException or ArgumentException or ChatTemplateRaisedException)
        {
            Console.Error.WriteLine(e.Message);
            return 1;
        }
    }

    /// <summary>How the student in a folder reads text; weights are not needed.</summary>
    public static StudentText Student(string folder)
    {
        var tokenizer = HuggingFaceTokenizer.Load(folder);
        var template = ChatTemplateFiles.Load(folder) ?? throw new ArgumentException($"{folder} has no chat template; the engines need one. Is it a base model? Take its instruct variant's tokenizer, or add a chat_template.jinja.");
        return new StudentText(template, tokenizer.Encode, ids => tokenizer.Decode(ids), tokenizer.EndIds);
    }

    public static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:F1}%");

    public static string Number(double? value, string format = "G5") => value?.ToString(format, CultureInfo.InvariantCulture) ?? "-";
}
