using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using W2SR.Core.Common;

namespace W2SR.Core.Problems;

/// <summary>One line of a benchmark file, turned into a problem.</summary>
internal sealed partial class BenchmarkLine(string path, int number, string set, ulong optionSeed, JsonElement json)
{
    private static readonly HashSet<string> OwnKeys = ["id", "question", "answer", "source", "level", "subject", "solution"];

    /// <summary>The form that a line's keys tell, or null.</summary>
    public static BenchmarkFormat? Recognise(JsonElement line)
    {
        bool Has(params ReadOnlySpan<string> keys)
        {
            foreach (var key in keys)
                if (!line.TryGetProperty(key, out _)) return false;
            return true;
        }
        if (Has("Question", "Correct Answer", "Incorrect Answer 1")) return BenchmarkFormat.Gpqa;
        if (Has("Body", "Question", "Answer")) return BenchmarkFormat.Svamp;
        if (Has("input", "target")) return BenchmarkFormat.Mawps;
        if (Has("question", "final_answer")) return BenchmarkFormat.OlympiadBench;
        if (Has("problem", "answer", "subject", "level")) return BenchmarkFormat.Math500;
        if (Has("problem", "solution", "level", "type")) return BenchmarkFormat.Math;
        if (Has("problem", "answer")) return BenchmarkFormat.Competition;
        if (Has("Problem", "Answer")) return BenchmarkFormat.Competition; // AIME24 as it is also spread, with capitals
        if (Has("problem", "solution", "idx")) return BenchmarkFormat.Minerva;
        if (!Has("question", "answer")) return null;
        if (line.EnumerateObject().Count() == 2 && line.GetProperty("answer") is { ValueKind: JsonValueKind.String } answer && HashMarks().IsMatch(answer.GetString()!))
            return BenchmarkFormat.Gsm8k;
        return line.EnumerateObject().All(p => OwnKeys.Contains(p.Name)) ? BenchmarkFormat.Own : null;
    }

    /// <summary>The problem; null for a worked solution that boxes no answer, as two lines of MATH's training file do.</summary>
    public Problem? ToProblem(BenchmarkFormat format)
    {
        if (format is BenchmarkFormat.Math or BenchmarkFormat.Minerva && string.IsNullOrWhiteSpace(BoxedAnswer.Find(Text("solution")))) return null;
        return Known(format);
    }

    private Problem Known(BenchmarkFormat format) => format switch
    {
        BenchmarkFormat.Own => Make(Optional("id"), Text("question"), Text("answer")) with
        {
            Id = Optional("id") ?? $"{set}/{number}",
            Source = Optional("source") ?? set,
            Level = Level("level"),
            Subject = Optional("subject"),
            Solution = Optional("solution"),
        },
        BenchmarkFormat.Gsm8k => Gsm8k(),
        BenchmarkFormat.Math => Make(Optional("unique_id"), Text("problem"), Boxed(Text("solution")), "math") with
        {
            Level = Level("level"),
            Subject = Optional("type"),
            Solution = Text("solution"),
        },
        // The ids are those of MATH's test file, so that the two sets recognise each other's problems.
        BenchmarkFormat.Math500 => Make(Optional("unique_id"), Text("problem"), Text("answer"), "math") with
        {
            Level = Level("level"),
            Subject = Optional("subject"),
            Solution = Optional("solution"),
        },
        BenchmarkFormat.OlympiadBench => Make(Optional("id"), Text("question"), FinalAnswers()) with
        {
            Subject = Optional("subfield"),
            Solution = json.TryGetProperty("solution", out var list) && list.ValueKind == JsonValueKind.Array && list.GetArrayLength() > 0 ? list[0].GetString() : null,
        },
        BenchmarkFormat.Minerva => Make(Optional("idx"), Text("problem"), Boxed(Text("solution"))) with { Subject = Optional("type"), Solution = Text("solution") },
        BenchmarkFormat.Competition => json.TryGetProperty("Problem", out _)
            ? Make(Optional("ID"), Text("Problem"), Text("Answer")) with { Solution = Optional("Solution") }
            : Make(Optional("id") ?? Optional("unique_id"), Text("problem"), Text("answer")) with { Solution = Optional("solution") },
        BenchmarkFormat.Gpqa => Gpqa(),
        BenchmarkFormat.Svamp => Make(Optional("ID"), Sentence(Text("Body")) + " " + Text("Question"), Text("Answer")) with { Subject = Optional("Type") },
        BenchmarkFormat.Mawps => Make(null, Text("input"), Text("target")),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Unknown form."),
    };

    private Problem Gsm8k()
    {
        var worked = Text("answer");
        var mark = worked.LastIndexOf("####", StringComparison.Ordinal);
        if (mark < 0) throw Fail("answer", "has no '#### n' at its end.");
        var gold = worked[(mark + 4)..].Trim();
        return Make(null, Text("question"), gold) with { Solution = $"{CalculatorMarks().Replace(worked[..mark], "").TrimEnd()}\nThe answer is \\boxed{{{gold}}}." };
    }

    private Problem Gpqa()
    {
        string[] options = [Text("Correct Answer"), Text("Incorrect Answer 1"), Text("Incorrect Answer 2"), Text("Incorrect Answer 3")];
        var id = Optional("Record ID");
        int[] order = [0, 1, 2, 3];
        new RandomStream(optionSeed, "options " + (id ?? number.ToString(CultureInfo.InvariantCulture))).Shuffle<int>(order);
        var lines = order.Select((option, place) => $"({(char)('A' + place)}) {options[option]}");
        return Make(id, $"{Text("Question")}\n\n{string.Join('\n', lines)}\n\nAnswer with the letter of the right option.", ((char)('A' + Array.IndexOf(order, 0))).ToString()) with
        {
            Subject = Optional("Subdomain") ?? Optional("High-level domain"),
            Solution = Optional("Explanation"),
        };
    }

    private Problem Make(string? id, string question, string answer, string? prefix = null)
    {
        if (question.Length == 0) throw Fail(null, "has an empty question.");
        if (answer.Length == 0) throw Fail(null, "states no answer.");
        return new Problem($"{prefix ?? set}/{id ?? number.ToString(CultureInfo.InvariantCulture)}", question, answer) { Source = set };
    }

    private string FinalAnswers()
    {
        if (json.GetProperty("final_answer") is not { ValueKind: JsonValueKind.Array } list || list.GetArrayLength() == 0) throw Fail("final_answer", "is not a list with an answer in it.");
        return string.Join(", ", list.EnumerateArray().Select(a => a.ToString().Trim()));
    }

    private static string Boxed(string solution) => BoxedAnswer.Find(solution)!;

    /// <summary>A text, or a number written without a needless ".0".</summary>
    private string Text(string key)
    {
        if (!json.TryGetProperty(key, out var value)) throw Fail(key, "is missing; the file's first line has another form.");
        return value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!.Trim(),
            JsonValueKind.Number when value.TryGetDecimal(out var exact) => exact.ToString("0.############################", CultureInfo.InvariantCulture),
            JsonValueKind.Number => value.GetRawText(),
            _ => throw Fail(key, $"is a {value.ValueKind}, not a text or a number."),
        };
    }

    private string? Optional(string key) =>
        json.TryGetProperty(key, out var value) && value.ValueKind is JsonValueKind.String or JsonValueKind.Number && Text(key) is { Length: > 0 } text ? text : null;

    /// <summary>3, "3" or "Level 3"; null for "Level ?".</summary>
    private int? Level(string key) =>
        Optional(key) is { } text && int.TryParse(text.Replace("Level ", "", StringComparison.Ordinal), NumberStyles.None, CultureInfo.InvariantCulture, out var level) ? level : null;

    private static string Sentence(string body) => body.Length > 0 && body[^1] is '.' or '?' or '!' ? body : body + ".";

    private W2srFormatException Fail(string? key, string what) => new(path, key is null ? $"line {number}" : $"line {number}, '{key}'", what);

    [GeneratedRegex(@"####\s*\S", RegexOptions.CultureInvariant)]
    private static partial Regex HashMarks();

    [GeneratedRegex("<<[^>]*>>", RegexOptions.CultureInvariant)]
    private static partial Regex CalculatorMarks();
}
