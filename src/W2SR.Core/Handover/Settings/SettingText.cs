using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace W2SR.Core.Handover.Settings;

/// <summary>Settings as the engines read them: YAML, or one override a line.</summary>
internal static class SettingText
{
    // YAML 1.1, which the engines' reader speaks, takes these as booleans or nothing.
    private static readonly HashSet<string> Reserved = new(["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"], StringComparer.OrdinalIgnoreCase);

    /// <summary>The whole number that a value is, written without a fraction; else null.</summary>
    public static long? Whole(JsonNode value)
    {
        if (value is not JsonValue scalar || value.GetValueKind() != JsonValueKind.Number) return null;
        if (scalar.TryGetValue<long>(out var whole)) return whole;
        return scalar.TryGetValue<int>(out var small) ? small : null;
    }

    public static double? Number(JsonNode value)
    {
        if (value is not JsonValue scalar || value.GetValueKind() != JsonValueKind.Number) return null;
        return scalar.TryGetValue<double>(out var number) ? number : Whole(value);
    }

    public static string Yaml(IEnumerable<KeyValuePair<string, JsonNode?>> entries, string comment)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        foreach (var line in Lines(comment)) text.WriteLine("# " + line);
        var emitter = new Emitter(text, new EmitterSettings().WithNewLine("\n"));
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        emitter.Emit(new MappingStart());
        foreach (var (key, value) in entries)
        {
            Emit(emitter, JsonValue.Create(key));
            Emit(emitter, value);
        }
        emitter.Emit(new MappingEnd());
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return text.ToString();
    }

    /// <summary>Hydra's overrides, one a line; the launch script hands them over through the shell, so blanks and quotes cannot pass.</summary>
    /// <exception cref="ArgumentException">A value has a character that Hydra or the shell would read as its own.</exception>
    public static string Overrides(IEnumerable<KeyValuePair<string, JsonNode?>> entries, string comment)
    {
        var text = new StringBuilder();
        foreach (var line in Lines(comment)) text.Append("# ").Append(line).Append('\n');
        foreach (var (key, value) in entries) text.Append(key).Append('=').Append(Override(key, value)).Append('\n');
        return text.ToString();
    }

    /// <summary>A number as Python reads it back as the same kind: 1e-5 stays a float, 5 an int.</summary>
    public static string NumberText(JsonNode value, bool pointBeforeExponent)
    {
        if (Whole(value) is { } whole) return whole.ToString(CultureInfo.InvariantCulture);
        var text = Number(value)!.Value.ToString("R", CultureInfo.InvariantCulture);
        var at = text.IndexOf('E', StringComparison.Ordinal);
        if (at < 0) return text.Contains('.', StringComparison.Ordinal) ? text : text + ".0";
        var mantissa = text[..at];
        // Without the point YAML 1.1 takes 1e-5 for a text.
        if (pointBeforeExponent && !mantissa.Contains('.', StringComparison.Ordinal)) mantissa += ".0";
        var exponent = int.Parse(text.AsSpan(at + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return mantissa + "e" + (pointBeforeExponent && exponent > 0 ? "+" : "") + exponent.ToString(CultureInfo.InvariantCulture);
    }

    private static string[] Lines(string comment) => comment.Length == 0 ? [] : comment.Split('\n');

    private static void Emit(Emitter emitter, JsonNode? value)
    {
        switch (value)
        {
            case null:
                emitter.Emit(new Scalar("null"));
                return;
            case JsonArray list:
                emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, SequenceStyle.Block));
                foreach (var item in list) Emit(emitter, item);
                emitter.Emit(new SequenceEnd());
                return;
            case JsonObject map:
                emitter.Emit(new MappingStart());
                foreach (var (key, item) in map)
                {
                    Emit(emitter, JsonValue.Create(key));
                    Emit(emitter, item);
                }
                emitter.Emit(new MappingEnd());
                return;
        }
        var (text, isText) = value.GetValueKind() switch
        {
            JsonValueKind.True => ("true", false),
            JsonValueKind.False => ("false", false),
            JsonValueKind.Number => (NumberText(value, pointBeforeExponent: true), false),
            _ => (value.GetValue<string>(), true),
        };
        var style = isText && !IsPlain(text) ? ScalarStyle.DoubleQuoted : ScalarStyle.Plain;
        emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, text, style, isPlainImplicit: !isText || style == ScalarStyle.Plain, isQuotedImplicit: true));
    }

    /// <summary>True when no reader of YAML takes the text for anything but itself: it starts with a letter and has nothing special in it.</summary>
    private static bool IsPlain(string text) =>
        text.Length > 0 && (char.IsAsciiLetter(text[0]) || text[0] == '/') && !Reserved.Contains(text) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '/' or '.' or '-');

    private static string Override(string key, JsonNode? value) => value switch
    {
        null => "null",
        JsonArray list => "[" + string.Join(',', list.Select(i => Override(key, i))) + "]",
        JsonObject => throw new ArgumentException($"{key}: a map is no override. Set its keys one by one."),
        _ => value.GetValueKind() switch
        {
            JsonValueKind.True => "True",
            JsonValueKind.False => "False",
            JsonValueKind.Number => NumberText(value, pointBeforeExponent: false),
            _ => Plain(key, value.GetValue<string>()),
        },
    };

    private static string Plain(string key, string text) =>
        text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '/' or '.' or '-' or '@' or ':')
            ? text
            : throw new ArgumentException($"{key}: \"{text}\" cannot be handed to Hydra through the shell: only letters, digits and _ / . - @ : can. Is it a path with a blank? Link it to a plain name.");
}
